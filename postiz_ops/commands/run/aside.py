"""A thread of its own for work that blocks: git, compiling, a whole run. The loop beside it stays awake."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


class Aside:
    """One thread, in which everything that it is given runs one after the other.

    It is a daemon: what still runs in it when the process ends is cut off, as by a kill. Only work that may be cut off
    is left in it then.
    """

    def __init__(self, name: str) -> None:
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def do(self, job: Callable[[], T]) -> T:
        """Run it there, and wait for what it gives or raises."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                value = job()
            except BaseException as failure:  # noqa: BLE001 - it is raised where it is waited for
                loop.call_soon_threadsafe(_fail, outcome, failure)
            else:
                loop.call_soon_threadsafe(_finish, outcome, value)

        self._jobs.put(run)
        return await outcome

    def begin(self, job: Callable[[], None]) -> None:
        """Run it there, and wait for nothing. It must not raise."""
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            self._jobs.get()()


def _finish(outcome: asyncio.Future[T], value: T) -> None:
    if not outcome.done():
        outcome.set_result(value)


def _fail(outcome: asyncio.Future[T], failure: BaseException) -> None:
    if not outcome.done():
        outcome.set_exception(failure)
