"""Where the browser comes back to after a consent: one request on a loopback port (RFC 8252, 7.3)."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qsl, urlsplit

from postiz_ops.errors import UsageError

MAX_HEAD = 16 << 10
"""Bytes of a request's head; a browser's is a tenth of that."""
HEAD_SECONDS = 5.0
"""Seconds that a connection has to send its head: a browser opens some that it never uses."""

_PAGE = """\
HTTP/1.1 {status}\r
Content-Type: text/html; charset=utf-8\r
Content-Length: {length}\r
Cache-Control: no-store\r
Content-Security-Policy: default-src 'none'\r
Referrer-Policy: no-referrer\r
X-Content-Type-Options: nosniff\r
Connection: close\r
\r
{body}"""


class Listener:
    """Waits for the browser on loopback. ``redirect`` is the address that it is sent back to, its port included.

    Only a ``GET`` of that path which ``accept`` takes ends the wait; everything else is answered and forgotten, so that
    neither a stale tab nor another program on this machine can end it. Nothing of a request is shown or logged.
    """

    def __init__(self, redirect: str, accept: Callable[[Mapping[str, str]], bool]) -> None:
        parts = urlsplit(redirect)
        self._path = parts.path or "/"
        self._port = parts.port or 80
        # A browser may take `localhost` for either: whoever listens on the other would get the code.
        self._hosts = ("127.0.0.1", "::1") if parts.hostname == "localhost" else ("127.0.0.1",)
        self._accept = accept
        self._came: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._talking: set[asyncio.Task[None]] = set()

    async def wait(self, seconds: float) -> Mapping[str, str]:
        """The parameters that the browser came back with. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            return await self._came

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen meanwhile. Raises ``UsageError`` where something else does so already."""
        servers: list[asyncio.Server] = []
        try:
            for host in self._hosts:
                servers += await self._server(host)
            yield
        finally:
            for server in servers:
                server.close()
            left = [task for task in self._talking if task.cancel()]
            await asyncio.gather(*left, return_exceptions=True)

    async def _server(self, host: str) -> list[asyncio.Server]:
        try:
            return [await asyncio.start_server(self._serve, host, self._port, limit=MAX_HEAD)]
        except OSError as problem:
            if host == "::1" and problem.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                return []  # this machine has no such address, so that nobody listens there
            raise UsageError(
                f"nobody can listen on port {self._port} of this machine: another program does",
                help="choose another with --redirect-port, and register its address with the app",
            ) from problem

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._talking |= {task} if task else set()
        try:
            with suppress(OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            self._talking -= {task} if task else set()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        status, words, query = self._answer(head.decode("latin-1"))
        writer.write(_page(status, words))
        await writer.drain()
        if query is not None and not self._came.done():
            self._came.set_result(query)

    def _answer(self, head: str) -> tuple[str, str, Mapping[str, str] | None]:
        """Status, words, and the parameters where they are those that are waited for."""
        line, *fields = head.split("\r\n")
        method, target, _ = line.split(" ")
        parts = urlsplit(target)
        hosts = [value.strip() for name, _, value in (f.partition(":") for f in fields) if name.lower() == "host"]
        if parts.path != self._path or hosts not in ([f"127.0.0.1:{self._port}"], [f"localhost:{self._port}"]):
            return "404 Not Found", "There is nothing here.", None
        if method != "GET":
            return "405 Method Not Allowed", "There is nothing here.", None
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if not self._accept(query):
            return (
                "400 Bad Request",
                "This is not what postiz-ops is waiting for. Use the address that it opened.",
                None,
            )
        return "200 OK", "postiz-ops goes on in the terminal. You may close this window.", query


def _page(status: str, words: str) -> bytes:
    body = f"<!doctype html><title>postiz-ops</title><p>{words}</p>"
    return _PAGE.format(status=status, length=len(body), body=body).encode()
