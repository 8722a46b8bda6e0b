"""What the readings take on the state branch, in real git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

import pytest

from postiz_ops.analytics import budget, store
from postiz_ops.analytics.budget import Took
from postiz_ops.analytics.rhythm import MARKS, Key
from postiz_ops.analytics.store import Index, Reading
from postiz_ops.providers import PROVIDERS
from tests.analytics.world import START

LIMIT = 200
"""Bytes of git's storage a reading: with its commits and trees."""
ACCOUNTS = tuple(f"client-{number:02d}-mastodon" for number in range(12))
DAYS = 60


def generated(random: Random) -> list[Reading]:
    """Two months of twelve accounts: followers every day, and a post every other day."""
    made = []
    for account in ACCOUNTS:
        followers = random.randrange(500, 50_000)
        for day in range(DAYS):
            at = START + timedelta(days=day, seconds=random.randrange(900))
            followers += random.randrange(-3, 30)
            made.append(Reading(account, Key(at.date().isoformat()), at, {"followers": followers, "posts": day}))
            if day % 2:
                continue
            size = random.lognormvariate(5, 1)
            for number, (mark, after) in enumerate(MARKS.items()):
                grown = size * (1 - 0.5 ** (number + 1))
                figures = {"impressions": int(grown * 30), "likes": int(grown), "comments": int(grown / 8)}
                made.append(Reading(account, Key(mark, f"2027/news-{day}"), at + after, figures))
    return sorted((r for r in made if r.at < START + timedelta(days=DAYS)), key=lambda reading: reading.at)


def daily_commits(readings: list[Reading]) -> bytes:
    """A commit a day, as ``git fast-import`` reads them."""
    stream, files, days = b"", dict[str, bytes](), dict[str, dict[str, list[Reading]]]()
    for reading in readings:
        days.setdefault(reading.at.date().isoformat(), {}).setdefault(reading.file, []).append(reading)
    for months in days.values():
        stream += b"commit refs/heads/postiz-state\ncommitter x <x@example.com> 1796116000 +0000\ndata 7\nfigures\n"
        for path, rows in months.items():
            files[path] = store.added(files.get(path), rows)
            stream += f"M 100644 inline {path}\ndata {len(files[path])}\n".encode() + files[path] + b"\n"
    return stream


def test_a_reading_takes_a_few_bytes(tmp_path: Path) -> None:
    readings = generated(Random(1))
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path)], check=True)
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "fast-import", "--quiet"], input=daily_commits(readings), check=True)
    subprocess.run([*git, "repack", "-q", "-a", "-d", "-f"], check=True)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*.pack"))
    assert size / len(readings) < LIMIT
    print(f"{size / len(readings):.0f} bytes a reading")


# --- a year ----------------------------------------------------------------------------------------------------------

MANY = {f"client-{number:02d}-{name}": name for number, name in enumerate([*PROVIDERS] * 4) if number < 50}
POSTS = 10_000
MONTHS = (1, 3, 6, 12)


def a_year(random: Random) -> list[Reading]:
    """Fifty accounts, read every day, and ten thousand posts with six figures each."""
    made = []
    for account in MANY:
        followers = random.randrange(500, 50_000)
        for day in range(365):
            at = START + timedelta(days=day, seconds=random.randrange(900))
            followers += random.randrange(-3, 30)
            made.append(Reading(account, Key(at.date().isoformat()), at, {"followers": followers, "posts": day}))
    for number in range(POSTS):
        account, out = random.choice(list(MANY)), START + timedelta(days=random.random() * 365)
        size = random.lognormvariate(5, 1)
        for mark, (name, after) in enumerate(MARKS.items()):
            grown = int(size * (1 - 0.5 ** (mark + 1)))
            figures = {"impressions": grown * 30, "reach": grown * 21, "likes": grown, "comments": grown // 8}
            figures |= {"shares": grown // 9, "saves": grown // 11}
            at = (out + after).replace(microsecond=0)
            made.append(Reading(account, Key(name, f"2027/news-{number}"), at, figures))
    return sorted((r for r in made if r.at < START + timedelta(days=365)), key=lambda reading: reading.at)


def commits(readings: Sequence[Reading], a_day: int) -> Iterator[tuple[datetime, bytes]]:
    """Each run's, as ``git fast-import`` reads them: what it books, and what it was told, with the index beside."""
    step = timedelta(days=1) / a_day
    files: dict[str, bytes] = {}
    spent: budget.Spent = {}
    windows = {name: budget.window(PROVIDERS[provider].SPEC) for name, provider in MANY.items()}
    for number, group in groupby(readings, lambda reading: (reading.at - START) // step):
        rows, at = list(group), START + (number + 1) * step
        needed = {name: need(list(mine)) for name, mine in groupby(sorted(rows, key=account_of), account_of)}
        booked = any(is_much(name, calls, spent, at) for name, calls in needed.items())
        took = {name: Took(at, calls) for name, calls in needed.items() if windows[name]}
        spent = budget.with_run(spent, f"actions-{number}-1", took, windows, at)
        index = store.index_file(Index(at + step, {}, spent))
        if booked:
            yield at, commit({store.INDEX: index + b" "})
        months: dict[str, list[Reading]] = {}
        for row in rows:
            months.setdefault(row.file, []).append(row)
        changed = {path: store.added(files.get(path), each) for path, each in months.items()}
        files |= changed
        yield at, commit({**changed, store.INDEX: index})


def account_of(reading: Reading) -> str:
    return reading.account


def need(rows: Sequence[Reading]) -> int:
    """The calls that an account's readings may take."""
    spec, posts = PROVIDERS[MANY[rows[0].account]].SPEC, sum(row.key.post is not None for row in rows)
    own = budget.cost(spec, "account") if posts < len(rows) else 0
    return -(-posts // spec.metrics_batch) * budget.cost(spec) + own


def is_much(name: str, calls: int, spent: budget.Spent, at: datetime) -> bool:
    """Whether they are booked by a commit of its own."""
    spec = PROVIDERS[MANY[name]].SPEC
    return budget.is_booked(spec) and calls * budget.LITTLE > budget.allowed(spec, [name], [name], spent, at)[0]


def commit(files: dict[str, bytes]) -> bytes:
    stream = b"commit refs/heads/postiz-state\ncommitter x <x@example.com> 1796116000 +0000\ndata 7\nfigures\n"
    return stream + b"".join(
        f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n" for path, data in files.items()
    )


@pytest.mark.proof
@pytest.mark.parametrize("a_day", [1, 24])
def test_a_year_of_fifty_accounts_and_ten_thousand_posts_fits(tmp_path: Path, a_day: int) -> None:
    """Printed as the table of docs/analytics.md: all of the history, and a shallow fetch of it, month by month."""
    readings = a_year(Random(1))
    repo, number = tmp_path / "repo", 0
    git = ["git", "-C", str(repo)]
    subprocess.run(["git", "init", "--quiet", "--bare", str(repo)], check=True)
    ends = [START + timedelta(days=365 * month // 12) for month in MONTHS]
    every = commits(readings, a_day)
    for month, end in zip(MONTHS, ends, strict=True):
        batch = []
        for at, each in every:
            batch.append(each)
            number += 1
            if at >= end:
                break
        again = b"reset refs/heads/postiz-state\nfrom refs/heads/postiz-state^0\n" if month > MONTHS[0] else b""
        subprocess.run([*git, "fast-import", "--quiet"], input=again + b"".join(batch), check=True)
        subprocess.run([*git, "repack", "-q", "-a", "-d", "-f"], check=True)
        whole, shallow = packed(repo), fetched(repo, tmp_path / f"shallow-{month}")
        count = sum(reading.at < end for reading in readings)
        row = (f"{count:,}", f"{number:,}", f"{whole / 1e6:.1f} MB", f"{whole / count:.0f}", f"{shallow / 1e6:.1f} MB")
        print("|", " | ".join([str(a_day), str(month), *row]), "|")
        assert whole < 100e6
        assert shallow < 10e6
        assert whole / count < LIMIT


def packed(repo: Path) -> int:
    return sum(path.stat().st_size for path in repo.rglob("*.pack"))


def fetched(repo: Path, into: Path) -> int:
    subprocess.run(["git", "init", "--quiet", "--bare", str(into)], check=True)
    shallow = ["fetch", "--quiet", "--depth", "1", repo.as_uri(), "postiz-state"]
    subprocess.run(["git", "-C", str(into), "-c", "fetch.unpackLimit=1", *shallow], check=True)
    return packed(into)
