"""A thousand deliveries to a platform that answers after 50 ms, 50 in flight: beside the second that physics allows."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benches.rows import Row
from benches.stand_in import LATENCY, stand_in
from postiz_ops.commands.publish import carry_out
from postiz_ops.commands.workspace import Workspace
from postiz_ops.publish.order import Order, Report

IN_FLIGHT = 50


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time between the first and the last mutation, and of the whole run, against the ideal."""
    count = 200 if quick else 1_000
    ideal = count * LATENCY / IN_FLIGHT
    with stand_in() as floor:
        asyncio.run(bare(floor.url, count))
    with stand_in() as ours:
        started, cpu = time.perf_counter(), time.process_time()
        report = _publish(folder, count, ours.url)
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    if len(report.records) != count or ours.seen["posts"] != count or ours.seen["at once"] > IN_FLIGHT:
        raise RuntimeError(f"{ours.seen} and {len(report.records)} records of {count}")
    what = f"{count:,} deliveries at 50 ms, 50 in flight"
    yield Row(f"{what}: sending", ours.seen["seconds"], ideal, "the ideal (wall)", "s", 1.5)
    yield Row(f"{what}: bare asyncio", floor.seen["seconds"], ideal, "the ideal (wall)", "s")
    yield Row(f"{count:,} deliveries: the whole run", wall, ideal, "the ideal (wall)", "s")
    yield Row(f"{count:,} deliveries: CPU of the whole run", cpu * 1000 / count, 1, "a millisecond a delivery", "ms")


async def bare(url: str, count: int) -> None:
    """The same requests by nothing but sockets: what this machine can do at this moment."""
    host, port = url.removeprefix("http://").split(":")
    request = b"POST /slack.com/api/chat.postMessage HTTP/1.1\r\nHost: slack.com\r\nContent-Length: 2\r\n\r\n{}"
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one() -> None:
        async with gate:
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(request)
            await reader.readuntil(b"}")
            writer.close()

    await asyncio.gather(*(one() for _ in range(count)))


def _publish(folder: Path, count: int, url: str) -> Report:
    repo = folder / "posts"
    names = [f"a{number}" for number in range(count)]
    token = "credentials: {bot_token: '${BENCH_TOKEN}'}"
    accounts = "".join(f"  {name}: {{provider: slack, {token}, settings: {{channel: C{name}}}}}\n" for name in names)
    (repo / "content").mkdir(parents=True)
    (repo / "accounts.yaml").write_text(
        f"version: 1\nbranch: main\npolicy: {{max_per_run: {count}}}\naccounts:\n{accounts}"
    )
    (repo / "content" / "post.md").write_text("---\nid: post\nplatforms: [slack]\npublish_at: now\n---\nHello\n")
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
    return asyncio.run(carry_out(workspace, Order(run="bench", tool="bench", endpoint=True)))
