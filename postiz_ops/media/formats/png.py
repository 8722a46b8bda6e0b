"""PNG, and APNG, which is a picture to those that do not know it.

https://www.w3.org/TR/png-3/
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import islice

from postiz_ops.media.formats import exif
from postiz_ops.media.formats.base import STEPS, Probe, picture, u32

_MAGIC = b"\x89PNG\r\n\x1a\n"
_TEXT = {b"tEXt", b"zTXt", b"iTXt"}
_METADATA = (b"XML:com.adobe.xmp\0", b"Raw profile type ")
"""Keywords under which EXIF, IPTC and XMP hide in text chunks."""


def matches(data: bytes) -> bool:
    """Whether the magic bytes are PNG's."""
    return data.startswith(_MAGIC)


def read(data: bytes) -> Probe | None:
    """The size from IHDR; the chunks must lead to IEND."""
    found = {kind: at for kind, at, _ in _chunks(data)}
    if b"IEND" not in found or found.get(b"IHDR") != len(_MAGIC):
        return None
    turned = exif.turned(_orientation(data, found.get(b"eXIf")))
    return picture("image/png", u32(data, 16), u32(data, 20), turned=turned)


def strip(data: bytes) -> bytes:
    """Without EXIF (but for the orientation), XMP, and what lies behind the end."""
    kept = [_MAGIC]
    for kind, at, end in _chunks(data):
        if kind == b"eXIf":
            kept.append(_reduced(_orientation(data, at)))
        elif not (kind in _TEXT and data.startswith(_METADATA, at + 8)):
            kept.append(data[at:end])
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    return islice(_walk(data), STEPS)


def _walk(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at, kind = len(_MAGIC), b""
    while kind != b"IEND":
        kind, end = data[at + 4 : at + 8], at + 12 + u32(data, at)
        if end > len(data):
            return
        yield kind, at, end
        at = end


def _orientation(data: bytes, at: int | None) -> int:
    return exif.UPRIGHT if at is None else exif.orientation(data[at + 8 : at + 8 + u32(data, at)])


def _reduced(orientation: int) -> bytes:
    if orientation == exif.UPRIGHT:
        return b""
    body = b"eXIf" + exif.minimal(orientation)
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
