"""MP4, M4V, M4A, 3GP and QuickTime films; ``moov`` may stand anywhere.

ISO/IEC 14496-12, 8.2 to 8.5; https://developer.apple.com/documentation/quicktime-file-format
"""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.media.formats.base import Malformed, Probe, u32, u64
from postiz_ops.media.formats.isobmff import Box, at, boxes, brands, first, inside
from postiz_ops.model import MediaKind

_WITHOUT_FTYP = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
"""How a QuickTime file may begin that is older than ``ftyp``."""
_SOUND_BRANDS = {b"M4A ", b"M4B ", b"M4P "}
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def matches(data: bytes) -> bool:
    """Whether the file begins with a box of a film (pictures in the same container are tried before)."""
    return data[4:8] == b"ftyp" or data[4:8] in _WITHOUT_FTYP


def read(data: bytes) -> Probe | None:
    """Duration from the movie header, size from the first video track, turned as its matrix says."""
    moov = _moov(data)
    duration = _duration(data, moov)
    tracks = {_handler(data, trak): trak for trak in reversed(list(_tracks(data, moov)))}
    brand = next(iter(brands(data)), b"qt  ")
    if b"vide" in tracks and brand not in _SOUND_BRANDS:
        return Probe(MediaKind.VIDEO, _type(brand), *_size(data, tracks[b"vide"]), duration)
    if b"soun" in tracks:
        return Probe(MediaKind.AUDIO, "audio/mp4", duration=duration)
    return None


def strip(data: bytes) -> bytes:
    """With user data and metadata (places, cameras) blanked in the same length, so that no offset changes."""
    moov = _moov(data)
    kept = bytearray(data)
    for parent in (boxes(data, 0, len(data)), inside(data, moov), *(inside(data, t) for t in _tracks(data, moov))):
        for box in parent:
            if box.kind in {b"udta", b"meta"} or (box.kind == b"uuid" and data.startswith(_XMP, box.body)):
                kept[box.start + 4 : box.start + 8] = b"free"
                kept[box.body : box.end] = bytes(box.end - box.body)
    return bytes(kept)


def _moov(data: bytes) -> Box:
    """The movie box. All of the top level is walked, so that a file that is cut off is noticed."""
    found = [box for box in boxes(data, 0, len(data)) if box.kind == b"moov"]
    if not found:
        raise Malformed
    return found[0]


def _tracks(data: bytes, moov: Box) -> Iterator[Box]:
    return (box for box in inside(data, moov) if box.kind == b"trak")


def _handler(data: bytes, trak: Box) -> bytes:
    hdlr = at(data, trak, b"mdia", b"hdlr")
    return b"" if hdlr is None else data[hdlr.body + 8 : hdlr.body + 12]


def _duration(data: bytes, moov: Box) -> float | None:
    mvhd = first(inside(data, moov), b"mvhd")
    if mvhd is None:
        raise Malformed
    wide = data[mvhd.body] == 1
    scale = u32(data, mvhd.body + (20 if wide else 12))
    ticks = _ticks(data, mvhd.body + (24 if wide else 16), wide=wide) or _fragments(data, moov)
    return ticks / scale if ticks and scale else None


def _fragments(data: bytes, moov: Box) -> int | None:
    mehd = at(data, moov, b"mvex", b"mehd")
    return None if mehd is None else _ticks(data, mehd.body + 4, wide=data[mehd.body] == 1)


def _ticks(data: bytes, place: int, *, wide: bool) -> int | None:
    """A duration; all bits set means that it is not known."""
    value, unknown = (u64(data, place), (1 << 64) - 1) if wide else (u32(data, place), (1 << 32) - 1)
    return None if value == unknown else value


def _size(data: bytes, trak: Box) -> tuple[int, int]:
    tkhd = first(inside(data, trak), b"tkhd")
    if tkhd is None:
        raise Malformed
    matrix = tkhd.body + (52 if data[tkhd.body] == 1 else 40)
    width, height = u32(data, matrix + 36) >> 16, u32(data, matrix + 40) >> 16
    if not (width and height):
        raise Malformed
    on_its_side = u32(data, matrix) == 0 and u32(data, matrix + 4) != 0
    return (height, width) if on_its_side else (width, height)


def _type(brand: bytes) -> str:
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/3gpp" if brand.startswith(b"3gp") else "video/mp4"
