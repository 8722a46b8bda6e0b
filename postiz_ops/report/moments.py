"""Instants as the people of a repository read them: in its zone, day by day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def day(moment: datetime, zone: ZoneInfo) -> str:
    """``Tuesday, 1 December 2026``."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y}"


def short_day(moment: datetime, zone: ZoneInfo) -> str:
    """``Tue 1 Dec 2026``."""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """``09:00``; with seconds where there are any, with the offset where the hour comes twice that day."""
    local = moment.astimezone(zone)
    seconds = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{seconds} {local:%z}" if twice else seconds


def stamp(moment: datetime, zone: ZoneInfo) -> str:
    """``2026-12-01 09:00``, for columns."""
    return f"{moment.astimezone(zone):%Y-%m-%d} {clock(moment, zone)}"
