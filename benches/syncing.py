"""A thousand readings that are due on a platform that answers after 50 ms: beside the second that physics allows.

Slack is asked about one message at a time, so that a thousand readings are a thousand calls, 50 in flight.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benches.rows import Row
from benches.sending import IN_FLIGHT, bare
from benches.stand_in import LATENCY, stand_in
from postiz_ops.analytics.sync import Report
from postiz_ops.commands.analytics import sync_figures
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.record import PartRecord, Record, State, dump, record_path
from postiz_ops.ledger.view import KnownAccount, account_file, account_path

ACCOUNTS = 20


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time between the first and the last call, and of the whole run, against the ideal."""
    count = 200 if quick else 1_000
    ideal = count * LATENCY / IN_FLIGHT
    with stand_in() as floor:
        asyncio.run(bare(floor.url, count))
    with stand_in() as ours:
        workspace = _published(folder / "posts", count, ours.url)
        started, cpu = time.perf_counter(), time.process_time()
        report = asyncio.run(sync_figures(workspace))
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    _check(report, ours.seen, count)
    what = f"{count:,} due readings at 50 ms, 50 in flight"
    yield Row(f"{what}: asking", ours.seen["seconds"], ideal, "the ideal (wall)", "s", 1.5)
    yield Row(f"{what}: bare asyncio", floor.seen["seconds"], ideal, "the ideal (wall)", "s")
    yield Row(f"{count:,} due readings: the whole run", wall, ideal, "the ideal (wall)", "s")
    yield Row(f"{count:,} due readings: CPU of the whole run", cpu * 1000 / count, 1, "a millisecond a reading", "ms")


def _check(report: Report, seen: dict[str, float], count: int) -> None:
    read = sum(outcome.read for outcome in report.outcomes)
    if report.exit_code or read != count or seen["posts"] != count or seen["at once"] > IN_FLIGHT:
        raise RuntimeError(f"{seen}, and {read} of {count} readings")


def _published(repo: Path, count: int, url: str) -> Workspace:
    """A repository whose state branch says that so many posts went out two hours ago."""
    names = [f"a{number}" for number in range(ACCOUNTS)]
    token = "credentials: {bot_token: '${BENCH_TOKEN}'}"
    accounts = "".join(f"  {name}: {{provider: slack, {token}, settings: {{channel: C{name}}}}}\n" for name in names)
    (repo / "content").mkdir(parents=True)
    (repo / "accounts.yaml").write_text(f"version: 1\nbranch: main\naccounts:\n{accounts}")
    identity = ["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.com"]
    script = str(Path(sys.executable).with_name("postiz-ops"))
    for words in (
        ["git", "init", "-q", "-b", "main"],
        [script, "state", "init"],
        ["git", "add", "."],
        [*identity, "commit", "-q", "-m", "Posts"],
    ):
        subprocess.run(words, cwd=repo, check=True, capture_output=True)
    os.environ["BENCH_TOKEN"] = "bench-token"
    workspace = Workspace.open(str(repo), url)
    asyncio.run(_record(workspace, names, count))
    return workspace


async def _record(workspace: Workspace, names: list[str], count: int) -> None:
    at = (datetime.now(UTC) - timedelta(hours=2)).replace(microsecond=0)
    files = {}
    for name in names:
        origin = workspace.config.accounts[name].origin
        files[account_path(name)] = account_file(KnownAccount(name, "slack", origin, endpoint=True))
    for number in range(count):
        name, post = names[number % len(names)], f"post-{number}"
        name_there, place = f"1700000000.{number:06}", {"channel": f"C{name}"}
        part = PartRecord(State.PUBLISHED, 1, remote_id=name_there, published_at=at, extra=place)
        record = Record(post, f"content/{post}.md", name, "slack", None, at, (part,), endpoint=True)
        files[record_path(post, name, None)] = dump(record)
    await workspace.ledger.push(await workspace.ledger.fetch(), files, "Published\n")
