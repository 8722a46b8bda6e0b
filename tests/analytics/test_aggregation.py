"""The report's numbers against naive SQL over the exported database."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postiz_ops.analytics.facts import ADDED_UP, INTERACTIONS, facts, within
from postiz_ops.analytics.rhythm import MARKS, Key
from postiz_ops.analytics.store import Books, Reading
from postiz_ops.analytics.summary import WEEKDAYS, Spread, groups, summarize
from postiz_ops.analytics.tables import Source
from postiz_ops.ledger.record import record_path
from postiz_ops.ledger.view import View
from postiz_ops.model import Account, Config, Post
from tests.analytics.world import START, Figures, published
from tests.publish.world import draft

sqlite_utils = pytest.importorskip("sqlite_utils", reason="sqlite-utils is not installed")

METRICS = ("impressions", "likes", "comments", "shares", "video_views", "a_figure_of_tomorrow")
ACCOUNTS = ("one", "two", "three")
ZONE = "Europe/Berlin"


@dataclass(frozen=True, slots=True)
class Case:
    """Deliveries and readings, as the state branch would have them."""

    source: Source
    database: sqlite3.Connection

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        return self.database.execute(query, values).fetchall()


def built(rows: Sequence[tuple[int, str, int, Mapping[str, Mapping[str, int]]]]) -> Case:
    from postiz_ops.analytics.database import fill

    records, readings, posts = {}, dict[str, dict[Key, Reading]](), []
    for number, (hours, account, parts, marks) in enumerate(rows):
        at = START + timedelta(hours=hours)
        record = replace(published(f"p{number}", account, at=at, parts=parts))
        records[record_path(record.post, account, None)] = record
        posts.append(Post(record.post, record.path, drafts=(draft(record.post, account, "words"),)))
        for mark, figures in marks.items():
            for part in range(parts):
                key = Key(mark, record.post, None, part)
                shifted = {name: value + part for name, value in figures.items()}
                readings.setdefault(account, {})[key] = Reading(account, key, at + MARKS[mark], shifted)
    config = Config(accounts={name: Account(name, "fake", "https://fake.example") for name in ACCOUNTS}, timezone=ZONE)
    view = View(records=records)
    source = Source(view, Books(readings), config, tuple(posts), {"fake": Figures()})
    database = sqlite_utils.Database(memory=True)
    fill(database, source)
    return Case(source, database.conn)


ROWS = st.lists(
    st.tuples(
        st.integers(0, 24 * 40),
        st.sampled_from(ACCOUNTS),
        st.integers(1, 2),
        st.dictionaries(
            st.sampled_from(list(MARKS)),
            st.dictionaries(st.sampled_from(METRICS), st.integers(0, 10_000)),
            max_size=4,
        ),
    ),
    max_size=12,
)

NEWEST = """
    select d.account, d.published_at, m.value from metrics m join deliveries d on d.id = m.delivery
    where m.part = 0 and m.metric = ? and m.at = (
        select max(o.at) from metrics o where o.delivery = m.delivery and o.part = 0 and o.metric = m.metric)
"""


@settings(max_examples=60)
@given(ROWS)
def test_medians_ranges_and_totals_are_those_of_plain_sql(
    rows: list[tuple[int, str, int, dict[str, dict[str, int]]]],
) -> None:
    case = built(rows)
    source = case.source
    known = facts(source.view, source.books, source.config, source.posts)
    made = {group.name: group for group in groups(known, "account", ZoneInfo(ZONE))}
    for metric in METRICS:
        found = case.ask(NEWEST, metric)
        for account in ACCOUNTS:
            values = sorted(int(str(value)) for name, _, value in found if name == account)
            spread = made[account].spreads.get(metric) if account in made else None
            if values:
                assert spread == Spread(len(values), sum(values), median(values), values[0], values[-1])
            else:
                assert spread is None


@settings(max_examples=60)
@given(ROWS)
def test_interactions_and_rates_are_those_of_plain_sql(
    rows: list[tuple[int, str, int, dict[str, dict[str, int]]]],
) -> None:
    case = built(rows)
    source = case.source
    known = facts(source.view, source.books, source.config, source.posts)
    marks = ", ".join("?" * len(ADDED_UP))
    totals: dict[object, object] = {}
    totals.update(
        (row[0], row[1])
        for row in case.ask(
            f"select delivery, sum(value) from newest where part = 0 and metric in ({marks}) group by delivery",
            *ADDED_UP,
        )
    )
    assert {f"{f.account}/{f.post}": f.figures[INTERACTIONS] for f in known if INTERACTIONS in f.figures} == totals
    likes = case.ask(
        """select sum(l.value) * 1000.0 / sum(i.value), sum(i.value) from newest l
        join newest i on i.delivery = l.delivery and i.part = 0 and i.metric = 'impressions'
        where l.part = 0 and l.metric = 'likes'"""
    )
    rates = summarize(known, source.books, ACCOUNTS, "account", ZONE, START, START + timedelta(days=60)).total.rates
    (rate, shown), *_ = likes
    assert rates.get("likes") == (pytest.approx(rate) if shown else None)


@settings(max_examples=60)
@given(ROWS, st.integers(1, 30))
def test_periods_and_weekdays_count_each_delivery_where_sql_does(
    rows: list[tuple[int, str, int, dict[str, dict[str, int]]]], days: int
) -> None:
    case = built(rows)
    source = case.source
    known = facts(source.view, source.books, source.config, source.posts)
    since = START + timedelta(days=days)
    until = since + timedelta(days=days)
    summary = summarize(known, source.books, ACCOUNTS, "weekday", ZONE, since, until)
    counted = "select count(*) from deliveries where published_at >= ? and published_at < ?"
    moments = [f"{m.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for m in (since - (until - since), since, until)]
    assert case.ask(counted, *moments[1:]) == [(summary.total.posts,)]
    assert case.ask(counted, *moments[:2]) == [(summary.before.posts,)]
    local = [
        datetime.fromisoformat(str(at)).astimezone(ZoneInfo(ZONE))
        for (at,) in case.ask("select published_at from deliveries")
    ]
    inside = [WEEKDAYS[moment.weekday()] for moment in local if since <= moment < until]
    assert {group.name: group.posts for group in summary.groups} == {name: inside.count(name) for name in inside}
    assert len(list(within(known, since, until))) == len(inside)


def test_what_a_platform_tells_no_more_keeps_its_last_number_and_a_gap_stays_one() -> None:
    case = built([(0, "one", 1, {"7d": {"likes": 5, "impressions": 90}, "30d": {"likes": 4}})])
    source = case.source
    (fact,) = facts(source.view, source.books, source.config, source.posts)
    assert fact.figures == {"likes": 4, "impressions": 90, INTERACTIONS: 4}
    assert fact.read_at == START + timedelta(days=30)
