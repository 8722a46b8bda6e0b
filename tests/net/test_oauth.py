"""The loopback listener: what ends the wait, and what does not."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Mapping
from typing import Any

import pytest

from postiz_ops.errors import UsageError
from postiz_ops.net import oauth
from postiz_ops.net.oauth import Listener


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def accept(query: Mapping[str, str]) -> bool:
    return query.get("state") == "ours"


async def talk(port: int, sent: str, *, host: str = "") -> str:
    """One raw request; ``{host}`` in it is the right one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent.replace("{host}", host or f"127.0.0.1:{port}").replace("\n", "\r\n").encode())
    answer = (await reader.read()).decode()
    writer.close()
    return answer


GOOD = "GET /callback?state=ours&code=a%2Bb HTTP/1.1\nHost: {host}\n\n"


def test_what_the_browser_brings_ends_the_wait() -> None:
    async def scene() -> None:
        port = free_port()
        listener = Listener(f"http://127.0.0.1:{port}/callback", accept)
        async with listener.listening():
            answer = await talk(port, GOOD)
            assert answer.startswith("HTTP/1.1 200 OK\r\n")
            assert "You may close this window" in answer
            assert "a+b" not in answer
            assert "a%2Bb" not in answer
            assert "Content-Security-Policy: default-src 'none'" in answer
            assert await listener.wait(5) == {"state": "ours", "code": "a+b"}
            assert (await talk(port, GOOD.replace("a%2Bb", "c"))).startswith("HTTP/1.1 200 OK")
            assert await listener.wait(5) == {"state": "ours", "code": "a+b"}, "the first counts"

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("GET /favicon.ico HTTP/1.1\nHost: {host}\n\n", "404"),
        ("GET / HTTP/1.1\nHost: {host}\n\n", "404"),
        ("GET /callback/?state=ours HTTP/1.1\nHost: {host}\n\n", "404"),
        ("POST /callback?state=ours HTTP/1.1\nHost: {host}\n\n", "405"),
        ("GET /callback?state=theirs&code=x HTTP/1.1\nHost: {host}\n\n", "400"),
        ("GET /callback HTTP/1.1\nHost: {host}\n\n", "400"),
        ("GET /callback?state=ours HTTP/1.1\nHost: evil.example\n\n", "404"),
        ("GET /callback?state=ours HTTP/1.1\n\n", "404"),
        ("GET /callback?state=ours HTTP/1.1\nHost: {host}\nHost: {host}\n\n", "404"),
    ],
)
def test_anything_else_is_answered_and_forgotten(sent: str, status: str) -> None:
    async def scene() -> None:
        port = free_port()
        listener = Listener(f"http://localhost:{port}/callback", accept)
        async with listener.listening():
            assert (await talk(port, sent)).split(" ")[1] == status
            await talk(port, GOOD, host=f"localhost:{port}")
            assert await listener.wait(5) == {"state": "ours", "code": "a+b"}

    asyncio.run(scene())


@pytest.mark.parametrize(
    "sent", ["nonsense\n\n", "GET /callback\n\n", "x" * (oauth.MAX_HEAD + 10), "\n\n", "GET  a b c\n\n"]
)
def test_nonsense_ends_nothing(sent: str) -> None:
    async def scene() -> None:
        port = free_port()
        listener = Listener(f"http://127.0.0.1:{port}/callback", accept)
        async with listener.listening():
            assert await talk(port, sent) == ""
            await talk(port, GOOD)
            assert (await listener.wait(5))["code"] == "a+b"

    asyncio.run(scene())


def test_a_connection_that_says_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "HEAD_SECONDS", 0.01)

    async def scene() -> None:
        port = free_port()
        async with Listener(f"http://127.0.0.1:{port}/callback", accept).listening():
            assert await talk(port, "GET /callback?state=ours HTTP/1.1\n") == ""

    asyncio.run(scene())


def test_a_person_who_does_not_come_back_is_not_waited_for_without_end() -> None:
    async def scene() -> None:
        listener = Listener(f"http://127.0.0.1:{free_port()}/callback", accept)
        async with listener.listening():
            await listener.wait(0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(scene())


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_localhost_is_listened_on_wherever_a_browser_may_look() -> None:
    async def scene() -> None:
        port = free_port()
        listener = Listener(f"http://localhost:{port}/callback", accept)
        async with listener.listening():
            reader, writer = await asyncio.open_connection("::1", port)
            writer.write(GOOD.replace("{host}", f"localhost:{port}").replace("\n", "\r\n").encode())
            assert (await reader.read()).startswith(b"HTTP/1.1 200 OK")
            writer.close()
            assert (await listener.wait(5))["code"] == "a+b"
        with socket.socket(socket.AF_INET6) as other:
            other.bind(("::1", 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(UsageError, match="another program does"):
                async with Listener(f"http://localhost:{port}/callback", accept).listening():
                    pass

    asyncio.run(scene())


def test_a_machine_without_ipv6_has_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    start = asyncio.start_server

    async def no_ipv6(serve: Any, host: str, port: int, **more: Any) -> asyncio.Server:
        if host == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "no such address")
        return await start(serve, host, port, **more)

    monkeypatch.setattr(asyncio, "start_server", no_ipv6)

    async def scene() -> None:
        port = free_port()
        listener = Listener(f"http://localhost:{port}/callback", accept)
        async with listener.listening():
            await talk(port, GOOD)
            assert (await listener.wait(5))["code"] == "a+b"

    asyncio.run(scene())


def test_a_port_that_is_taken_is_told() -> None:
    async def scene(port: int) -> None:
        async with Listener(f"http://127.0.0.1:{port}/callback", accept).listening():
            pass

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UsageError, match="nobody can listen on port"):
            asyncio.run(scene(other.getsockname()[1]))
