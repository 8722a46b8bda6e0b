"""A refresh token is presented once, its successor is recorded before it is used, and what is lost is told."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from postiz_ops.ledger.sealed import Status
from postiz_ops.providers.auth import Rotation
from postiz_ops.publish.converge import STUBBORN
from postiz_ops.publish.order import Report
from tests.publish.renewing import RenewingWorld, interleave, process
from tests.publish.world import SPEC, START, FakePlatform, draft

ALL = [Rotation.SINGLE_USE, Rotation.RETURNED, Rotation.KEPT]


def due(rotation: Rotation = Rotation.SINGLE_USE) -> RenewingWorld:
    """A post is due at the moment when the access token runs out."""
    world = RenewingWorld(rotation, drafts=(draft("launch", at=START + timedelta(hours=2)),))
    world.later(hours=2)
    return world


def sealed(world: RenewingWorld) -> Status:
    """Where the account's credentials stand."""
    return world.sealed.status


@pytest.mark.parametrize("rotation", ALL)
def test_a_due_post_gets_a_token_that_lives(rotation: Rotation) -> None:
    world = due(rotation)
    assert world.run().exit_code == 0
    assert world.texts() == ["text of launch"]
    grant = world.grant()
    assert grant is not None
    assert (grant.secrets["access_token"], grant.secrets["refresh_token"]) == ("access-1", world.server.current)
    assert (world.sealed.generation, sealed(world)) == (2, Status.READY)
    assert world.ledger.view().accounts["one"].generation == 2
    assert world.spool == {}


def test_a_token_that_lives_is_left_alone() -> None:
    world = RenewingWorld(drafts=(draft("launch"),))
    assert world.run().exit_code == 0
    assert (world.server.presented, world.sealed.generation) == ([], 1)


def test_nothing_is_renewed_for_a_post_that_is_not_due() -> None:
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(days=3)),))
    world.later(hours=30)
    world.run()
    assert world.server.presented == []


def test_it_is_recorded_before_it_is_used() -> None:
    world = due()
    seen: list[str] = []
    world.wire.on_publish = lambda: seen.append(f"{world.sealed.generation} {sealed(world)}")
    world.run()
    assert seen == ["2 ready"]


def test_an_idle_account_is_kept_alive_and_the_index_says_when() -> None:
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(days=300)),))
    world.run()
    wake = world.ledger.view().index
    assert wake is not None
    assert wake.next_wake == START + timedelta(days=60)
    world.later(days=60).run()
    assert world.server.presented == ["refresh-0"]
    wake = world.ledger.view().index
    assert wake is not None
    assert wake.next_wake == world.clock.now() + timedelta(days=60)


def test_a_token_that_stays_is_renewed_at_half_its_life() -> None:
    world = RenewingWorld(Rotation.KEPT)
    world.connect(life=timedelta(days=60), refresh_expires_at=None)
    world.later(days=29).run()
    assert world.server.presented == []
    world.later(days=1).run()
    assert world.server.presented == ["refresh-0"]


@pytest.mark.parametrize("rotation", ALL)
@pytest.mark.parametrize("trouble", ["not sent", "status 429", "status 503", "status 400", "200 invalid_client"])
def test_what_was_not_taken_is_tried_again_and_disconnects_nobody(rotation: Rotation, trouble: str) -> None:
    world = due(rotation)
    world.server.script = [trouble]
    report = world.run()
    assert world.texts() == []
    assert sealed(world) is Status.READY
    assert any("its token was not renewed" in warning for warning in report.warnings)
    world.later(minutes=20).run()
    assert (world.texts(), world.sealed.generation) == (["text of launch"], 2)


@pytest.mark.parametrize("trouble", ["lost", "kept 500", "malformed", "dropped", "200 server_error"])
def test_an_unknown_answer_is_never_answered_by_the_same_single_use_token(trouble: str) -> None:
    world = due()
    world.server.script = [trouble]
    report = world.run()
    assert report.exit_code == 1
    assert [line for line in report.troubles if "`postiz-ops accounts refresh one --again`" in line]
    assert sealed(world) is Status.LOST
    for _ in range(5):
        world.later(hours=1).run()
    assert world.server.presented == ["refresh-0"]
    assert world.texts() == []
    assert world.states() == {"launch/one": "held"}


@pytest.mark.parametrize("trouble", ["lost", "kept 500", "malformed", "dropped"])
def test_a_token_that_stays_is_presented_again(trouble: str) -> None:
    world = due(Rotation.KEPT)
    world.server.script = [trouble]
    world.run()
    world.later(minutes=20).run()
    assert world.texts() == ["text of launch"]


def test_a_lost_renewal_leaves_the_present_token_in_use() -> None:
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(minutes=115)),))
    world.later(minutes=115)
    world.server.script = ["dropped"]
    world.run()
    assert world.texts() == ["text of launch"]
    assert sealed(world) is Status.LOST
    assert world.later(hours=1).run().troubles == ()  # said once


def test_the_lease_of_a_renewal_runs_out_under_now_too() -> None:
    """A run died after its claim. As if an hour later it is given up, and the post goes out with the present token."""
    world = due()
    dead = process(world)
    while sealed(world) is not Status.REFRESHING:
        dead.step()
    dead.kill()
    world.clock.at -= timedelta(minutes=5)  # the present token lives a little longer
    assert (world.run().exit_code, sealed(world), world.texts()) == (0, Status.REFRESHING, [])
    world.clock.at += timedelta(minutes=2)
    shifted = world.run(shift=timedelta(hours=1))
    assert (shifted.exit_code, sealed(world), world.texts()) == (1, Status.LOST, ["text of launch"])
    assert world.server.presented == []


def test_only_the_platforms_own_word_revokes() -> None:
    world = due()
    world.server.script = ["revoked"]
    report = world.run()
    assert sealed(world) is Status.REVOKED
    (trouble,) = report.troubles
    assert "says that the authorization has ended (HTTP 400, invalid_grant)" in trouble
    world.server.ended, world.server.current, world.server.access = False, "refresh-new", "access-new"
    world.connect(obtained=world.clock.now())
    assert world.later(minutes=20).run().exit_code == 0
    assert world.texts() == ["text of launch"]


def test_a_refused_access_token_is_renewed_at_once() -> None:
    """The platform ended it early: the clock said nothing."""
    world = RenewingWorld(drafts=(draft("launch", at=START + timedelta(minutes=30)),))
    world.later(minutes=30)
    world.server.access = "another"
    assert world.run().exit_code == 0
    assert world.texts() == ["text of launch"]
    assert (world.server.presented, world.sealed.generation) == (["refresh-0"], 2)


def unanswered() -> RenewingWorld:
    """A post is out, its answer was lost, and the list of posts could not be read."""
    world = RenewingWorld(drafts=(draft("launch"),))
    world.wire.script, world.wire.listing = ["lost"], "no connection"
    assert world.run().exit_code == 75
    world.wire.listing = "ok"
    return world


def test_a_look_up_gets_a_token_that_lives() -> None:
    world = unanswered()
    assert world.later(hours=3).run().exit_code == 0
    assert (world.states(), world.server.presented) == ({"launch/one": "published"}, ["refresh-0"])


def test_a_look_up_that_is_refused_is_made_again_with_a_newer_token() -> None:
    world = unanswered()
    world.later(minutes=30)
    world.server.access = "another"  # the platform has taken the old one back before its time
    assert world.run().exit_code == 75
    assert world.states() == {"launch/one": "sending"}
    assert world.later(minutes=1).run().exit_code == 0
    assert (world.states(), world.server.presented) == ({"launch/one": "published"}, ["refresh-0"])


def test_a_token_that_is_refused_although_it_is_new_is_not_renewed_again() -> None:
    world = due()
    world.server.script = ["ok"]
    world.wire.script = ["status 401"] * 9
    assert world.run().exit_code == 1
    assert world.server.presented == ["refresh-0"]
    assert world.states() == {"launch/one": "held"}


def test_another_server_is_asked_for_nothing() -> None:
    world = due()
    config = world.config
    world.config = lambda: _moved(config())  # type: ignore[method-assign]
    world.run()
    assert world.server.presented == []
    assert world.texts() == []


def _moved(config: Any) -> Any:
    from dataclasses import replace

    accounts = {name: replace(account, origin="https://evil.example") for name, account in config.accounts.items()}
    return replace(config, accounts=accounts)


def test_a_push_that_fails_leaves_a_sealed_answer_that_the_next_run_records() -> None:
    world = due()
    world.ledger.push_script = ["ok", *["lost"] * STUBBORN]
    report = world.run()
    assert list(report.rescued) == ["one"]
    assert b"refresh-1" not in b"".join(world.spool.values())
    assert world.texts() == []
    assert sealed(world) is Status.REFRESHING
    world.run()
    assert (sealed(world), world.sealed.generation, world.spool) == (Status.READY, 2, {})
    assert world.texts() == ["text of launch"]
    assert world.server.presented == ["refresh-0"]


def test_a_person_may_let_the_old_token_be_tried_once_more() -> None:
    world = due()
    world.server.script = ["dropped"]
    world.run()
    assert world.again() == ""
    assert sealed(world) is Status.READY
    world.later(minutes=1).run()
    assert world.texts() == ["text of launch"]


@pytest.mark.parametrize(("life", "told"), [(90, [30, 7, 1]), (10, [1]), (1, [])])
def test_the_end_of_what_nobody_can_renew_is_said_at_30_7_and_1_days_once_each(life: int, told: list[int]) -> None:
    world = RenewingWorld()
    world.platform = FakePlatform(SPEC)  # nothing renews it
    world.connect(life=timedelta(days=life))
    said = []
    for day in range(life):
        report = world.later(days=1).run()
        said += [life - day - 1 for warning in report.warnings if "its authorization ends on" in warning]
    assert said == told


def test_two_runs_at_once_present_it_once_and_both_posts_go_out_in_the_end() -> None:
    world = due()
    first, second = process(world), process(world)
    interleave([first, second], Random(1), mortality=0, between=lambda: None)
    world.later(minutes=20).run()
    assert (world.server.presented, world.texts()) == (["refresh-0"], ["text of launch"])


def _steps() -> int:
    world, steps = due(), 0
    run = process(world)
    while not run.over:
        run.step()
        steps += 1
    return steps


@pytest.mark.parametrize("rotation", ALL)
@pytest.mark.parametrize("machine", ["the same machine", "another machine"])
def test_a_run_may_die_at_every_step(rotation: Rotation, machine: str) -> None:
    steps = _steps()
    assert steps > 15
    for k in range(steps):
        world = due(rotation)
        run = process(world)
        for _ in range(k):
            run.step()
        run.kill()
        if machine == "another machine":
            world.spool.clear()
        reports = [world.later(minutes=m).run() for m in (1, 20, 20, 60)]
        _check(world, reports, f"killed at step {k}")


def _check(world: RenewingWorld, reports: list[Report], where: str) -> None:
    """The separate look at what the server saw and what the branch says."""
    server = world.server
    if server.rotation is not Rotation.KEPT:
        assert len(server.presented) == len(set(server.presented)), where
    assert not server.ended, where
    grant = world.grant()
    if sealed(world) is Status.READY:
        assert grant is not None, where
        assert grant.secrets["refresh_token"] == server.current, where
        assert world.texts() == ["text of launch"] or world.states() == {"launch/one": "in_doubt"}, where
    else:
        assert server.rotation is not Rotation.KEPT, where
        told = [line for report in reports for line in report.troubles]
        assert told or "accounts connect one" in _why_held(world), where
    assert world.texts() in ([], ["text of launch"]), where


def _why_held(world: RenewingWorld) -> str:
    (record,) = world.ledger.view().records.values()
    return record.part.error.message if record.part.error else ""


@pytest.mark.parametrize("first", range(0, 1000, 100))
def test_a_thousand_worlds_with_three_runners(first: int) -> None:
    """Runs on two machines at once, killed, cut off and too late, in an order that the seed decides."""
    for seed in range(first, first + 100):
        random = Random(seed)
        world = due(random.choice(ALL))
        troubles = ["ok", "ok", "lost", "dropped", "not sent", "kept 500", "malformed", "status 503", "status 429"]
        world.server.script = random.choices(troubles, k=2)
        world.ledger.push_script = random.choices(["ok", "ok", "ok", "lost"], k=12)
        processes = [process(world) for _ in range(3)]

        def time_goes_by(world: RenewingWorld = world, random: Random = random) -> None:
            world.clock.at += timedelta(seconds=random.choice([0, 0, 0, 1, 30, 400]))

        interleave(processes, random, mortality=random.choice([0, 0.02]), between=time_goes_by)
        if random.random() < 0.5:
            world.spool.clear()
        world.server.script, world.ledger.push_script = [], []
        reports = [p.report for p in processes if p.report]
        reports += [world.later(minutes=m).run() for m in (1, 20, 20, 60, 60)]
        _check(world, reports, f"seed {seed}")
