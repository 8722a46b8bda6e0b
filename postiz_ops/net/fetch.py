"""Fetching a file that a post names by its https address: guarded and bounded; the caller checks its hash."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urljoin

from postiz_ops.errors import Rejected, Unavailable
from postiz_ops.net.endpoint import redirected
from postiz_ops.net.guard import public_address, validated

MAX_BYTES = 1 << 30
"""Nothing that a platform takes is larger than a gigabyte."""
MAX_SECONDS = 300.0
"""The whole fetch, whatever the server does."""
MAX_REDIRECTS = 3
MAX_SILENCE = 30.0
"""Seconds without a byte."""
_CHUNK = 1 << 20
_MOVED = frozenset({301, 302, 303, 307, 308})


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was validated, whatever the name resolves to by now."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, 443, timeout=MAX_SILENCE, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, 443), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def fetch(url: str, endpoint: str | None = None) -> bytes:
    """The bytes at an https URL. Raises ``Rejected`` for a forbidden one, ``Unavailable`` when it does not answer."""
    deadline = time.monotonic() + MAX_SECONDS
    try:
        if endpoint is not None:
            place = redirected(url, endpoint)
            with urllib.request.urlopen(place, timeout=MAX_SILENCE) as answer:  # noqa: S310 - loopback
                return _read(answer, deadline)
        return _follow(url, deadline)
    except urllib.error.HTTPError as problem:
        raise Rejected(f"`{url}` answers {problem.code}") from problem
    except (OSError, http.client.HTTPException) as problem:
        raise Unavailable(f"`{url}` cannot be fetched ({type(problem).__name__})") from problem


def _follow(url: str, deadline: float) -> bytes:
    for _ in range(MAX_REDIRECTS + 1):
        parts = validated(url)
        host = parts.hostname or ""
        connection = _Pinned(host, public_address(host))
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        with _ended(connection, deadline):
            connection.request("GET", target, headers={"User-Agent": "postiz-ops", "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            if answer.status not in _MOVED:
                if answer.status != 200:
                    raise Rejected(f"`{url}` answers {answer.status}")
                return _read(answer, deadline)
            url = urljoin(url, answer.headers.get("Location", ""))
    raise Rejected("the address leads on and on", help="use the file's final address")


@contextmanager
def _ended(connection: http.client.HTTPConnection, deadline: float) -> Iterator[None]:
    """The connection closed in the end, and cut at the deadline: no single read can be told how long all may take."""

    def cut() -> None:
        with suppress(OSError):
            # Below TLS, which another thread is reading.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    connection.connect()
    watch = threading.Timer(max(deadline - time.monotonic(), 0), cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        connection.close()


def _read(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > MAX_BYTES:
            raise Rejected(f"the file is larger than {MAX_BYTES:,} bytes")
        if time.monotonic() > deadline:
            raise Unavailable(f"the file did not arrive within {MAX_SECONDS:.0f} seconds")
        chunks.append(chunk)
    if time.monotonic() > deadline or answer.length:
        raise Unavailable("the file did not arrive whole")
    return b"".join(chunks)
