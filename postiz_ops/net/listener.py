"""A small HTTP server for whoever watches the runner, or calls it: three paths, bounded in size, time and number."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from typing import Any, Protocol

from typing_extensions import override

CONNECTIONS = 16
"""Served at once; more are hung up on."""
SILENCE = 10.0
"""Seconds that a client may say nothing."""
BODY_SECONDS = 30.0
"""Seconds in which a body must have come, however it drips."""
PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``type`` is its media type."""

    status: int
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"

    @classmethod
    def json(cls, status: int, body: Any) -> Reply:
        """An answer in JSON."""
        return cls(status, json.dumps(body).encode() + b"\n", "application/json")


class Service(Protocol):
    """What answers. Called in the server's threads."""

    def get(self, path: str) -> Reply | None:
        """The page at a path; ``None`` where there is none."""

    def hook(self, signature: str, event: str, body: Iterable[bytes]) -> Reply:
        """A webhook was called. ``body`` comes in pieces."""


class Cut(Exception):
    """The body did not come, or not in time."""


class Listener(ThreadingHTTPServer):
    """Serves ``service`` from threads of its own. Raises ``OSError`` where the address cannot be had."""

    daemon_threads = True
    request_queue_size = CONNECTIONS

    def __init__(self, host: str, port: int, service: Service, *, max_body: int) -> None:
        self.address_family = AF_INET6 if ":" in host else AF_INET
        self.service = service
        self.max_body = max_body
        self._free = threading.Semaphore(CONNECTIONS)
        super().__init__((host, port), Handler)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.server_address[1])

    def begin(self) -> None:
        """Serve, until the process ends or ``close``."""
        threading.Thread(target=self.serve_forever, name="listener", daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()

    @override
    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve in a thread of its own, as long as there are few."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    @override
    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve, and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: whoever hangs up, or talks nonsense, is no news."""


class Handler(BaseHTTPRequestHandler):
    """One request; the connection ends with it."""

    server: Listener
    timeout = SILENCE
    server_version = "postiz-ops"
    sys_version = ""

    def do_GET(self) -> None:
        """A page."""
        reply = self.server.service.get(self.path.partition("?")[0])
        self._send(reply or Reply(404, b"there is nothing here\n"))

    def do_POST(self) -> None:
        """The webhook."""
        if self.path.partition("?")[0] != "/hook":
            self._send(Reply(404, b"there is nothing here\n"))
            return
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            self._send(Reply(411, b"say how long the body is\n"))
        elif int(length) > self.server.max_body:
            self._send(Reply(413, b"the body is too long\n"))
        else:
            self._hook(int(length))

    def _hook(self, length: int) -> None:
        signature = self.headers.get("X-Hub-Signature-256", "")
        event = self.headers.get("X-GitHub-Event", "")
        try:
            reply = self.server.service.hook(signature, event, self._pieces(length))
        except Cut:
            reply = Reply(408, b"the body did not come\n")
        self._send(reply)

    def _pieces(self, length: int) -> Iterator[bytes]:
        deadline = time.monotonic() + BODY_SECONDS
        while length:
            piece = self.rfile.read1(min(length, PIECE))
            if not piece or time.monotonic() > deadline:
                raise Cut
            length -= len(piece)
            yield piece

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(reply.body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the journal tells what matters."""
