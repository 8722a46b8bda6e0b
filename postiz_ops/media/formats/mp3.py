"""MP3: frames behind an optional ID3 tag.

http://www.mp3-tech.org/programmer/frame_header.html, https://id3.org/id3v2.4.0-structure
"""

from __future__ import annotations

from typing import NamedTuple

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import Malformed, Probe, u32
from postiz_ops.model import MediaKind

_V1_KBITS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_V2_KBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44100, 48000, 32000)
_VERSION_1 = 3
_HAS_FRAMES = 1

strip = base.keep


class _Frame(NamedTuple):
    rate: int
    bits: int
    """Bits a second."""
    samples: int
    length: int
    side: int
    """Bytes of side information: where an encoder's own header stands behind it."""


def matches(data: bytes) -> bool:
    """Whether the file begins with an ID3 tag or with the sync bits of a layer III frame."""
    return data.startswith(b"ID3") or (data[:1] == b"\xff" and data[1:2] >= b"\xe0" and (data[1] & 0x06) == 0x02)


def read(data: bytes) -> Probe | None:
    """The duration by the count of frames that the encoder wrote, else by size and bit rate."""
    start = _tag(data)
    frame = _frame(data, start)
    behind = start + frame.length
    if behind < len(data):
        # Two bytes are easily mistaken for a frame: the next one must stand where the first says.
        _frame(data, behind)
    elif behind > len(data):
        raise Malformed
    frames = _counted(data, start, frame)
    duration = frames * frame.samples / frame.rate if frames else (len(data) - start) * 8 / frame.bits
    return Probe(MediaKind.AUDIO, "audio/mpeg", duration=duration)


def _tag(data: bytes) -> int:
    """The length of the ID3 tag in front: its size is written in four bytes of seven bits."""
    if not data.startswith(b"ID3"):
        return 0
    size = 0
    for byte in (data[6], data[7], data[8], data[9]):
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, at: int) -> _Frame:
    head = u32(data, at)
    version, layer = head >> 19 & 3, head >> 17 & 3
    kbits, rate, padding = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1
    if head >> 21 != 0x7FF or version == 1 or layer != 1 or kbits in {0, 15} or rate == 3:
        raise Malformed
    first, mono = version == _VERSION_1, head >> 6 & 3 == 3
    bits = (_V1_KBITS if first else _V2_KBITS)[kbits] * 1000
    hertz = _RATES[rate] >> (3 - version if version else 2)
    samples = 1152 if first else 576
    side = (17 if mono else 32) if first else (9 if mono else 17)
    return _Frame(hertz, bits, samples, samples // 8 * bits // hertz + padding, side)


def _counted(data: bytes, start: int, frame: _Frame) -> int | None:
    own = start + 4 + frame.side
    if data[own : own + 4] in {b"Xing", b"Info"}:
        return u32(data, own + 8) if u32(data, own + 4) & _HAS_FRAMES else None
    return u32(data, start + 36 + 14) if data[start + 36 : start + 40] == b"VBRI" else None
