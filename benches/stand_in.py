"""Slack's calls, each answered after 50 ms, HTTP by hand, in a process of its own, so that it is not what is measured.

``python -m benches.stand_in`` prints its address, and on the line after, once its input ends, what it saw.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE
from typing import Any

LATENCY = 0.05


@dataclass
class StandIn:
    """Where it is, and once it has ended, what it saw: ``posts`` or readings, ``seconds``, and how many ``at once``."""

    url: str
    seen: dict[str, float] = field(default_factory=dict)


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """Run one."""
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen([sys.executable, "-m", __name__], cwd=root, stdin=PIPE, stdout=PIPE, text=True) as process:
        running = StandIn(process.stdout.readline().strip() if process.stdout else "")
        yield running
        running.seen = json.loads(process.communicate()[0])


class Platform:
    """What was asked of it, and when."""

    def __init__(self) -> None:
        self.posts = self.busy = self.most = 0
        self.first = self.last = 0.0

    async def serve(self) -> None:
        """Serve until the input ends."""
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=1024)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        print(json.dumps({"posts": self.posts, "seconds": self.last - self.first, "at once": self.most}))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = re.search(rb"content-length: (\d+)", head.lower())
                await reader.readexactly(int(length[1]) if length else 0)
                asked = re.search(rb"conversations\.replies\?.*?\bts=([\d.]+)", head)
                await self._answer(writer, b"chat.postMessage" in head, asked[1].decode() if asked else None)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter, posting: bool, asked: str | None) -> None:  # noqa: FBT001
        counted = posting or asked is not None
        if counted:
            self.first = self.first or time.perf_counter()
            self.posts, self.busy = self.posts + 1, self.busy + 1
            self.most = max(self.most, self.busy)
        await asyncio.sleep(LATENCY)
        body: dict[str, Any] = {"ok": True, "url": "https://bench.slack.com/", "channel": "C1"}
        body["ts"] = f"1700000000.{self.posts:06}"
        if asked is not None:
            body["messages"] = [{"type": "message", "ts": asked, "reply_count": 2, "reactions": [{"count": 3}]}]
        data = json.dumps(body).encode()
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(data)
        writer.write(head + data)
        await writer.drain()
        if counted:
            self.busy, self.last = self.busy - 1, time.perf_counter()


if __name__ == "__main__":
    asyncio.run(Platform().serve())
