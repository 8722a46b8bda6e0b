"""Characters as people see them, and those that no encoder writes."""

from __future__ import annotations

import re

SURROGATES = re.compile("[\ud800-\udfff]")
NOT_ALONE = re.compile(
    "[^\0-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u200b\u200e-\u20cf\u2100-\u2cee\u2d00-\u2d7e\u2e00-\u3029"
    "\u3030-\u3098\u309b-\ua66e\uac00-\ud7a3\uff00-\uff9d\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
    "\U00020000-\U0003134f]"
)
"""What may stand in one grapheme cluster with its neighbour, and all scripts in which much does."""


def scalar(text: str) -> str:
    """The text with replacement characters for lone surrogates, which no platform takes and no encoder writes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return SURROGATES.sub("\ufffd", text)
    return text


def are_alone(text: str) -> bool:
    """Whether it can be seen at once that each character is a grapheme cluster of its own: it is so for most texts."""
    return NOT_ALONE.search(text) is None


def graphemes(text: str) -> list[str]:
    """The extended grapheme clusters of a text (Unicode 17, UAX #29)."""
    if are_alone(text):
        return list(text)
    import unicode_segmentation_rs

    return unicode_segmentation_rs.graphemes(scalar(text), is_extended=True)
