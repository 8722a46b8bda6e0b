"""Everything that the stand-ins remember: posts and files, under one lock, for as long as the sandbox runs."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from postiz_ops.sandbox import sniff

T = TypeVar("T")


@dataclass(slots=True)
class File:
    """An uploaded file. ``state`` is ``ready``, ``processing`` or ``failed``; ``stuck`` keeps it processing for ever.

    ``used`` means that a post has it. ``url`` is where the platform would fetch it from; nothing is fetched, so of such
    a file the address is all that is known.
    """

    id: str
    type: str
    data: bytes = field(repr=False)
    alt: str = ""
    name: str = ""
    width: int | None = None
    height: int | None = None
    animated: bool = False
    state: str = "ready"
    stuck: bool = False
    owner: str = ""
    used: bool = False
    url: str = ""

    @classmethod
    def of(
        cls, file_id: str, data: bytes, *, alt: str = "", name: str = "", declared: str = "", owner: str = ""
    ) -> File:
        """A file of what its bytes are; the declared type counts where they do not tell."""
        file = cls(file_id, "", b"", alt, name, owner=owner)
        file.fill(data, declared)
        return file

    @property
    def size(self) -> int | None:
        """How large it is, ``None`` where only its address is known."""
        return None if self.url else len(self.data)

    def fill(self, data: bytes, declared: str = "") -> None:
        """Take the bytes, and what they say about themselves."""
        self.data, self.type = data, sniff.mime(data) or declared or "application/octet-stream"
        picture = sniff.picture(data) if self.type.startswith("image/") else None
        if picture:
            self.width, self.height, self.animated = picture.width, picture.height, picture.animated


@dataclass(slots=True)
class Post:
    """One published message. ``remote_id`` is the platform's own; ``detail`` is what its stand-in keeps beside."""

    provider: str
    account: str
    remote_id: str
    text: str
    created_at: datetime
    url: str | None = None
    parent: str | None = None
    media: list[File] = field(default_factory=list)
    edited_at: datetime | None = None
    replies: int = 0
    deleted: bool = False
    detail: dict[str, Any] = field(default_factory=dict)

    def public(self) -> dict[str, Any]:
        """The post as ``GET /_sandbox/posts`` shows it."""
        return {
            "provider": self.provider,
            "account": self.account,
            "remote_id": self.remote_id,
            "url": self.url,
            "text": self.text,
            "parent": self.parent,
            "media": [{"type": file.type, "alt": file.alt, "bytes": file.size} for file in self.media],
            "created_at": stamp(self.created_at),
            "deleted": self.deleted,
        }


def now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """An instant as the platforms write it: ISO 8601 in UTC with milliseconds and ``Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def short(credential: str, prefix: str = "user") -> str:
    """A stable short name for whoever a credential belongs to, from which it cannot be read back."""
    return f"{prefix}_{hashlib.sha256(credential.encode()).hexdigest()[:8]}"


def digits(of: str, count: int = 15) -> str:
    """A number for a name, the same at every start."""
    return f"1{int(hashlib.sha256(of.encode()).hexdigest(), 16) % 10 ** (count - 1):0{count - 1}d}"


@dataclass(slots=True)
class World:
    """What was published. Hold ``lock`` around everything; ``clock`` is a parameter for tests of time windows."""

    clock: Callable[[], datetime] = now
    lock: threading.RLock = field(default_factory=threading.RLock)
    posts: list[Post] = field(default_factory=list)
    _index: dict[tuple[str, str], Post] = field(default_factory=dict)
    _states: dict[type[Any], Any] = field(default_factory=dict)
    _last: int = 0

    def state(self, kind: type[T]) -> T:
        """A stand-in's own state, made at first use."""
        if kind not in self._states:
            self._states[kind] = kind()
        found: T = self._states[kind]
        return found

    def reset(self) -> None:
        """Forget every post and file, as if nothing had ever been published."""
        self.posts.clear()
        self._index.clear()
        self._states.clear()

    def tick(self) -> int:
        """Microseconds since 1970, never the same twice: what ids and timestamps are made of."""
        moment = self.clock()
        micros = int(moment.timestamp()) * 1_000_000 + moment.microsecond
        self._last = max(self._last + 1, micros)
        return self._last

    def snowflake(self, epoch: int = 0, shift: int = 22) -> str:
        """An id that grows with time: milliseconds since ``epoch`` above ``shift`` bits of sequence."""
        millis, rest = divmod(self.tick(), 1000)
        return str(((millis - epoch) << shift) + rest)

    def add(self, post: Post) -> Post:
        """Keep a post."""
        self.posts.append(post)
        self._index[post.provider, post.remote_id] = post
        self._answered(post, 1)
        return post

    def rename(self, post: Post, remote_id: str) -> None:
        """Give a post another id, as an edit does on X; it is also found by the old one."""
        post.remote_id = remote_id
        self._index[post.provider, remote_id] = post

    def remove(self, post: Post) -> None:
        """Take a post down; it stays known as deleted."""
        post.deleted = True
        self._answered(post, -1)

    def _answered(self, post: Post, by: int) -> None:
        parent = self._index.get((post.provider, post.parent or ""))
        if parent is not None:
            parent.replies += by

    def of(self, provider: str, account: str | None = None, *, deleted: bool = False) -> Iterator[Post]:
        """A platform's posts in the order of their publication, of one account or of all."""
        for post in self.posts:
            if post.provider == provider and account in (None, post.account) and (deleted or not post.deleted):
                yield post

    def find(self, provider: str, remote_id: str, account: str | None = None) -> Post | None:
        """A post that still stands."""
        post = self._index.get((provider, remote_id))
        return None if post is None or post.deleted or account not in (None, post.account) else post
