"""What posts attach: looked up in the tree, read and measured once, and named by what is the matter with it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from typing import Protocol
from urllib.parse import unquote, urlsplit

from postiz_ops.compile.tree import Entry, EntryKind, Tree
from postiz_ops.model import Media, MediaKind, Span


class Probed(Protocol):
    """What the header of a file says. Sizes in pixels, the duration in seconds; ``None`` where the format has none."""

    @property
    def kind(self) -> MediaKind:
        """The family."""

    @property
    def type(self) -> str:
        """The MIME type."""

    @property
    def width(self) -> int | None:
        """In pixels."""

    @property
    def height(self) -> int | None:
        """In pixels."""

    @property
    def duration(self) -> float | None:
        """In seconds."""


Probe = Callable[[bytes], Probed | None]
"""Bytes to what they are, ``None`` for what is foreign or broken."""


class Trouble(StrEnum):
    """Why a reference is no attachment."""

    MISSING = "missing"
    UNTRACKED = "untracked"
    IGNORED = "ignored"
    NOT_A_FILE = "not a file"
    SYMLINK = "symlink"
    CASE = "case"
    POINTER = "pointer"
    OUTSIDE = "outside"
    UNREADABLE = "unreadable"
    SCHEME = "scheme"
    UNPINNED = "unpinned"
    BAD_HASH = "bad hash"
    UNKNOWN_TYPE = "unknown type"


_TROUBLES = {
    EntryKind.MISSING: Trouble.MISSING,
    EntryKind.UNTRACKED: Trouble.UNTRACKED,
    EntryKind.IGNORED: Trouble.IGNORED,
    EntryKind.DIRECTORY: Trouble.NOT_A_FILE,
    EntryKind.SUBMODULE: Trouble.NOT_A_FILE,
    EntryKind.SYMLINK: Trouble.SYMLINK,
    EntryKind.CASE: Trouble.CASE,
    EntryKind.POINTER: Trouble.POINTER,
    EntryKind.OUTSIDE: Trouble.OUTSIDE,
}

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://|(data|file|mailto):", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-fA-F]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_BY_EXTENSION = {
    "avif": (MediaKind.IMAGE, "image/avif"),
    "flac": (MediaKind.AUDIO, "audio/flac"),
    "gif": (MediaKind.GIF, "image/gif"),
    "heic": (MediaKind.IMAGE, "image/heic"),
    "jpeg": (MediaKind.IMAGE, "image/jpeg"),
    "jpg": (MediaKind.IMAGE, "image/jpeg"),
    "m4a": (MediaKind.AUDIO, "audio/mp4"),
    "mov": (MediaKind.VIDEO, "video/quicktime"),
    "mp3": (MediaKind.AUDIO, "audio/mpeg"),
    "mp4": (MediaKind.VIDEO, "video/mp4"),
    "ogg": (MediaKind.AUDIO, "audio/ogg"),
    "pdf": (MediaKind.DOCUMENT, "application/pdf"),
    "png": (MediaKind.IMAGE, "image/png"),
    "wav": (MediaKind.AUDIO, "audio/wav"),
    "webm": (MediaKind.VIDEO, "video/webm"),
    "webp": (MediaKind.IMAGE, "image/webp"),
}
"""What a URL's extension promises. It is believed until the bytes are there: they must have the pinned hash anyway."""


@dataclass(frozen=True, slots=True)
class Reference:
    """An attachment as a post names it: in ``media``, as an image of the body, or as a card's image or a thumbnail."""

    src: str
    span: Span
    alt: str = ""
    sha256: str | None = None
    thumbnail: Reference | None = None
    in_body: bool = False
    """Whether ``src`` stands in Markdown, where a space may be written ``%20``."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A reference and what became of it: ``media``, or the ``trouble``. ``suggestion`` is what should be written."""

    reference: Reference
    path: str
    media: Media | None = None
    trouble: Trouble | None = None
    suggestion: str | None = None
    thumbnail: Asset | None = None

    def each(self) -> Iterator[Asset]:
        """The asset, and its thumbnail where it has one."""
        yield self
        if self.thumbnail:
            yield self.thumbnail


@dataclass(frozen=True, slots=True)
class Facts:
    """What a blob's bytes are: worth keeping, because a blob never changes. ``kind`` is ``None`` for foreign bytes."""

    sha256: str
    bytes: int
    kind: MediaKind | None = None
    type: str = ""
    width: int | None = None
    height: int | None = None
    duration: float | None = None


def locate(src: str, post: str) -> str | None:
    """The path from the repository's root that ``src`` means in a post's file, ``None`` where it leads out of it."""
    joined = src.lstrip("/") if src.startswith("/") else posixpath.join(posixpath.dirname(post), src)
    path = posixpath.normpath(joined)
    return None if path == ".." or path.startswith("../") else path


def _as_written(path: str, src: str, post: str) -> str:
    """A path as the post would write it, in the manner of ``src``."""
    return f"/{path}" if src.startswith("/") else posixpath.relpath(path, posixpath.dirname(post) or ".")


def measure(data: bytes, probe: Probe) -> Facts:
    """Hash and header of a file's bytes."""
    digest, found = sha256(data).hexdigest(), probe(data)
    if found is None:
        return Facts(digest, len(data))
    return Facts(digest, len(data), found.kind, found.type, found.width, found.height, found.duration)


@dataclass(slots=True)
class Shelf:
    """The media of one tree. Each blob is read and measured once; ``facts`` may come from an earlier run.

    ``asked`` collects what ``entry`` said of every path that was asked for since ``begin``: what a post depends on.
    """

    tree: Tree
    probe: Probe
    facts: dict[str, Facts] = field(default_factory=dict)
    seen: dict[str, Entry] = field(default_factory=dict)
    asked: dict[str, Entry] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what was asked for: another post begins."""
        self.asked = {}

    def take(self, reference: Reference, post: str) -> Asset:
        """Look a reference of the post at path ``post`` up."""
        asset = _remote(reference) if _SCHEME.match(reference.src) else self._local(reference, post)
        if reference.thumbnail is None:
            return asset
        thumbnail = self.take(reference.thumbnail, post)
        media = asset.media and replace(asset.media, thumbnail=thumbnail.media)
        return replace(asset, media=media, thumbnail=thumbnail)

    def _local(self, reference: Reference, post: str) -> Asset:
        path = locate(reference.src, post)
        if path is None:
            return Asset(reference, reference.src, trouble=Trouble.OUTSIDE)
        entry = self._entry(path)
        if entry.kind is EntryKind.MISSING and reference.in_body and "%" in reference.src:
            return self._local(replace(reference, src=unquote(reference.src), in_body=False), post)
        if entry.kind is not EntryKind.FILE:
            meant = entry.suggestion and _as_written(entry.suggestion, reference.src, post)
            return Asset(reference, path, trouble=_TROUBLES[entry.kind], suggestion=meant)
        return _shelved(reference, path, self._facts(entry))

    def _entry(self, path: str) -> Entry:
        if path not in self.seen:
            found = self.tree.entry(path) if not _CONTROL.search(path) else Entry(EntryKind.MISSING, path)
            self.seen[path] = found
        self.asked[path] = self.seen[path]
        return self.seen[path]

    def _facts(self, entry: Entry) -> Facts:
        if entry.blob not in self.facts:
            self.facts[entry.blob] = measure(self.tree.read(entry.path), self.probe)
        return self.facts[entry.blob]


def _shelved(reference: Reference, path: str, facts: Facts) -> Asset:
    if facts.kind is None:
        return Asset(reference, path, trouble=Trouble.UNREADABLE)
    if reference.sha256 is not None and reference.sha256.lower() != facts.sha256:
        return Asset(reference, path, trouble=Trouble.BAD_HASH, suggestion=facts.sha256)
    media = Media(
        path=path,
        sha256=facts.sha256,
        kind=facts.kind,
        type=facts.type,
        bytes=facts.bytes,
        width=facts.width,
        height=facts.height,
        duration=facts.duration,
        alt=reference.alt,
        span=reference.span,
    )
    return Asset(reference, path, media)


def _remote(reference: Reference) -> Asset:
    scheme, separator, rest = reference.src.partition(":")
    url = f"{scheme.lower()}{separator}{rest}"
    trouble = _remote_trouble(url, reference.sha256)
    if trouble is not None or reference.sha256 is None:
        return Asset(reference, url, trouble=trouble or Trouble.UNPINNED)
    kind, type_ = _BY_EXTENSION[_extension(url)]
    media = Media(url, reference.sha256.lower(), kind, type_, 0, alt=reference.alt, span=reference.span)
    return Asset(reference, url, media)


def _remote_trouble(url: str, digest: str | None) -> Trouble | None:
    if not url.startswith("https://"):
        return Trouble.SCHEME
    if digest is None:
        return Trouble.UNPINNED
    if not _HASH.fullmatch(digest):
        return Trouble.BAD_HASH
    return None if _extension(url) in _BY_EXTENSION else Trouble.UNKNOWN_TYPE


def extension_type(path: str) -> str | None:
    """The MIME type that a path's or a URL's extension promises, ``None`` where it promises none that we know."""
    known = _BY_EXTENSION.get(_extension(path))
    return known[1] if known else None


def _extension(path: str) -> str:
    try:
        path = urlsplit(path).path if path.startswith("https:") else path
    except ValueError:
        return ""
    return posixpath.splitext(path)[1].removeprefix(".").lower()
