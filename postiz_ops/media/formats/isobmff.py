"""The ISO base media file format: boxes in boxes. MP4, QuickTime and HEIF are made of it.

ISO/IEC 14496-12; https://developer.apple.com/documentation/quicktime-file-format
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from postiz_ops.media.formats.base import STEPS, Malformed, u32, u64


class Box(NamedTuple):
    """A box: its bytes are ``data[start:end]``, its content ``data[body:end]``."""

    kind: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes that stand side by side. Raises ``Malformed`` where one is cut off."""
    for _ in range(STEPS):
        if start + 8 > end:
            return
        box = _box(data, start, end)
        yield box
        start = box.end
    raise Malformed


def _box(data: bytes, start: int, end: int) -> Box:
    size, body = u32(data, start), start + 8
    if size == 1:
        size, body = u64(data, body), body + 8
    stop = start + size if size else end
    if not body <= stop <= end:
        raise Malformed
    return Box(data[start + 4 : start + 8], start, body, stop)


def inside(data: bytes, box: Box, *, skip: int = 0) -> Iterator[Box]:
    """The boxes in a box, behind ``skip`` bytes of its own fields (4 in a FullBox)."""
    return boxes(data, box.body + skip, box.end)


def first(found: Iterator[Box], kind: bytes) -> Box | None:
    """The first box of a kind."""
    return next((box for box in found if box.kind == kind), None)


def at(data: bytes, box: Box | None, *path: bytes) -> Box | None:
    """The box that a path of kinds leads to, from ``box`` down."""
    for kind in path:
        if box is None:
            return None
        box = first(inside(data, box), kind)
    return box


def brands(data: bytes) -> tuple[bytes, ...]:
    """The major brand and the compatible ones; none where the file does not begin with ``ftyp``."""
    box = next(boxes(data, 0, len(data)), None)
    if box is None or box.kind != b"ftyp":
        return ()
    end = min(box.end, box.body + 4 * 256)
    compatible = tuple(data[at : at + 4] for at in range(box.body + 8, end, 4))
    return (data[box.body : box.body + 4], *compatible)
