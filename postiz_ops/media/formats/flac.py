"""FLAC.

https://www.rfc-editor.org/rfc/rfc9639
"""

from __future__ import annotations

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, u32, u64
from postiz_ops.model import MediaKind

_LAST = 0x80000000
_STREAMINFO = 34
_BITS_OF_TOTAL = 36

strip = base.keep


def matches(data: bytes) -> bool:
    """Whether the magic bytes are FLAC's."""
    return data.startswith(b"fLaC")


def read(data: bytes) -> Probe | None:
    """The duration by the count of samples in STREAMINFO; sound must follow the metadata."""
    if u32(data, 4) & ~_LAST != _STREAMINFO or _metadata_end(data) >= len(data):
        return None
    packed = u64(data, 18)
    rate, total = packed >> 44, packed & ((1 << _BITS_OF_TOTAL) - 1)
    return Probe(MediaKind.AUDIO, "audio/flac", duration=total / rate if rate and total else None)


def _metadata_end(data: bytes) -> int:
    at = 4
    for _ in range(STEPS):
        head = u32(data, at)
        at += 4 + (head & 0xFFFFFF)
        if head & _LAST:
            return at
    raise Malformed
