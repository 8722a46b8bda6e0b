from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.schedule import (
    NOW,
    QUEUE,
    Problem,
    RepeatError,
    next_slots,
    occurrences,
    parse_repeat,
    parse_slot,
    parse_when,
)
from postiz_ops.model import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(
    ZoneInfo
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local(instants: tuple[datetime, ...], zone: ZoneInfo = BERLIN) -> list[str]:
    return [instant.astimezone(zone).isoformat(" ", "minutes") for instant in instants]


# --- a time -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-01 09:00", "2026-12-01T08:00Z"),
        ("2026-07-01 09:00", "2026-07-01T07:00Z"),
        ("2026-12-01T09:00", "2026-12-01T08:00Z"),
        ("2026-12-01 09:00:30", "2026-12-01T08:00:30Z"),
        ("2026-12-01T09:00:30.250", "2026-12-01T08:00:30.250Z"),
        ("2026-12-01T09:00Z", "2026-12-01T09:00Z"),
        ("2026-12-01t09:00z", "2026-12-01T09:00Z"),
        ("2026-12-01 09:00 +02:00", "2026-12-01T07:00Z"),
        ("2026-12-01T09:00-0530", "2026-12-01T14:30Z"),
        ("2026-12-01T09:00+01", "2026-12-01T08:00Z"),
        ("  2026-12-01 09:00  ", "2026-12-01T08:00Z"),
    ],
)
def test_a_time_is_an_instant(text: str, expected: str) -> None:
    when = parse_when(text, BERLIN)
    assert when.schedule is not None
    assert when.schedule.at == at(expected)
    assert when.schedule.at.tzinfo is UTC
    assert when.problem is None


def test_an_instant_knows_its_local_time() -> None:
    when = parse_when("2026-12-01T22:30-05:00", BERLIN)
    assert when.schedule == Schedule("at", at("2026-12-02T03:30Z"), datetime(2026, 12, 2, 4, 30))  # noqa: DTZ001


@pytest.mark.parametrize(("text", "expected"), [("now", NOW), ("NOW", NOW), ("queue", QUEUE), (" Queue ", QUEUE)])
def test_words(text: str, expected: Schedule) -> None:
    assert parse_when(text, BERLIN).schedule is expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-12-01", Problem.DATE_ALONE),
        ("01/12/2026 09:00", Problem.AMBIGUOUS),
        ("1.12.26", Problem.AMBIGUOUS),
        ("01-12-2026 09:00", Problem.AMBIGUOUS),
        ("tomorrow", Problem.UNREADABLE),
        ("", Problem.UNREADABLE),
        ("2026-12-01 9:00", Problem.UNREADABLE),
        ("2026-12-01 09:00 CET", Problem.UNREADABLE),
        ("٢٠٢٦-12-01 09:00", Problem.UNREADABLE),
        ("2026-02-30 09:00", Problem.IMPOSSIBLE),
        ("2026-13-01 09:00", Problem.IMPOSSIBLE),
        ("2026-12-01 24:30", Problem.IMPOSSIBLE),
        ("0001-01-01T00:00+05:00", Problem.IMPOSSIBLE),
        ("0001-01-01 00:00", Problem.IMPOSSIBLE),
        ("2026-03-29 02:30", Problem.GAP),
        ("2026-03-29 02:00", Problem.GAP),
    ],
)
def test_what_is_no_time(text: str, problem: Problem) -> None:
    when = parse_when(text, BERLIN)
    assert (when.schedule, when.problem) == (None, problem)


@pytest.mark.parametrize("text", ["2026-03-29 01:59", "2026-03-29 03:00", "2026-03-29T02:30+01:00"])
def test_the_edges_of_a_gap_exist(text: str) -> None:
    assert parse_when(text, BERLIN).problem is None


def test_of_a_doubled_hour_the_first_is_taken() -> None:
    when = parse_when("2026-10-25 02:30", BERLIN)
    assert when.problem is Problem.OVERLAP
    assert when.schedule is not None
    assert when.schedule.at == at("2026-10-25T00:30Z")


@pytest.mark.parametrize("text", ["2026-10-25 01:59", "2026-10-25 03:00", "2026-10-25T02:30+01:00"])
def test_the_edges_of_an_overlap_are_plain(text: str) -> None:
    assert parse_when(text, BERLIN).problem is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2037, 1, 1)), ZONES)  # noqa: DTZ001
def test_an_instant_survives_being_written_in_any_zone(naive: datetime, zone: ZoneInfo) -> None:
    instant = naive.replace(tzinfo=UTC)
    when = parse_when(instant.astimezone(zone).isoformat(), ZoneInfo("Asia/Tokyo"))
    assert when.schedule is not None
    assert when.schedule.at == instant


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2037, 1, 1)), ZONES)  # noqa: DTZ001
def test_a_local_time_is_a_gap_or_comes_back(naive: datetime, zone: ZoneInfo) -> None:
    when = parse_when(naive.isoformat(" "), zone)
    if when.problem is Problem.GAP:
        assert when.schedule is None
    else:
        assert when.schedule is not None
        assert when.schedule.at is not None
        assert when.schedule.at.astimezone(zone).replace(tzinfo=None, fold=0) == naive


@given(st.text(max_size=30))
def test_any_text_is_a_schedule_or_a_problem(text: str) -> None:
    when = parse_when(text, BERLIN)
    assert (when.schedule is None) <= (when.problem is not None)


# --- repeats ------------------------------------------------------------------------------------------------------


def repeated(start: str, repeat: str | dict[str, object], zone: ZoneInfo = BERLIN) -> Schedule:
    schedule = parse_when(start, zone).schedule
    assert schedule is not None
    return replace(schedule, repeat=parse_repeat(repeat, schedule, zone))


def test_nine_stays_nine_when_the_clocks_change() -> None:
    schedule = repeated("2026-03-22 09:00", {"every": "7d"})
    assert local(occurrences(schedule, BERLIN, until=at("2026-04-06T00:00Z"))) == [
        "2026-03-22 09:00+01:00",
        "2026-03-29 09:00+02:00",
        "2026-04-05 09:00+02:00",
    ]


def test_a_skipped_time_is_later_by_the_gap_and_a_doubled_one_is_the_first() -> None:
    spring = repeated("2026-03-28 02:30", {"every": "1d"})
    assert local(occurrences(spring, BERLIN, until=at("2026-03-30T12:00Z"))) == [
        "2026-03-28 02:30+01:00",
        "2026-03-29 03:30+02:00",
        "2026-03-30 02:30+02:00",
    ]
    autumn = repeated("2026-10-24 02:30", {"every": "1d"})
    assert local(occurrences(autumn, BERLIN, until=at("2026-10-26T12:00Z"))) == [
        "2026-10-24 02:30+02:00",
        "2026-10-25 02:30+02:00",
        "2026-10-26 02:30+01:00",
    ]


def test_an_hourly_repeat_is_one_delivery_where_two_local_times_meet() -> None:
    schedule = repeated("2026-03-29 00:30", "FREQ=HOURLY;COUNT=5")
    assert local(occurrences(schedule, BERLIN, until=at("2026-03-30T00:00Z"))) == [
        "2026-03-29 00:30+01:00",
        "2026-03-29 01:30+01:00",
        "2026-03-29 03:30+02:00",
        "2026-03-29 04:30+02:00",
    ]


def test_the_second_of_a_doubled_hour_stays_what_was_written() -> None:
    schedule = repeated("2026-10-25T02:30+01:00", {"every": "1d"})
    assert occurrences(schedule, BERLIN, until=at("2026-10-26T00:00Z")) == (at("2026-10-25T01:30Z"),)


@pytest.mark.parametrize(
    ("repeat", "expected"),
    [
        ({"every": "2w"}, ["01-31", "02-14", "02-28", "03-14", "03-28", "04-11", "04-25"]),
        ({"every": "1mo"}, ["01-31", "02-28", "03-31", "04-30"]),
        ({"every": "1mo", "until": "2026-03-31"}, ["01-31", "02-28", "03-31"]),
        ({"every": "1mo", "until": "2026-03-31 08:59"}, ["01-31", "02-28"]),
        ({"every": "1 mo", "until": "2026-03-29 02:30"}, ["01-31", "02-28"]),
        ("FREQ=DAILY;INTERVAL=30;UNTIL=20260331", ["01-31", "03-02"]),
        ("FREQ=DAILY;INTERVAL=59;UNTIL=20260331T065959Z", ["01-31"]),
        ("FREQ=DAILY;INTERVAL=59;UNTIL=20260331T070000Z", ["01-31", "03-31"]),
        ("FREQ=DAILY;INTERVAL=59;UNTIL=20260331T090000", ["01-31", "03-31"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=-1SA;COUNT=3", ["01-31", "02-28", "03-28"]),
        ("freq=weekly;byday=mo;count=2", ["02-02", "02-09"]),
    ],
)
def test_repeats(repeat: str | dict[str, object], expected: list[str]) -> None:
    schedule = repeated("2026-01-31 09:00", repeat)
    found = occurrences(schedule, BERLIN, until=at("2026-04-30T23:00Z"))
    assert [f"{instant.astimezone(BERLIN):%m-%d}" for instant in found] == expected
    assert {f"{instant.astimezone(BERLIN):%H:%M}" for instant in found} == {"09:00"}


@pytest.mark.parametrize(
    ("start", "years"),
    [("2028-02-29 09:00", ["2028-02-29", "2029-02-28"]), ("2028-01-31 09:00", ["2028-01-31", "2029-01-31"])],
)
def test_a_year_later_is_the_month_s_last_day_where_the_day_is_missing(start: str, years: list[str]) -> None:
    found = occurrences(repeated(start, {"every": "1y"}), BERLIN, until=at("2029-12-31T00:00Z"))
    assert [f"{instant:%Y-%m-%d}" for instant in found] == years


@pytest.mark.parametrize(
    ("repeat", "message"),
    [
        ({"every": "7"}, "`7` is not a number of hours (`h`), days (`d`), weeks (`w`), months (`mo`) or years (`y`)"),
        ({"every": "0d"}, "`0d` is not a number of hours (`h`), days (`d`), weeks (`w`), months (`mo`) or years (`y`)"),
        ({}, "`` is not a number of hours (`h`), days (`d`), weeks (`w`), months (`mo`) or years (`y`)"),
        ({"every": "1d", "until": "soon"}, "`until: soon` is not a date or a time"),
        ({"every": "1d", "until": "queue"}, "`until: queue` is not a date or a time"),
        ("weekly", "`weekly` is neither an RRULE nor `{every: 7d}`"),
        ("FREQ=DAILY;FREQ=DAILY", "`FREQ=DAILY;FREQ=DAILY` is neither an RRULE nor `{every: 7d}`"),
        ("FREQ=DAILY;COUNT", "`FREQ=DAILY;COUNT` is neither an RRULE nor `{every: 7d}`"),
        ("FREQ=SECONDLY", "`FREQ=SECONDLY` is too often: once an hour is the most"),
        ("FREQ=MINUTELY;INTERVAL=90", "`FREQ=MINUTELY` is too often: once an hour is the most"),
        ("FREQ=DAILY;BYMINUTE=1,2", "`BYSECOND` and several `BYMINUTE` are too often: once an hour is the most"),
        ("FREQ=DAILY;BYSECOND=1", "`BYSECOND` and several `BYMINUTE` are too often: once an hour is the most"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260401", "`COUNT` and `UNTIL` exclude each other"),
        ("FREQ=DAILY;UNTIL=2026", "`UNTIL=2026` is not a date or a time as RRULEs have them (`20270131T080000Z`)"),
        (
            "FREQ=DAILY;UNTIL=20261301",
            "`UNTIL=20261301` is not a date or a time as RRULEs have them (`20270131T080000Z`)",
        ),
        ("FREQ=DAILY;BYMONTH=13", "`BYMONTH=13` is not a month"),
        ("FREQ=DAILY;BYMONTHDAY=32", "`BYMONTHDAY=32` is a day that no such month has"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "`BYMONTHDAY=30` is a day that no such month has"),
    ],
)
def test_what_is_no_repeat(repeat: str | dict[str, object], message: str) -> None:
    with pytest.raises(RepeatError) as caught:
        repeated("2026-01-31 09:00", repeat)
    assert str(caught.value) == message


@pytest.mark.parametrize("repeat", ["FREQ=FORTNIGHTLY", "FREQ=DAILY;BYDAY=XX", "FREQ=DAILY;DTSTART=20260101"])
def test_what_the_library_refuses_is_said_in_one_sentence(repeat: str) -> None:
    with pytest.raises(RepeatError, match=r"^`FREQ=.*` is not an RRULE: "):
        repeated("2026-01-31 09:00", repeat)


@pytest.mark.parametrize("anchor", [NOW, QUEUE])
def test_a_repeat_needs_a_time(anchor: Schedule) -> None:
    with pytest.raises(RepeatError, match="needs a `publish_at` with a date and a time"):
        parse_repeat({"every": "7d"}, anchor, BERLIN)


def test_occurrences_without_a_repeat() -> None:
    once = parse_when("2026-12-01 09:00", BERLIN).schedule
    assert once is not None
    assert occurrences(once, BERLIN, until=at("2026-12-01T08:00Z")) == (at("2026-12-01T08:00Z"),)
    assert occurrences(once, BERLIN, until=at("2026-12-01T07:59Z")) == ()
    assert occurrences(once, BERLIN, until=at("2027-01-01T00:00Z"), start=at("2026-12-01T08:01Z")) == ()
    assert occurrences(NOW, BERLIN, until=at("2027-01-01T00:00Z")) == ()
    assert occurrences(QUEUE, BERLIN, until=at("2027-01-01T00:00Z")) == ()


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    ZONES,
    st.sampled_from(["1d", "5d", "1w", "3w", "1mo", "7mo", "6h"]),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_the_window_only_cuts(naive: datetime, zone: ZoneInfo, every: str, first: int, length: int) -> None:
    """What is due in a window does not depend on where the window begins or ends."""
    schedule = parse_when(naive.replace(microsecond=0).isoformat(), zone).schedule
    if schedule is None or schedule.at is None:
        return
    begin = schedule.at
    schedule = replace(schedule, repeat=parse_repeat({"every": every}, schedule, zone))
    every_one = occurrences(schedule, zone, until=begin + timedelta(days=130))
    start, until = begin + timedelta(days=first), begin + timedelta(days=first + length)
    assert occurrences(schedule, zone, start=start, until=until) == tuple(x for x in every_one if start <= x <= until)
    assert every_one[0] == begin
    assert all(earlier < later for earlier, later in pairwise(every_one))


# --- slots --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days", "clock"),
    [
        ("mon-fri 09:00", {0, 1, 2, 3, 4}, "09:00"),
        ("sat 11:00", {5}, "11:00"),
        ("Sat,Sun 11:30", {5, 6}, "11:30"),
        ("fri-mon 08:00", {4, 5, 6, 0}, "08:00"),
        ("sun-mon,wed 08:00", {6, 0, 2}, "08:00"),
        ("07:15", {0, 1, 2, 3, 4, 5, 6}, "07:15"),
    ],
)
def test_slots(text: str, days: set[int], clock: str) -> None:
    slot = parse_slot(text)
    assert slot.days == days
    assert slot.at.isoformat("minutes") == clock


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`` is not a slot"),
        ("mon", "`mon` is not a slot"),
        ("mon-fri 9:00", "`mon-fri 9:00` is not a slot"),
        ("mon 09:00 x", "`mon 09:00 x` is not a slot"),
        ("monday 09:00", "`monday` is not a day of the week, or two with a `-` between them"),
        ("mon-xyz 09:00", "`mon-xyz` is not a day of the week, or two with a `-` between them"),
        ("mon 25:00", "hour must be in 0..23"),
        ("mon 09:60", "minute must be in 0..59"),
    ],
)
def test_what_is_no_slot(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_slot(text)


def test_the_next_free_slots() -> None:
    after = at("2026-03-27T08:00Z")
    slots = ["mon-fri 09:00", "sat 11:00"]
    free = next_slots(slots, BERLIN, {at("2026-03-30T07:00Z")}, after)
    assert local(tuple(islice(free, 3))) == [
        "2026-03-28 11:00+01:00",
        "2026-03-31 09:00+02:00",
        "2026-04-01 09:00+02:00",
    ]


def test_a_slot_that_is_now_has_passed() -> None:
    assert next(next_slots(["fri 09:00"], BERLIN, (), at("2026-03-27T07:59Z"))) == at("2026-03-27T08:00Z")
    assert next(next_slots(["fri 09:00"], BERLIN, (), at("2026-03-27T08:00Z"))) == at("2026-04-03T07:00Z")


def test_two_slots_that_the_clocks_make_one_are_one() -> None:
    free = next_slots(["sun 02:30", "sun 03:30"], BERLIN, (), at("2026-03-28T23:00Z"))
    assert local(tuple(islice(free, 2))) == ["2026-03-29 03:30+02:00", "2026-04-05 02:30+02:00"]


def test_no_slots_no_end() -> None:
    assert list(next_slots([], BERLIN, (), at("2026-03-27T08:00Z"))) == []


@given(
    st.lists(
        st.sampled_from(["mon-fri 09:00", "sat 11:00", "02:30", "sun 03:30", "wed 23:59"]), min_size=1, unique=True
    ),
    ZONES,
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sets(st.integers(0, 9)),
)
def test_taking_slots_only_takes_those(slots: list[str], zone: ZoneInfo, naive: datetime, indices: set[int]) -> None:
    after = naive.replace(tzinfo=UTC)
    every_one = list(islice(next_slots(slots, zone, (), after), 10))
    assert all(earlier < later for earlier, later in pairwise([after, *every_one]))
    taken = {every_one[index] for index in indices}
    free = list(islice(next_slots(slots, zone, taken, after), 10 - len(taken)))
    assert free == [slot for slot in every_one if slot not in taken]
