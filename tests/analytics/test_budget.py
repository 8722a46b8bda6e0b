"""What figures may take of a platform's budget, whatever runs take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postiz_ops.analytics.budget import Spent, added, allowed
from postiz_ops.providers import PROVIDERS
from tests.analytics.world import COUNTING, limited

NOW = datetime(2026, 12, 1, 10, 7, tzinfo=UTC)
DAY = 24 * 3600


@pytest.mark.parametrize(
    ("limit", "seconds", "per", "names", "expected"),
    [
        (100, 60, "account", "ab", [50, 50]),
        (100, 60, "app", "abcd", [13, 13, 12, 12]),
        (50, 1, "account", "a", [1500]),
        (3, DAY, "project", "ab", [1, 0]),
    ],
)
def test_half_of_it_is_theirs(limit: int, seconds: int, per: str, names: str, expected: list[int]) -> None:
    """A budget that all accounts of a platform have together is divided among those that are asked."""
    assert allowed(limited(limit, seconds, per), names, names, {}, NOW) == expected


def test_what_earlier_runs_took_is_taken_as_long_as_the_platform_looks_back() -> None:
    spent: Spent = {"a": {"2026-12-01T10:05:00Z": 1, "2026-12-01T09:00:00Z": 10, "2026-11-30T10:00:00Z": 100}}
    assert [allowed(limited(100, window), ["a"], ["a"], spent, NOW) for window in (60, 3600, DAY)] == [
        [49],
        [49],
        [39],
    ]


def test_where_a_budget_is_for_all_the_calls_of_the_others_count() -> None:
    spent: Spent = {"a": {"2026-12-01T10:05:00Z": 30}, "other": {"2026-12-01T10:05:00Z": 30}}
    assert allowed(limited(100, 60, "app"), ["b"], ["a", "b"], spent, NOW) == [20]
    assert allowed(limited(100, 60), ["b"], ["a", "b"], spent, NOW) == [50]


def test_a_platform_without_a_budget_has_none() -> None:
    assert allowed(COUNTING, ["a"], ["a"], {"a": {"2026-12-01T10:05:00Z": 99}}, NOW) == []


def test_looks_cost_units_where_a_platform_counts_those() -> None:
    assert allowed(PROVIDERS["youtube"].SPEC, ["a"], ["a"], {}, NOW) == [5000]


def test_calls_are_added_up_by_five_minutes_and_forgotten_with_the_window() -> None:
    first = added({}, {"a": (limited(100, DAY), 3), "free": (COUNTING, 9)}, NOW)
    assert first == {"a": {"2026-12-01T10:05:00Z": 3}}
    again = added(first, {"a": (limited(100, DAY), 2)}, NOW + timedelta(minutes=2))
    assert again == {"a": {"2026-12-01T10:05:00Z": 5}}
    assert added(again, {"a": (limited(100, DAY), 1)}, NOW + timedelta(days=1, minutes=4)) == {
        "a": {"2026-12-02T10:10:00Z": 1}
    }
