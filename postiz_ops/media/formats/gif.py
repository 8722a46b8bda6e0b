"""GIF. One that moves is of its own kind, as platforms treat it like a short film; a still one is an image.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, le16, picture
from postiz_ops.model import MediaKind

_IMAGE, _EXTENSION = 0x2C, 0x21

strip = base.keep


def matches(data: bytes) -> bool:
    """Whether the magic bytes are GIF's."""
    return data.startswith((b"GIF87a", b"GIF89a"))


def read(data: bytes) -> Probe | None:
    """The size of the logical screen. The first two frames must be whole; further ones are not looked at."""
    frames = sum(1 for _ in islice(_frames(data), 2))
    if not frames:
        return None
    kind = MediaKind.GIF if frames > 1 else MediaKind.IMAGE
    return picture("image/gif", le16(data, 6), le16(data, 8), kind=kind)


def _frames(data: bytes) -> Iterator[int]:
    """Where the descriptors of whole frames stand."""
    at = 13 + _table(data[10])
    while data[at] in (_IMAGE, _EXTENSION):
        if data[at] == _EXTENSION:
            at = _skip(data, at + 2)
            continue
        start = at
        at = _skip(data, at + 11 + _table(data[at + 9]))
        yield start


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, at: int) -> int:
    """The end of a chain of sub-blocks."""
    for _ in range(STEPS):
        if not data[at]:
            return at + 1
        at += 1 + data[at]
    raise Malformed
