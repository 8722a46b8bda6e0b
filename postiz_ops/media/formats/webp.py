"""WebP: lossy, lossless and extended (a moving one is an image to those that show its first frame).

https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice

from postiz_ops.media.formats import exif
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, le16, le32, picture

_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_PICTURES = {b"VP8 ", b"VP8L", b"ANMF"}


def matches(data: bytes) -> bool:
    """Whether the magic bytes are WebP's."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def read(data: bytes) -> Probe | None:
    """The size of the canvas, turned as EXIF says. There must be a picture."""
    found = {kind: (body, end) for kind, body, end in reversed(list(_chunks(data)))}
    if not found.keys() & _PICTURES:
        return None
    body, end = found.get(b"EXIF", (0, 0))
    turned = exif.turned(exif.orientation(_tiff(data[body:end])))
    return picture("image/webp", *_size(data, found), turned=turned)


def strip(data: bytes) -> bytes:
    """Without EXIF (but for the orientation) and XMP."""
    kept = []
    for kind, body, end in _chunks(data):
        if kind == b"VP8X":
            flags = data[body] & ~(_EXIF_FLAG | _XMP_FLAG)
            kept.append((kind, bytes([flags]) + data[body + 1 : end]))
        elif kind == b"EXIF":
            kept += _reduced(_tiff(data[body:end]))
        elif kind != b"XMP ":
            kept.append((kind, data[body:end]))
    return _written(kept)


def _size(data: bytes, found: dict[bytes, tuple[int, int]]) -> tuple[int, int]:
    if b"VP8X" in found:
        at, _ = found[b"VP8X"]
        return 1 + (le32(data, at + 4) & 0xFFFFFF), 1 + (le32(data, at + 6) >> 8)
    if b"VP8L" in found:
        at, _ = found[b"VP8L"]
        bits = le32(data, at + 1)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    at, _ = found[b"VP8 "]
    return le16(data, at + 6) & 0x3FFF, le16(data, at + 8) & 0x3FFF


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """``(kind, start, end)`` of the chunks' bodies."""
    whole = 8 + le32(data, 4)
    if whole > len(data):
        raise Malformed
    return islice(_walk(data, whole), STEPS)


def _walk(data: bytes, whole: int) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= whole:
        end = at + 8 + le32(data, at + 4)
        if end > whole:
            raise Malformed
        yield data[at : at + 4], at + 8, end
        at = end + (end & 1)


def _tiff(body: bytes) -> bytes:
    """Some writers put JPEG's prefix before the TIFF block."""
    return body.removeprefix(b"Exif\0\0")


def _reduced(tiff: bytes) -> list[tuple[bytes, bytes]]:
    orientation = exif.orientation(tiff)
    return [] if orientation == exif.UPRIGHT else [(b"EXIF", exif.minimal(orientation))]


def _written(chunks: list[tuple[bytes, bytes]]) -> bytes:
    with_exif = any(kind == b"EXIF" for kind, _ in chunks)
    kept = bytearray(b"WEBP")
    for kind, body in chunks:
        content = bytes([body[0] | _EXIF_FLAG]) + body[1:] if kind == b"VP8X" and with_exif else body
        kept += kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) & 1)
    return b"RIFF" + struct.pack("<I", len(kept)) + bytes(kept)
