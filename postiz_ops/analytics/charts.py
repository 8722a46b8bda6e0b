"""Charts as positions on a drawing of fixed size: what a page needs to draw them, and nothing of how it looks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from postiz_ops.analytics.facts import INTERACTIONS
from postiz_ops.analytics.sections import number, spanned
from postiz_ops.analytics.summary import FEW, Summary
from postiz_ops.report.moments import stamp

WIDTH = 640
"""Units of a drawing's coordinates."""
LABELS = 200
"""Units that the names at the left take."""
VALUES = 150
"""Units that the numbers at the right take."""
ROW = 30
PLOT = 200
"""The height of the drawing of single deliveries."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A group: its median as a bar, its range as a line from ``low`` to ``high``. All x, in units."""

    name: str
    top: int
    median: float
    low: float
    high: float
    said: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A delivery. ``said`` is what a reader is told who points at it, or listens."""

    x: float
    y: float
    said: str


def bars(summary: Summary) -> list[Bar]:
    """Interactions by group; a group without any has no bar."""
    known = [(group, group.spreads[INTERACTIONS]) for group in summary.groups if INTERACTIONS in group.spreads]
    most = max((spread.high for _, spread in known), default=0) or 1
    scale = (WIDTH - LABELS - VALUES) / most
    return [
        Bar(
            group.name,
            index * ROW,
            spread.median * scale,
            spread.low * scale,
            spread.high * scale,
            f"{number(spread.median)} ({spanned(spread)}), {spread.count:,}{', few' if spread.count < FEW else ''}",
        )
        for index, (group, spread) in enumerate(known)
    ]


def dots(summary: Summary) -> list[Dot]:
    """Every delivery of the period by the time that it went out and its interactions."""
    known = [fact for fact in summary.posts if INTERACTIONS in fact.figures]
    most = max((fact.figures[INTERACTIONS] for fact in known), default=0) or 1
    length = (summary.until - summary.since).total_seconds()
    zone = ZoneInfo(summary.zone)
    return [
        Dot(
            8 + (fact.published_at - summary.since).total_seconds() / length * (WIDTH - 16),
            PLOT - 8 - fact.figures[INTERACTIONS] / most * (PLOT - 16),
            f"{fact.post}, {fact.account}, {stamp(fact.published_at, zone)}: {fact.figures[INTERACTIONS]:,}",
        )
        for fact in known
    ]


def most_interactions(summary: Summary) -> int:
    """What the top of the drawing of single deliveries stands for."""
    return max((fact.figures[INTERACTIONS] for fact in summary.posts if INTERACTIONS in fact.figures), default=0)
