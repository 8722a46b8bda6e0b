"""What a format is: a module that knows its magic bytes, reads its header and can drop what gives a place away.

Files come from strangers. Readers look at bytes alone, take at most ``STEPS`` steps, and raise nothing but what
``TRUNCATED`` names, which means: this file is cut off or broken.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol

from postiz_ops.model import MediaKind

STEPS = 200_000
"""How many chunks, boxes or blocks of one file are looked at: a real file has far fewer, a hostile one millions."""


class Malformed(Exception):
    """The bytes contradict themselves."""


TRUNCATED = (Malformed, struct.error, IndexError)
"""What a reader may raise."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a header says: ``type`` is the MIME type, sizes are pixels as they are shown, ``duration`` is in seconds."""

    kind: MediaKind
    type: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None


class Format(Protocol):
    """What a format's module has."""

    def matches(self, data: bytes) -> bool:
        """Whether the magic bytes are this format's."""

    def read(self, data: bytes) -> Probe | None:
        """What the header says; ``None`` for a variant that no platform takes. Raises ``TRUNCATED``."""

    def strip(self, data: bytes) -> bytes:
        """The same picture or sound without EXIF, XMP and places. Raises ``TRUNCATED``."""


def keep(data: bytes) -> bytes:
    """The stated default of ``Format.strip``: nothing in this format tells where it was made."""
    return data


def u16(data: bytes, at: int) -> int:
    """A big-endian unsigned number of 16 bits."""
    return int(struct.unpack_from(">H", data, at)[0])


def u32(data: bytes, at: int) -> int:
    """A big-endian unsigned number of 32 bits."""
    return int(struct.unpack_from(">I", data, at)[0])


def u64(data: bytes, at: int) -> int:
    """A big-endian unsigned number of 64 bits."""
    return int(struct.unpack_from(">Q", data, at)[0])


def le16(data: bytes, at: int) -> int:
    """A little-endian unsigned number of 16 bits."""
    return int(struct.unpack_from("<H", data, at)[0])


def le32(data: bytes, at: int) -> int:
    """A little-endian unsigned number of 32 bits."""
    return int(struct.unpack_from("<I", data, at)[0])


def le64(data: bytes, at: int) -> int:
    """A little-endian unsigned number of 64 bits."""
    return int(struct.unpack_from("<Q", data, at)[0])


def picture(type: str, width: int, height: int, *, turned: bool = False, kind: MediaKind = MediaKind.IMAGE) -> Probe:
    """A picture's probe; ``turned`` means that it is shown on its side. Raises ``Malformed`` for an empty one."""
    if not (width and height):
        raise Malformed
    return Probe(kind, type, *((height, width) if turned else (width, height)))
