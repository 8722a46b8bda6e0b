"""Durations as accounts.yaml writes them: ``24h``, ``7d``, ``90m``, ``0s``."""

from __future__ import annotations

import re
from datetime import timedelta

DURATION = re.compile(r"(\d{1,6})\s*([smhdw])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = timedelta(days=3660)
"""Ten years: nothing is planned beyond, and dates stay in what a calendar can hold."""


def parse_duration(text: str) -> timedelta:
    """A whole number and its unit: seconds, minutes, hours, days or weeks. Raises ``ValueError``."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration")
    duration = timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
    if duration > LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return duration
