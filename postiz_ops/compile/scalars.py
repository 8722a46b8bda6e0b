"""What unquoted YAML values mean: less than YAML 1.1 says, so that text stays text."""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"0|-?[1-9][0-9]{0,17}")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}")


def resolve(text: str) -> bool | int | float | str | None:
    """What a plain scalar means. A number is one only where writing it again gives the same text.

    So ``1.10``, ``007``, ``1_000``, ``no``, ``12:30`` and every date stay the text that the author wrote.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-0123456789":
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text
