"""The names that git knows of one tree, and what can be told about a path from them alone. Pure."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.compile.wording import nearest

LINK, SUBMODULE = "120000", "160000"
_OURS_TO_LEAVE = re.compile(r"\.git[ .]*|git~\d+", re.IGNORECASE)
"""The names under which some file system finds ``.git``."""


class Item(NamedTuple):
    """One name: its mode as git writes it, and its object's id."""

    mode: str
    blob: str


@dataclass(frozen=True)
class Listing:
    """All names of a tree, in git's own spelling, with their items."""

    items: Mapping[str, Item] = field(repr=False)

    def markdown(self, content: str) -> Iterator[str]:
        """The names of all ``.md`` files, links and submodules below a folder, in git's spelling."""
        below = folder_prefix(content)
        return (name for name in self.items if name.startswith(below) and name.endswith(".md"))

    def spelling(self, path: str) -> str:
        """Git's spelling of a path that differs in its Unicode form at most; the path itself where git knows none."""
        return path if path in self.items else self._by_form.get(path, path)

    def twin(self, path: str) -> str | None:
        """Another name that a case-insensitive or normalising file system takes for this one."""
        return next((name for name in self._by_fold.get(folded(path), ()) if name != path), None)

    def around(self, path: str) -> EntryKind | None:
        """What a path that is no item must be, by the items above and below it; ``None`` if they do not tell."""
        if path in self._folders:
            return EntryKind.DIRECTORY
        for folder in ancestors(path):
            found = self.items.get(folder)
            if found:
                return {LINK: EntryKind.SYMLINK, SUBMODULE: EntryKind.SUBMODULE}.get(found.mode, EntryKind.MISSING)
        return None

    def missing(self, path: str) -> Entry:
        """A path at which nothing stands, with the file that was most likely meant: one beside it, or of its name."""
        folder, name = posixpath.split(path)
        close = nearest(name, self._by_folder.get(folder, ()))
        if close is not None:
            return Entry(EntryKind.MISSING, path, suggestion=posixpath.join(folder, close))
        elsewhere = [other for other, names in self._by_folder.items() if name in names]
        meant = posixpath.join(elsewhere[0], name) if len(elsewhere) == 1 else None
        return Entry(EntryKind.MISSING, path, suggestion=meant)

    @cached_property
    def _by_folder(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for item in self.items:
            folder, name = posixpath.split(item)
            names.setdefault(folder, set()).add(name)
        return names

    @cached_property
    def _by_form(self) -> dict[str, str]:
        return {unicodedata.normalize("NFC", name): name for name in self.items if not name.isascii()}

    @cached_property
    def _by_fold(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for name in self.items:
            names.setdefault(folded(name), []).append(name)
        return names

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(folder for name in self.items for folder in ancestors(name)) | {""}


def folded(path: str) -> str:
    """What is left of a path where neither case nor Unicode form counts."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def ancestors(path: str) -> Iterator[str]:
    """The folders above a path, nearest first."""
    while path := posixpath.dirname(path):
        yield path


def folder_prefix(folder: str) -> str:
    """What the paths below a folder begin with: nothing for the root."""
    inner = posixpath.normpath(folder).strip("/")
    return "" if inner == "." else f"{inner}/"


def inside(path: str) -> str | None:
    """The path in its shortest form; ``None`` where it leads out of the repository, or into git's own folder."""
    if path.startswith("/") or "\0" in path:
        return None
    short = posixpath.normpath(path)
    parts = short.split("/")
    if parts[0] == ".." or any(_OURS_TO_LEAVE.fullmatch(part) for part in parts):
        return None
    return "" if short == "." else short
