"""What a provider is: a ``Spec`` of declared facts, a few short functions, and stated defaults for what is absent.

A provider is a module. It sees three values: ``http`` (its account's way to the platform), ``account`` and a
``Dispatch``. It has no HTTP import, no environment, no clock and no ``try``: the session behind ``http`` turns every
answer into JSON or into one of the five failures of ``errors``, by the table that the ``Spec`` declares.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from postiz_ops import errors
from postiz_ops.model import Account, Draft, DraftPart, Form, Media, MediaKind, Receipt, Unit

if TYPE_CHECKING:
    from pydantic import BaseModel

JSON = Any
"""What ``json`` reads: typed at the edge where it is used, never trusted."""


# --- declared facts -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """A number with its unit, its source and the date it was read there.

    Above ``max`` is an error, unless ``verified`` is false (then a warning that says so). Above ``warn_above`` is a
    warning. ``discovered`` names the per-account value that replaces ``max`` when the platform told us one.
    """

    max: int
    unit: Unit
    source: str
    checked: str
    verified: bool = True
    warn_above: int | None = None
    discovered: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many ``links``, ``hashtags`` or ``mentions`` one text may hold; more is an error, unverified a warning."""

    what: str
    max: int
    source: str
    checked: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class TextRule:
    """How the platform takes text. ``also`` are further limits that hold at the same time.

    ``loose`` means that the platform says "characters" and not which: code points are limited, and more UTF-16 units
    than ``max`` are a warning. ``with_content_warning`` means that the warning's text counts towards the limit.
    """

    form: Form
    limit: Limit
    also: tuple[Limit, ...] = ()
    loose: bool = False
    with_content_warning: bool = False
    forbidden: str = ""
    """Characters that neither a text nor a title may hold."""
    counts: tuple[Count, ...] = ()
    """What a text may not have too much of; the strictest that holds for certain stands first."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """What the platform takes of one kind of media. Sizes in bytes and pixels, durations in seconds.

    ``fit`` means that a picture over the limit may be shrunk to it before it is uploaded. ``sizes`` are the only
    (width, height) that there may be. ``cover`` means that each needs a picture of its own, its ``thumbnail``.
    ``aspect`` is the least and the most of width by height. Where ``verified`` is false, more is a warning.
    """

    types: tuple[str, ...]
    max_bytes: int
    max_pixels: int | None = None
    max_duration: float | None = None
    max_items: int | None = None
    fit: bool = False
    min_duration: float | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    cover: bool = False
    aspect: tuple[float, float] | None = None
    verified: bool = True


@dataclass(frozen=True, slots=True)
class MediaRule:
    """What may be attached to one part. ``mixed`` allows several kinds together; ``alt`` limits the alt text."""

    kinds: Mapping[MediaKind, KindRule]
    max_items: int
    source: str
    checked: str
    mixed: bool = False
    required: bool = False
    alt: Limit | None = None
    total_bytes: int | None = None
    discovered: str | None = None
    """The per-account value that replaces ``max_items`` when the platform told us one."""
    excluded_by: tuple[str, ...] = ()
    """Settings that cannot go together with media (a poll)."""
    same_size: bool = False
    """Whether several pictures must have the same width and height."""
    public: tuple[MediaKind, ...] = ()
    """Kinds that the platform fetches from a public address: they need a ``media_host``, or an https ``src``."""
    replies: int | None = None
    """How many media a comment or a later part may have, where that is fewer than the first."""


class Threads(StrEnum):
    """How parts follow each other: not at all, each by a mutation of its own, or all in one."""

    NONE = "none"
    CHAIN = "chain"
    ATOMIC = "atomic"


class Title(StrEnum):
    """Whether a post has a title there."""

    ABSENT = "absent"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Lookup(StrEnum):
    """How an unknown outcome can be settled: by a key that we chose, an id that we hold, by listing, or not at all."""

    BY_KEY = "by key"
    BY_ID = "by id"
    LISTING = "listing"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rate:
    """A budget of the platform: at most ``limit`` calls of ``what`` in ``seconds``, counted per ``per``."""

    what: str
    limit: int
    seconds: int
    per: str
    source: str


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One row of a provider's error table, matched on parsed fields.

    ``status`` or ``code`` may be ``None``, which matches any. ``code`` is compared with what ``Spec.error_code`` finds.
    """

    status: int | None
    code: str | None
    kind: type[errors.Failure]
    sentence: str


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything about a platform that can be declared."""

    name: str
    title: str
    docs: str
    api: str
    """The API and its version, as the platform names it."""
    origin: str | None
    """Scheme and host of the API; ``None`` where each account names its server in ``url``."""
    text: TextRule
    media: MediaRule
    credentials: tuple[str, ...]
    settings: type[BaseModel]
    """A pydantic model with ``extra='forbid'``: the platform's own options."""
    sunset: str | None = None
    """The day (ISO 8601) until which this version is served at least; ``None`` where the platform names none."""
    own_server: bool = False
    """Whether an account may name a server of its own in ``url`` although there is an ``origin``."""
    threads: Threads = Threads.NONE
    max_parts: int | None = None
    comments: bool = False
    """Whether ``:::comment`` can answer the first part."""
    post_title: Title = Title.ABSENT
    title_limit: Limit | None = None
    link_card: bool = False
    content_warning: bool = False
    edit: bool = False
    delete: bool = False
    lookup: Lookup = Lookup.NONE
    required_settings: tuple[str, ...] = ()
    mentions: str = "@{handle}"
    """How a person is mentioned; ``{handle}`` is her handle without its ``@``, ``{name}`` her name."""
    tags_in_text: bool = True
    rates: tuple[Rate, ...] = ()
    error_codes: tuple[str, ...] = ("error",)
    """Where an answer's own error code stands, as dotted paths into its JSON, the first that is there wins.

    Where no row of the table knows it, the next one that is there is tried. A number in a path is a place in a list.
    """
    error_table: tuple[ErrorRule, ...] = ()
    error_texts: tuple[str, ...] = ("message",)
    """Where an answer's own words about an error stand, as ``error_codes``."""
    ok_field: str | None = None
    """A field that must be true for a 2xx answer to be a success (Slack's ``ok``)."""
    refusals: tuple[str, ...] = ()
    """Where an error code stands that makes a failure of a 2xx answer, as ``error_codes``; ``ok`` is none."""
    no_threads_help: str = "write it as one part, or leave this account out"
    notes: tuple[str, ...] = ()
    """What the docs page says beside the table."""


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
    """A request that is about to leave, for platforms that sign each one: its form fields, a fresh nonce, the time."""

    method: str
    url: str
    form: Mapping[str, str]
    nonce: str
    at: datetime


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
        form: Mapping[str, str] | None = None,
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
        form: Mapping[str, str] | None = None,
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


# --- what providers share -----------------------------------------------------------------------------------------

ANY_FILE: Mapping[MediaKind, tuple[str, ...]] = {
    MediaKind.IMAGE: tuple(f"image/{name}" for name in ("jpeg", "png", "gif", "webp", "avif", "heic", "heif")),
    MediaKind.GIF: ("image/gif",),
    MediaKind.VIDEO: tuple(f"video/{name}" for name in ("mp4", "quicktime", "webm", "x-matroska", "3gpp", "x-m4v")),
    MediaKind.AUDIO: tuple(f"audio/{name}" for name in ("mpeg", "mp4", "ogg", "wav", "flac", "webm", "x-matroska")),
    MediaKind.DOCUMENT: ("application/pdf",),
}
"""What platforms take that take any file: all the types that ``media`` tells apart."""


def with_limits(spec: Spec, limits: Mapping[str, int]) -> Spec:
    """The facts with the numbers that the platform told for one account in the place of the declared ones."""
    media = replace(
        spec.media,
        alt=spec.media.alt and _told(spec.media.alt, limits),
        max_items=limits.get(spec.media.discovered or "", spec.media.max_items),
    )
    return replace(spec, text=replace(spec.text, limit=_told(spec.text.limit, limits)), media=media)


def _told(limit: Limit, limits: Mapping[str, int]) -> Limit:
    return replace(limit, max=limits.get(limit.discovered or "", limit.max))


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
