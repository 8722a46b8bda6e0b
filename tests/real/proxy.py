"""Stands between the publisher and a server: keeps what passed, and can lose an answer on purpose.

The dangerous moment of publishing is when the platform has the post and the publisher does not know it. ``lose`` makes
that moment: the server carries out the matching request, then ``then`` is called (a kill, say), and the connection is
cut without a byte of the answer.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from typing_extensions import override

HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they passed. ``path`` has the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes


@dataclass(slots=True)
class Trap:
    """Loses the answer to the ``nth`` request that matches."""

    method: str
    path: re.Pattern[str]
    nth: int
    then: Callable[[], None]
    seen: int = 0

    def catches(self, method: str, path: str) -> bool:
        """Whether this request's answer is to be lost."""
        if method != self.method or not self.path.search(path):
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass(slots=True)
class Proxy:
    """A running proxy. ``exchanges`` is complete in the order in which the server answered."""

    url: str
    exchanges: list[Exchange] = field(default_factory=list)
    traps: list[Trap] = field(default_factory=list)

    def lose(self, method: str, path: str, then: Callable[[], None], *, nth: int = 1) -> None:
        """Lose the answer to the nth request from now on whose path matches the regular expression."""
        self.traps.append(Trap(method, re.compile(path), nth, then))

    def sent(self, method: str, path: str) -> list[Exchange]:
        """What passed with this method and a path that matches the regular expression."""
        return [e for e in self.exchanges if e.method == method and re.search(path, e.path)]


@contextmanager
def proxying(upstream: str) -> Iterator[Proxy]:
    """Run a proxy on a free port of loopback while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    proxy = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("Handler", (_Handler,), {"proxy": proxy, "upstream": urlsplit(upstream).netloc})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy
    upstream: str

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        connection = HTTPConnection(self.upstream, timeout=30)
        connection.request(self.command, self.path, body, {n: v for n, v in headers.items() if n not in HOP_BY_HOP})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.proxy.exchanges.append(Exchange(self.command, self.path, headers, body, answer.status, content))
        for trap in self.proxy.traps:
            if trap.catches(self.command, self.path):
                trap.then()
                self.close_connection = True
                return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the names that http.server calls

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the exchanges are kept."""
