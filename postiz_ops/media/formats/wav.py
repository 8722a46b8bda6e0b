"""WAV: RIFF with sound.

https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
"""

from __future__ import annotations

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import STEPS, Malformed, Probe, le32
from postiz_ops.model import MediaKind

strip = base.keep


def matches(data: bytes) -> bool:
    """Whether the magic bytes are WAV's."""
    return data.startswith(b"RIFF") and data[8:12] == b"WAVE"


def read(data: bytes) -> Probe | None:
    """The duration by the size of the samples and the bytes a second."""
    at, rate = 12, 0
    for _ in range(STEPS):
        kind, body = data[at : at + 4], at + 8
        end = body + le32(data, at + 4)
        if end > len(data):
            raise Malformed
        if kind == b"fmt ":
            rate = le32(data, body + 8)
        if kind == b"data":
            return Probe(MediaKind.AUDIO, "audio/wav", duration=(end - body) / rate if rate else None)
        at = end + (end & 1)
    raise Malformed
