"""Colour, only where it is asked for: a pipe, a file and ``NO_COLOR`` get none."""

from __future__ import annotations

from collections.abc import Callable

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "good": "32",
    "frame": "1;34",
    "strong": "1",
    "faint": "2",
}
"""Roles, not colours: what a role looks like is decided here alone."""

Paint = Callable[[str, str], str]
"""(text, role) -> the text as it is shown."""


def painter(*, color: bool) -> Paint:
    """How to show a text in a role."""
    return _colored if color else _plain


def _colored(text: str, role: str) -> str:
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if text.strip() else text


def _plain(text: str, role: str) -> str:  # noqa: ARG001 - the shape of Paint
    return text
