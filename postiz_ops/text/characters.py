"""Characters as people see them, and those that no encoder writes."""

from __future__ import annotations

import re

SURROGATES = re.compile("[\ud800-\udfff]")


def scalar(text: str) -> str:
    """The text with replacement characters for lone surrogates, which no platform takes and no encoder writes."""
    return SURROGATES.sub("\ufffd", text)


def graphemes(text: str) -> list[str]:
    """The extended grapheme clusters of a text (Unicode 17, UAX #29)."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    import unicode_segmentation_rs

    return unicode_segmentation_rs.graphemes(scalar(text), is_extended=True)
