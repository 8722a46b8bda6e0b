"""Figures that grow, and are the same for a post at every start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.audience import CORRECTED, Audience, audience, crowd

OUT = datetime(2026, 12, 1, tzinfo=UTC)


def after(days: float, name: str = "1") -> Audience:
    return audience(name, OUT, OUT + timedelta(days=days))


def test_nobody_has_seen_what_has_just_gone_out() -> None:
    assert after(0) == after(-1) == Audience()


def test_posts_differ_and_each_is_the_same_every_time() -> None:
    assert after(3) == after(3)
    assert len({after(3, str(number)).views for number in range(50)}) > 40


@given(st.text(), st.floats(0, 29), st.floats(0, 29))
def test_figures_grow_and_no_more_like_than_look(name: str, one: float, other: float) -> None:
    young, old = after(min(one, other), name), after(max(one, other), name)
    assert young.views <= old.views
    assert young.likes <= old.likes <= old.views
    assert old.shares + old.quotes + old.saves <= old.likes <= old.reach <= old.views <= old.seconds
    assert old.links + old.visits <= old.clicks <= old.views


def test_some_likes_are_taken_back_after_a_month() -> None:
    late = CORRECTED / timedelta(days=1)
    went_down = [after(late + 1, str(n)).likes < after(late - 1, str(n)).likes for n in range(50)]
    assert sum(went_down) > 25


def test_an_account_has_followers_who_become_more_and_on_some_days_fewer() -> None:
    days = [crowd("acme", OUT + timedelta(days=day)) for day in range(90)]
    assert crowd("acme", OUT) == days[0]
    counts = [day.followers for day in days]
    assert 0 < counts[0] < counts[-1]
    lost = [day for day, (before, after) in enumerate(pairwise(counts)) if after < before]
    assert 0 < len(lost) < 60
    assert all(day.gained >= 0 and day.followers > day.following > 0 for day in days)


def test_before_the_beginning_nobody_has_come() -> None:
    assert crowd("acme", OUT - timedelta(days=5000)).followers < crowd("acme", OUT).followers
