"""JPEG.

https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from postiz_ops.media.formats import exif
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, picture, u16

_END, _SCAN, _DATA = 0xD9, 0xDA, 0x00
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_APP1, _APP2, _APP13 = 0xE1, 0xE2, 0xED
_EXIF = b"Exif\0\0"
_MARKER = re.compile(rb"\xff+([^\x00\xff])")
_BEHIND_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""In a scan's data, FF is followed by 00 or is a restart."""


class _Segment(NamedTuple):
    marker: int
    start: int
    body: int
    end: int


def matches(data: bytes) -> bool:
    """Whether the magic bytes are JPEG's."""
    return data.startswith(b"\xff\xd8\xff")


def read(data: bytes) -> Probe | None:
    """The size from the frame header, turned as EXIF says. There must be a scan, and an end behind it."""
    size, orientation = None, exif.UPRIGHT
    for segment in islice(_segments(data), STEPS):
        if segment.marker in _FRAMES and size is None:
            size = u16(data, segment.body + 3), u16(data, segment.body + 1)
        elif segment.marker == _APP1 and data.startswith(_EXIF, segment.body):
            orientation = exif.orientation(data[segment.body + 6 : segment.end])
        elif segment.marker == _SCAN:
            whole = data.rfind(b"\xff\xd9") >= segment.end
            return picture("image/jpeg", *size, turned=exif.turned(orientation)) if size and whole else None
    return None


def strip(data: bytes) -> bytes:
    """Without EXIF (but for the orientation), XMP, IPTC, and further pictures or films behind the end."""
    kept, ended = [data[:2]], False
    for segment in islice(_segments(data), STEPS):
        ended = segment.marker == _END
        if segment.marker == _APP1:
            kept.append(_reduced(data[segment.body : segment.end]))
        elif not _tells_more(data, segment):
            kept.append(data[segment.start : segment.end])
    if not ended:
        raise Malformed
    return b"".join(kept)


def _tells_more(data: bytes, segment: _Segment) -> bool:
    further_pictures = segment.marker == _APP2 and data.startswith(b"MPF\0", segment.body)
    return segment.marker == _APP13 or further_pictures


def _segments(data: bytes) -> Iterator[_Segment]:
    at = 2
    while found := _MARKER.match(data, at):
        marker, body = found[1][0], found.end()
        end = body if marker in (0x01, _END) else body + u16(data, body)
        if end > len(data):
            raise Malformed
        yield _Segment(marker, at, min(body + 2, end), end)
        if marker == _END:
            return
        at = end
        if marker == _SCAN:
            at = _end_of_scan(data, end)
            yield _Segment(_DATA, end, end, at)


def _end_of_scan(data: bytes, start: int) -> int:
    found = _BEHIND_SCAN.search(data, start)
    if found is None:
        raise Malformed
    return found.start()


def _reduced(body: bytes) -> bytes:
    orientation = exif.orientation(body[6:]) if body.startswith(_EXIF) else exif.UPRIGHT
    if orientation == exif.UPRIGHT:
        return b""
    segment = _EXIF + exif.minimal(orientation)
    return struct.pack(">BBH", 0xFF, _APP1, len(segment) + 2) + segment
