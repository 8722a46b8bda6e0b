"""The few facts of a draft that rules across posts need: small enough to look at all of a large repository at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from postiz_ops.compile.codec import decode, encode
from postiz_ops.compile.schedule import occurrences
from postiz_ops.model import Config, Published, Schedule, Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Summary(NamedTuple):
    """One draft. ``at`` is in microseconds since 1970, ``None`` without a time; ``text`` is a digest.

    ``repeat`` is the schedule of a repeat as JSON. ``places`` are those of ``publish_at`` and of the text, as JSON.
    """

    path: str
    post: str
    account: str
    provider: str
    status: str
    kind: str
    at: int | None
    repeat: str | None
    text: str
    allow_repeat: int
    explicit_id: int
    places: str

    @property
    def live(self) -> bool:
        """Whether it is meant to go out."""
        return self.status == "ready"

    @property
    def when(self) -> Span:
        """The place of ``publish_at``."""
        return decode(Span, json.loads(self.places)[0])

    @property
    def where(self) -> Span:
        """The place of the text."""
        return decode(Span, json.loads(self.places)[1])

    def times(self, zone: ZoneInfo, now: datetime, start: datetime, until: datetime) -> tuple[datetime, ...]:
        """When it goes out between two instants; what waits for nothing or for a slot goes out ``now``."""
        if self.repeat is not None:
            return occurrences(decode(Schedule, json.loads(self.repeat)), zone, until=until, start=start)
        at = now if self.at is None else instant(self.at)
        return (at,) if start <= at <= until else ()


def microseconds(at: datetime) -> int:
    """An instant as a number."""
    return (at - _EPOCH) // _MICROSECOND


def instant(number: int) -> datetime:
    """The instant of a number."""
    return _EPOCH + number * _MICROSECOND


@lru_cache(maxsize=8)
def placed(*places: Span) -> str:
    """Places as JSON: of one place what ``decode`` reads, of several a list of it.

    The last ones are kept, for the drafts of a post mostly have theirs in common.
    """
    numbers = [(place.path, place.line, place.column, place.end_line, place.end_column) for place in places]
    return json.dumps(numbers if len(numbers) > 1 else numbers[0])


def packed(schedule: Schedule) -> str | None:
    """A repeat's schedule as JSON, ``None`` where there is no repeat."""
    return json.dumps(encode(schedule)) if schedule.repeat is not None else None


@dataclass(frozen=True, slots=True)
class Overview:
    """All posts of a tree at one instant. ``history`` is ``None`` where the state branch is not there.

    ``posts`` maps each post's path to its id and the place of it: JSON, empty for the file's first line.
    """

    config: Config
    now: datetime
    posts: Mapping[str, tuple[str, str]]
    drafts: Sequence[Summary]
    history: tuple[Published, ...] | None

    @property
    def zone(self) -> ZoneInfo:
        """The repository's zone."""
        return ZoneInfo(self.config.timezone)

    def place(self, path: str) -> Span:
        """The place of a post's id."""
        place = self.posts[path][1]
        return decode(Span, json.loads(place)) if place else Span(path, end_column=2)

    def said(self, at: datetime) -> str:
        """An instant as the repository's authors would write it."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"
