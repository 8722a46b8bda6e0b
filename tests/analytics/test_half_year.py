"""Nothing is read twice, nothing is lost for good, and no platform is asked too much, whatever dies on the way."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import pytest

from postiz_ops.analytics.store import Reading
from postiz_ops.providers import PROVIDERS
from tests.analytics.half_year import ACCOUNTS, BURST, Year, budgets, counted, is_gone, on_rhythm, told

HALF_YEAR = 182
SHORT = {"days": 8, "posts": 130}
"""A world that a quick test lives through; the whole half-year, with 500 posts, is a proof (``make prove``)."""


@cache
def lived(seed: int, days: int, posts: int) -> Year:
    """A world after its time."""
    return Year(seed, days=days, posts=posts).live()


def check(year: Year) -> None:
    """Everything that must hold of a world."""
    no_reading_twice(year)
    figures_are_what_the_platform_gave(year)
    every_reading_is_on_its_rhythm(year)
    nothing_is_lost_for_good(year)
    budgets_hold(year)
    only_what_is_counted_is_asked(year)


def no_reading_twice(year: Year) -> None:
    keys = [(reading.account, reading.key) for reading in year.readings()]
    assert len(keys) == len(set(keys)) > 300


def figures_are_what_the_platform_gave(year: Year) -> None:
    """Each is in an answer of less than a minute before; none is missing but where a post is gone."""
    for reading in year.readings():
        name = remote(year, reading)
        given = [told for at, told in year.server.said.get(name, ()) if reading.at - at < timedelta(minutes=1)]
        assert all(any(each.get(metric) == number for each in given) for metric, number in reading.metrics.items())
        if reading.key.post is None:
            assert set(reading.metrics) == set(counted(reading.account, "account"))
        elif not is_gone(name, reading.at - year.published[name]):
            assert set(reading.metrics) == set(told(name, reading.at - year.published[name]))


def remote(year: Year, reading: Reading) -> str:
    """What the platform calls what was read."""
    key = reading.key
    return reading.account if key.post is None else f"{reading.account}.{key.post.removeprefix('post-')}.{key.part}"


def every_reading_is_on_its_rhythm(year: Year) -> None:
    out = {(record.account, record.post): record.publish_at for record in year.records}
    for reading in year.readings():
        if reading.key.post is None:
            assert reading.key.mark == reading.at.date().isoformat() or reading.at.hour == 0
        else:
            assert on_rhythm(reading, out[reading.account, reading.key.post]), reading


def nothing_is_lost_for_good(year: Year) -> None:
    """A gap is where no run came through in the whole time of a mark: dead, refused, or out of budget."""
    taken = {(reading.account, reading.key) for reading in year.readings()}
    there = [each for each in year.marks() if PROVIDERS[ACCOUNTS[each[0]]].SPEC.metrics]
    gaps = [each for each in there if each[:2] not in taken]
    for account, _, begins, ends in gaps:
        assert not [at for at in year.clean[account] if begins <= at < ends]
    assert len([gap for gap in gaps if gap[0] != BURST]) <= len(there) / 100


def budgets_hold(year: Year) -> None:
    """Also over runs that died. Half is left for publishing, of which dying runs may take a little."""
    for what, limit, seconds, accounts in budgets():
        assert year.calls(seconds, accounts) <= (limit * 2 // 3 if seconds > 3600 else limit), what


def only_what_is_counted_is_asked(year: Year) -> None:
    asked = {account for _, account, _ in year.server.asked}
    assert asked == {name for name, provider in ACCOUNTS.items() if PROVIDERS[provider].SPEC.metrics}
    assert all(number <= PROVIDERS[ACCOUNTS[name]].SPEC.metrics_batch for _, name, number in year.server.asked)


@pytest.mark.parametrize("seed", [1, 2])
def test_two_runners_that_die_at_random_read_everything_once(seed: int) -> None:
    year = lived(seed, **SHORT)
    check(year)
    assert min(year.ended["killed"], year.ended["exit 75"]) > 10, "there was trouble"
    assert year.calls(24 * 3600, [BURST]) > 75 - 7, "a post takes seven calls, and more posts were due"


@pytest.mark.proof
@pytest.mark.parametrize("seed", [1, 2])
def test_half_a_year_of_sixteen_accounts_and_500_posts(seed: int) -> None:
    year = lived(seed, HALF_YEAR, 500)
    check(year)
    print(f"{len(year.readings()):,} readings, {year.runs:,} runs, {dict(year.ended)}")
