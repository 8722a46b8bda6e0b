"""The proxy itself, in front of a server of three lines: no real server is needed to know what it does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.client import RemoteDisconnected
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typing_extensions import override

from tests.real.http import Server
from tests.real.proxy import Proxy, proxying


class Counter(BaseHTTPRequestHandler):
    """Answers each request with how many there have been."""

    count = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"] or 0))
        Counter.count += 1
        body = str(Counter.count).encode()
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    Counter.count = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with proxying(f"http://127.0.0.1:{server.server_address[1]}") as between:
        yield between
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_passes_on_and_keeps(proxy: Proxy) -> None:
    assert Server(proxy.url, token="test-token").post("/a?b=c", {"d": 1}) == 1
    (exchange,) = proxy.sent("POST", r"/a")
    assert (exchange.path, exchange.body, exchange.status, exchange.answer) == ("/a?b=c", b'{"d": 1}', 200, b"1")
    assert exchange.headers["authorization"] == "Bearer test-token"


def test_a_lost_answer_was_given(proxy: Proxy) -> None:
    called: list[int] = []
    proxy.lose("POST", "/a", lambda: called.append(Counter.count), nth=2)
    assert Server(proxy.url).post("/a") == 1
    assert Server(proxy.url).post("/b") == 2
    with pytest.raises(RemoteDisconnected):
        Server(proxy.url).post("/a")
    assert called == [3]
    assert Server(proxy.url).post("/a") == 4
