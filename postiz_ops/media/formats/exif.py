"""EXIF: only the orientation matters to us, and it is all that is kept when the rest is dropped.

https://www.cipa.jp/std/documents/e/DC-008-Translation-2019-E.pdf, section 4.6
"""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_SHORT = 3
_ON_ITS_SIDE = range(5, 9)
UPRIGHT = 1
EMPTY = struct.pack(">4sIHI", b"MM\0*", 8, 0, 0)
"""A TIFF block that says nothing."""


def orientation(tiff: bytes) -> int:
    """The orientation (1 to 8) that a TIFF block states; 1 where it states none or is broken."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return UPRIGHT
    try:
        return _find(tiff, order)
    except struct.error:
        return UPRIGHT


def _find(tiff: bytes, order: str) -> int:
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for entry in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
        if tag == _ORIENTATION:
            return int(value) if kind == _SHORT and 1 <= value <= 8 else UPRIGHT
    return UPRIGHT


def turned(value: int) -> bool:
    """Whether an orientation swaps width and height."""
    return value in _ON_ITS_SIDE


def minimal(value: int) -> bytes:
    """A TIFF block that says this orientation and nothing else."""
    return struct.pack(">4sIHHHIHHI", b"MM\0*", 8, 1, _ORIENTATION, _SHORT, 1, value, 0, 0)
