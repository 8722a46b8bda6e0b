"""A server of a few lines, for what no real one would say."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


class Listener:
    """Listens on a free port of loopback and gives each connection, one after the other, to ``answer``.

    ``close`` ends its thread before the socket. One that still waited would go on waiting for connections to whatever
    is given the socket's number next: a child process that ends interrupts the call, and it is made again by number.
    """

    def __init__(self, answer: Callable[[socket.socket], None]) -> None:
        self._answer = answer
        self._open = True
        self._server = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self._server.getsockname()
        return host, port

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.address[1]}"

    def close(self) -> None:
        """Answer nobody any more."""
        self._open = False
        with socket.socket() as last:
            last.connect(self.address)
            self._thread.join(timeout=10)
        self._server.close()

    def _serve(self) -> None:
        while self._open:
            connection, _ = self._server.accept()
            with connection, contextlib.suppress(OSError):
                if self._open:
                    self._answer(connection)
