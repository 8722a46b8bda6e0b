"""What a provider declares: a ``Spec``, and everything that it is made of. ``base`` hands it on to the providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from postiz_ops import errors
from postiz_ops.model import Form, Media, MediaKind, Unit
from postiz_ops.providers.auth import OAuth1, OAuth2
from postiz_ops.providers.metrics import Measured

if TYPE_CHECKING:
    from pydantic import BaseModel


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
    """How many ``links``, ``hashtags``, ``mentions`` or ``cashtags`` a text may hold; more is an error.

    Where it is not verified, more is a warning.
    """

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
    replies: Limit | None = None
    """What a comment or a later part may have, where that is less than the first."""
    replies_form: Form | None = None
    """Their form, where it is another: people have their names there, and no mentions."""


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


@dataclass(frozen=True, slots=True)
class Variant:
    """What is otherwise where a post's ``setting`` has this ``value``: a story takes other media than a post does.

    ``text`` is whether its words are shown, ``answers`` whether further parts and comments can follow it.
    """

    setting: str
    value: str
    media: MediaRule
    text: bool = True
    answers: bool = True


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
    """A budget of the platform: at most ``limit`` calls of ``what`` in ``seconds``, counted per ``per``.

    ``posts`` means that what is counted is publications: the engine keeps an account within such a budget by itself.
    What else a platform counts it tells with 429, and the account waits as long as it says.
    """

    what: str
    limit: int
    seconds: int
    per: str
    source: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One row of a provider's error table, matched on parsed fields.

    ``status`` or ``code`` may be ``None``, which matches any. ``code`` is compared with what ``Spec.error_code`` finds.
    """

    status: int | None
    code: str | None
    kind: type[errors.Failure]
    sentence: str
    resets: str | None = None
    """The zone at whose midnight a budget of the day begins anew, where the answer does not say when to come back."""


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
    title_with: tuple[MediaKind, ...] = ()
    """The kinds of media that the title goes with; with any, and with none, where this is empty."""
    link_card: bool = False
    link_with_media: bool = False
    """Whether a post with pictures or a film keeps its link: elsewhere they take the card's place."""
    content_warning: bool = False
    edit: bool = False
    delete: bool = False
    lookup: Lookup = Lookup.NONE
    required_settings: tuple[str, ...] = ()
    account_settings: tuple[str, ...] = ()
    """Those of them that say which of a login's things the account is: a page, a channel. A post does not choose it."""
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
    variants: tuple[Variant, ...] = ()
    """What a setting of a post changes of all this."""
    auth: tuple[OAuth2 | OAuth1, ...] = ()
    """The ways to connect an account beside typing its ``credentials`` in, the advised one first."""
    manual: tuple[str, ...] = ()
    """What a person does to get the credentials that are typed in (a webhook, a bot's token), a sentence each."""
    metrics: tuple[Measured, ...] = ()
    """What can be read back about posts and the account; none where the platform tells nothing."""
    metrics_batch: int = 1
    """How many posts one call to ``metrics`` may ask about."""
    metrics_keep_days: int | None = None
    """How long after it was published a post's figures can be read; ``None`` where the platform names no end."""
    metrics_need: tuple[str, ...] = ()
    """What the credential must be allowed for them, in the platform's own words."""
    no_metrics: str = ""
    """Why there are no ``metrics``, or which part of them there is not."""
    notes: tuple[str, ...] = ()
    """What the docs page says beside the table."""


# --- questions to the facts ---------------------------------------------------------------------------------------

ANY_FILE: Mapping[MediaKind, tuple[str, ...]] = {
    MediaKind.IMAGE: tuple(f"image/{name}" for name in ("jpeg", "png", "gif", "webp", "avif", "heic", "heif")),
    MediaKind.GIF: ("image/gif",),
    MediaKind.VIDEO: tuple(f"video/{name}" for name in ("mp4", "quicktime", "webm", "x-matroska", "3gpp", "x-m4v")),
    MediaKind.AUDIO: tuple(f"audio/{name}" for name in ("mpeg", "mp4", "ogg", "wav", "flac", "webm", "x-matroska")),
    MediaKind.DOCUMENT: ("application/pdf",),
}
"""What platforms take that take any file: all the types that ``media`` tells apart."""


CONVERTIBLE = ("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif")
"""Types of still pictures that can be written as another one, as ``media.fit`` does."""


def changeable(rule: MediaRule, media: Media) -> bool:
    """Whether a picture may be shrunk or converted on its way. What a platform fetches by its own address may not."""
    kind = rule.kinds.get(media.kind)
    remote = media.kind in rule.public and media.path.startswith("https://")
    return kind is not None and kind.fit and not remote


def variant_of(spec: Spec, settings: Mapping[str, Any]) -> Variant | None:
    """The variant that a post's settings choose, if they choose one."""
    return next((each for each in spec.variants if settings.get(each.setting) == each.value), None)


def with_settings(spec: Spec, settings: Mapping[str, Any]) -> Spec:
    """The facts as a post's settings change them."""
    variant = variant_of(spec, settings) if spec.variants else None
    if variant is None:
        return spec
    threads = spec.threads if variant.answers else Threads.NONE
    return replace(spec, media=variant.media, threads=threads, comments=spec.comments and variant.answers)


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
