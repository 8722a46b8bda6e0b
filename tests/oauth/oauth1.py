"""A platform of three-legged OAuth 1.0a (RFC 5849) on Authlib's server side, with X's way of saying no."""

from __future__ import annotations

from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth1.rfc5849 import OAuth1Request
from authlib.oauth1.rfc5849.authorization_server import AuthorizationServer
from authlib.oauth1.rfc5849.errors import InvalidRequestError, OAuth1Error
from authlib.oauth1.rfc5849.models import ClientMixin, TemporaryCredential, TokenCredentialMixin
from authlib.oauth1.rfc5849.resource_protector import ResourceProtector
from typing_extensions import override

from tests.oauth.issuing import Reply
from tests.oauth.pages import consent, filled, passed_on, problem
from tests.oauth.requests import Incoming
from tests.oauth.rules import App, Platform
from tests.oauth.state import Grant, State

CODES = {
    "invalid_signature": 32,
    "invalid_client": 32,
    "invalid_nonce": 32,
    "invalid_token": 89,
    "invalid_request": 415,
}
"""Authlib's errors -> X's."""


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]
    """An app, as Authlib asks about it."""

    app: App

    @override
    def get_client_secret(self) -> str:
        return self.app.secret


@dataclass(frozen=True, slots=True)
class Credential(TokenCredentialMixin):  # type: ignore[misc]
    """A token and its secret."""

    token: str
    secret: str
    grant: Grant

    @override
    def get_oauth_token(self) -> str:
        return self.token

    @override
    def get_oauth_token_secret(self) -> str:
        return self.secret


class _Known:
    """What both of Authlib's servers ask: who an app is, and whether a nonce was seen."""

    platform: Platform
    seen: set[tuple[str, ...]]

    def get_client_by_id(self, client_id: str) -> Client | None:
        """The app with that key."""
        return next((Client(app) for app in self.platform.apps if app.id == client_id), None)

    def exists_nonce(self, nonce: str, request: OAuth1Request) -> bool:
        """Whether a request came with it before, at the same time and of the same token."""
        key = (nonce, str(request.timestamp), str(request.client_id), str(request.token))
        before = key in self.seen
        self.seen.add(key)
        return before


class Server(_Known, AuthorizationServer):  # type: ignore[misc]
    """Request tokens, verifiers, tokens."""

    def __init__(self, platform: Platform, state: State) -> None:
        self.platform, self.state = platform, state
        self.seen = set()
        self.begun: dict[str, TemporaryCredential] = {}
        self.tokens: dict[str, Credential] = {}

    @override
    def create_oauth1_request(self, request: OAuth1Request) -> OAuth1Request:
        return request

    @override
    def handle_response(self, status_code: int, payload: Any, headers: list[tuple[str, str]]) -> Reply:
        if status_code >= 400:
            said = dict(payload)
            row = {"code": CODES.get(said["error"], 215), "message": said.get("error_description", said["error"])}
            return Reply(status_code, {"errors": [row]}, {})
        text = urlencode([(name, "true" if value is True else value) for name, value in payload or ()])
        return Reply(status_code, text, dict(headers))

    @override
    def create_temporary_credential(self, request: OAuth1Request) -> TemporaryCredential:
        made = TemporaryCredential(
            oauth_token=f"{self.platform.name}-request-{token_urlsafe(12)}",
            oauth_token_secret=token_urlsafe(12),
            client_id=request.client_id,
            oauth_callback=request.redirect_uri,
        )
        self.begun[made["oauth_token"]] = made
        return made

    @override
    def validate_temporary_credentials_request(self, request: OAuth1Request) -> OAuth1Request:
        super().validate_temporary_credentials_request(request)
        if request.redirect_uri not in request.client.app.redirect_uris:
            raise InvalidRequestError("Callback URL not approved for this client application")
        return request

    @override
    def get_temporary_credential(self, request: OAuth1Request) -> TemporaryCredential | None:
        return self.begun.get(request.token)

    @override
    def delete_temporary_credential(self, request: OAuth1Request) -> None:
        self.begun.pop(request.token, None)

    @override
    def create_authorization_verifier(self, request: OAuth1Request) -> str:
        verifier = token_urlsafe(12)
        request.credential |= {"oauth_verifier": verifier, "user_id": request.user}
        return verifier

    @override
    def create_token_credential(self, request: OAuth1Request) -> Credential:
        begun = request.credential
        grant = self.state.new_grant(self.platform.name, begun.get_client_id(), begun.get_user_id(), "", None)
        made = Credential(f"{self.platform.name}-token-{token_urlsafe(12)}", token_urlsafe(12), grant)
        self.tokens[made.token] = made
        return made


class Protector(_Known, ResourceProtector):  # type: ignore[misc]
    """What a signed request opens."""

    def __init__(self, server: Server) -> None:
        self.platform, self.seen, self.server = server.platform, set(), server

    @override
    def get_token_credential(self, request: OAuth1Request) -> Credential | None:
        found = self.server.tokens.get(request.token)
        return None if found is None or found.grant.revoked else found


@dataclass(slots=True)
class Play:
    """The platform on its stage."""

    platform: Platform
    state: State
    upstream: str | None = None
    server: Server = field(init=False)
    protector: Protector = field(init=False)
    _asked: dict[str, str] = field(default_factory=dict)
    """Ticket of a page -> the request token that it is about."""

    def __post_init__(self) -> None:
        self.server = Server(self.platform, self.state)
        self.protector = Protector(self.server)

    def role(self, url: str) -> str | None:
        """What an address (without query) is to this platform."""
        platform = self.platform
        named = {platform.authorize: "authorize", platform.token: "token", platform.request_token: "request_token"}
        return named.get(url) or ("resource" if urlsplit(url).netloc in platform.hosts else None)

    def answer(self, role: str, incoming: Incoming) -> Reply:
        """The answer in that role."""
        reply = getattr(self, role)(incoming)
        if not isinstance(reply, Reply):
            raise TypeError(role)
        return reply

    def renew_nonces(self) -> None:
        """Nonces are the client's, here."""

    def request_token(self, incoming: Incoming) -> Reply:
        """Begin."""
        return self._signed(incoming, self.server.create_temporary_credentials_response)

    def token(self, incoming: Incoming) -> Reply:
        """Hand in a verifier."""
        return self._signed(incoming, self.server.create_token_response)

    def authorize(self, incoming: Incoming) -> Reply:
        """The consent page, and what became of it."""
        if incoming.method == "POST":
            return self._decided(incoming)
        begun = self.server.begun.get(incoming.query.get("oauth_token", ""))
        if begun is None or "oauth_verifier" in begun:
            return problem("there is no such request token")
        ticket = token_urlsafe(12)
        self._asked[ticket] = begun["oauth_token"]
        return consent(self.platform, begun["client_id"], "read and write", ticket)

    def _decided(self, incoming: Incoming) -> Reply:
        form = incoming.form
        token = self._asked.pop(form.get("ticket", ""), None)
        if token is None:
            return problem("this page was answered before")
        if form.get("decision") != "allow":
            callback = self.server.begun.pop(token)["oauth_callback"]
            return Reply(302, "", {"Location": f"{callback}?{urlencode({'denied': token})}"})
        request = OAuth1Request("GET", f"{self.platform.authorize}?{urlencode({'oauth_token': token})}", headers={})
        reply: Reply = self.server.create_authorization_response(request, form["sub"])
        return reply

    def resource(self, incoming: Incoming) -> Reply:
        """What a token opens."""
        try:
            request = self.protector.validate_request(
                incoming.method, incoming.url, incoming.form if incoming.is_form else {}, _headers(incoming)
            )
        except (OAuth1Error, ValueError) as refused:
            return Reply(401, {"errors": [{"code": 89, "message": str(refused)}]}, {})
        if incoming.bare in self.platform.resources:
            grant = request.credential.grant
            words = {"sub": grant.sub, "name": grant.name}
            return Reply(200, filled(self.platform.resources[incoming.bare], words), {})
        return passed_on(self.upstream, incoming) if self.upstream else Reply(404, {"error": "not_found"}, {})

    @staticmethod
    def _signed(incoming: Incoming, answer: Any) -> Reply:
        try:
            request = OAuth1Request(incoming.method, incoming.url, None, _headers(incoming))
        except ValueError as malformed:
            return Reply(400, {"errors": [{"code": 215, "message": str(malformed)}]}, {})
        reply: Reply = answer(request)
        return reply


def _headers(incoming: Incoming) -> dict[str, str]:
    return {"Authorization": incoming.header("Authorization") or ""}
