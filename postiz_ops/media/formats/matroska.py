"""WebM and Matroska: EBML elements in elements.

https://www.rfc-editor.org/rfc/rfc8794 (EBML), https://www.rfc-editor.org/rfc/rfc9559 (Matroska)
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import STEPS, Malformed, Probe
from postiz_ops.model import MediaKind

_HEADER, _DOC_TYPE, _SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
_INFO, _SCALE, _DURATION = 0x1549A966, 0x2AD7B1, 0x4489
_TRACKS, _ENTRY, _TRACK_TYPE, _VIDEO, _WIDTH, _HEIGHT = 0x1654AE6B, 0xAE, 0x83, 0xE0, 0xB0, 0xBA
_TYPE_VIDEO, _TYPE_AUDIO = 1, 2
_TYPES: Mapping[str, tuple[str, str]] = {
    "webm": ("video/webm", "audio/webm"),
    "matroska": ("video/x-matroska", "audio/x-matroska"),
}
_NANOSECONDS = 1e9
_DEFAULT_SCALE = 1_000_000

strip = base.keep


class _Element(NamedTuple):
    id: int
    body: int
    end: int


def matches(data: bytes) -> bool:
    """Whether the file begins with an EBML header."""
    return data.startswith(b"\x1a\x45\xdf\xa3")


def read(data: bytes) -> Probe | None:
    """Duration (none in what a browser recorded) and size of the first video track."""
    file = _Element(0, 0, len(data))
    names = _text(data, _one(data, _one(data, file, _HEADER), _DOC_TYPE))
    if names not in _TYPES:
        return None
    film, sound = _TYPES[names]
    parts = {child.id: child for child in _inside(data, _one(data, file, _SEGMENT))}
    duration = _seconds(data, parts[_INFO]) if _INFO in parts else None
    tracks = {_track_type(data, track): track for track in _tracks(data, parts.get(_TRACKS))}
    if _TYPE_VIDEO in tracks:
        return Probe(MediaKind.VIDEO, film, *_size(data, tracks[_TYPE_VIDEO]), duration)
    return Probe(MediaKind.AUDIO, sound, duration=duration) if _TYPE_AUDIO in tracks else None


def _tracks(data: bytes, tracks: _Element | None) -> list[_Element]:
    """The tracks, last first: in a dict of their types the first one stays."""
    if tracks is None:
        raise Malformed
    return [child for child in _inside(data, tracks) if child.id == _ENTRY][::-1]


def _track_type(data: bytes, track: _Element) -> int:
    return _number(data, _one(data, track, _TRACK_TYPE))


def _size(data: bytes, track: _Element) -> tuple[int, int]:
    video = _one(data, track, _VIDEO)
    width, height = (_number(data, _one(data, video, name)) for name in (_WIDTH, _HEIGHT))
    if not (width and height):
        raise Malformed
    return width, height


def _seconds(data: bytes, info: _Element) -> float | None:
    found = {child.id: child for child in _inside(data, info)}
    if _DURATION not in found:
        return None
    scale = _number(data, found[_SCALE]) if _SCALE in found else _DEFAULT_SCALE
    value = _float(data, found[_DURATION]) * scale / _NANOSECONDS
    return value if math.isfinite(value) and value > 0 else None


def _one(data: bytes, parent: _Element, name: int) -> _Element:
    for child in _inside(data, parent):
        if child.id == name:
            return child
    raise Malformed


def _inside(data: bytes, parent: _Element) -> Iterator[_Element]:
    at = parent.body
    for _ in range(STEPS):
        if at >= parent.end:
            return
        name, at, _ = _vint(data, at, marked=True)
        size, at, unknown = _vint(data, at, marked=False)
        end = parent.end if unknown else at + size
        if end > parent.end:
            raise Malformed
        yield _Element(name, at, end)
        at = end
    raise Malformed


def _vint(data: bytes, at: int, *, marked: bool) -> tuple[int, int, bool]:
    """``(value, where it ends, whether all its bits are set)``: ids keep their length marker, sizes do not."""
    length = 9 - data[at].bit_length()
    if length > 8 or at + length > len(data):
        raise Malformed
    value = int.from_bytes(data[at : at + length], "big")
    bits = value & ((1 << 7 * length) - 1)
    return (value if marked else bits), at + length, bits == (1 << 7 * length) - 1


def _number(data: bytes, element: _Element) -> int:
    if element.end - element.body > 8:
        raise Malformed
    return int.from_bytes(data[element.body : element.end], "big")


def _float(data: bytes, element: _Element) -> float:
    body = data[element.body : element.end]
    return float(struct.unpack(">f" if len(body) == 4 else ">d", body)[0])


def _text(data: bytes, element: _Element) -> str:
    return data[element.body : min(element.end, element.body + 16)].decode("ascii", "replace").rstrip("\0")
