"""Ogg: Vorbis, Opus and FLAC sound in pages.

https://www.rfc-editor.org/rfc/rfc3533, https://www.rfc-editor.org/rfc/rfc7845
"""

from __future__ import annotations

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import Malformed, Probe, le16, le32, le64
from postiz_ops.model import MediaKind

_PAGE = b"OggS"
_OPUS_RATE = 48000
_NO_POSITION = (1 << 64) - 1

strip = base.keep


def matches(data: bytes) -> bool:
    """Whether the magic bytes are Ogg's."""
    return data.startswith(_PAGE)


def read(data: bytes) -> Probe | None:
    """The duration by the sample position that the last page states."""
    found = _sound(data, 27 + data[26])
    if found is None:
        return None
    rate, skipped = found
    last = data.rfind(_PAGE)
    _whole(data, last)
    position = le64(data, last + 6)
    known = rate and position != _NO_POSITION and position > skipped
    return Probe(MediaKind.AUDIO, "audio/ogg", duration=(position - skipped) / rate if known else None)


def _sound(data: bytes, packet: int) -> tuple[int, int] | None:
    """``(samples a second, samples to leave out at the start)``; ``None`` for what is no sound."""
    if data.startswith(b"\x01vorbis", packet):
        return le32(data, packet + 12), 0
    if data.startswith(b"OpusHead", packet):
        return _OPUS_RATE, le16(data, packet + 10)
    if data.startswith(b"\x7fFLAC", packet):
        return int.from_bytes(data[packet + 27 : packet + 30], "big") >> 4, 0
    return None


def _whole(data: bytes, page: int) -> None:
    segments = data[page + 26]
    if page + 27 + segments + sum(data[page + 27 : page + 27 + segments]) > len(data):
        raise Malformed
