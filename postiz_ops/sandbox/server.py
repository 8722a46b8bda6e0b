"""The transport: one HTTP/1.1 server on loopback that undoes the redirection, applies faults, and asks the stand-ins.

A request for ``https://HOST/PATH`` arrives as ``/HOST/PATH``; one without a host in its path is for the address that it
came to.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from typing_extensions import override

from postiz_ops.sandbox import control
from postiz_ops.sandbox.endpoint import PATHS, Cut, Endpoint
from postiz_ops.sandbox.exchange import Reply, Request, plain
from postiz_ops.sandbox.faults import Strike

BODY_MAX = 512 * 1024**2
"""Bytes: above every platform's limit for one request, Slack's files of 1 GiB excepted."""


class TooLarge(Exception):
    """A body that nobody would take; the rest of the connection is not readable."""


class Server(ThreadingHTTPServer):
    """A thread for each connection; as many may wait as a burst of clients brings."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int) -> None:
        self.endpoint = Endpoint()
        self._open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """Where it listens, as an endpoint is written."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    @override
    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    @override
    def server_close(self) -> None:
        """Stop listening, and hang up on those who keep their connections alive."""
        super().server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive between requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def serve(self) -> None:
        """Answer one request, whatever its method."""
        try:
            self._send(self._answer())
        except TooLarge:
            self.close_connection = True
            self._send(plain(413, "too large for the sandbox"))
        except Cut:
            self.close_connection = True
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001 - a mistake of ours must not look like a lost connection
            traceback.print_exc()
            self._send(plain(500, "the sandbox stumbled over this request; it is told on its standard error"))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve  # noqa: N815 - http.server's names

    def _answer(self) -> Reply:
        endpoint, path = self.server.endpoint, self.path.partition("?")[0]
        if control.is_own(path):
            return control.answer(endpoint, self.command, path, self._body())
        host, path, query = redirected(self.path, self.headers.get("Host", ""))
        strike = endpoint.strike(self.command, host, path)
        if strike.effect == "drop":
            _drop(strike)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return endpoint.answer(Request(self.command, host, path, query, headers, self._body()), strike)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > BODY_MAX:
            raise TooLarge
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        pieces, total = [], 0
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            total += size
            if total > BODY_MAX:
                raise TooLarge
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def _send(self, answer: Reply) -> None:
        self.send_response(answer.status)
        headers: Mapping[str, str] = answer.headers
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a path may hold a credential."""


def redirected(target: str, own: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Host, path and query of what was asked for. ``own`` is the host of a request that came without redirection."""
    parts = urlsplit(target)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    first, _, rest = parts.path.lstrip("/").partition("/")
    if first in PATHS:
        return own.lower(), parts.path, query
    return unquote(first).lower(), f"/{rest}", query


def _drop(strike: Strike) -> None:
    time.sleep(strike.delay)
    raise Cut
