"""Work that is shared among the machine's cores: a process for each, forked, so that nothing has to be sent there."""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

LEAST = 500
"""Items that are worth a process of their own: with fewer, forking costs about as much as it saves."""


def share(work: Callable[[Sequence[str]], T], items: Sequence[str], *, cores: int | None = None) -> list[T]:
    """What ``work`` makes of portions of the items, one portion for each core; of all of them where there are few.

    ``work`` must neither write nor talk to anybody: it runs in a copy of this process. What a copy could not finish is
    done here.
    """
    count = min(cores or _cores(), len(items) // LEAST) or 1
    portions = [items[first::count] for first in range(count)]
    copies = [_Copy.start(work, portion) for portion in portions[1:]]
    return [work(portions[0]), *(copy.result() for copy in copies)]


@contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's search for cycles: a compilation makes none, and millions of values to search through."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _cores() -> int:
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Copy(Generic[T]):
    """A forked process at work: what it makes comes through a pipe."""

    work: Callable[[Sequence[str]], T]
    portion: Sequence[str]
    process: int
    pipe: int

    @classmethod
    def start(cls, work: Callable[[Sequence[str]], T], portion: Sequence[str]) -> _Copy[T]:
        """Fork."""
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            _work_and_exit(work, portion, writer)
        os.close(writer)
        return cls(work, portion, process, reader)

    def result(self) -> T:
        """Wait for it. Where the process came to a bad end, its work is done again, for the error to be seen."""
        with os.fdopen(self.pipe, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(self.process, 0)
        if status != 0:
            return self.work(self.portion)
        made: T = pickle.loads(data)  # noqa: S301 - from a copy of ourselves
        return made


def _work_and_exit(work: Callable[[Sequence[str]], T], portion: Sequence[str], pipe: int) -> None:
    """The life of a copy. It leaves without cleaning up: everything open is its parent's."""
    status = 1
    try:
        with os.fdopen(pipe, "wb") as output:
            pickle.dump(work(portion), output, protocol=pickle.HIGHEST_PROTOCOL)
        status = 0
    finally:
        os._exit(status)
