"""One request, sent at most once: what can be proved of a failure decides what it is called."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from postiz_ops.errors import UsageError
from postiz_ops.net.endpoint import allowed, redirected, validated
from postiz_ops.net.http import HttpWire
from postiz_ops.publish.effects import Lost, NotSent, Request, Response
from tests.listener import Listener


class Server:
    """A socket that answers each connection's first request with fixed bytes, or hangs up."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self.requests: list[bytes] = []
        self._listener = Listener(self._serve)
        self.url = self._listener.url

    def close(self) -> None:
        self._listener.close()

    def _serve(self, connection: socket.socket) -> None:
        self.requests.append(_request(connection))
        if self._answer is not None:
            connection.sendall(self._answer)


def _request(connection: socket.socket) -> bytes:
    """A whole request: its head, and as much of a body as that announces."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[[bytes | None], Server]]:
    """Start servers, and stop them."""
    started: list[Server] = []

    def start(answer: bytes | None) -> Server:
        started.append(Server(answer))
        return started[-1]

    yield start
    for server in started:
        server.close()


def send(wire: HttpWire, request: Request, deadline: float | None = None) -> Response:
    async def go() -> Response:
        try:
            return await wire.send(request, deadline=deadline)
        finally:
            await wire.close()

    return asyncio.run(go())


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Some: Thing\r\n\r\nhi"
POST = Request("POST", "https://platform.example/path?q=1", {"Authorization": "Bearer test"}, b"body")


def test_a_request_goes_where_the_endpoint_says_otherwise_unchanged(serve: Callable[[bytes | None], Server]) -> None:
    server = serve(OK)
    response = send(HttpWire(server.url), POST)
    assert (response.status, response.headers["x-some"], response.body) == (200, "Thing", b"hi")
    head = server.requests[0]
    assert head.startswith(b"POST /platform.example/path?q=1 HTTP/1.1\r\n")
    assert b"authorization: bearer test" in head.lower()
    assert head.endswith(b"\r\n\r\nbody")


def test_no_connection_is_not_sent() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with pytest.raises(NotSent, match="did not leave"):
        send(HttpWire(f"http://127.0.0.1:{port}"), POST)


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi", b"nonsense\r\n\r\n"])
def test_an_answer_that_does_not_come_whole_is_lost(
    serve: Callable[[bytes | None], Server], answer: bytes | None
) -> None:
    server = serve(answer)
    with pytest.raises(Lost, match="the answer was lost"):
        send(HttpWire(server.url), POST, time.monotonic() + 60)
    assert len(server.requests) == 1


def test_after_its_deadline_nothing_is_written(serve: Callable[[bytes | None], Server]) -> None:
    server = serve(OK)
    with pytest.raises(NotSent, match="deadline"):
        send(HttpWire(server.url), POST, time.monotonic() - 1)
    assert b"POST" not in b"".join(server.requests)


def test_a_redirect_is_an_answer_and_is_not_followed(serve: Callable[[bytes | None], Server]) -> None:
    target = serve(OK)
    answer = f"HTTP/1.1 302 Found\r\nLocation: {target.url}/x\r\nContent-Length: 0\r\n\r\n".encode()
    assert send(HttpWire(serve(answer).url), POST).status == 302
    assert target.requests == []


def test_cookies_are_not_kept(serve: Callable[[bytes | None], Server]) -> None:
    server = serve(OK.replace(b"X-Some", b"Set-Cookie: a=b\r\nX-Some"))
    wire = HttpWire(server.url)

    async def twice() -> None:
        await wire.send(POST, deadline=time.monotonic() + 9)
        await wire.send(POST, deadline=time.monotonic() + 9)
        await wire.close()

    asyncio.run(twice())
    assert b"cookie" not in server.requests[1].lower()


@pytest.mark.parametrize(
    "url", ["http://platform.example/", "https://user:pass@platform.example/", "file:///etc/passwd"]
)
def test_what_is_neither_https_nor_loopback_is_never_asked(url: str) -> None:
    with pytest.raises(NotSent, match="neither https nor on loopback"):
        send(HttpWire(), Request("GET", url))
    assert not allowed(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/x?y=1", "http://127.0.0.1:9/a.example/x?y=1"),
        ("https://a.example", "http://127.0.0.1:9/a.example/"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:9/127.0.0.1:8080/x"),
        ("http://127.0.0.1:9/a.example/x", "http://127.0.0.1:9/a.example/x"),
    ],
)
def test_redirection(url: str, expected: str) -> None:
    assert redirected(url, "http://127.0.0.1:9") == expected
    assert redirected(url, None) == url


@pytest.mark.parametrize("endpoint", ["https://127.0.0.1:9", "http://evil.example", "http://127.0.0.1:9/x", "9"])
def test_an_endpoint_is_plain_http_on_loopback(endpoint: str) -> None:
    with pytest.raises(UsageError, match="not on loopback"):
        validated(endpoint)
