"""HEIC and AVIF: pictures in boxes.

ISO/IEC 23008-12 (HEIF), 9.3; https://aomediacodec.github.io/av1-avif/
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from postiz_ops.media.formats import exif
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, picture, u16, u32
from postiz_ops.media.formats.isobmff import Box, boxes, brands, first, inside

_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_HEIF = {b"mif1", b"msf1", b"mif2"}
_IN_FILE = 0
"""The construction method of ``iloc`` by which offsets count from the start of the file."""

_NO_EXIF = bytes(4) + exif.EMPTY
"""Decoders refuse a picture whose EXIF is no EXIF: this one says nothing."""


def matches(data: bytes) -> bool:
    """Whether the major brand is a picture's."""
    return data[4:8] == b"ftyp" and data[8:12] in _AVIF | _HEIC | _HEIF


def read(data: bytes) -> Probe | None:
    """The size of the primary item, turned as its ``irot`` says."""
    meta = _meta(data)
    size, turned = None, False
    for box in _properties(data, meta):
        if box.kind == b"ispe" and size is None:
            size = u32(data, box.body + 4), u32(data, box.body + 8)
        elif box.kind == b"irot":
            turned = bool(data[box.body] & 1)
    return picture(_type(brands(data)), *size, turned=turned) if size else None


def strip(data: bytes) -> bytes:
    """With EXIF and XMP blanked in the same length, so that no offset changes. The rotation is stored elsewhere."""
    meta = _meta(data)
    telling = set(_telling(data, meta))
    kept, done = bytearray(data), 0
    for offset, length in sorted(islice(_extents(data, meta, telling), STEPS)):
        # Extents may overlap: no byte is blanked twice, or a small file could keep us busy for hours.
        start, end = max(offset, done), min(offset + length, len(data))
        if start < end:
            kept[start:end] = _NO_EXIF.ljust(end - start, b"\0")[: end - start]
            done = end
    return bytes(kept)


def _type(names: tuple[bytes, ...]) -> str:
    if _AVIF.intersection(names):
        return "image/avif"
    return "image/heic" if _HEIC.intersection(names) else "image/heif"


def _meta(data: bytes) -> Box:
    found = [box for box in boxes(data, 0, len(data)) if box.kind == b"meta"]
    if not found:
        raise Malformed
    return found[0]


def _child(data: bytes, meta: Box, kind: bytes) -> Box:
    box = first(inside(data, meta, skip=4), kind)
    if box is None:
        raise Malformed
    return box


def _properties(data: bytes, meta: Box) -> Iterator[Box]:
    """The properties of the primary item."""
    pitm, iprp = _child(data, meta, b"pitm"), _child(data, meta, b"iprp")
    primary = (u16 if data[pitm.body] == 0 else u32)(data, pitm.body + 4)
    parts = {box.kind: box for box in inside(data, iprp)}
    if not {b"ipco", b"ipma"} <= parts.keys():
        raise Malformed
    known = list(inside(data, parts[b"ipco"]))
    return (known[index - 1] for index in _associated(data, parts[b"ipma"], primary) if 0 < index <= len(known))


def _associated(data: bytes, ipma: Box, item: int) -> list[int]:
    """The numbers, from 1, of an item's properties."""
    wide_id, wide_index = data[ipma.body] >= 1, data[ipma.body + 3] & 1
    place = ipma.body + 8
    for _ in range(min(u32(data, ipma.body + 4), STEPS)):
        found, place = (u32(data, place), place + 4) if wide_id else (u16(data, place), place + 2)
        count, place = data[place], place + 1
        step = 2 if wide_index else 1
        if found == item:
            places = range(place, place + count * step, step)
            return [u16(data, at) & 0x7FFF if wide_index else data[at] & 0x7F for at in places]
        place += count * step
    return []


def _telling(data: bytes, meta: Box) -> Iterator[int]:
    """The ids of the items that hold EXIF or XMP."""
    iinf = _child(data, meta, b"iinf")
    for box in inside(data, iinf, skip=6 if data[iinf.body] == 0 else 8):
        if box.kind != b"infe" or data[box.body] < 2:
            continue
        wide = data[box.body] >= 3
        kind = box.body + (10 if wide else 8)
        if data[kind : kind + 4] in {b"Exif", b"mime"}:
            yield (u32 if wide else u16)(data, box.body + 4)


def _extents(data: bytes, meta: Box, items: set[int]) -> Iterator[tuple[int, int]]:
    """``(offset, length)`` of where the items' bytes lie in the file."""
    iloc = _child(data, meta, b"iloc")
    reader = _Fields(data, iloc.body)
    version = reader.take(1)
    reader.take(3)
    offset_size, length_size = divmod(reader.take(1), 16)
    base_size, index_size = divmod(reader.take(1), 16)
    wide = 4 if version == 2 else 2
    for _ in range(min(reader.take(wide), STEPS)):
        item = reader.take(wide)
        method = reader.take(2) & 0xF if version else _IN_FILE
        reader.take(2)
        base = reader.take(base_size)
        count = reader.take(2)
        if count > 1 and not offset_size + length_size:
            raise Malformed
        for _ in range(count):
            reader.take(index_size if version else 0)
            offset, length = reader.take(offset_size), reader.take(length_size)
            if item in items and method == _IN_FILE:
                yield base + offset, length


class _Fields:
    """Reads numbers one behind the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def take(self, size: int) -> int:
        """The next number of ``size`` bytes; 0 for one of no bytes. Raises ``Malformed`` at the end."""
        field = self._data[self._at : self._at + size]
        if len(field) < size:
            raise Malformed
        self._at += size
        return int.from_bytes(field, "big")
