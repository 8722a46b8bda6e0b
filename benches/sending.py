"""A thousand deliveries to a platform that answers after 50 ms, 50 in flight: beside the second that physics allows."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benches.rows import Row
from postiz_ops.commands.publish import carry_out
from postiz_ops.commands.workspace import Workspace
from postiz_ops.publish.order import Order, Report

LATENCY = 0.05
IN_FLIGHT = 50


def rows(folder: Path, quick: bool) -> Iterator[Row]:  # noqa: FBT001 - the shape of a bench
    """Wall time between the first and the last mutation, and of the whole run, against the ideal."""
    count = 200 if quick else 1_000
    server = Platform()
    threading.Thread(target=server.run, daemon=True).start()
    server.ready.wait()
    ideal = count * LATENCY / IN_FLIGHT
    started = time.perf_counter()
    report = _publish(folder, count, server.url)
    wall = time.perf_counter() - started
    if len(report.records) != count or server.posts != count:
        raise RuntimeError(f"{server.posts} of {count} posts were published")
    yield Row(f"{count:,} deliveries at 50 ms, 50 in flight: sending", server.span, ideal, "the ideal (wall)", "s", 1.5)
    yield Row(f"{count:,} deliveries: the whole run", wall, ideal, "the ideal (wall)", "s")


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


class Platform:
    """Slack's two calls, each answered after 50 ms: HTTP by hand, so that the server is not what is measured."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.url = ""
        self.posts = 0
        self.first = self.last = 0.0

    @property
    def span(self) -> float:
        """Seconds from the first mutation's arrival to the last one's answer."""
        return self.last - self.first

    def run(self) -> None:
        """Serve until the process ends."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self.ready.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: (\d+)", head.lower())
                await reader.readexactly(int(length[1]) if length else 0)
                await self._answer(head, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        posting = b"chat.postMessage" in head
        self.first = self.first or (time.perf_counter() if posting else 0.0)
        await asyncio.sleep(LATENCY)
        self.posts += posting
        body = {"ok": True, "url": "https://bench.slack.com/", "ts": f"1700000000.{self.posts:06}", "channel": "C1"}
        data = json.dumps(body).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data)
        )
        await writer.drain()
        self.last = time.perf_counter()
