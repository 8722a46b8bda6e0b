"""What a file tells beside what it shows - where it was made, with what, by whom - does not leave the house."""

from __future__ import annotations

from postiz_ops.media.formats import format_of
from postiz_ops.media.formats.base import TRUNCATED


def strip(data: bytes) -> bytes:
    """The same picture, film or sound without EXIF, XMP and IPTC, losslessly: nothing is decoded.

    A picture's orientation survives. JPEG, PNG and WebP lose the blocks (and what hides behind the picture's end); in
    HEIC, AVIF, MP4 and QuickTime they are blanked in place. Other formats, and what is broken, come back as they are.
    """
    found = format_of(data)
    try:
        return found.strip(data) if found else data
    except TRUNCATED:
        return data
