"""The promise on simulated worlds: few seeds here, 20,000 by ``make prove``, many more by ``make prove-long``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.simulation.checker import check
from tests.simulation.faults import PROFILES
from tests.simulation.history import Accepted, History
from tests.simulation.mutants import EQUIVALENT, MUTANTS
from tests.simulation.naive import NAIVE
from tests.simulation.runner import play_some, seeds_until_caught
from tests.simulation.scenario import play

FOUND = (8, 9, 16, 21, 32, 41, 48, 51, 63, 76, 105, 120, 123, 127, 148, 184, 239, 242, 257, 338, 412, 478, 683, 824)
FOUND_LATER = (1044, 1093, 1113, 1313, 1465, 1781, 1_000_997, 1_001_256, 1_003_678, 1_000_681)
FOUND_AT_LAST = (3279, 3767, 4011, 4469, 4519, 4967, 6462, 7725, 8831, 16_439, 1_001_029, 1_001_848)
"""Seeds at which the engine, or the simulation itself, once broke the promise."""
FOUND_WITH_TOKENS = (1855, 3_001_393, 3_004_166, 3_006_572, 5_000_932, 5_001_232, 7_000_810)
"""The same, since tokens end in some of the worlds."""

CAUGHT = {
    "no nonce": 0,
    "trust the push's report": 1,
    "resend at lease expiry": 8,
    "retry on 5xx": 8,
    "retry on timeout": 8,
    "no deadline": 105,
    "no clock check": 85,
    "record before send": 0,
    "part n+1 before n": 0,
    "send beside another run": 8,
    "drop the spool": 25,
    "renew beside another run": 223,
    "renew after a death": 191,
    "repeat a renewal": 223,
}
"""The first seed that catches each mutant; a little before it is where the test begins."""


@pytest.mark.parametrize("first", range(100_000, 100_200, 25))
def test_the_promise_holds(first: int) -> None:
    assert play_some(first, 25).failing == []


@pytest.mark.parametrize("seed", [*FOUND, *FOUND_LATER, *FOUND_AT_LAST])
def test_what_was_found_stays_mended(seed: int) -> None:
    assert check(play(seed, vault=False).history) == []


@pytest.mark.parametrize("seed", FOUND_WITH_TOKENS)
def test_what_was_found_of_tokens_stays_mended(seed: int) -> None:
    assert check(play(seed).history) == []


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_mixture_of_faults_is_played(profile: str) -> None:
    figures = play_some(0, 8, profile=profile)
    assert (figures.failing, sum(figures.parts.values()) > 8) == ([], True)


@pytest.mark.parametrize("seed", [7, 1855])
def test_one_seed_is_one_schedule(seed: int) -> None:
    lines: tuple[list[str], list[str]] = ([], [])
    first, second = (play(seed, trace=told.append) for told in lines)
    assert lines[0] == lines[1]
    assert len(lines[0]) > 20
    assert first.history.tips == second.history.tips


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_checker_catches_the_mutant(name: str) -> None:
    assert seeds_until_caught(name, 60, first=max(0, CAUGHT[name] - 2)) is not None


@pytest.mark.parametrize("name", sorted(EQUIVALENT))
def test_an_equivalent_mutant_breaks_nothing(name: str) -> None:
    assert seeds_until_caught(name, 60) is None


@pytest.mark.parametrize("name", sorted(NAIVE))
def test_naive_protocols_post_twice(name: str) -> None:
    assert sum(play_some(0, 60, name).duplicates.values()) > 0


def test_tokens_end_in_some_of_the_worlds() -> None:
    figures = play_some(180, 25)
    assert figures.renewals > 10


def test_the_checker_sees_what_the_branch_does_not_show() -> None:
    """A post that appears without any run is a post that nobody approved."""
    history = play(7).history
    stray = Accepted(1.0, 1.0, "nobody", next(iter(history.kinds)), "0" * 32, "stray", None, "stray-1")
    twice = replace(history, accepted=[*history.accepted, stray, stray])
    assert [finding.rule for finding in check(twice)] == ["at most once"]
    assert check(History("0" * 32, history.policy, history.kinds, approvals=history.approvals)) != []
