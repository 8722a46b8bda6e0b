"""Figures that grow, and are the same for a post at every start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.audience import CORRECTED, Audience, audience

OUT = datetime(2026, 12, 1, tzinfo=UTC)


def after(days: float, name: str = "1") -> Audience:
    return audience(name, OUT, OUT + timedelta(days=days))


def test_nobody_has_seen_what_has_just_gone_out() -> None:
    assert after(0) == after(-1) == Audience(0, 0, 0, 0, 0)


def test_posts_differ_and_each_is_the_same_every_time() -> None:
    assert after(3) == after(3)
    assert len({after(3, str(number)).views for number in range(50)}) > 40


@given(st.text(), st.floats(0, 29), st.floats(0, 29))
def test_figures_grow_and_no_more_like_than_look(name: str, one: float, other: float) -> None:
    young, old = after(min(one, other), name), after(max(one, other), name)
    assert young.views <= old.views
    assert young.likes <= old.likes <= old.views
    assert old.shares + old.quotes + old.saves <= old.likes


def test_some_likes_are_taken_back_after_a_month() -> None:
    late = CORRECTED / timedelta(days=1)
    went_down = [after(late + 1, str(n)).likes < after(late - 1, str(n)).likes for n in range(50)]
    assert sum(went_down) > 25
