"""A summary as titled tables of words and numbers, which every form of the report shows in its own way. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from postiz_ops.analytics.facts import INTERACTIONS, Fact
from postiz_ops.analytics.summary import FEW, Group, Growth, Spread, Summary
from postiz_ops.report.counting import counted
from postiz_ops.report.moments import short_day, stamp

EXCERPT = 60
"""Characters of a post that a list shows."""

GAP = "-"
"""What stands where a platform told nothing."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table. Cells are plain text, and may be somebody else's words."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def heading(summary: Summary) -> str:
    """The period, in the repository's zone."""
    zone = ZoneInfo(summary.zone)
    return f"{short_day(summary.since, zone)} to {short_day(summary.until, zone)} ({summary.zone})"


def notes(summary: Summary) -> list[str]:
    """What has to be known to read the numbers."""
    said = [f"{counted(summary.total.posts, 'delivery', 'deliveries')}; {summary.before.posts:,} in the period before"]
    if summary.unread:
        said.append(f"{counted(summary.unread, 'delivery has', 'deliveries have')} no figures: gaps, not zeros")
    if summary.young:
        said.append(f"{summary.young:,} younger than 7 days: their figures are still on their way")
    if _has_few(summary):
        said.append(f"few: fewer than {FEW} deliveries stand behind it, so it may be chance")
    if INTERACTIONS in summary.total.spreads:
        said.append("interactions: likes, comments, shares, quotes and saves together, as far as a platform tells them")
    return said


def sections(summary: Summary) -> list[Section]:
    """The tables that have rows, in the order in which they are read."""
    made = (
        Section("Figures", _FIGURES, tuple(_figures(summary))),
        Section(f"By {summary.by}", (summary.by, *_GROUP), tuple(map(_group, summary.groups))),
        Section("Top posts", _POSTS, tuple(_post(fact, summary.zone) for fact in summary.top)),
        Section("Bottom posts", _POSTS, tuple(_post(fact, summary.zone) for fact in summary.bottom)),
        Section("Accounts", _ACCOUNTS, tuple(map(_account, summary.growth))),
    )
    return [section for section in made if section.rows]


_FIGURES = ("figure", "deliveries", "median", "range", "total", "per 1,000 impressions", "median before", "change")
_GROUP = ("deliveries", "interactions: median", "range", "impressions: median", "interactions per 1,000 impressions")
_POSTS = ("post", "account", "published", "interactions", "impressions", "text", "link")
_ACCOUNTS = ("account", "figure", "first", "last", "change")


def _figures(summary: Summary) -> Iterator[tuple[str, ...]]:
    for metric, now in summary.total.spreads.items():
        before = summary.before.spreads.get(metric)
        yield (
            metric.replace("_", " "),
            behind(now),
            number(now.median),
            spanned(now),
            f"{now.total:,}",
            rate(summary.total, metric),
            number(before.median) if before else GAP,
            change(now, before),
        )


def _group(group: Group) -> tuple[str, ...]:
    mine, seen = group.spreads.get(INTERACTIONS), group.spreads.get("impressions")
    few = " (few)" if group.posts < FEW else ""
    return (
        group.name,
        f"{group.posts:,}{few}",
        number(mine.median) if mine else GAP,
        spanned(mine) if mine else GAP,
        number(seen.median) if seen else GAP,
        rate(group, INTERACTIONS),
    )


def _post(fact: Fact, zone: str) -> tuple[str, ...]:
    figures = fact.figures
    return (
        fact.post,
        fact.account,
        stamp(fact.published_at, ZoneInfo(zone)),
        f"{figures[INTERACTIONS]:,}",
        f"{figures['impressions']:,}" if "impressions" in figures else GAP,
        excerpt(fact.text),
        fact.url or GAP,
    )


def _account(growth: Growth) -> tuple[str, ...]:
    moved = growth.last - growth.first
    figure = growth.metric.replace("_", " ")
    return growth.account, figure, f"{growth.first:,}", f"{growth.last:,}", f"{moved:+,}"


def excerpt(text: str | None) -> str:
    """The beginning of a post on one line."""
    words = " ".join((text or "").split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rstrip() + "…"


def number(value: float) -> str:
    """A median: whole, or with a half."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def spanned(spread: Spread) -> str:
    """The smallest and the largest."""
    return f"{spread.low:,} to {spread.high:,}" if spread.low != spread.high else f"{spread.low:,}"


def behind(spread: Spread) -> str:
    """How many stand behind a number, and whether that is few."""
    return f"{spread.count:,} (few)" if spread.few else f"{spread.count:,}"


def rate(group: Group, metric: str) -> str:
    """Per 1,000 impressions."""
    return f"{group.rates[metric]:,.1f}" if metric in group.rates else GAP


def change(now: Spread, before: Spread | None) -> str:
    """Of the median, in per cent; in words where that would say more than is known."""
    if before is None:
        return GAP
    if now.few or before.few:
        return "too few to compare"
    if before.median == 0:
        return "was 0"
    return f"{(now.median - before.median) * 100 / before.median:+.0f} %"


def _has_few(summary: Summary) -> bool:
    spreads = summary.total.spreads.values()
    return any(spread.few for spread in spreads) or any(group.posts < FEW for group in summary.groups)
