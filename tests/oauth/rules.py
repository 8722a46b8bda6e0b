"""What the server is told to play: platforms with their addresses and rules, and the apps that are registered there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Rotation(StrEnum):
    """What becomes of a refresh token when it is used."""

    KEPT = "kept"
    """It stays, and may be presented again."""
    RETURNED = "returned"
    """Every other refresh, beginning with the first, brings a new one; then the old one is refused, and no more."""
    SINGLE_USE = "single use"
    """Each refresh brings a new one. An old one that is presented again ends the whole grant."""
    GRACE = "grace"
    """As single use, but for ``Platform.grace_seconds`` the old one brings the same new one again."""


@dataclass(frozen=True, slots=True)
class App:
    """What an app's owner registered: an id, a secret unless ``auth`` is ``none``, and exact redirect addresses.

    ``any_port`` lets an address on loopback have any port (RFC 8252, 7.3).
    """

    id: str = "test-app"
    secret: str = "test-secret"
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1/callback",)
    auth: str = "client_secret_post"
    any_port: bool = True


@dataclass(frozen=True, slots=True)
class Platform:
    """An authorization server, and the resources that its tokens open. Addresses are absolute, as the real ones.

    ``hosts`` are API hosts: without a valid token they answer 401, with one ``resources`` (address -> JSON, in which
    ``{sub}`` and ``{name}`` stand for the person), or else what the server behind ``--upstream`` says.
    """

    name: str = "example"
    authorize: str = "https://auth.example.test/authorize"
    token: str = "https://auth.example.test/token"
    request_token: str | None = None
    """Where OAuth 1.0a begins. With it the platform knows nothing of OAuth 2."""
    par: str | None = None
    """Where requests are pushed (RFC 9126). With it nothing else is taken at ``authorize``."""
    issuer: str | None = None
    """Named in every answer to the redirect address (RFC 9207) when it is set."""
    apps: tuple[App, ...] = (App(),)
    people: Mapping[str, str] = field(default_factory=lambda: {"acme": "Acme News"})
    """``sub`` -> name. The consent page lets the person choose."""
    scopes: tuple[str, ...] = ("read", "write")
    rotation: Rotation = Rotation.SINGLE_USE
    refreshes: bool = True
    """Whether there are refresh tokens at all."""
    pkce: bool = True
    """Whether a request without a code challenge is refused. ``plain`` always is."""
    dpop: bool = False
    """Whether tokens are bound to a key (RFC 9449), with nonces."""
    code_seconds: int = 60
    access_seconds: int = 3600
    refresh_seconds: int = 90 * 86_400
    grace_seconds: int = 0
    client_id_field: str = "client_id"
    scope_separator: str = " "
    code_method: str = "POST"
    """How a code is handed in. Where ``code_implied``, without saying that it is one (Meta, Dribbble)."""
    code_implied: bool = False
    hex_challenge: bool = False
    """Whether PKCE's challenge is written in hex digits (TikTok)."""
    swaps: Mapping[str, str] = field(default_factory=dict)
    """Grant type -> the field of the access token that is handed in, by GET, for another one (Meta)."""
    more_tokens: tuple[str, ...] = ()
    """Further addresses that give tokens."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What a token's answer has beside RFC 6749's fields; ``{access_token}`` in a text stands for the token."""
    hosts: tuple[str, ...] = ("api.example.test",)
    documents: Mapping[str, Any] = field(default_factory=dict)
    """Address -> JSON that anybody may read."""
    resources: Mapping[str, Any] = field(
        default_factory=lambda: {"https://api.example.test/me": {"sub": "{sub}", "name": "{name}"}}
    )


def platform(told: Mapping[str, Any]) -> Platform:
    """A platform as its JSON says it. Raises ``TypeError`` for a field that there is not."""
    lists = {name: tuple(told[name]) for name in ("scopes", "hosts", "more_tokens") if name in told}
    apps = tuple(App(**{**app, "redirect_uris": tuple(app["redirect_uris"])}) for app in told["apps"])
    return Platform(**{**told, **lists, "apps": apps, "rotation": Rotation(told["rotation"])})
