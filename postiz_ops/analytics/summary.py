"""Figures of many posts in a few honest numbers: medians, ranges, and how many posts stand behind. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from postiz_ops.analytics.facts import INTERACTIONS, Fact, within
from postiz_ops.analytics.store import Books
from postiz_ops.providers.metrics import Metric

FEW = 5
"""Posts below which a median says little, and is marked so."""

LISTED = 5
"""Posts at the top and at the bottom of a list."""

ORDER = (INTERACTIONS, *(metric.value for metric in Metric))
"""The figures, in the order in which tables show them."""

NO_RATE = frozenset({"impressions", "reach", "upvote_percent", "score", "followers"})
"""Figures of which "per 1,000 impressions" says nothing."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DIMENSIONS = ("account", "client", "hour", "kind", "post", "provider", "tag", "weekday")
"""What a report may be made by."""

STANDING = frozenset({"followers", "following", "posts", "karma"})
"""Figures of an account that say how it stands, not what a day or a month brought: only of these is a change growth."""

YOUNG = timedelta(days=7)
"""The age below which the figures of a post are still on their way."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over the posts that have it."""

    count: int
    total: int
    median: float
    low: int
    high: int

    @property
    def few(self) -> bool:
        """Whether so few posts stand behind it that it may be chance."""
        return self.count < FEW


@dataclass(frozen=True, slots=True)
class Group:
    """Some deliveries under one name. ``rates`` are per 1,000 impressions, over the posts that have both."""

    name: str
    posts: int
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Growth:
    """The first and the last number of an account's own figure in a period."""

    account: str
    metric: str
    first: int
    first_at: datetime
    last: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """A period, and the one of the same length before it. ``top`` and ``bottom`` are by interactions."""

    since: datetime
    until: datetime
    by: str
    zone: str
    total: Group
    before: Group
    groups: tuple[Group, ...]
    growth: tuple[Growth, ...]
    top: tuple[Fact, ...]
    bottom: tuple[Fact, ...]
    young: int
    """Deliveries whose figures are still on their way."""
    unread: int
    """Deliveries without any figure."""
    posts: tuple[Fact, ...] = ()
    """Every delivery of the period, oldest first."""


def summarize(
    rows: Sequence[Fact], books: Books, accounts: Iterable[str], by: str, zone: str, since: datetime, until: datetime
) -> Summary:
    """What a period came to. ``rows`` hold the period before as well; ``accounts`` are those whose growth is told."""
    now_rows = list(within(rows, since, until))
    best = ranked(now_rows)
    return Summary(
        since,
        until,
        by,
        zone,
        group("all", now_rows),
        group("all", within(rows, since - (until - since), since)),
        tuple(groups(now_rows, by, ZoneInfo(zone))),
        tuple(growth(books, accounts, since, until)),
        tuple(best[:LISTED]),
        tuple(reversed(best[LISTED:][-LISTED:])),
        sum(until - fact.published_at < YOUNG for fact in now_rows),
        sum(not fact.figures for fact in now_rows),
        tuple(now_rows),
    )


def spread(values: Iterable[int]) -> Spread | None:
    """Some numbers in a few; ``None`` where there are none."""
    known = sorted(values)
    return Spread(len(known), sum(known), median(known), known[0], known[-1]) if known else None


def group(name: str, rows: Iterable[Fact]) -> Group:
    """Some deliveries, added up figure by figure. A delivery that lacks a figure counts nowhere in it, not as zero."""
    mine = list(rows)
    values: dict[str, list[int]] = {}
    shown: dict[str, int] = {}
    for fact in mine:
        seen = fact.figures.get("impressions")
        for metric, number in fact.figures.items():
            values.setdefault(metric, []).append(number)
            if seen is not None and metric not in NO_RATE:
                shown[metric] = shown.get(metric, 0) + seen
    spreads = {metric: made for metric in ordered(values) if (made := spread(values[metric]))}
    rates = {metric: _rate(mine, metric, shown[metric]) for metric in ordered(shown) if shown[metric]}
    return Group(name, len(mine), spreads, rates)


def _rate(rows: Iterable[Fact], metric: str, impressions: int) -> float:
    both = (fact.figures for fact in rows if "impressions" in fact.figures)
    return sum(figures.get(metric, 0) for figures in both) * 1000 / impressions


def ordered(metrics: Iterable[str]) -> list[str]:
    """The names of figures in the tables' order; those of a newer version last."""
    return sorted(metrics, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))


def groups(rows: Iterable[Fact], by: str, zone: ZoneInfo) -> list[Group]:
    """The deliveries under each name that a dimension gives them; one with two tags is in two groups."""
    named: dict[str, list[Fact]] = {}
    for fact in rows:
        for name in names(fact, by, zone):
            named.setdefault(name, []).append(fact)
    order = sorted(named, key=WEEKDAYS.index) if by == "weekday" else sorted(named)
    return [group(name, named[name]) for name in order]


def names(fact: Fact, by: str, zone: ZoneInfo) -> tuple[str, ...]:
    """What a delivery is counted under. Weekday and hour are those of the repository's zone."""
    local = fact.published_at.astimezone(zone)
    match by:
        case "weekday":
            return (WEEKDAYS[local.weekday()],)
        case "hour":
            return (f"{local:%H}:00",)
        case "tag":
            return tuple(dict.fromkeys(fact.tags)) or ("(no tag)",)
        case "client":
            return (fact.client or "(no client)",)
        case "kind":
            return (fact.kind or "(not in the tree any more)",)
        case _:
            return (str(getattr(fact, by)),)


def ranked(rows: Iterable[Fact]) -> list[Fact]:
    """The deliveries with interactions, most first; where equal, the older one."""
    known = [fact for fact in rows if INTERACTIONS in fact.figures]
    return sorted(known, key=lambda fact: (-fact.figures[INTERACTIONS], fact.published_at, fact.account, fact.post))


def growth(books: Books, accounts: Iterable[str], since: datetime, until: datetime) -> Iterator[Growth]:
    """An account's own figures, from its first to its last reading in the period; two readings at least."""
    for account in sorted(accounts):
        kept = (reading for reading in books.of(account).values() if reading.key.post is None)
        mine = sorted((r for r in kept if since <= r.at < until), key=lambda reading: reading.at)
        for metric in ordered({name for reading in mine for name in reading.metrics} & STANDING):
            told = [(reading.metrics[metric], reading.at) for reading in mine if metric in reading.metrics]
            if len(told) > 1:
                (first, first_at), (last, last_at) = told[0], told[-1]
                yield Growth(account, metric, first, first_at, last, last_at)
