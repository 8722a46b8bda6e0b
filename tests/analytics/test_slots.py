"""Which times are proposed, and above all which are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.analytics.facts import Fact
from postiz_ops.analytics.slots import CHANCE, chance, merged, suggestions
from postiz_ops.analytics.slots_diff import diff
from tests.analytics.test_render import fact

MONDAY = datetime(2026, 11, 30, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LATER = MONDAY + timedelta(days=200)


def at(moment: datetime, likes: int, account: str = "one") -> Fact:
    from dataclasses import replace

    return replace(fact("p", account=account, likes=likes), published_at=moment)


def weeks(day: int, hour: int, likes: list[int]) -> list[Fact]:
    return [at(MONDAY + timedelta(days=7 * week + day, hours=hour), number) for week, number in enumerate(likes)]


def test_an_hour_that_does_better_again_and_again_is_proposed_with_what_stands_behind_it() -> None:
    rows = weeks(0, 0, [50, 60, 70, 80, 90, 55, 65, 75]) + weeks(2, 4, [10, 11, 12, 13, 14, 15, 16, 17])
    (found,) = suggestions(rows, "one", BERLIN, LATER)
    assert (found.slot, found.posts, found.better, found.others) == ("mon 09:00", 8, 8, 8)
    assert (found.median, found.others_median) == (67.5, 13.5)


def test_few_posts_carry_no_proposal() -> None:
    rows = weeks(0, 0, [50, 60, 70, 80]) + weeks(2, 4, [1] * 9)
    assert suggestions(rows, "one", BERLIN, LATER) == []


def test_nothing_is_proposed_without_something_to_compare_with() -> None:
    assert suggestions(weeks(0, 0, [50] * 20), "one", BERLIN, LATER) == []


def test_young_posts_and_other_accounts_do_not_count() -> None:
    rows = weeks(0, 0, [50] * 8) + weeks(2, 4, [1] * 8)
    assert suggestions(rows, "two", BERLIN, LATER) == []
    assert suggestions(rows, "one", BERLIN, MONDAY + timedelta(days=5)) == []


def test_noise_hardly_ever_carries_one() -> None:
    """A thousand accounts whose hours are all the same: those with a proposal are within what chance is allowed."""
    random = Random(7)
    wrong = 0
    for _ in range(300):
        rows = [row for day in range(5) for row in weeks(day, 1, [random.randrange(100) for _ in range(10)])]
        wrong += bool(suggestions(rows, "one", BERLIN, LATER))
    assert wrong <= 300 * CHANCE * 2


@given(st.integers(1, 30))
def test_all_heads_is_a_power_of_two_and_any_result_is_certain(posts: int) -> None:
    assert chance(posts, posts) == pytest.approx(0.5**posts)
    assert chance(0, posts) == pytest.approx(1)


def test_slots_that_are_there_stay_first() -> None:
    rows = weeks(0, 0, [50, 60, 70, 80, 90, 55, 65, 75]) + weeks(2, 4, [10] * 8)
    assert merged(("mon 09:00", "sat 11:00"), suggestions(rows, "one", BERLIN, LATER)) == ("mon 09:00", "sat 11:00")
    assert merged(("sat 11:00",), suggestions(rows, "one", BERLIN, LATER)) == ("sat 11:00", "mon 09:00")


BEFORE = """\
accounts:
  one:  # the first
    provider: fake
    slots: ["sat 11:00"]  # agreed
  two:
    slots:
      - sat 11:00
      - sun 11:00
    provider: fake
  three:
    provider: fake
  four: {provider: fake}
"""


@pytest.mark.parametrize(
    ("account", "removed", "added"),
    [
        ("one", ['    slots: ["sat 11:00"]  # agreed'], ['    slots: ["mon 09:00"]  # agreed']),
        ("two", ["    slots:", "      - sat 11:00", "      - sun 11:00"], ['    slots: ["mon 09:00"]']),
        ("three", [], ['    slots: ["mon 09:00"]']),
        ("four", [], []),
        ("five", [], []),
    ],
)
def test_the_diff_changes_the_slots_and_nothing_else(account: str, removed: list[str], added: list[str]) -> None:
    lines = diff(BEFORE, {account: ("mon 09:00",)}).splitlines()[2:]
    assert [line[1:] for line in lines if line.startswith("-")] == removed
    assert [line[1:] for line in lines if line.startswith("+")] == added


def test_git_takes_the_diff(tmp_path: object) -> None:
    import subprocess
    from pathlib import Path

    import yaml

    folder = Path(str(tmp_path))
    (folder / "accounts.yaml").write_text(BEFORE)
    change = diff(BEFORE, dict.fromkeys(("one", "two", "three"), ("mon 09:00", "tue 10:00")))
    subprocess.run(["git", "apply", "-"], cwd=folder, input=change.encode(), check=True)
    accounts = yaml.safe_load((folder / "accounts.yaml").read_text())["accounts"]
    assert [accounts[name]["slots"] for name in ("one", "two", "three")] == [["mon 09:00", "tue 10:00"]] * 3
