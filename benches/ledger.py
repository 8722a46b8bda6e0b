"""What it costs to put one record on the state branch, and to read all of it, at 100 records and at 100,000."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from benches.rows import Row
from postiz_ops.ledger.record import PartRecord, Record, State, dump, record_path
from postiz_ops.ledger.store import GitLedger, Location
from postiz_ops.ledger.view import parse
from postiz_ops.publish.effects import Snapshot
from postiz_ops.repo.git import Git

AT = datetime(2027, 1, 1, tzinfo=UTC)
ROUNDS = 15


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time: how a commit, its push and a look at the whole branch grow with what is there already."""
    many = 10_000 if quick else 100_000
    sizes = (100, many)
    ledgers = {count: _ledger(folder / str(count), count) for count in sizes}
    here = _by_turns({count: partial(_put, ledgers[count], count, None) for count in sizes})
    yield Row(f"state commit at {many:,} records", here[many], here[100], "at 100 records (wall)", "s", 1.3)
    # The remote proves that it has all that the new tip needs, for which git reads the whole of the old one.
    there = _by_turns({count: partial(_put, ledgers[count], count, "origin") for count in sizes})
    yield Row(f"state commit and push at {many:,} records", there[many], there[100], "at 100 records (wall)", "s")
    looks = _by_turns({count: partial(_look, ledgers[count]) for count in sizes}, rounds=3)
    yield Row(f"a look at {many:,} records", looks[many], looks[100] * many / 100, "as much a record as at 100", "s")


def _by_turns(jobs: dict[int, Callable[[], None]], rounds: int = ROUNDS) -> dict[int, float]:
    """The median of each job's seconds, the jobs one after the other in each round."""
    samples: dict[int, list[float]] = {count: [] for count in jobs}
    for _ in range(rounds):
        for count, job in jobs.items():
            started = time.perf_counter()
            job()
            samples[count].append(time.perf_counter() - started)
    return {count: median(seconds) for count, seconds in samples.items()}


def _put(git: Git, count: int, remote: str | None) -> None:
    """One more record on top of the branch, here or at the remote."""
    head = git.resolve("refs/heads/postiz-state" if remote is None else "refs/remotes/origin/postiz-state")
    path, data = _file(count + time.monotonic_ns())
    ledger = GitLedger(git, Location("main", "postiz-state", remote, remote))
    asyncio.run(ledger.push(Snapshot(head, {}), {path: data}, "bench\n"))


def _look(git: Git) -> None:
    """Read and understand every record, as a run does that has something to do."""
    parse(GitLedger(git, Location("main", "postiz-state", None, None)).local().files)


def _ledger(folder: Path, count: int) -> Git:
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
    return git


def _file(number: int) -> tuple[str, bytes]:
    record = Record(
        f"post-{number}", f"content/{number}.md", "acme", "mastodon", None, AT, (PartRecord(State.PUBLISHED),)
    )
    return record_path(record.post, record.account, None), dump(record)
