"""The authorization server: Authlib's grants over our state, with the rotation that a platform is told to have."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from secrets import token_urlsafe
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
    grants,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator, InvalidTokenError
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge
from authlib.oauth2.rfc9207 import IssuerParameter
from typing_extensions import override

from tests.oauth.proofs import Proofs
from tests.oauth.rules import Platform, Rotation
from tests.oauth.state import Client, Code, Grant, State, Token

METHODS = ["client_secret_basic", "client_secret_post", "none"]


@dataclass(slots=True)
class Reply:
    """An answer. ``body`` is JSON unless it is a page."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def location(self) -> str | None:
        """Where it sends the browser."""
        return self.headers.get("Location")

    @location.setter
    def location(self, value: str) -> None:
        self.headers["Location"] = value


class Asked(OAuth2Request):  # type: ignore[misc]
    """A request in Authlib's form: ``fields`` are those of the query or of the body."""

    def __init__(
        self, platform: Platform, method: str, url: str, headers: Mapping[str, str], fields: Mapping[str, str]
    ) -> None:
        super().__init__(method, url, headers=headers)
        self.platform = platform
        self.payload = BasicOAuth2Payload(dict(fields))
        self.fields = fields
        self.thumbprint: str | None = None
        """That of the key that a proof in this request was signed with."""

    @property
    @override
    def form(self) -> Mapping[str, str]:
        return self.fields

    @property
    @override
    def args(self) -> Mapping[str, str]:
        return self.fields


class Server(AuthorizationServer):  # type: ignore[misc]
    """One platform's."""

    def __init__(self, platform: Platform, state: State) -> None:
        super().__init__(scopes_supported=platform.scopes)
        self.platform = platform
        self.state = state
        self.proofs = Proofs()
        self._serial = count(1)
        self.register_grant(CodeGrant, [Challenge(platform)])
        self.register_grant(RefreshGrant)
        self.register_grant(Swap)
        self.register_extension(Issuer(platform.issuer))
        make = BearerTokenGenerator(self._made("access"), self._made("refresh"), platform.access_seconds)
        self.register_token_generator("default", make)

    def _made(self, kind: str) -> Any:
        """Values that a test can tell apart when it reads them."""
        return lambda **_: f"{self.platform.name}-{kind}-{next(self._serial)}-{token_urlsafe(12)}"

    @override
    def query_client(self, client_id: str) -> Client | None:
        return next((Client(app, self.platform) for app in self.platform.apps if app.id == client_id), None)

    @override
    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        """Keep what Authlib is about to answer. A refresh token goes where its predecessor came from."""
        origin = request.refresh_token or request.authorization_code
        grant: Grant = origin.grant
        if self.platform.dpop:
            grant.thumbprint = grant.thumbprint or request.thumbprint
            token |= {"token_type": "DPoP", "sub": grant.sub}
        now = self.state.clock.now()
        access = Token(token["access_token"], grant, now + self.platform.access_seconds, self.state.clock)
        self.state.access[access.value] = access
        fresh = token.get("refresh_token")
        if fresh and fresh not in self.state.refresh:
            made = Token(fresh, grant, now + self.platform.refresh_seconds, self.state.clock)
            self.state.refresh[fresh] = made
            if isinstance(origin, Token):
                origin.used_at, origin.successor = now, made

    @override
    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    @override
    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Reply:
        return Reply(status, body, dict(headers))

    @override
    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def issue(self, grant: Grant) -> dict[str, Any]:
        """Tokens for a grant that no browser was asked about."""
        request = Asked(self.platform, "POST", self.platform.token, {}, {})
        request.authorization_code = Code("", grant, "", None, None, 0)
        client = self.query_client(grant.client)
        made: dict[str, Any] = self.generate_token(
            "authorization_code", client, scope=grant.scope, include_refresh_token=self.platform.refreshes
        )
        self.save_token(made, request)
        return made


class Issuer(IssuerParameter):  # type: ignore[misc]
    """RFC 9207, where the platform does that."""

    def __init__(self, issuer: str | None) -> None:
        self._issuer = issuer

    @override
    def get_issuer(self) -> str | None:
        return self._issuer


class Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE by hash alone, demanded of every app where the platform says so."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - as the library has it

    def __init__(self, platform: Platform) -> None:
        super().__init__(required=True)
        self.CODE_CHALLENGE_METHODS = {"S256": _in_hex if platform.hex_challenge else compare_s256_code_challenge}

    @override
    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        fields = grant.request.payload.data
        if grant.server.platform.pkce and not fields.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if fields.get("code_challenge") and fields.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Unsupported 'code_challenge_method'")
        super().validate_code_challenge(grant, redirect_uri)


def _in_hex(verifier: str, challenge: str) -> bool:
    return hashlib.sha256(verifier.encode()).hexdigest() == challenge


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes that live a minute, are used once, and take the grant with them when they are used again."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @classmethod
    @override
    def check_token_endpoint(cls, request: Asked) -> bool:
        named = request.payload.grant_type
        meant = named == cls.GRANT_TYPE or (request.platform.code_implied and named is None)
        return meant and request.method == request.platform.code_method

    @override
    def save_authorization_code(self, code: str, request: Asked) -> None:
        state, platform = self.server.state, self.server.platform
        fields = request.payload.data
        grant = state.new_grant(
            platform.name, request.client.app.id, request.user, request.scope or "", request.thumbprint
        )
        challenge, method = fields.get("code_challenge"), fields.get("code_challenge_method")
        expires_at = state.clock.now() + platform.code_seconds
        state.codes[code] = Code(code, grant, request.payload.redirect_uri, challenge, method, expires_at)

    @override
    def query_authorization_code(self, code: str, client: Client) -> Code | None:
        found: Code | None = self.server.state.codes.get(code)
        if found is None or (found.grant.client, found.grant.platform) != (client.app.id, client.platform.name):
            return None
        if found.used:
            found.grant.revoked = "its code was used twice"
            return None
        bound = found.grant.thumbprint
        if bound is not None and bound != self.request.thumbprint:
            return None
        return found if found.expires_at > self.server.state.clock.now() else None

    @override
    def delete_authorization_code(self, authorization_code: Code) -> None:
        authorization_code.used = True

    @override
    def authenticate_user(self, authorization_code: Code) -> str:
        return authorization_code.grant.sub


class RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    """Refresh tokens, and what becomes of them."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:  # noqa: N802 - the library's name
        """Whether this refresh brings a new one."""
        rotation, token = self.server.platform.rotation, self.request.refresh_token
        if rotation is Rotation.RETURNED:
            return token is not None and token.grant.refreshes % 2 == 0
        return rotation is not Rotation.KEPT

    @override
    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        found: Token | None = self.server.state.refresh.get(refresh_token)
        if found is None or found.is_revoked() or found.is_expired():
            return None
        if found.grant.thumbprint != self.request.thumbprint:
            raise InvalidGrantError("the grant is bound to another key")
        return None if self._replayed(found) else found

    def _replayed(self, token: Token) -> bool:
        """Whether it was used before, and may not be again. Then the grant may be gone."""
        if token.used_at is None:
            return False
        platform = self.server.platform
        if platform.rotation is Rotation.GRACE:
            late = self.server.state.clock.now() > token.used_at + platform.grace_seconds
            passed_on = token.successor is not None and token.successor.used_at is not None
            if not late and not passed_on:
                return False
        if platform.rotation is not Rotation.RETURNED:
            token.grant.revoked = "a refresh token was presented again"
        return True

    @override
    def issue_token(self, user: str, refresh_token: Token) -> dict[str, Any]:
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        if refresh_token.successor is not None:
            token["refresh_token"] = refresh_token.successor.value
        return token

    @override
    def authenticate_user(self, refresh_token: Token) -> str:
        return refresh_token.grant.sub

    @override
    def revoke_old_credential(self, refresh_token: Token) -> None:
        """The new one took its place when it was kept (``Server.save_token``)."""
        refresh_token.grant.refreshes += 1


class Swap(grants.BaseGrant, grants.TokenEndpointMixin):  # type: ignore[misc]
    """An access token for another one that lives anew."""

    @classmethod
    @override
    def check_token_endpoint(cls, request: Asked) -> bool:
        return request.payload.grant_type in request.platform.swaps and request.method == "GET"

    @override
    def validate_token_request(self) -> None:
        named = self.server.platform.swaps[self.request.payload.grant_type]
        token: Token | None = self.server.state.access.get(self.request.form.get(named, ""))
        if token is None or token.is_revoked() or token.is_expired():
            raise InvalidGrantError("this token is not good for another one")
        self.request.refresh_token, self.request.client = token, self.server.query_client(token.grant.client)
        if self.request.form.get("client_secret", self.client.app.secret) != self.client.app.secret:
            raise InvalidClientError

    @override
    def create_token_response(self) -> tuple[int, Any, Any]:
        token = self.generate_token(scope=self.request.refresh_token.get_scope(), include_refresh_token=False)
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class Bearer(BearerTokenValidator):  # type: ignore[misc]
    """Tokens that whoever holds them may use."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server

    @override
    def authenticate_token(self, token_string: str) -> Token | None:
        found = self.server.state.access.get(token_string)
        return found if found is not None and found.grant.platform == self.server.platform.name else None

    @override
    def validate_token(self, token: Token | None, scopes: object, request: Asked) -> None:
        super().validate_token(token, scopes, request)
        if token is not None and token.grant.thumbprint is not None:
            raise InvalidTokenError("the token is bound to a key")


class Bound(Bearer):
    """Tokens that are bound to a key."""

    TOKEN_TYPE = "dpop"

    @override
    def validate_token(self, token: Token | None, scopes: object, request: Asked) -> None:
        BearerTokenValidator.validate_token(self, token, scopes, request)
        if token is None or token.grant.thumbprint != request.thumbprint:
            raise InvalidTokenError("the token is bound to another key")
