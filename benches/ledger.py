"""What it costs to put one record on the state branch, at 100 records and at 100,000."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benches.rows import Row
from postiz_ops.ledger.record import PartRecord, Record, State, dump, record_path
from postiz_ops.ledger.store import GitLedger, Location
from postiz_ops.publish.effects import Snapshot
from postiz_ops.repo.git import Git

AT = datetime(2027, 1, 1, tzinfo=UTC)


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time of a commit and its push to a bare remote: the growth with what is there already."""
    many = 10_000 if quick else 100_000
    few_cost, many_cost = (_commit(folder / str(count), count) for count in (100, many))
    yield Row(f"state commit and push at {many:,} records", many_cost, few_cost, "at 100 records (wall)", "s", 1.3)


def _commit(folder: Path, count: int) -> float:
    ledger = _ledger(folder, count)
    head = ledger.git.resolve("refs/heads/postiz-state")
    samples = []
    for number in range(15):
        path, data = _file(count + number)
        started = time.perf_counter()
        asyncio.run(ledger.push(Snapshot(head, {}), {path: data}, "bench\n"))
        samples.append(time.perf_counter() - started)
        head = ledger.git.resolve("refs/remotes/origin/postiz-state")
    return median(samples)


def _ledger(folder: Path, count: int) -> GitLedger:
    remote, repo = folder / "remote.git", folder / "posts"
    for words in (["init", "-q", "--bare", str(remote)], ["init", "-q", str(repo)]):
        subprocess.run(["git", *words], check=True)
    git = Git(repo)
    git.run("remote", "add", "origin", str(remote))
    stream = [b"commit refs/heads/postiz-state\ncommitter B <b@example.com> 0 +0000\ndata 1\nx\n"]
    for number in range(count):
        path, data = _file(number)
        stream.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    git.run("fast-import", "--quiet", input=b"".join(stream))
    git.run("push", "-q", "origin", "postiz-state")
    return GitLedger(git, Location("main", "postiz-state", "origin", "origin"))


def _file(number: int) -> tuple[str, bytes]:
    record = Record(
        f"post-{number}", f"content/{number}.md", "acme", "mastodon", None, AT, (PartRecord(State.PUBLISHED),)
    )
    return record_path(record.post, record.account, None), dump(record)
