"""Git LFS: pointers in the place of large files, and where their content may be had.

https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
"""

from __future__ import annotations

import hashlib
import re
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from postiz_ops.repo.git import Git

POINTER_SIZE = 1024
"""Bytes: a pointer is smaller than this, by the specification."""
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n?"
)


class Pointer(NamedTuple):
    """What stands in git for a large file."""

    text: bytes
    oid: str
    """SHA-256 of the content."""


def pointer(data: bytes) -> Pointer | None:
    """The pointer that these bytes are, if they are one."""
    found = _POINTER.fullmatch(data) if len(data) < POINTER_SIZE else None
    return None if found is None else Pointer(data, found[1].decode())


class LargeFiles:
    """The content of pointers. With ``download``, git-lfs may fetch what is not here; without, nothing is asked for."""

    def __init__(self, git: Git, *, download: bool) -> None:
        self._git = git
        self._download = download

    def content(self, found: Pointer) -> bytes | None:
        """The bytes that a pointer stands for, checked against its hash; ``None`` where they cannot be had."""
        stored = self._store / found.oid[:2] / found.oid[2:4] / found.oid
        data = stored.read_bytes() if stored.is_file() else self._smudged(found) if self._download else b""
        return data if hashlib.sha256(data).hexdigest() == found.oid else None

    def _smudged(self, found: Pointer) -> bytes:
        """What git-lfs makes of the pointer: nothing where it is not installed or the server has no such file."""
        done = self._git.call("lfs", "smudge", input=found.text)
        return b"" if done.returncode else done.stdout

    @cached_property
    def _store(self) -> Path:
        return self._git.git_dir() / "lfs" / "objects"
