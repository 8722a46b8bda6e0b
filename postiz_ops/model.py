"""The values that the stages hand each other: frozen, and importing nothing of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Unit(StrEnum):
    """What a platform counts when it limits a text."""

    GRAPHEME = "grapheme"
    CODE_POINT = "code_point"
    UTF16 = "utf16"
    UTF8_BYTE = "utf8_byte"
    X_WEIGHTED = "x_weighted"
    MASTODON = "mastodon"
    EMOJI_BYTES = "emoji_bytes"
    """Code points, but of an emoji its bytes in UTF-8: never a platform's first limit, so in no plan."""


class Form(StrEnum):
    """How a platform wants Markdown to arrive."""

    PLAIN = "plain"
    FACETS = "facets"
    MRKDWN = "mrkdwn"
    DISCORD = "discord"
    LITTLE_TEXT = "little_text"
    MARKDOWN = "markdown"


class MediaKind(StrEnum):
    """The families that platforms tell apart when they limit media."""

    IMAGE = "image"
    GIF = "gif"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file: lines and columns from 1, columns in code points, the end exclusive."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True)
class Facet:
    """A stretch of text that means something: ``start`` and ``end`` are code points of the text."""

    start: int
    end: int
    kind: str
    """``link``, ``mention`` or ``tag``."""
    value: str
    """The URL, the handle without ``@``, or the tag without ``#``."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody that posts may mention: ``handles`` maps a provider to the platform's own form."""

    name: str
    handles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Media:
    """One attachment as it lies in the repository.

    ``path`` is relative to the repository's root (POSIX), or an ``https`` URL. ``sha256`` is of the bytes;
    ``duration`` is in seconds. Sizes are ``None`` where the format has none or the bytes are elsewhere.
    """

    path: str
    sha256: str
    kind: MediaKind
    type: str
    bytes: int
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    alt: str = ""
    thumbnail: Media | None = None
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LinkCard:
    """The card under a post. Only ``url`` is always there; the image is one of the repository's files."""

    url: str
    title: str | None = None
    description: str | None = None
    image: Media | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One channel of accounts.yaml.

    ``credentials`` maps a credential's name to the environment variable that it refers to, never to a value.
    """

    id: str
    provider: str
    origin: str
    """Scheme, host and port of the server that the account talks to."""
    client: str | None = None
    enabled: bool = True
    credentials: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    slots: tuple[str, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """The ``policy`` of accounts.yaml."""

    max_lateness: timedelta = timedelta(hours=24)
    min_gap: timedelta = timedelta(0)
    max_per_run: int = 100
    alt_text: str = "error"
    prune: bool = False


@dataclass(frozen=True, slots=True)
class StateSettings:
    """Where the ledger is kept: a remote's name or URL, a branch, and the genesis id that ``init`` wrote."""

    remote: str = "origin"
    branch: str = "postiz-state"
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """An organisation or customer that accounts are grouped under."""

    id: str
    name: str
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """accounts.yaml, validated and with its defaults."""

    branch: str | None = None
    timezone: str = "UTC"
    content: str = "content"
    state: StateSettings = StateSettings()
    defaults: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy = Policy()
    clients: Mapping[str, Client] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    media_host: str | None = None
    notify: tuple[str, ...] = ()
    digest: str = ""
    """SHA-256 of the file, so that what was compiled under another configuration is told apart."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A recurrence anchored to the calendar of the repository's zone, as an RFC 5545 RRULE."""

    rrule: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a draft goes out: exactly one of an instant (``at``, aware), ``now`` and ``queue``."""

    kind: str
    """``at``, ``now`` or ``queue``; ``none`` where a post of status ``draft`` names no time."""
    at: datetime | None = None
    local: datetime | None = None
    """The naive local time of ``at`` in the repository's zone: what a repeat is anchored to."""
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class DraftPart:
    """One message of a draft, exactly as it will be sent.

    ``length`` is in the unit of the platform's limit. ``comment`` marks a ``:::comment`` part, which answers the first.
    """

    text: str
    length: int
    facets: tuple[Facet, ...] = ()
    media: tuple[Media, ...] = ()
    comment: bool = False
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """A post compiled for one account: everything that will be sent, and when."""

    post: str
    path: str
    account: str
    provider: str
    schedule: Schedule
    parts: tuple[DraftPart, ...]
    status: str = "ready"
    title: str | None = None
    link: LinkCard | None = None
    content_warning: str | None = None
    hashtags: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    allow_repeat: bool = False
    explicit_id: bool = True
    valid: bool = True
    """False when an error of ``check`` speaks of this account: it is skipped and reported."""
    content: str = ""
    """SHA-256 over everything that is sent: what was approved."""
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Post:
    """A post file after its front-matter was read, before it is resolved for accounts."""

    id: str
    path: str
    tags: tuple[str, ...] = ()
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One draft at one time for one account: what the ledger keeps a record of."""

    draft: Draft
    publish_at: datetime | None
    """``None`` while a queue slot is not assigned."""
    occurrence: datetime | None = None
    """The planned instant, for a repeat; what tells its deliveries apart."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a platform gave back for one published part. A webhook's delivery may have no URL."""

    remote_id: str
    url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """What a later reply needs beside the id (Bluesky's CID, say)."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the ledger remembers of a delivery that went out: enough to notice a second one."""

    post: str
    path: str
    account: str
    occurrence: datetime | None
    publish_at: datetime
    published_at: datetime
    text: str
    """SHA-256 of the parts' texts."""
