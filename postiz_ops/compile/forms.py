"""What a JSON Schema says of a text that a validator judges: its form, from the validator's own pattern."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field


def form(pattern: str | re.Pattern[str], *words: str) -> Any:
    """A text that is never a number: of this form, or one of the words, in capitals or not.

    A compiled pattern is one that the validator matches against the whole text without the spaces around it.
    """
    if isinstance(pattern, re.Pattern):
        choices = [_unnamed(pattern), *map(in_any_case, words)]
        pattern = rf"^\s*({'|'.join(choices)})\s*$"
    return Field(json_schema_extra={"type": "string", "pattern": pattern})


def _unnamed(pattern: re.Pattern[str]) -> str:
    """Groups without their names, which are written otherwise in JavaScript."""
    return re.sub(r"\(\?P<\w+>", "(", pattern.pattern)


def in_any_case(word: str) -> str:
    """A pattern of a small word, in capitals or not."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)
