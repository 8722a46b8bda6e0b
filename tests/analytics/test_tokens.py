"""Figures are read with tokens that live: renewed by the protocol that publishing uses, and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from postiz_ops.errors import Reauthorize
from postiz_ops.ledger.sealed import Attempt, sealed_file, sealed_path
from postiz_ops.providers.auth import Rotation
from postiz_ops.publish.converge import STUBBORN
from tests.analytics.world import COUNTING, START, Analytics, Calling, Process, published
from tests.publish.renewing import RenewingWorld, flow, interleave


class Vaulted(RenewingWorld, Analytics):
    """An account whose token is in the vault and lives for two hours, with a post that is out."""

    def __init__(self, rotation: Rotation = Rotation.SINGLE_USE) -> None:
        super().__init__(rotation)
        self.figures = Calling(replace(COUNTING, auth=(flow(rotation),)))
        self.out(published("a"))

    def claimed(self, *, until: timedelta) -> None:
        """Another run has begun to renew the token."""
        now = self.clock.now()
        attempt = Attempt("other-run", "f" * 32, now, now + until)
        self.ledger.files[sealed_path("one")] = sealed_file(self.sealed.claimed(attempt))
        self.ledger.head += 1


@pytest.mark.parametrize("rotation", [Rotation.SINGLE_USE, Rotation.KEPT])
def test_a_token_that_is_due_is_renewed_before_anything_is_asked(rotation: Rotation) -> None:
    world = Vaulted(rotation)
    world.hence(hours=6)
    report = world.sync()
    assert (report.exit_code, world.marks(), world.days()) == (0, ["a 6h"], ["2026-12-01"])
    assert (len(world.server.presented), world.sealed.generation) == (1, 2)
    assert world.wire.requests, "what was asked was asked with the new one: the old one is refused"


def test_nothing_is_renewed_where_nothing_is_to_be_read() -> None:
    world = Vaulted()
    world.hence(hours=6).sync()
    asked = len(world.wire.requests)
    report = world.hence(hours=3).sync()
    assert (report.exit_code, len(world.server.presented), len(world.wire.requests)) == (0, 1, asked)


def test_a_token_that_lives_is_left_alone() -> None:
    world = Vaulted()
    assert (world.hence(hours=1).sync().exit_code, world.server.presented) == (0, [])


def test_a_token_that_is_renewed_elsewhere_is_left_for_the_next_run() -> None:
    world = Vaulted()
    world.hence(hours=6)
    world.claimed(until=timedelta(minutes=5))
    report = world.sync()
    assert [(o.read, o.left, o.kind) for o in report.outcomes] == [(0, 2, "renewing")]
    assert (report.exit_code, world.server.presented, world.wire.requests) == (75, [], [])
    assert world.books().index.refused == {}


def test_a_renewal_whose_end_nobody_knows_is_told_and_not_repeated() -> None:
    world = Vaulted()
    world.server.script = ["lost"]
    report = world.hence(hours=6).sync()
    assert (report.exit_code, len(world.server.presented), len(report.troubles)) == (1, 1, 1)
    assert "run `postiz-ops accounts connect one`" in report.troubles[0]
    again = world.sync()
    assert (again.exit_code, len(world.server.presented), again.troubles) == (0, 1, ())


def test_a_renewal_that_was_not_taken_is_for_the_next_run_and_for_nobody_else() -> None:
    world = Vaulted()
    world.server.script = ["status 503"]
    report = world.hence(hours=6).sync()
    assert [(o.read, o.kind) for o in report.outcomes] == [(0, "throttled")]
    assert (report.exit_code, report.troubles, len(report.notices)) == (75, (), 1)
    assert world.books().index.refused == {}, "no person can help it"
    assert (world.hence(minutes=10).sync().exit_code, world.marks()) == (0, ["a 6h"])


def test_a_token_that_the_platform_refuses_before_its_end_is_renewed_and_the_question_asked_again() -> None:
    world = Vaulted()
    world.server.expires = START
    report = world.hence(hours=1).sync()
    assert (report.exit_code, world.marks(), len(world.server.presented)) == (0, ["a 1h"], 1)
    assert world.books().index.refused == {}


def test_a_scope_that_is_missing_is_told_once_however_often_the_token_is_renewed() -> None:
    world = Vaulted()
    world.figures.script = {"one": lambda: Reauthorize("no scope")}
    first = world.hence(hours=6).sync()
    assert (first.exit_code, first.outcomes[0].known, world.sealed.generation) == (1, False, 2)
    codes = []
    for _ in range(4):
        world.hence(hours=20)
        codes.append(world.sync().exit_code)
    assert codes == [0, 0, 0, 0]
    world.connect(obtained=world.clock.now())
    second = world.sync()
    assert (second.exit_code, second.outcomes[0].known) == (0, True), "it was asked, since the credential is another"


def test_a_token_that_cannot_be_recorded_is_handed_out_sealed_and_not_used() -> None:
    world = Vaulted()
    world.ledger.push_script = ["ok"] + ["lost"] * STUBBORN
    report = world.hence(hours=6).sync()
    assert ([o.kind for o in report.outcomes], report.exit_code) == (["renewing"], 1)
    assert (list(report.rescued), list(world.spool), world.wire.requests) == (["one"], ["vault-one.json"], [])
    world.ledger.push_script = []
    assert (world.sync().exit_code, world.marks(), dict(world.spool)) == (0, ["a 6h"], {})
    assert len(world.server.presented) == 1


@pytest.mark.parametrize("seed", range(60))
def test_runs_that_meet_and_die_present_a_token_once_and_lose_no_reading(seed: int) -> None:
    """Two runs at once, killed at random steps, until one comes through: nothing is read or renewed twice."""
    random, world = Random(seed), Vaulted(Rotation.SINGLE_USE)
    world.hence(hours=6)
    interleave([Process.of(world), Process.of(world)], random, mortality=0.03, between=lambda: None)  # type: ignore[list-item]
    world.hence(minutes=10)
    world.sync()
    last = world.hence(minutes=10).sync()
    assert len(world.server.presented) == len(set(world.server.presented)), "each token once"
    told = last.troubles or world.sealed.problem
    assert told or world.marks() == ["a 6h"]
    assert len(_lines(world.ledger.files)) == len(set(_lines(world.ledger.files)))


def _lines(files: Mapping[str, bytes]) -> list[bytes]:
    return [line for path, data in files.items() if path.endswith(".jsonl") for line in data.splitlines()]
