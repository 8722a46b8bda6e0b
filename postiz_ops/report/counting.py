"""Numbers as people read them."""

from __future__ import annotations

_STEP = 1000


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 post``, ``12 posts``."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def sized(number: int) -> str:
    """A number of bytes in the largest unit that suits: ``812 B``, ``1.2 MB``."""
    if number < _STEP:
        return f"{number} B"
    value, units = float(number), iter(("kB", "MB", "GB"))
    unit = "B"
    while value >= _STEP and (larger := next(units, None)):
        value, unit = value / _STEP, larger
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
