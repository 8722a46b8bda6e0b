"""What the readings take on the state branch, in real git."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path
from random import Random

from postiz_ops.analytics import store
from postiz_ops.analytics.rhythm import MARKS, Key
from postiz_ops.analytics.store import Reading
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
