"""A report over a million readings, beside SQLite's own aggregate query over the same figures."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benches.rows import Row
from postiz_ops.analytics import store
from postiz_ops.analytics.facts import facts
from postiz_ops.analytics.rhythm import MARKS, Key
from postiz_ops.analytics.store import Reading
from postiz_ops.analytics.summary import Summary, summarize
from postiz_ops.ledger.record import PartRecord, Record, State, record_path
from postiz_ops.ledger.view import View
from postiz_ops.model import Account, Config

START = datetime(2026, 1, 1, tzinfo=UTC)
ACCOUNTS = tuple(f"account-{number}" for number in range(50))
QUERY = """
    select account, metric, count(*), sum(value), min(value), max(value)
    from (select account, post, metric, value, max(at) from metrics group by account, post, metric)
    group by account, metric
"""


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001, ARG001 - the shape of a bench
    """CPU from the files' bytes to the numbers, and of the numbers alone."""
    readings = _readings(10_000 if quick else 142_858)
    view = View(records={record_path(r.post, r.account, None): r for r in _records(readings)})
    months: dict[str, list[Reading]] = {}
    for reading in readings:
        months.setdefault(reading.file, []).append(reading)
    files = {path: store.added(None, rows) for path, rows in months.items()}
    theirs = _sqlite(readings)
    started = time.process_time()
    books = store.parse(files)
    parsed = time.process_time() - started
    summary = _summary(view, books)
    counted = time.process_time() - started - parsed
    if summary.total.spreads["likes"].count != len(view.records):
        raise RuntimeError(f"{summary.total.spreads['likes']} of {len(view.records)} deliveries")
    what = f"report over {len(readings):,} readings"
    yield Row(f"{what}, files and all", parsed + counted, theirs, "SQLite's aggregate query (CPU)", "s", 5)
    yield Row(f"{what}, once they are read", counted, theirs, "SQLite's aggregate query (CPU)", "s")


def _readings(posts: int) -> list[Reading]:
    source = random.Random(1)
    made = []
    for number in range(posts):
        account, at = ACCOUNTS[number % len(ACCOUNTS)], START + timedelta(minutes=number)
        for mark, after in MARKS.items():
            figures = {"impressions": source.randrange(9999), "likes": source.randrange(999)}
            made.append(Reading(account, Key(mark, f"post-{number}"), at + after, figures))
    return made


def _records(readings: list[Reading]) -> Iterator[Record]:
    for reading in readings:
        if reading.key.mark == "1h":
            at, post = reading.at - MARKS["1h"], reading.key.post or ""
            part = PartRecord(State.PUBLISHED, 1, remote_id=post, published_at=at)
            yield Record(post, f"content/{post}.md", reading.account, "x", None, at, (part,))


def _summary(view: View, books: store.Books) -> Summary:
    config = Config(accounts={name: Account(name, "x", "https://api.x.com") for name in ACCOUNTS})
    known = facts(view, books, config, ())
    return summarize(known, books, ACCOUNTS, "account", "UTC", START, START + timedelta(days=366))


def _sqlite(readings: list[Reading]) -> float:
    database = sqlite3.connect(":memory:")
    database.execute("create table metrics (account text, post text, at text, metric text, value integer)")
    figures = ((r.account, r.key.post, r.at.isoformat(), name, n) for r in readings for name, n in r.metrics.items())
    database.executemany("insert into metrics values (?, ?, ?, ?, ?)", figures)
    started = time.process_time()
    database.execute(QUERY).fetchall()
    spent = time.process_time() - started
    database.close()
    return spent
