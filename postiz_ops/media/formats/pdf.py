"""PDF: only that it is one, and that its end is there.

https://pdfa.org/resource/pdf-specification-index/
"""

from __future__ import annotations

from postiz_ops.media.formats import base
from postiz_ops.media.formats.base import Probe
from postiz_ops.model import MediaKind

_TAIL = 2048
"""Readers look for the end mark in about the last kilobyte; some writers add more behind it."""

strip = base.keep


def matches(data: bytes) -> bool:
    """Whether the magic bytes are PDF's."""
    return data.startswith(b"%PDF-")


def read(data: bytes) -> Probe | None:
    """A document; it has no size of its own."""
    return Probe(MediaKind.DOCUMENT, "application/pdf") if b"%%EOF" in data[-_TAIL:] else None
