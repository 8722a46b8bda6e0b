"""The loop in compressed time, one trouble after the other."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from postiz_ops.model import Draft, Policy, Schedule
from postiz_ops.runner.seam import Ring
from tests.publish.world import FakePlatform, drive
from tests.runner.world import Life, Network, Site, Wire, post, site, utc

START = utc("2026-12-01T09:00:00")


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def timed(name: str, minutes: float, account: str = "one") -> Draft:
    when = at(minutes)
    return post(name, account, Schedule("at", when, when.replace(tzinfo=None)))


def network(world: Site) -> Network:
    assert isinstance(world.ledger, Network)
    return world.ledger


def seen(world: Site) -> dict[str, float]:
    """Text -> minutes after the start."""
    assert isinstance(world.wire, Wire)
    return {text: (when - START).total_seconds() / 60 for text, when in world.wire.seen}


def switch(world: Site, *, up: bool) -> None:
    network(world).up = up


def approve(world: Site, commit: str, *drafts: Draft) -> None:
    world.trees = {**world.trees, commit: drafts}
    world.ledger.approved = commit


# --- what costs nothing ---------------------------------------------------------------------------------------------


def test_an_idle_hour_is_looks_and_a_run_every_quarter() -> None:
    life = Life(site((timed("later", 600),), START)).live(at(60))
    assert 54 <= len(life.looks) <= 68
    assert len(life.rounds) <= 2 + 4
    assert life.said("published", "waiting", "warning") == []


def test_what_is_stuck_is_told_once_and_hides_nothing() -> None:
    stuck = post("stuck", "one", Schedule("at", at(1), at(1).replace(tzinfo=None)), valid=False)
    life = Life(site((stuck, timed("well", 31.25)), START)).live(at(60))
    assert seen(life.world) == {"text of well": 31.25}
    assert life.said("skipped") == ["content/stuck.md for one: `postiz-ops check` finds errors in it"]


# --- the remote -----------------------------------------------------------------------------------------------------


def test_a_remote_that_is_gone_is_asked_less_and_less_often() -> None:
    world = site((timed("due", 10),), START)
    life = Life(world)
    life.at(at(5), lambda: switch(world, up=False)).at(at(20), lambda: switch(world, up=True)).live(at(30))
    gaps = [(after - before).total_seconds() for before, after in zip(life.looks, life.looks[1:], strict=False)]
    lost = gaps[next(i for i, when in enumerate(life.looks) if when >= at(5)) :][:5]
    assert [round(gap / base) for gap, base in zip(lost, (5, 10, 20, 40, 60), strict=True)] == [1] * 5
    assert 20 <= seen(world)["text of due"] <= 21.1
    (told,) = (line for line in life.lines if line["event"] == "published")
    assert told["level"] == "warning"
    assert told["late_seconds"] >= 600


def test_what_came_due_while_the_remote_was_gone_goes_out_when_it_is_back() -> None:
    # Shortly after a run that is made whatever happens, so that none of these helps.
    world = site((timed("due", 17),), START)
    life = Life(world)
    life.at(at(16), lambda: switch(world, up=False)).at(at(18), lambda: switch(world, up=True)).live(at(22))
    assert 18 <= seen(world)["text of due"] <= 19.1


def test_results_that_cannot_be_recorded_are_recorded_later() -> None:
    world = site((timed("due", 1),), START)
    # The claim arrives; what came of it does not, for as long as one run tries.
    network(world).push_script = ["ok", *["lost"] * 8]
    life = Life(world).live(at(5))
    assert world.texts() == ["text of due"]
    assert world.states() == {"due/one": "published"}
    assert life.said("waiting", "passed") == [
        "the run could not finish what was due",
        "it has passed: the run could not finish what was due",
    ]


def test_a_webhook_is_followed_at_once() -> None:
    world = site((), START)
    life = Life(world, interval=timedelta(hours=1))
    life.at(at(7), lambda: approve(world, "commit-2", timed("new", 0)))
    life.at(at(7), lambda: life.alarm.ring(Ring.HOOK)).live(at(30))
    assert seen(world) == {"text of new": 7}


def test_what_is_approved_during_a_run_is_taken_up_by_another() -> None:
    world = site((timed("first", 1),), START)
    world.wire.on_publish = lambda: approve(world, "commit-2", timed("first", 1), timed("second", 0.5))
    life = Life(world, interval=timedelta(hours=1)).live(at(10))
    assert set(seen(world)) == {"text of first", "text of second"}
    assert seen(world)["text of second"] <= 1.1
    assert life.said("approved")[-1] == "commit commit-2 is approved"


def test_a_rewritten_branch_is_what_is_approved() -> None:
    world = site((timed("unwanted", 10),), START)
    life = Life(world).at(at(5), lambda: approve(world, "other", timed("wanted", 10))).live(at(20))
    assert seen(world) == {"text of wanted": 10}
    assert life.said("approved") == ["commit commit-1 is approved", "commit other is approved"]


def test_nothing_is_published_from_a_broken_tree() -> None:
    world = site((timed("due", 10),), START)
    world.broken = frozenset({"broken"})
    life = Life(world)
    life.at(at(5), lambda: approve(world, "broken")).at(at(12), lambda: approve(world, "mended", timed("due", 10)))
    life.live(at(20))
    assert 12 <= seen(world)["text of due"] <= 13.1
    assert life.said("refused") == ["accounts.yaml:3:1: `acounts` is not a key (PZ102) (write `accounts`)"]
    assert life.runner.vitals.illness(at(20)) is None


# --- guards ---------------------------------------------------------------------------------------------------------


def test_a_guard_s_refusal_is_told_once_and_tried_now_and_then() -> None:
    many = [timed(f"due-{n}", 1) for n in range(3)]
    world = site(many, START, policy=Policy(max_per_run=2))
    life = Life(world).live(at(60))
    assert seen(world) == {}
    (refusal,) = life.said("refused")
    assert refusal.startswith("3 deliveries are due at once")
    assert (life.runner.vitals.illness(at(60)) or "").startswith("3 deliveries are due at once")
    assert len(life.rounds) <= 3 + 4


def test_after_a_refusal_the_next_instant_is_still_known() -> None:
    many = [timed(f"due-{n}", 1) for n in range(3)]
    world = site([*many, timed("other", 3)], START, policy=Policy(max_per_run=2))
    life = Life(world).live(at(5))
    assert at(1) in life.rounds
    assert at(3) in life.rounds


# --- clocks ---------------------------------------------------------------------------------------------------------


def test_after_a_sleep_what_came_due_in_it_goes_out_at_once_and_is_reported() -> None:
    world = site((timed("due", 30),), START)
    life = Life(world, interval=timedelta(hours=1))
    life.at(at(10), lambda: life.clock.leap(3600)).live(at(75))
    assert 70 <= seen(world)["text of due"] <= 70.1
    assert life.said("clock") == ["the clock jumped by +3600 s"]
    (told,) = (line for line in life.lines if line["event"] == "published")
    assert 2400 <= told["late_seconds"] <= 2406


def test_a_clock_that_is_set_back_publishes_nothing_early() -> None:
    world = site((timed("due", 30),), START)
    life = Life(world, interval=timedelta(hours=1))
    life.at(at(29), lambda: life.clock.leap(-600)).live(at(35))
    assert seen(world) == {"text of due": 30}
    assert life.said("clock") == ["the clock jumped by -600 s"]


# --- ends -----------------------------------------------------------------------------------------------------------


def test_a_signal_during_a_run_lets_it_record_and_claims_no_more() -> None:
    world = site((timed("first", 1), timed("second", 1)), START)
    life = Life(world)
    world.wire.on_publish = life.stop
    life.live(at(10))
    assert world.texts() == ["text of first"]
    assert world.states() == {"first/one": "published"}


def test_what_a_killed_runner_was_sending_is_looked_up_when_its_lease_ends() -> None:
    world = site((timed("due", 1),), START)

    class Killed(BaseException):
        pass

    def kill() -> None:
        raise Killed

    first = Life(world)
    world.wire.on_publish = kill
    with contextlib.suppress(Killed):
        drive(first.run())
    world.wire.on_publish = lambda: None
    life = Life(world, interval=timedelta(hours=1)).live(at(30))
    # The lease runs from the claim, a minute after the start, for a quarter of an hour.
    assert world.states() == {"due/one": "in_doubt"}
    assert at(16) in life.rounds
    assert [line["level"] for line in life.lines if line["event"] == "in_doubt"] == ["error"]
    assert world.texts() == []


def test_a_lost_answer_is_settled_by_the_platform_s_word() -> None:
    world = site((timed("due", 1),), START, platform=FakePlatform())
    world.wire.script = ["lost"]
    life = Life(world).live(at(5))
    assert world.texts() == ["text of due"]
    assert life.said("published") == ["due for one: https://fake.example/1"]


# --- figures --------------------------------------------------------------------------------------------------------


def test_figures_are_read_at_the_start_and_every_hour() -> None:
    life = Life(site((), START)).live(at(190))
    assert [round((when - START).total_seconds() / 60) for when in life.figures] == [0, 60, 120, 180]
