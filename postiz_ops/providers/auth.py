"""How an account is connected and its token kept alive: what a platform declares of it. Values only.

The requests that follow from these facts are built in ``providers.oauth`` and ``providers.oauth1``.
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
    """A code or a token handed in for another one, where a platform has a way of its own (Meta).

    ``{client_id}``, ``{client_secret}``, ``{access_token}``, and for a code ``{code}`` and ``{redirect_uri}``, in the
    values stand for what they name. A ``GET`` carries the fields in its query, anything else in a form.
    """

    url: str
    fields: Mapping[str, str]
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A list in which each thing that a user manages has a token of its own (the pages of Facebook).

    Of the row whose ``match`` (a dotted path) is what the account's ``setting`` says, ``token`` takes the place of the
    user's, which is kept as ``user_token``. It lives as long as the consent does.
    """

    list: Exchange
    setting: str
    match: str = "id"
    token: str = "access_token"  # noqa: S105 - a field's name
    rows: str = "data"


LOOPBACK = "http://127.0.0.1:{port}/callback"
"""Where the browser comes back to when it may come back to this machine (RFC 8252, 7.3)."""

LOCALHOST = "http://localhost:{port}/callback"
"""The same by its name, for platforms that take no other http address."""

PASTED = "https://localhost/callback"
"""Where nobody listens, for platforms that take ``https`` alone: the address that the browser shows is pasted."""


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
    """What the platform says when the grant is gone, compared whole; nothing else disconnects an account."""
    access_seconds: int | None = None
    refresh_seconds: int | None = None
    pkce: bool = False
    client_auth: ClientAuth = ClientAuth.POST
    secretless: bool = False
    """Whether an app may be a public client, which has no secret and relies on PKCE."""
    client_id_field: str = "client_id"
    scope_separator: str = " "
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the authorization address."""
    error_codes: tuple[str, ...] = ("error",)
    """Where a refusal's code stands in the token endpoint's JSON, as dotted paths.

    The first that is there is shown; what any of them leads to is looked for in ``revoked`` and ``misconfigured``.
    """
    lengthen: Exchange | None = None
    """What makes a long-lived token of the one that the code brought."""
    renew: Exchange | None = None
    """What renews a token where ``rotation`` is ``ITSELF``."""
    renew_after: int | None = None
    """How old (seconds) a token must be before it may be renewed."""
    registration: str = ""
    """Where an app is registered by a call, per server (Mastodon); empty where a person does it by hand."""
    steps: tuple[str, ...] = ()
    """What a person does once to get the app's credentials, a sentence each."""
    name: str = "oauth2"
    """What ``accounts connect --flow`` calls it, where a platform has several."""
    redirect: str = LOOPBACK
    """The redirect address that the steps say to register; ``{port}`` is the listener's."""
    gives: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {"access_token": ("access_token",)})
    """Credential name -> where it stands in the token endpoint's answer, as dotted paths; each must be there."""
    exchange: Exchange | None = None
    """How the code is handed in, where that is not as RFC 6749 says."""
    narrow: Narrowed | None = None
    """What makes the user's token one of the thing that was chosen."""
    hex_challenge: bool = False
    """Whether PKCE's challenge is written in hex digits (TikTok) and not in base64url."""
    token_parameters: Mapping[str, str] = field(default_factory=dict)
    """Further fields of the token request that hands in the code."""
    misconfigured: tuple[str, ...] = ("invalid_client", "unauthorized_client")
    """What the platform says when the app's own credentials are wrong: no account's fault."""
    throttled: tuple[str, ...] = ()
    """What it says for "too often" where that is not HTTP 429."""
    dpop: bool = False
    """Whether it is OAuth as the AT Protocol has it, for which ``providers._bluesky_oauth`` builds the requests.

    Servers are discovered, requests pushed (RFC 9126), tokens bound to a key of ours (DPoP, RFC 9449).
    """
    fixed_end: bool = False
    """Whether the grant ends ``refresh_seconds`` after the consent, however often it is refreshed."""
    unverified: tuple[str, ...] = ()
    """What of all this was not read in the platform's documentation, a sentence each."""

    @property
    def registers(self) -> bool:
        """Whether an app is registered per server by a call, and not by hand."""
        return bool(self.registration)

    @property
    def listens(self) -> bool:
        """Whether the browser comes back to this machine by itself."""
        return self.redirect.startswith("http://")

    @property
    def renews_alone(self) -> bool:
        """Whether a token renews itself without a word of the app."""
        return self.renew is not None and not any("{client_" in value for value in self.renew.fields.values())

    @property
    def refreshes(self) -> bool:
        """Whether there are refresh tokens."""
        return self.rotation not in (Rotation.NEVER, Rotation.ITSELF)


@dataclass(frozen=True, slots=True)
class OAuth1:
    """Three-legged OAuth 1.0a (RFC 5849). Its tokens do not expire."""

    request_token: str
    authorize: str
    access_token: str
    docs: str
    checked: str
    steps: tuple[str, ...] = ()
    name: str = "oauth1"
    redirect: str = LOOPBACK
    key: str = "api_key"
    """The credential that the app's key is to the provider; its variable is ``POSTIZ_<PROVIDER>_<NAME>``."""
    secret: str = "api_secret"  # noqa: S105 - a credential's name
    misconfigured: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def listens(self) -> bool:
        """Whether the browser comes back to this machine by itself."""
        return self.redirect.startswith("http://")


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
