"""What compiling a post gave, kept in a file of SQLite: a second ``check`` reads only what has changed.

The file belongs to one clone and may vanish at any time. What cannot be read, is of another make or does not hold what
was put into it is thrown away and made anew; where no file can be written, there is no cache.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import postiz_ops
from postiz_ops.compile.summary import Summary

T = TypeVar("T")

APPLICATION, FORMAT = 0x706F7374, 1
"""SQLite's mark of whose file it is, and of which make."""

_SCHEMA = f"""
create table make(value text not null);
create table stamp(value text not null);
create table posts(
    path text primary key, blob text, id text, drafts integer, place text, findings text, needs text
) without rowid;
create table drafts(
    path text, post text, account text, provider text, status text, kind text, at integer, repeat text, text text,
    allow_repeat integer, explicit_id integer, places text
);
create table kept(kind text, name text, value text, sum integer, primary key(kind, name)) without rowid;
pragma application_id = {APPLICATION};
pragma user_version = {FORMAT};
"""

_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
    }
)
"""Errors that say nothing against the file: another run holds it, or the disk is full or read-only."""


_PACKAGES = (".", "compile", "compile/rules", "media", "media/formats", "providers", "text")
"""Whose files decide what a post compiles to."""


class Row(NamedTuple):
    """The narrow part of a post's result: all that ``check`` needs of a post without findings.

    ``place`` (of the id), ``findings`` and ``needs`` are JSON; the last two are empty where there are none.
    """

    path: str
    blob: str
    id: str
    drafts: int
    place: str
    findings: str
    needs: str


@dataclass(slots=True)
class Cache:
    """A cache file. Its posts belong to one ``stamp``: what all of them depend on."""

    path: Path
    _connection: sqlite3.Connection | None = field(default=None, repr=False)
    _broken: bool = field(default=False, repr=False)

    def rows(self, stamp: str) -> dict[str, Row]:
        """The narrow parts of all posts that were compiled under this stamp, by their paths."""
        return self._try(lambda db: _rows(db, stamp), {})

    def summaries(self) -> list[Summary]:
        """The summaries of all posts."""
        return self._try(_summaries, [])

    def replace(
        self, stamp: str, gone: Collection[str], rows: Collection[Row], summaries: Iterable[Summary], *, anew: bool
    ) -> None:
        """Take posts out and put others in; ``anew`` takes out whatever was there before."""
        self._try(lambda db: _replace(db, stamp, gone, rows, summaries, anew=anew), None)

    def kept(self, kind: str, names: Collection[str] | None = None) -> dict[str, Any]:
        """What was kept beside the posts under these names, as far as it is there and whole; all of it by default."""
        return self._try(lambda db: _kept(db, kind, names), {})

    def keep(self, kind: str, values: Mapping[str, Any]) -> None:
        """Keep JSON values under their names."""
        if values:
            self._try(lambda db: _keep(db, kind, values), None)

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _try(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        if self._broken:
            return otherwise
        try:
            self._connection = self._connection or _opened(self.path)
            with self._connection:
                return action(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._give_up(error)
            return otherwise

    def _give_up(self, error: Exception) -> None:
        """Go on without a cache; the next run finds no file where this one was broken."""
        self._broken = True
        with suppress(sqlite3.Error):
            self.close()
        if isinstance(error, sqlite3.Error) and not _is_passing(error):
            with suppress(OSError):
                self.path.unlink()


def make_of(packages: Iterable[str] = _PACKAGES) -> str:
    """What tells one make of this program from another, while it is worked on too: its version and its files."""
    root = Path(postiz_ops.__file__).parent
    files = sorted(file for package in packages for file in (root / package).glob("*.py"))
    facts = [(str(file.relative_to(root)), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    return f"{postiz_ops.__version__} {zlib.crc32(repr(facts).encode())}"


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    make = make_of()
    connection = sqlite3.connect(path, timeout=1)
    if _is_ours(connection, make):
        return connection
    connection.close()
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path, timeout=1)
    connection.execute("pragma synchronous = off")
    connection.executescript(_SCHEMA)
    connection.execute("insert into make values (?)", (make,))
    return connection


def _is_ours(connection: sqlite3.Connection, make: str) -> bool:
    """Whether the file is a cache of this very make. Raises what says nothing against the file."""
    try:
        connection.execute("pragma synchronous = off")
        found = [connection.execute(f"pragma {name}").fetchone()[0] for name in ("application_id", "user_version")]
        return found == [APPLICATION, FORMAT] and connection.execute("select value from make").fetchall() == [(make,)]
    except sqlite3.DatabaseError as error:
        if _is_passing(error):
            raise
        return False


def _is_passing(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _PASSING


def _rows(db: sqlite3.Connection, stamp: str) -> dict[str, Row]:
    if db.execute("select value from stamp").fetchall() != [(stamp,)]:
        return {}
    return {row[0]: Row._make(row) for row in db.execute(f"select {', '.join(Row._fields)} from posts")}  # noqa: S608


def _summaries(db: sqlite3.Connection) -> list[Summary]:
    return list(map(Summary._make, db.execute(f"select {', '.join(Summary._fields)} from drafts")))  # noqa: S608


def _replace(
    db: sqlite3.Connection,
    stamp: str,
    gone: Collection[str],
    rows: Collection[Row],
    summaries: Iterable[Summary],
    *,
    anew: bool,
) -> None:
    if anew:
        for statement in ("delete from posts", "delete from drafts", "delete from kept where kind = 'post'"):
            db.execute(statement)
        db.execute("delete from stamp")
        db.execute("insert into stamp values (?)", (stamp,))
    else:
        _delete(db, [*gone, *(row.path for row in rows)])
    db.executemany("insert into posts values (?, ?, ?, ?, ?, ?, ?)", rows)
    db.executemany("insert into drafts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", summaries)


def _delete(db: sqlite3.Connection, paths: Collection[str]) -> None:
    if not paths:
        return
    names = (json.dumps(list(paths)),)
    for table, column in (("posts", "path"), ("drafts", "path"), ("kept", "kind = 'post' and name")):
        db.execute(f"delete from {table} where {column} in (select value from json_each(?))", names)  # noqa: S608


def _kept(db: sqlite3.Connection, kind: str, names: Collection[str] | None) -> dict[str, Any]:
    statement, values = "select name, value, sum from kept where kind = ?", [kind]
    if names is not None:
        statement += " and name in (select value from json_each(?))"
        values.append(json.dumps(list(names)))
    return dict(_whole(db.execute(statement, values)))


def _whole(rows: Iterable[tuple[str, str, int]]) -> Iterator[tuple[str, Any]]:
    """The values that are what was put in: SQLite itself does not notice a flipped bit."""
    for name, value, check_sum in rows:
        if zlib.crc32(value.encode("utf-8", "surrogatepass")) == check_sum:
            yield name, json.loads(value)


def _keep(db: sqlite3.Connection, kind: str, values: Mapping[str, Any]) -> None:
    texts = ((name, json.dumps(value, separators=(",", ":"))) for name, value in values.items())
    rows = ((kind, name, text, zlib.crc32(text.encode())) for name, text in texts)
    db.executemany("insert or replace into kept values (?, ?, ?, ?)", rows)
