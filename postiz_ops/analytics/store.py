"""Readings as the state branch keeps them. Pure.

::

    analytics/index.json                          when something is next due, which accounts may not be read, calls
    analytics/<account>/<YYYY-MM>.<4 hex>.jsonl   the readings of one account that were taken in a month (UTC)

The first line of a month's file is its header, each further one a reading. Lines are only ever added, and a month that
is over is never touched again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from postiz_ops.analytics.budget import Spent, Took
from postiz_ops.analytics.rhythm import END, Key
from postiz_ops.ledger.record import Unreadable, decode, encode, instant, moment

FOLDER = "analytics/"
INDEX = "analytics/index.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a platform told at one instant (``at``, whole seconds). No figures: it was asked, and told nothing."""

    account: str
    key: Key
    at: datetime
    metrics: Mapping[str, int]

    @property
    def file(self) -> str:
        """Where it is kept."""
        return month_path(self.account, self.at)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An account whose credential may not read figures: it is asked again once the credential is another."""

    credential: str
    """A short fingerprint."""
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Index:
    """``analytics/index.json``. ``next_due`` counts what was published by then: a later post may be due sooner."""

    next_due: datetime | None = None
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    spent: Spent = field(default_factory=dict)
    """The calls that figures took of late, where a platform counts them."""


@dataclass(frozen=True, slots=True)
class Books:
    """The readings on one tip: account -> key -> reading. ``unreadable`` maps a file to what is wrong with it."""

    readings: Mapping[str, Mapping[Key, Reading]] = field(default_factory=dict)
    index: Index = Index()
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def of(self, account: str) -> Mapping[Key, Reading]:
        """The readings of an account."""
        return self.readings.get(account, {})

    def damaged(self, account: str) -> str | None:
        """The first file of an account that cannot be read, with why: nobody can tell what was taken then."""
        mine = (f"`{path}` is {why}" for path, why in self.unreadable.items() if path.startswith(f"{FOLDER}{account}/"))
        return next(mine, None)

    def all(self) -> Iterable[Reading]:
        """Every reading, by account and in the order in which they were written."""
        return (reading for kept in self.readings.values() for reading in kept.values())


def month_path(account: str, at: datetime) -> str:
    """The file of an account's readings of a month.

    git looks for a file's former versions by the last 16 characters of its path: without a few of its own, it would
    compress one account's file by another's.
    """
    mark = hashlib.sha256(account.encode()).hexdigest()[:4]
    return f"{FOLDER}{account}/{at.astimezone(UTC):%Y-%m}.{mark}.jsonl"


def is_analytics(path: str) -> bool:
    """Whether a file of the state branch is of no concern to publishing."""
    return path.startswith(FOLDER)


def needed(since: datetime | None = None) -> Callable[[str], bool]:
    """Which files to read for everything from the month of ``since`` on, publishing's own among them."""
    first = f"{since.astimezone(UTC):%Y-%m}" if since else ""
    return lambda path: not path.endswith(".jsonl") or not is_analytics(path) or month_of(path) >= first


def month_of(path: str) -> str:
    """The month of a file of readings, ``YYYY-MM``."""
    return path.rpartition("/")[2][:7]


def needed_to_sync(now: datetime) -> Callable[[str], bool]:
    """Which files tell what has been read of a post that is still of an age to be read."""
    return needed(now - END - timedelta(days=1))


def parse(files: Mapping[str, bytes]) -> Books:
    """Read what is there. Damage is kept apart per file, and is never taken for absence."""
    readings: dict[str, dict[Key, Reading]] = {}
    unreadable: dict[str, str] = {}
    index = Index()
    for path, data in sorted(files.items()):
        if not is_analytics(path):
            continue
        try:
            if path == INDEX:
                index = _index(decode(data))
            elif path.endswith(".jsonl"):
                for reading in load(path, data):
                    readings.setdefault(reading.account, {}).setdefault(reading.key, reading)
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
            unreadable[path] = str(problem) if isinstance(problem, Unreadable) else f"damaged: {problem}"
    return Books(readings, index, unreadable)


def load(path: str, data: bytes) -> list[Reading]:
    """The readings in a month's file. Raises ``Unreadable``, ``KeyError``, ``TypeError`` or ``ValueError``."""
    head, *lines = data.split(b"\n")
    account = decode(head, known=VERSION)["account"]
    if not lines or lines[-1] or month_account(path) != account:
        raise Unreadable("damaged: it is cut off, or the file of another account")
    rows = json.loads(b"[" + b",".join(lines[:-1]) + b"]")  # at once, since a call a line costs more than the line
    if len(rows) != len(lines) - 1:
        raise Unreadable("damaged: several readings in a line")
    return [_reading(account, row) for row in rows]


def month_account(path: str) -> str:
    """The account that a month's file is of, by its name."""
    return path.removeprefix(FOLDER).partition("/")[0]


def added(file: bytes | None, readings: Iterable[Reading]) -> bytes:
    """A month's file with more readings; a new one where there is none."""
    rows = list(readings)
    before = _line({"version": VERSION, "account": rows[0].account}) if file is None else file
    return before + b"".join(_line(_row(reading)) for reading in rows)


def index_file(index: Index) -> bytes:
    """``analytics/index.json``."""
    refused = {
        account: {"credential": known.credential, "message": known.message, "at": instant(known.at)}
        for account, known in sorted(index.refused.items())
    }
    due = instant(index.next_due) if index.next_due else None
    spent: dict[str, dict[str, Any]] = {}
    for account, runs in index.spent.items():
        for run, took in runs.items():  # a run has one time for all its accounts: said once, since it is kept for good
            spent.setdefault(run, {"at": instant(took.at), "calls": {}})["calls"][account] = took.calls
    return encode({"version": 1, "next_due": due, "refused": refused, "spent": spent})


def _row(reading: Reading) -> dict[str, Any]:
    key = reading.key
    about: dict[str, Any] = {"post": key.post} if key.post is not None else {}
    if key.occurrence:
        about["occurrence"] = instant(key.occurrence)
    if key.part:
        about["part"] = key.part
    return {**about, "mark": key.mark, "at": instant(reading.at), "metrics": dict(reading.metrics)}


def _reading(account: str, row: Mapping[str, Any]) -> Reading:
    occurrence = moment(row["occurrence"]) if "occurrence" in row else None
    key = Key(str(row["mark"]), row.get("post"), occurrence, int(row.get("part", 0)))
    if any(type(value) is not int for value in row["metrics"].values()):
        raise Unreadable("damaged: a figure is no whole number")
    return Reading(account, key, moment(row["at"]), row["metrics"])


def _line(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _index(body: Mapping[str, Any]) -> Index:
    refused = {
        str(account): Refusal(str(known["credential"]), str(known["message"]), moment(known["at"]))
        for account, known in body["refused"].items()
    }
    spent: dict[str, dict[str, Took]] = {}
    for run, took in body.get("spent", {}).items():
        for account, calls in took["calls"].items():
            spent.setdefault(str(account), {})[str(run)] = Took(moment(took["at"]), int(calls))
    return Index(moment(body["next_due"]) if body["next_due"] else None, refused, spent)
