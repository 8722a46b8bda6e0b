"""A sandbox in this process, for tests."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, Self

from postiz_ops.sandbox.server import Server
from postiz_ops.sandbox.world import World


class Sandbox:
    """A sandbox on a free port of loopback, for as long as the ``with`` block lasts.

    ::

        with Sandbox() as sandbox:
            sandbox.faults([{"match": {"nth": 1}, "effect": "lost-answer"}])
            ...  # publish to the endpoint sandbox.url
            assert len(sandbox.posts()) == 1
    """

    def __init__(self) -> None:
        self._server = Server("127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    @property
    def url(self) -> str:
        """The endpoint: ``http://127.0.0.1:PORT``."""
        return self._server.url

    @property
    def world(self) -> World:
        """What the stand-ins remember; its ``clock`` can be replaced."""
        return self._server.endpoint.world

    def posts(self) -> list[dict[str, Any]]:
        """What ``GET /_sandbox/posts`` shows."""
        with self.world.lock:
            return [post.public() for post in self.world.posts]

    def faults(self, asked: list[dict[str, Any]]) -> None:
        """Put these faults in the place of those in force. Raises ``BadFault``."""
        with self.world.lock:
            self._server.endpoint.faults.clear()
            self._server.endpoint.faults.add(asked)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
