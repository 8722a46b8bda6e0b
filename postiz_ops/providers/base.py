"""What a provider is: a ``Spec`` of declared facts, a few short functions, and stated defaults for what is absent.

A provider is a module. It sees three values: ``http`` (its account's way to the platform), ``account`` and a
``Dispatch``. It has no HTTP import, no environment, no clock and no ``try``: the session behind ``http`` turns every
answer into JSON or into one of the five failures of ``errors``, by the table that the ``Spec`` declares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from postiz_ops import errors
from postiz_ops.model import Account, Draft, DraftPart, Media, MediaKind, Receipt
from postiz_ops.providers._facts import (
    ANY_FILE,
    CONVERTIBLE,
    Count,
    ErrorRule,
    KindRule,
    Limit,
    Lookup,
    MediaRule,
    Rate,
    Spec,
    TextRule,
    Threads,
    Title,
    Variant,
    changeable,
    variant_of,
    with_limits,
    with_settings,
)
from postiz_ops.providers.metrics import Readings

__all__ = [
    "ANY_FILE",
    "CONVERTIBLE",
    "JSON",
    "NO_ANSWER",
    "Absent",
    "Answer",
    "Blind",
    "Blob",
    "Count",
    "Dispatch",
    "ErrorRule",
    "Evidence",
    "Found",
    "Http",
    "Identity",
    "KindRule",
    "Limit",
    "Lookup",
    "MediaRule",
    "NotReady",
    "Processing",
    "Provider",
    "Rate",
    "Refused",
    "Spec",
    "TextRule",
    "Threads",
    "Title",
    "Unsigned",
    "Upload",
    "Variant",
    "bearer",
    "changeable",
    "filled",
    "no_account_metrics",
    "no_delete",
    "no_edit",
    "no_metrics",
    "no_options",
    "no_preparation",
    "no_signature",
    "rows",
    "said",
    "variant_of",
    "with_limits",
    "with_settings",
]

JSON = Any
"""What ``json`` reads: typed at the edge where it is used, never trusted."""


# --- what the functions see ---------------------------------------------------------------------------------------


NO_ANSWER = 0
"""The status of an answer that did not come."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A platform's answer that counts as a success. ``json`` is ``None`` where the body is empty or plain text."""

    status: int
    headers: Mapping[str, str]
    json: JSON = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's bytes as they will be uploaded: fitted to the platform's limits, with the sizes that it now has."""

    data: bytes = field(repr=False)
    type: str
    filename: str
    width: int | None
    height: int | None
    alt: str
    kind: MediaKind


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body."""

    name: str
    filename: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One or more consecutive parts of a delivery on their way: several only where ``Spec.threads`` is atomic.

    ``keys`` holds an idempotency key per part, made of what never changes, 32 hex digits each. ``prepared`` is what
    ``prepare`` returned. ``root`` and ``parent`` are the receipts of the first and of the preceding part, ``None`` at
    the start of a thread. ``claimed_at`` is when the claim was made: a fixed ``createdAt`` for platforms that take one.
    """

    draft: Draft
    parts: tuple[DraftPart, ...]
    keys: tuple[str, ...]
    claimed_at: datetime
    prepared: JSON = None
    root: Receipt | None = None
    parent: Receipt | None = None
    first: int = 0
    """The index of the first of ``parts`` in the draft."""
    again: bool = False
    """Whether a person approved this attempt after another: what the platform calls a duplicate may be that one."""

    @property
    def part(self) -> DraftPart:
        """The one part of a chained dispatch."""
        return self.parts[0]

    @property
    def key(self) -> str:
        """The idempotency key of the one part of a chained dispatch."""
        return self.keys[0]

    @property
    def answers(self) -> Receipt | None:
        """What the one part of a chained dispatch replies to: a comment the first part, another part the one before."""
        return self.root if self.part.comment else self.parent


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A request that is about to leave, for platforms that sign each one: its form fields, a fresh nonce, the time.

    ``server_nonce`` is what the server asked the next proof to hold (``DPoP-Nonce``, RFC 9449), empty where it did not.
    """

    method: str
    url: str
    form: Mapping[str, str]
    nonce: str
    at: datetime
    server_nonce: str = ""


Fields = Mapping[str, str | Sequence[str]]
"""The fields of a form; one with several values is sent as often."""


class Http(Protocol):
    """An account's way to its platform: authorised, redirected to the endpoint, classified by the error table.

    URLs are absolute, or paths under the account's origin. ``get`` and ``post`` may be repeated: what fails there is
    ``Unavailable``. ``mutate`` is the one call of ``publish`` (``edit``, ``delete``) that may not: what cannot be told
    is ``Unknown``. Outside those functions ``mutate`` is a programming error. ``expect`` names the statuses and error
    codes that are an answer to the caller (there is no such record), not a failure; ``NO_ANSWER`` is the status where
    what may be repeated got none.
    """

    async def get(
        self, url: str, *, params: Mapping[str, str] | None = None, expect: Collection[int | str] = ()
    ) -> Answer:
        """Read something."""

    async def post(
        self,
        url: str,
        *,
        json: JSON = None,
        form: Fields | None = None,
        files: Sequence[Upload] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        method: str = "POST",
        authorize: bool = True,
        expect: Collection[int | str] = (),
    ) -> Answer:
        """Prepare something: repeatable, and harmless if it is orphaned."""

    async def mutate(
        self,
        method: str,
        url: str,
        *,
        json: JSON = None,
        form: Fields | None = None,
        files: Sequence[Upload] = (),
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        authorize: bool = True,
        expect: Collection[int | str] = (),
    ) -> Answer:
        """The one call that people can see the result of."""

    async def load(self, media: Media) -> Blob:
        """The approved bytes of a media file, shrunk to the platform's limit where ``KindRule.fit`` says so."""

    async def public_url(self, media: Media) -> str:
        """An address that the platform can fetch the media from. Raises ``Rejected`` without a ``media_host``."""

    async def pause(self, seconds: float) -> None:
        """Wait, while a platform processes."""

    def today(self) -> date:
        """The day (UTC) of this run, for figures that a platform counts by days."""

    def secret(self, name: str) -> str:
        """A credential of this account, for platforms that want it in a URL or a body. Raises ``Reauthorize``."""

    def has_secret(self, name: str) -> bool:
        """Whether the account has that credential."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a credential belongs to, and the limits that the platform told us for this account."""

    remote_id: str
    name: str
    limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The look-up found the parts published."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The look-up worked and did not find it. That is no proof that it will not appear."""


@dataclass(frozen=True, slots=True)
class Blind:
    """This platform, or this kind of account, cannot be looked up. ``why`` is said to the person who must."""

    why: str


@dataclass(frozen=True, slots=True)
class Processing:
    """The platform has it and still works on it: neither published nor refused yet."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform had it, and refused it after all (a film that it could not convert).

    ``again`` means that the platform itself says to try once more: nothing of it is there.
    """

    why: str
    again: bool = False


Evidence = Found | Absent | Blind | Processing | Refused


class NotReady(Exception):
    """``prepare`` began something that the platform still works on. No failure: a later run goes on from here.

    ``prepared`` is what ``Dispatch.prepared`` holds then, as long as the content is the same; ``seconds`` is when to
    look again. Nothing was published.
    """

    def __init__(self, prepared: JSON, message: str, *, seconds: float = 60) -> None:
        super().__init__(message)
        self.prepared = prepared
        self.message = message
        self.seconds = seconds


class Provider(Protocol):
    """What a provider's module has. The order is the order in its file."""

    @property
    def SPEC(self) -> Spec:  # noqa: N802 - a module constant, seen through the protocol
        """The declared facts."""

    def spec(self, account: Account) -> Spec:
        """The facts for this account: some platforms have several kinds of account."""

    async def authorize(self, http: Http, account: Account) -> Mapping[str, str]:
        """The headers that carry the credential. Called once an account and run, never logged."""

    def sign(self, http: Http, account: Account, unsigned: Unsigned) -> Mapping[str, str]:
        """Further headers for one request, where each is signed by itself (OAuth 1.0a). Pure."""

    async def whoami(self, http: Http, account: Account) -> Identity:
        """Verify the credential, and read what limits this account has."""

    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> JSON:
        """Upload what the parts need. The result is kept in the claim, so it is plain JSON and small.

        ``dispatch.prepared`` is what an earlier run got to, where the content is still the same. Raises ``NotReady``.
        """

    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        """The one mutation. A receipt for each part of the dispatch."""

    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        """Was it published? Called after an unknown answer; reads only."""

    async def edit(self, http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
        """Change a published part to what the dispatch says."""

    async def delete(self, http: Http, account: Account, receipt: Receipt) -> None:
        """Take a published part down."""

    async def options(self, http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
        """Remote things that a setting may name: id -> title."""

    async def metrics(self, http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
        """What is counted of published parts, ``Spec.metrics_batch`` at most: remote id -> readings. Reads only.

        What the platform does not give is absent, be it a figure, or a part that is gone.
        """

    async def account_metrics(self, http: Http, account: Account) -> Readings:
        """What is counted of the account itself. Reads only."""


# --- stated defaults ----------------------------------------------------------------------------------------------


async def bearer(http: Http, account: Account) -> Mapping[str, str]:
    """The usual header for an ``access_token``."""
    return {"Authorization": f"Bearer {http.secret('access_token')}"}


def no_signature(http: Http, account: Account, unsigned: Unsigned) -> Mapping[str, str]:
    """Requests are not signed one by one."""
    return {}


async def no_preparation(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Nothing has to be uploaded first."""
    return None


async def no_edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """The platform cannot change a published post."""
    raise errors.Rejected("this platform cannot edit a published post")


async def no_delete(http: Http, account: Account, receipt: Receipt) -> None:
    """The platform cannot take a published post down."""
    raise errors.Rejected("this platform cannot delete a published post")


async def no_options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """No setting of this platform names a remote thing."""
    return {}


async def no_metrics(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """The platform counts nothing of posts, or tells nobody."""
    return {}


async def no_account_metrics(http: Http, account: Account) -> Readings:
    """The platform counts nothing of accounts, or tells nobody."""
    return {}


# --- what providers share -----------------------------------------------------------------------------------------


def said(json: JSON, key: str, failure: type[errors.Failure] = errors.Unknown) -> str:
    """A text that an answer must hold. Without it a mutation is ``Unknown``; other calls name their own failure."""
    value = json.get(key) if isinstance(json, dict) else None
    if not isinstance(value, str) or not value:
        raise failure(f"the answer cannot be understood: it has no `{key}`")
    return value


def rows(json: JSON, key: str | None = None) -> list[dict[str, Any]]:
    """The objects of a list that was read, itself or under ``key``. No list is not an empty one: ``Unavailable``."""
    value = json if key is None else json.get(key) if isinstance(json, dict) else None
    if not isinstance(value, list):
        raise errors.Unavailable(f"the answer cannot be understood: {f'`{key}`' if key else 'it'} is no list")
    return [row for row in value if isinstance(row, dict)]


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that have a value: what is ``None``, empty, zero or false is left to the platform's default."""
    return {name: value for name, value in fields.items() if value}
