"""Trees to compile from: the work tree as its author sees it, or a commit as it was approved."""

from __future__ import annotations

import hashlib
import os
import posixpath
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from postiz_ops.compile.decode import LARGEST_FILE
from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.errors import Rejected
from postiz_ops.model import Media
from postiz_ops.repo.git import Git
from postiz_ops.repo.lfs import POINTER_SIZE, LargeFiles, pointer
from postiz_ops.repo.listing import LINK, SUBMODULE, Item, Listing, ancestors, folder_prefix, inside
from postiz_ops.repo.objects import AT_ONCE, Objects

_TEXTS = (".md", ".yaml")
_IRREGULAR = {LINK: EntryKind.SYMLINK, SUBMODULE: EntryKind.SUBMODULE}


class WorkTree:
    """The files on disk, as far as they are the repository's: ``check`` and ``plan`` read these.

    Git is asked once, for all names. A file that git finds unchanged has the index's blob id, any other one the id that
    it would get; new posts count, as they are what an author edits; nothing is followed out of the repository.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._root = str(git.root)
        self._large = LargeFiles(git, download=False)
        self._plain: dict[str, bool] = {"": True}

    def posts(self, content: str) -> Mapping[str, str]:
        """The ``.md`` files below ``content``, tracked or new, but not ignored: path in NFC -> blob id."""
        below = folder_prefix(content)
        new = [name for name in self._scan.new if name.startswith(below) and name.endswith(".md")]
        found = {name: self._blob(name) for name in sorted([*self._listing.markdown(content), *new])}
        return {unicodedata.normalize("NFC", name): blob for name, blob in found.items() if blob}

    def entry(self, path: str) -> Entry:
        """What stands at a path; never follows a link."""
        name = inside(path)
        if name is None:
            return Entry(EntryKind.OUTSIDE, path)
        item = self._listing.items.get(name)
        twin = self._listing.twin(name)
        if twin is not None:
            return Entry(EntryKind.CASE, name, suggestion=twin)
        if item is None:
            kind = self._listing.around(name) or self._on_disk(name)
            return Entry(kind, name) if kind is not EntryKind.MISSING else self._listing.missing(name)
        return self._tracked(name, item)

    def read(self, path: str) -> bytes:
        """The bytes of a regular file that git knows or could know, pointers resolved. Raises ``FileNotFoundError``."""
        name = self._scan.spelling(inside(path) or "")
        data = self._bytes(name) if self._scan.lists(name) else None
        if data is None:
            raise FileNotFoundError(path)
        found = pointer(data)
        return (found and self._large.content(found)) or data

    @cached_property
    def _scan(self) -> _Scan:
        return _Scan(self._git)

    @property
    def _listing(self) -> Listing:
        return self._scan.listing

    def _tracked(self, name: str, item: Item) -> Entry:
        if item.mode in _IRREGULAR:
            return Entry(_IRREGULAR[item.mode], name)
        kind = self._on_disk(name)
        if kind is not EntryKind.FILE:
            return Entry(kind, name)
        return Entry(EntryKind.POINTER if self._is_hollow(name) else EntryKind.FILE, name, self._blob(name) or "")

    def _is_hollow(self, name: str) -> bool:
        """Whether the file is a pointer whose content is not here."""
        if os.lstat(self._place(name)).st_size >= POINTER_SIZE:
            return False
        found = pointer(self._bytes(name) or b"")
        return found is not None and self._large.content(found) is None

    def _blob(self, name: str) -> str | None:
        """The blob id of a regular file; ``None`` where there is none."""
        item = self._listing.items.get(name)
        if item is not None and name not in self._scan.changed:
            # Git looks through a folder that became a link and finds everything unchanged behind it.
            return item.blob if item.mode not in _IRREGULAR and self._is_plain(name) else None
        data = self._bytes(name)
        return None if data is None else self._scan.id_of(data)

    def _on_disk(self, name: str) -> EntryKind:
        if not self._is_plain(name):
            return EntryKind.SYMLINK
        try:
            mode = os.lstat(self._place(name)).st_mode
        except (OSError, ValueError):
            return EntryKind.MISSING
        if stat.S_ISLNK(mode):
            return EntryKind.SYMLINK
        if stat.S_ISDIR(mode):
            return EntryKind.DIRECTORY
        return self._scan.standing(name) if stat.S_ISREG(mode) else EntryKind.MISSING

    def _is_plain(self, name: str) -> bool:
        """Whether no folder above a file is a link. One that is not there is plain."""
        nearest = posixpath.dirname(name)
        if nearest not in self._plain:
            for folder in reversed([*ancestors(name)]):
                above = self._plain[posixpath.dirname(folder)]
                self._plain[folder] = above and not os.path.islink(self._place(folder))  # noqa: PTH114 - never raises
        return self._plain[nearest]

    def _bytes(self, name: str) -> bytes | None:
        """The bytes of a regular file, of nothing else: no link, no pipe, no device."""
        if not self._is_plain(name):
            return None
        try:
            descriptor = os.open(self._place(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except (OSError, ValueError):
            return None
        try:
            found = os.fstat(descriptor)
            if found.st_size > LARGEST_FILE and name.endswith(_TEXTS) and stat.S_ISREG(found.st_mode):
                return os.read(descriptor, LARGEST_FILE + 1)  # enough to refuse it
            return _all_of(descriptor, found.st_size) if stat.S_ISREG(found.st_mode) else None
        finally:
            os.close(descriptor)

    def _place(self, name: str) -> str:
        return f"{self._root}/{name}"


def _all_of(descriptor: int, size: int) -> bytes:
    """The bytes of an open file that had this size a moment ago: mostly two calls, where a file object makes five."""
    chunks = []
    while chunk := os.read(descriptor, max(size, 1) + 1):
        chunks.append(chunk)
    return b"".join(chunks)


class _Scan:
    """Everything that git says about a work tree, in one answer."""

    def __init__(self, git: Git) -> None:
        rows = git.run("ls-files", "-z", "-t", "-s", "-c", "-m", "-d", "-o", "--exclude-standard")
        items: dict[str, Item] = {}
        self.changed: set[str] = set()
        self.new: set[str] = set()
        for tag, rest in (row.split(" ", 1) for row in os.fsdecode(rows).split("\0") if row):
            if tag == "?":
                self.new.add(rest)
                continue
            facts, _, name = rest.partition("\t")
            mode, blob, _ = facts.split(" ")
            items.setdefault(name, Item(mode, blob))
            if tag != "H":
                self.changed.add(name)
        self.listing = Listing(items)

    def id_of(self, data: bytes) -> str:
        """The id that git would give to these bytes."""
        any_id = next((item.blob for item in self.listing.items.values()), "")
        digest = hashlib.sha256() if len(any_id) == 64 else hashlib.sha1(usedforsecurity=False)
        digest.update(b"blob %d\0" % len(data))
        digest.update(data)
        return digest.hexdigest()

    def lists(self, name: str) -> bool:
        """Whether git knows a file, or would if it were added."""
        return name in self.listing.items or name in self.new

    def spelling(self, path: str) -> str:
        """The spelling on disk of a path that differs in its Unicode form at most."""
        known = self.listing.spelling(path)
        return known if known in self.listing.items else self._new_by_form.get(path, path)

    @cached_property
    def _new_by_form(self) -> dict[str, str]:
        return {unicodedata.normalize("NFC", name): name for name in self.new}

    def standing(self, name: str) -> EntryKind:
        """Whether git knows, could know, or was told to ignore a file that is there."""
        if name in self.listing.items:
            return EntryKind.FILE
        # Of a repository within this one, git names the folder alone.
        new = name in self.new or any(f"{folder}/" in self.new for folder in ancestors(name))
        return EntryKind.UNTRACKED if new else EntryKind.IGNORED


class GitTree:
    """The files of a commit, out of git's objects: ``publish`` reads these. Nothing is read before it is asked for."""

    def __init__(self, git: Git, commit: str) -> None:
        self._git = git
        self._commit = commit
        self._objects = Objects(git)
        self._large = LargeFiles(git, download=True)
        self._read: dict[str, bytes] = {}
        self._ahead = (0, 1)

    def posts(self, content: str) -> Mapping[str, str]:
        """The ``.md`` files below ``content``: path in NFC -> blob id, sorted by path."""
        found = ((name, self._listing.items[name]) for name in sorted(self._listing.markdown(content)))
        return {unicodedata.normalize("NFC", name): blob for name, (mode, blob) in found if mode not in _IRREGULAR}

    def entry(self, path: str) -> Entry:
        """What stands at a path."""
        name = inside(path)
        if name is None:
            return Entry(EntryKind.OUTSIDE, path)
        item = self._listing.items.get(name)
        twin = self._listing.twin(name)
        if twin is not None:
            return Entry(EntryKind.CASE, name, suggestion=twin)
        if item is None:
            kind = self._listing.around(name) or EntryKind.MISSING
            return Entry(kind, name) if kind is not EntryKind.MISSING else self._listing.missing(name)
        if item.mode in _IRREGULAR:
            return Entry(_IRREGULAR[item.mode], name)
        return Entry(EntryKind.FILE if self._content(item.blob) is not None else EntryKind.POINTER, name, item.blob)

    def read(self, path: str) -> bytes:
        """The bytes of a regular file, Git LFS pointers resolved. Raises ``FileNotFoundError``."""
        name = inside(path)
        item = self._listing.items.get(self._listing.spelling(name)) if name else None
        if item is None or item.mode in _IRREGULAR:
            raise FileNotFoundError(path)
        content = self._content(item.blob)
        return self._raw(item.blob) if content is None else content

    @cached_property
    def _listing(self) -> Listing:
        return Listing(dict(self._rows()))

    def _rows(self) -> Iterator[tuple[str, Item]]:
        for row in os.fsdecode(self._git.run("ls-tree", "-r", "-z", "--full-tree", self._commit)).split("\0"):
            facts, _, name = row.partition("\t")
            if name:
                mode, _, blob = facts.split(" ")
                yield name, Item(mode, blob)

    def _content(self, blob: str) -> bytes | None:
        """A blob's bytes; for a pointer what it stands for, ``None`` where that cannot be had."""
        data = self._raw(blob)
        found = pointer(data)
        return data if found is None else self._large.content(found)

    def _raw(self, blob: str) -> bytes:
        if blob not in self._read:
            self._read = self._objects.read(self._wanted(blob))
        try:
            return self._read[blob]
        except KeyError as missing:
            raise FileNotFoundError(blob) from missing

    def _wanted(self, blob: str) -> list[str]:
        """The blob, and where posts are read one after the other, twice as many of the next ones as the last time."""
        place = self._places.get(blob)
        if place is None:
            return [blob]
        expected, count = self._ahead
        count = min(count * 2, AT_ONCE) if place == expected else 1
        self._ahead = place + count, count
        return self._order[place : place + count]

    @cached_property
    def _order(self) -> list[str]:
        """The blobs of all posts by their names: media, which may be large, are read one by one."""
        names = sorted(self._listing.markdown("."))
        return list(dict.fromkeys(self._listing.items[name].blob for name in names))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {blob: place for place, blob in enumerate(self._order)}


Fetch = Callable[[str, str], bytes]
"""URL and SHA-256 to the bytes. Raises ``errors.Failure``."""


class BlobLibrary:
    """The approved bytes of media (``publish.effects.Library``). ``commit`` may be a ref that moves during a run."""

    def __init__(self, git: Git, commit: str, fetch: Fetch | None = None) -> None:
        self._git = git
        self._ref = commit
        self._fetch = fetch
        self._trees: dict[str, GitTree] = {}

    def read(self, media: Media) -> bytes:
        """Exactly the bytes whose hash was approved. Raises ``errors.Rejected`` when they are gone or differ."""
        data = self._remote(media) if media.path.startswith("https://") else self._local(media.path)
        if hashlib.sha256(data).hexdigest() != media.sha256:
            raise Rejected(
                f"`{media.path}` is not the file that was approved", help="run `postiz-ops check` and commit again"
            )
        return data

    def _local(self, path: str) -> bytes:
        try:
            return self._tree().read(path)
        except FileNotFoundError as missing:
            message = f"`{path}` is not in the approved commit"
            raise Rejected(message, help="commit it, or take it out of the post") from missing

    def _tree(self) -> GitTree:
        commit = self._git.resolve(self._ref) or self._ref
        if commit not in self._trees:
            self._trees = {commit: GitTree(self._git, commit)}
        return self._trees[commit]

    def _remote(self, media: Media) -> bytes:
        if self._fetch is None:
            raise Rejected("fetching remote media is not available", help="bring the file into the repository")
        return self._fetch(media.path, media.sha256)
