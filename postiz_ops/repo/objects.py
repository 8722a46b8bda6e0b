"""Git objects by their ids, from one ``git cat-file`` that stays: a process for each would cost more than the files."""

from __future__ import annotations

import os
import subprocess
import threading
import weakref
from contextlib import suppress

from postiz_ops.repo.git import Git


class Objects:
    """The objects of a repository. The process starts with the first object that is asked for."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, blob: str) -> bytes:
        """The bytes of an object. Raises ``KeyError`` when it is not here."""
        with self._lock:
            return self._exchange(self._running(), blob)

    def _running(self) -> subprocess.Popen[bytes]:
        # A forked child has the parent's pipes: two readers of one answer would get half of it each.
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._process, self._owner = self._git.start("cat-file", "--batch"), os.getpid()
            weakref.finalize(self, _stop, self._process)
        return self._process

    @staticmethod
    def _exchange(process: subprocess.Popen[bytes], blob: str) -> bytes:
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the process was started with pipes")
        process.stdin.write(f"{blob}\n".encode())
        process.stdin.flush()
        header = process.stdout.readline().split()
        if len(header) != 3:
            raise KeyError(blob)
        data = process.stdout.read(int(header[2]))
        process.stdout.read(1)  # the line end behind the object
        return data


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()
