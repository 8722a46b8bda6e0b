"""Git objects by their ids, from one ``git cat-file`` that stays: a process for each would cost more than the files."""

from __future__ import annotations

import os
import subprocess
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, cast

from postiz_ops.repo.git import Git

AT_ONCE = 64
"""So many questions always fit into a pipe, so that nobody waits for a reader that waits for him."""


class Objects:
    """The objects of a repository. The process starts with the first object that is asked for."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, blobs: Sequence[str]) -> dict[str, bytes]:
        """The bytes of some objects (at most ``AT_ONCE``), without those that are not here."""
        with self._lock:
            questions, answering = self._pipes()
            questions.write("".join(f"{blob}\n" for blob in blobs).encode())
            questions.flush()
            answers = [(blob, _answer(answering)) for blob in blobs]
        return {blob: data for blob, data in answers if data is not None}

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        # A forked child has the parent's pipes: two readers of one answer would get half of it each.
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process, self._owner = self._git.start("cat-file", "--batch"), os.getpid()
            weakref.finalize(self, _stop, self._process)
        return _both(self._process)


def _both(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    return cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)


def _answer(pipe: IO[bytes]) -> bytes | None:
    header = pipe.readline().split()
    if len(header) != 3:
        return None
    data = pipe.read(int(header[2]))
    pipe.read(1)  # the line end behind the object
    return data


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in _both(process):
        with suppress(BrokenPipeError):
            pipe.close()
    process.wait()
