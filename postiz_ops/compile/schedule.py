"""When posts go out: times, repeats and queue slots as the repository's calendar has them. Pure, and without a clock.

What cannot be read is a value (``Problem``), so that the rules say it with its place in the file.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from postiz_ops.model import Repeat, Schedule

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from dateutil.rrule import rrule

NOW = Schedule("now")
QUEUE = Schedule("queue")
NEVER = Schedule("none")
"""Of a draft that names no time."""


class Problem(StrEnum):
    """What is the matter with a time. Only ``OVERLAP`` still has a schedule beside it."""

    UNREADABLE = "unreadable"
    AMBIGUOUS = "ambiguous"
    DATE_ALONE = "date alone"
    IMPOSSIBLE = "impossible"
    GAP = "gap"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was written, and what it means. ``local`` is there for a gap too: the time that does not exist."""

    text: str
    schedule: Schedule | None
    problem: Problem | None = None
    local: datetime | None = None


TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)[Tt ]\s*(?P<time>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*"
    r"(?P<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EITHER_ORDER = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d\d)\b.*", re.ASCII | re.DOTALL)


def parse_when(text: str, zone: ZoneInfo) -> When:
    """What ``publish_at`` says. A time without an offset is read in ``zone``; of a doubled hour the first is taken."""
    word = text.strip()
    if word.casefold() in ("now", "queue"):
        return When(text, NOW if word.casefold() == "now" else QUEUE)
    if DATE.fullmatch(word):
        return When(text, None, Problem.DATE_ALONE)
    if (match := TIME.fullmatch(word)) is None:
        return When(text, None, Problem.AMBIGUOUS if _EITHER_ORDER.fullmatch(word) else Problem.UNREADABLE)
    try:
        return _dated(text, match, zone)
    except (ValueError, OverflowError):
        return When(text, None, Problem.IMPOSSIBLE)


def _dated(text: str, match: re.Match[str], zone: ZoneInfo) -> When:
    written = datetime.fromisoformat(f"{match['date']}T{match['time']}{(match['zone'] or '').upper()}")
    if written.tzinfo is not None:
        at = written.astimezone(UTC)
        return When(text, Schedule("at", at, at.astimezone(zone).replace(tzinfo=None)))
    first = written.replace(tzinfo=zone)
    at = first.astimezone(UTC)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return When(text, Schedule("at", at, written), local=written)
    if at.astimezone(zone).replace(tzinfo=None, fold=0) != written:
        return When(text, None, Problem.GAP, written)
    return When(text, Schedule("at", at, written), Problem.OVERLAP, written)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a naive local time, in UTC. A doubled time is its first, a skipped one is later by the gap."""
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


# --- repeats ------------------------------------------------------------------------------------------------------

EVERY = re.compile(r"(\d{1,4})\s*(h|d|w|mo|y)", re.ASCII)
_FREQUENCIES = {"h": "HOURLY", "d": "DAILY", "w": "WEEKLY", "mo": "MONTHLY", "y": "YEARLY"}
_REFUSED = ("SECONDLY", "MINUTELY")
_LAST_DAYS = 28
"""Every month has this day; a later one is the month's last where there is no such day."""


_A_LEAP_YEAR = 2028
_A_DAY = timedelta(days=1)
"""More than any zone is away from UTC."""
_FAR = timedelta(days=3660)
_LATEST = datetime(9985, 1, 1, tzinfo=UTC)


class RepeatError(ValueError):
    """A ``repeat`` that means nothing; the message says which part of it."""


def parse_repeat(value: str | Mapping[str, object], anchor: Schedule, zone: ZoneInfo) -> Repeat:
    """The recurrence that ``repeat`` asks for, anchored to the local time of ``anchor``. Raises ``RepeatError``.

    ``value`` is an RRULE, or ``{every: 7d, until: 2027-01-31}`` with ``until`` as it was written: a date means its end.
    """
    if anchor.local is None:
        raise RepeatError("a repeat needs a `publish_at` with a date and a time to count from")
    if isinstance(value, str):
        return _from_rrule(value, anchor.local, zone)
    every, until = str(value.get("every", "")), value.get("until")
    return Repeat(_every(every, anchor.local), None if until is None else _until(str(until), zone))


def _every(text: str, anchor: datetime) -> str:
    match = EVERY.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise RepeatError(
            f"`{text}` is not a number of hours (`h`), days (`d`), weeks (`w`), months (`mo`) or years (`y`)"
        )
    rule = f"FREQ={_FREQUENCIES[match[2]]};INTERVAL={int(match[1])}"
    if match[2] in ("mo", "y") and anchor.day > _LAST_DAYS:
        days = ",".join(str(day) for day in range(_LAST_DAYS, anchor.day + 1))
        month = f";BYMONTH={anchor.month}" if match[2] == "y" else ""
        rule += f"{month};BYMONTHDAY={days};BYSETPOS=-1"
    return rule


def _until(text: str, zone: ZoneInfo) -> datetime:
    if DATE.fullmatch(text.strip()):
        text = f"{text.strip()} 23:59:59"
    when = parse_when(text, zone)
    if when.problem is Problem.GAP and when.local is not None:
        return instant(when.local, zone)
    if when.schedule is None or when.schedule.at is None:
        raise RepeatError(f"`until: {text}` is not a date or a time")
    return when.schedule.at


def _from_rrule(text: str, anchor: datetime, zone: ZoneInfo) -> Repeat:
    fields = _fields(text)
    until = _rrule_until(fields.pop("UNTIL"), zone) if "UNTIL" in fields else None
    repeat = Repeat(";".join(f"{name}={value}" for name, value in fields.items()), until)
    try:
        _rule(repeat, anchor)
    except ValueError as error:
        raise RepeatError(f"`{text}` is not an RRULE: {error}") from error
    return repeat


def _fields(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").split(";") if part]
    fields = {name.strip(): value.strip() for name, _, value in pairs}
    frequency = fields.get("FREQ")
    if frequency is None or len(fields) < len(pairs) or not all(fields.values()):
        raise RepeatError(f"`{text}` is neither an RRULE nor `{{every: 7d}}`")
    if frequency in _REFUSED:
        raise RepeatError(f"`FREQ={frequency}` is too often: once an hour is the most")
    if "BYSECOND" in fields or "," in fields.get("BYMINUTE", ""):
        raise RepeatError("`BYSECOND` and several `BYMINUTE` are too often: once an hour is the most")
    if "COUNT" in fields and "UNTIL" in fields:
        raise RepeatError("`COUNT` and `UNTIL` exclude each other")
    if reason := _never(fields.get("BYMONTH", ""), fields.get("BYMONTHDAY", "")):
        raise RepeatError(reason)
    return fields


def _never(months: str, days: str) -> str | None:
    """Why a rule can be seen to never happen: to search for its first day would last until the year 9999."""
    month_numbers, day_numbers = ([int(number) for number in re.findall(r"\d+", text)] for text in (months, days))
    if not all(1 <= month <= 12 for month in month_numbers):
        return f"`BYMONTH={months}` is not a month"
    longest = max((monthrange(_A_LEAP_YEAR, month)[1] for month in month_numbers), default=31)
    return f"`BYMONTHDAY={days}` is a day that no such month has" if min(day_numbers, default=1) > longest else None


def _rrule_until(text: str, zone: ZoneInfo) -> datetime:
    for form, width in (("%Y%m%dT%H%M%SZ", 16), ("%Y%m%dT%H%M%S", 15), ("%Y%m%d", 8)):
        if len(text) != width:
            continue
        try:
            until = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is given on the next lines
        except ValueError:
            break
        if width == 8:  # a date means its whole day
            until += timedelta(days=1, seconds=-1)
        return until.replace(tzinfo=UTC) if text.endswith("Z") else instant(until, zone)
    raise RepeatError(f"`UNTIL={text}` is not a date or a time as RRULEs have them (`20270131T080000Z`)")


def _rule(repeat: Repeat, anchor: datetime) -> rrule:
    from dateutil.rrule import rrule, rrulestr

    rule = rrulestr(repeat.rrule, dtstart=anchor)
    if not isinstance(rule, rrule):
        raise RepeatError(f"`{repeat.rrule}` is more than one rule")
    return rule


@lru_cache(maxsize=64)
def occurrences(
    schedule: Schedule, zone: ZoneInfo, *, until: datetime, start: datetime | None = None
) -> tuple[datetime, ...]:
    """The instants of a schedule up to ``until`` and, where given, not before ``start``, in order, each once.

    09:00 stays 09:00 when the clocks change: the calendar is counted, and each local time then has its instant. A
    schedule without a time of its own (``now``, ``queue``) has none. The last answers are kept, for a post goes to
    several accounts at the same times.
    """
    if schedule.at is None:
        return ()
    if schedule.repeat is None or schedule.local is None:
        found: Iterable[datetime] = (schedule.at,)
    else:
        found = _instants(schedule.repeat, schedule.local, schedule.at, zone, until, start)
    return tuple(dict.fromkeys(at for at in found if at <= until and (start is None or at >= start)))


def first_occurrence(schedule: Schedule, zone: ZoneInfo) -> datetime | None:
    """The first instant of a repeat in the ten years from its start on, ``None`` where there is none."""
    if schedule.repeat is None or schedule.local is None or schedule.at is None:
        return schedule.at
    until = schedule.at + _FAR if schedule.at < _LATEST else datetime.max.replace(tzinfo=UTC)
    return next(_instants(schedule.repeat, schedule.local, schedule.at, zone, until), None)


def _instants(
    repeat: Repeat, anchor: datetime, at: datetime, zone: ZoneInfo, until: datetime, start: datetime | None = None
) -> Iterator[datetime]:
    """The instants up to ``until``. Many of those before ``start`` are passed over without being looked at."""
    last = until if repeat.until is None else min(until, repeat.until)
    early = datetime.min if start is None else start.replace(tzinfo=None) - _A_DAY  # noqa: DTZ901 - a local time
    try:
        for local in _rule(repeat, anchor):
            if local < early:
                continue
            found = at if local == anchor else instant(local, zone)
            if found > last:
                return
            yield found
    except OverflowError:
        return


# --- queue slots --------------------------------------------------------------------------------------------------

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOT = re.compile(r"(?:(?P<days>\S+)\s+)?(?P<hour>\d\d):(?P<minute>\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of day on some days of the week (Monday is 0)."""

    days: frozenset[int]
    at: time


def parse_slot(text: str) -> Slot:
    """A slot: ``mon-fri 09:00``, ``sat,sun 11:00``, or a time alone for every day. Raises ``ValueError``."""
    match = SLOT.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(f"`{text}` is not a slot")
    at = time(int(match["hour"]), int(match["minute"]))
    return Slot(_days(match["days"] or "mon-sun"), at)


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for item in text.split(","):
        first, _, last = item.partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            raise ValueError(f"`{item}` is not a day of the week, or two with a `-` between them")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found.update(day % 7 for day in range(start, end + (1 if start <= end else 8)))
    return frozenset(found)


def next_slots(
    slots: Collection[str], zone: ZoneInfo, taken: Collection[datetime], after: datetime
) -> Iterator[datetime]:
    """The free slots later than ``after``, in order and without end; nothing where there are no slots.

    A slot in an hour that the clocks skip is later by the gap that day; in a doubled hour it is the first.
    """
    parsed = [parse_slot(text) for text in slots]
    occupied, day = set(taken), after.astimezone(zone).date() - timedelta(days=1)
    latest = after
    while parsed:
        for at in _slots_of(day, parsed, zone):
            if at > latest:
                latest = at
                if at not in occupied:
                    yield at
        day += timedelta(days=1)


def _slots_of(day: date, slots: Collection[Slot], zone: ZoneInfo) -> list[datetime]:
    return sorted(instant(datetime.combine(day, slot.at), zone) for slot in slots if day.weekday() in slot.days)
