"""Where the compiler reads from: the work tree for ``check`` and ``plan``, the approved commit for ``publish``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class EntryKind(StrEnum):
    """What stands at a path."""

    FILE = "file"
    MISSING = "missing"
    UNTRACKED = "untracked"
    IGNORED = "ignored"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"
    CASE = "case"
    """git knows this name in another case or Unicode form; ``Entry.suggestion`` is git's spelling."""
    POINTER = "pointer"
    """A Git LFS pointer whose content could not be had."""
    OUTSIDE = "outside"
    """The path leads out of the repository, or into ``.git``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path of a tree. ``blob`` is git's object id of a regular file, or a content hash of the same worth.

    ``suggestion`` is git's spelling of a ``CASE``, and of what is ``MISSING`` the file that was most likely meant.
    """

    kind: EntryKind
    path: str
    blob: str = ""
    suggestion: str | None = None


class Tree(Protocol):
    """A tree of regular files. Paths are relative to the repository's root, POSIX, in NFC as git has them."""

    def posts(self, content: str) -> Mapping[str, str]:
        """The ``.md`` files below the folder ``content``: path -> blob id, sorted by path."""

    def entry(self, path: str) -> Entry:
        """What stands at a path; never follows a link."""

    def read(self, path: str) -> bytes:
        """The bytes of a ``FILE`` entry (Git LFS pointers resolved). Raises ``FileNotFoundError``."""
