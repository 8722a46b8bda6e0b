"""How an account is connected and its token kept alive: what a platform declares of it. Values only.

The requests that follow from these facts are built in ``providers.oauth``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Rotation(StrEnum):
    """What becomes of a refresh token when it is used."""

    NEVER = "never"
    """The access token does not expire: there is nothing to refresh."""
    KEPT = "kept"
    """The refresh token stays the same, so that a refresh may be repeated."""
    RETURNED = "returned"
    """A new one may come back, and then the old one is worth nothing: as ``SINGLE_USE``, for whoever is careful."""
    SINGLE_USE = "single use"
    """Each refresh brings a new one; to present an old one again may end the whole grant."""
    ITSELF = "itself"
    """There is no refresh token: a valid access token is handed in for one that lives longer."""

    @property
    def repeatable(self) -> bool:
        """Whether the same token may be presented again after an answer that did not come."""
        return self in (Rotation.KEPT, Rotation.ITSELF)


class ClientAuth(StrEnum):
    """How an app proves who it is at the token endpoint (RFC 6749, 2.3.1; Authlib's names)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A token handed in for another one, where a platform has a way of its own (Meta).

    ``{client_id}``, ``{client_secret}`` and ``{access_token}`` in the values stand for what they name.
    """

    url: str
    fields: Mapping[str, str]
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class OAuth2:
    """An authorization code flow (RFC 6749) as a platform has it.

    ``{origin}`` in an address is the account's server. Lifetimes are in seconds, ``None`` where there is no end, or the
    platform names none.
    """

    authorize: str
    token: str
    scopes: tuple[str, ...]
    docs: str
    """The page that says all this."""
    checked: str
    rotation: Rotation
    revoked: tuple[str, ...] = ("invalid_grant",)
    """The error codes by which the platform says that the grant is gone; nothing else disconnects an account."""
    access_seconds: int | None = None
    refresh_seconds: int | None = None
    pkce: bool = False
    client_auth: ClientAuth = ClientAuth.POST
    client_id_field: str = "client_id"
    scope_separator: str = " "
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the authorization address."""
    error_codes: tuple[str, ...] = ("error",)
    """Where a refusal's code stands in the token endpoint's JSON, as dotted paths; the first that is there wins."""
    lengthen: Exchange | None = None
    """What makes a long-lived token of the one that the code brought."""
    renew: Exchange | None = None
    """What renews a token where ``rotation`` is ``ITSELF``."""
    renew_after: int | None = None
    """How old (seconds) a token must be before it may be renewed."""
    registers: bool = False
    """Whether an app is registered per server by a call (Mastodon), and not by hand."""
    steps: tuple[str, ...] = ()
    """What a person does once to get the app's credentials, a sentence each."""


@dataclass(frozen=True, slots=True)
class OAuth1:
    """Three-legged OAuth 1.0a (RFC 5849). Its tokens do not expire."""

    request_token: str
    authorize: str
    access_token: str
    docs: str
    checked: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """An app at a platform: what its owner registered there. ``secret`` is empty where there is none (PKCE alone)."""

    id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a platform gave an account: secrets by credential name, and when they end.

    ``secrets`` holds ``access_token``, and ``refresh_token`` where there is one, beside what else the platform needs
    (an app that was registered for this account: ``client_id``, ``client_secret``; the key that DPoP is signed with:
    ``dpop_key``). It is also the form of what a person typed in (a webhook's address, an app password), without times.
    ``subject`` is who it belongs to, as ``whoami`` said when it was connected.
    """

    secrets: Mapping[str, str] = field(repr=False)
    obtained_at: datetime | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    subject: str = ""
