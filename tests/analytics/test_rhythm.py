"""When figures are due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.analytics.rhythm import END, MARKS, Key, day_key, due, mark_of, next_due
from tests.analytics.world import START, published


@pytest.mark.parametrize(
    ("age", "mark"),
    [
        ("0:59:59", None),
        ("1:00:00", "1h"),
        ("5:59:59", "1h"),
        ("6:00:00", "6h"),
        ("24:00:00", "24h"),
        ("71:59:59", "24h"),
        ("72:00:00", "3d"),
        ("168:00:00", "7d"),
        ("720:00:00", "30d"),
        ("2160:00:00", "90d"),
        ("2879:59:59", "90d"),
        ("2880:00:00", None),
    ],
)
def test_the_mark_of_an_age_is_the_last_one_that_was_reached(age: str, mark: str | None) -> None:
    hours, minutes, seconds = map(int, age.split(":"))
    assert mark_of(timedelta(hours=hours, minutes=minutes, seconds=seconds)) == mark


def test_every_part_is_read_by_itself() -> None:
    wishes = due([published("a", parts=2)], (), START + timedelta(hours=2), keep_days=None)
    assert [(wish.key.part, wish.receipt.remote_id) for wish in wishes] == [(0, "one-a-0"), (1, "one-a-1")]


def test_what_was_taken_is_not_due_until_the_next_mark() -> None:
    taken = {Key("1h", "a")}
    assert due([published("a")], taken, START + timedelta(hours=5), keep_days=None) == []
    assert [w.key for w in due([published("a")], taken, START + timedelta(hours=6), keep_days=None)] == [Key("6h", "a")]


def test_what_the_platform_forgets_is_not_asked_for() -> None:
    assert due([published("a")], (), START + timedelta(days=31), keep_days=30) == []
    assert len(due([published("a")], (), START + timedelta(days=30), keep_days=30)) == 1


def test_an_account_is_read_once_a_day() -> None:
    assert day_key(START) == Key("2026-12-01")


@given(st.lists(st.integers(1, 150 * 24 * 60), max_size=60))
def test_however_often_one_looks_each_mark_is_due_once_and_in_its_own_time(minutes: list[int]) -> None:
    """Whenever runs come, no key is due twice, and none before its age or after the next one's."""
    record, taken = published("a"), set[Key]()
    for minute in sorted(minutes):
        age = timedelta(minutes=minute)
        for wish in due([record], taken, START + age, keep_days=None):
            later = [after for after in MARKS.values() if after > MARKS[wish.key.mark]]
            assert MARKS[wish.key.mark] <= age < min(later, default=END)
            assert wish.key not in taken
            taken.add(wish.key)


@given(st.integers(0, 130 * 24 * 60))
def test_nothing_becomes_due_before_it_is_said_to(minutes: int) -> None:
    record, now = published("a"), START + timedelta(minutes=minutes)
    wake = next_due([record], now)
    until = wake - timedelta(seconds=1) if wake else START + END - timedelta(seconds=1)
    if until > now:
        assert mark_of(until - START) == mark_of(now - START)
