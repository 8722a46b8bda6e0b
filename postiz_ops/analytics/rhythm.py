"""When figures are read: at fixed ages of a post, so that posts can be compared, and of an account once a day. Pure.

A mark is due from its age until the next one's. One that nobody read in time is a gap: a figure read after 20 hours is
no figure of the first hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from postiz_ops.ledger.record import PartRecord, Record, State
from postiz_ops.model import Receipt

MARKS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
    "90d": timedelta(days=90),
}
"""The ages of a post at which it is read, youngest first."""

END = timedelta(days=120)
"""The age after which a post is not read any more."""


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a reading of an account that one and no other. ``post`` is ``None`` for the account's own figures.

    ``mark`` is one of ``MARKS``, or the day (UTC, ISO 8601) of the account's own.
    """

    mark: str
    post: str | None = None
    occurrence: datetime | None = None
    part: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """One published part whose figures are due."""

    key: Key
    receipt: Receipt


def mark_of(age: timedelta) -> str | None:
    """The mark that is due at an age; ``None`` before the first and after the end."""
    if age >= END:
        return None
    return max((name for name, after in MARKS.items() if age >= after), key=MARKS.__getitem__, default=None)


def day_key(now: datetime) -> Key:
    """The account's own reading of the day."""
    return Key(now.astimezone(UTC).date().isoformat())


def due(records: Iterable[Record], taken: Collection[Key], now: datetime, *, keep_days: int | None) -> list[Wish]:
    """The parts of one account that are to be read now, oldest first.

    ``keep_days`` is how long the platform tells a post's figures: an older one is not asked about.
    """
    wishes = []
    for record, index, part in sorted(_published(records), key=_published_at):
        age = now - (part.published_at or now)
        mark = mark_of(age)
        if mark is None or not part.remote_id or (keep_days is not None and age > timedelta(days=keep_days)):
            continue
        key = Key(mark, record.post, record.occurrence, index)
        if key not in taken:
            wishes.append(Wish(key, Receipt(part.remote_id, part.url, part.extra)))
    return wishes


def next_due(records: Iterable[Record], now: datetime) -> datetime | None:
    """The next instant after ``now`` at which a published part comes to a mark; ``None`` where none will."""
    moments = (
        part.published_at + after for _, _, part in _published(records) if part.published_at for after in MARKS.values()
    )
    return min((moment for moment in moments if moment > now), default=None)


def _published(records: Iterable[Record]) -> Iterator[tuple[Record, int, PartRecord]]:
    for record in records:
        for index, part in enumerate(record.parts):
            if part.state is State.PUBLISHED and part.published_at:
                yield record, index, part


def _published_at(row: tuple[Record, int, PartRecord]) -> tuple[datetime, str, int]:
    record, index, part = row
    return part.published_at or record.publish_at, record.post, index
