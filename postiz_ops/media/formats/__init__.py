"""The formats, tried in this order: one format, one file."""

from __future__ import annotations

from postiz_ops.media.formats import flac, gif, heif, jpeg, matroska, mp3, mp4, ogg, pdf, png, wav, webp
from postiz_ops.media.formats.base import Format

FORMATS: tuple[Format, ...] = (jpeg, png, gif, webp, heif, mp4, matroska, wav, ogg, flac, pdf, mp3)
"""``heif`` stands before ``mp4``, whose container it shares; ``mp3`` is last, as its magic is two bytes long."""


def format_of(data: bytes) -> Format | None:
    """The format whose magic bytes these are."""
    return next((known for known in FORMATS if known.matches(data)), None)
