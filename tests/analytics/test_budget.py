"""What figures may take of a platform's budget, whatever runs take it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postiz_ops import errors
from postiz_ops.analytics.budget import Spent, Took, allowed, cost, is_booked, with_run
from postiz_ops.providers import PROVIDERS
from tests.analytics.world import COUNTING, START, Analytics, Calling, Process, limited, published

NOW = datetime(2026, 12, 1, 10, 7, tzinfo=UTC)
DAY = 24 * 3600


def took(calls: int, **ago: float) -> Took:
    return Took(NOW - timedelta(**ago), calls)


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
    spent: Spent = {"a": {"run-1": took(100, hours=25), "run-2": took(10, minutes=61), "run-3": took(1, seconds=30)}}
    found = [allowed(limited(100, window), ["a"], ["a"], spent, NOW) for window in (1, 60, 3600, DAY)]
    assert found == [[2999], [49], [49], [39]]


def test_where_a_budget_is_for_all_the_calls_of_the_others_count() -> None:
    spent: Spent = {"a": {"run-1": took(30)}, "other": {"run-1": took(30)}}
    assert allowed(limited(100, 60, "app"), ["b"], ["a", "b"], spent, NOW) == [20]
    assert allowed(limited(100, 60), ["b"], ["a", "b"], spent, NOW) == [50]


def test_a_platform_without_a_budget_has_none() -> None:
    assert allowed(COUNTING, ["a"], ["a"], {"a": {"run-1": took(99)}}, NOW) == []


def test_looks_cost_units_where_a_platform_counts_those() -> None:
    assert allowed(PROVIDERS["youtube"].SPEC, ["a"], ["a"], {}, NOW) == [5000]


def test_a_platform_that_is_asked_figure_by_figure_is_asked_for_less() -> None:
    assert (cost(PROVIDERS["linkedin"].SPEC), is_booked(PROVIDERS["linkedin"].SPEC)) == (7, True)
    assert not is_booked(PROVIDERS["mastodon"].SPEC)


def test_what_a_run_took_stands_once_and_is_forgotten_with_the_window() -> None:
    windows = {"a": timedelta(days=1)}
    first = with_run({}, "run-1", {"a": took(3), "free": took(9), "idle": took(0)}, windows, NOW)
    assert first == {"a": {"run-1": took(3)}}
    assert with_run(first, "run-1", {"a": took(2)}, windows, NOW) == {"a": {"run-1": took(2)}}
    later = NOW + timedelta(days=1)
    assert with_run(first, "run-2", {"a": Took(later, 1)}, windows, later) == {"a": {"run-2": Took(later, 1)}}


# --- in runs ---------------------------------------------------------------------------------------------------------


def by_the_day(limit: int) -> Analytics:
    world = Analytics(figures=Calling(limited(limit, DAY)))
    world.out(*(published(f"p{number}") for number in range(6))).hence(hours=1)
    return world


def calls(world: Analytics) -> list[int]:
    return [took.calls for runs in world.books().index.spent.values() for took in runs.values()]


def test_what_is_asked_of_a_platform_that_counts_by_the_day_is_booked_and_put_right() -> None:
    world = by_the_day(100)
    process = Process.of(world)
    while not world.wire.requests:
        process.step()
    assert calls(world) == [13], "an account and six posts, of which each may take a call a figure"
    while not process.over:
        process.step()
    assert (calls(world), world.books().index.spent["one"]["run-1"].at) == ([7], START + timedelta(hours=1))


def test_a_little_of_a_budget_is_not_booked() -> None:
    """The push would cost more than it is worth; what was taken is counted with the readings."""
    world = by_the_day(1000)
    world.sync()
    assert (world.ledger.pushes, calls(world)) == (1, [7])


def test_a_run_that_dies_has_taken_what_it_booked() -> None:
    world = by_the_day(40)
    process = Process.of(world)
    while not world.wire.requests:
        process.step()
    process.kill()
    assert calls(world) == [13]
    report = world.sync()
    assert (report.outcomes[0].read, report.outcomes[0].left, calls(world)) == (4, 3, [13, 4])


def test_a_budget_that_is_used_up_is_left_alone_until_the_day_is_over() -> None:
    world = by_the_day(8)
    assert (world.sync().outcomes[0].read, world.hence(hours=2).sync().outcomes[0].read, calls(world)) == (2, 1, [2, 1])
    pushes = world.ledger.pushes
    assert (world.sync().exit_code, world.ledger.pushes) == (0, pushes), "nothing is booked of nothing"
    assert world.hence(hours=24).sync().outcomes[0].read == 2


def test_calls_that_brought_nothing_are_calls() -> None:
    world = by_the_day(100)
    world.figures.script = {"one": lambda: errors.Unavailable("down")}
    assert (world.sync().exit_code, calls(world)) == (75, [3])


def test_two_runs_that_book_at_once_stay_within_it_together() -> None:
    world = by_the_day(8)
    processes = [Process.of(world), Process.of(world)]
    while alive := [process for process in processes if not process.over]:
        for process in alive:
            process.step()
    assert sum(calls(world)) == len(world.wire.requests) <= 4
