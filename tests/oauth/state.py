"""What the server remembers: codes, grants, tokens, every presentation of a refresh token, and what time it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from typing_extensions import override

from tests.oauth.rules import App, Platform


class Clock:
    """The wall clock, and how far a test has moved it on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """Seconds since 1970, as the server sees them."""
        return time.time() + self.ahead


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]
    """An app, as Authlib asks about it."""

    app: App
    platform: Platform

    @override
    def get_client_id(self) -> str:
        return self.app.id

    @override
    def get_default_redirect_uri(self) -> None:
        """None: the address is always named."""

    @override
    def get_allowed_scope(self, scope: str | None) -> str | None:
        wanted = (scope or "").split()
        return " ".join(wanted) if set(wanted) <= set(self.platform.scopes) else None

    @override
    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri in self.app.redirect_uris or (
            self.app.any_port and _portless(redirect_uri) in map(_portless, self.app.redirect_uris)
        )

    @override
    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.app.secret

    @override
    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.app.auth

    @override
    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    @override
    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code" or (grant_type == "refresh_token" and self.platform.refreshes)


def _portless(address: str) -> str:
    """An address on loopback without its port; any other address as it is."""
    parts = urlsplit(address)
    loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return parts._replace(netloc=parts.hostname or "").geturl() if loopback else address


@dataclass(slots=True)
class Grant:
    """What one consent gave. ``thumbprint`` is that of the key it is bound to; ``revoked`` says why it is no more."""

    id: int
    platform: str
    client: str
    sub: str
    name: str
    scope: str
    thumbprint: str | None = None
    revoked: str | None = None
    refreshes: int = 0


@dataclass(slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code, and what it was asked for with."""

    value: str
    grant: Grant
    redirect_uri: str
    code_challenge: str | None
    code_challenge_method: str | None
    expires_at: float
    used: bool = False

    @override
    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    @override
    def get_scope(self) -> str:
        return self.grant.scope


@dataclass(slots=True)
class Token(TokenMixin):  # type: ignore[misc]
    """An access or a refresh token; of a refresh token also when it was exchanged (``used_at``), and for what."""

    value: str
    grant: Grant
    expires_at: float
    clock: Clock
    used_at: float | None = None
    successor: Token | None = None

    @override
    def check_client(self, client: Client) -> bool:
        return self.grant.client == client.app.id and self.grant.platform == client.platform.name

    @override
    def get_scope(self) -> str:
        return self.grant.scope

    @override
    def is_expired(self) -> bool:
        return self.expires_at <= self.clock.now()

    @override
    def is_revoked(self) -> bool:
        return self.grant.revoked is not None


@dataclass(slots=True)
class Presentation:
    """One time that a refresh token came in.

    ``error`` is empty where it was taken, else OAuth's code, or the accident that came before we looked at it.
    ``answered`` is whether the client got to know.
    """

    token: str
    grant: int | None
    error: str = ""
    answered: bool = True


@dataclass(slots=True)
class Pushed:
    """A request that was pushed, until it is used."""

    platform: str
    parameters: Mapping[str, str]
    thumbprint: str | None
    expires_at: float


@dataclass(slots=True)
class State:
    """All of it."""

    clock: Clock = field(default_factory=Clock)
    platforms: dict[str, Platform] = field(default_factory=dict)
    grants: dict[int, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    pushed: dict[str, Pushed] = field(default_factory=dict)
    presentations: list[Presentation] = field(default_factory=list)

    def new_grant(self, platform: str, client: str, sub: str, scope: str, thumbprint: str | None) -> Grant:
        """A grant of a person to an app."""
        name = self.platforms[platform].people[sub]
        grant = Grant(len(self.grants) + 1, platform, client, sub, name, scope, thumbprint)
        self.grants[grant.id] = grant
        return grant
