"""What is decided about a delivery, and when it has to be decided again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from postiz_ops.ledger.record import PartRecord, Problem, Record, State, dump, record_path
from postiz_ops.ledger.view import LONG_AGO, Brake, KnownAccount, View
from postiz_ops.model import Account, Config, Draft, Policy, Post, Repeat, Schedule
from postiz_ops.plan import Action, Plan, Planned, Situation, make_plan
from postiz_ops.standing import Sync, exit_code, standings
from tests.publish.world import START, draft

HOUR = timedelta(hours=1)


def record(of: Draft, state: State = State.PUBLISHED, **changes: object) -> Record:
    """A record of a draft, as an earlier run would have left it."""
    part = PartRecord(state, 1, published_at=START if state is State.PUBLISHED else None)
    made = Record(of.post, of.path, of.account, of.provider, None, START, (part,) * len(of.parts), of.content)
    return replace(made, **changes)  # type: ignore[arg-type]


def planned(*drafts: Draft, records: tuple[Record, ...] = (), now: datetime = START, **changes: object) -> Plan:
    """The plan of some drafts in a world with two accounts."""
    accounts = {name: Account(name, "fake", "https://fake.example", slots=("10:00",)) for name in ("one", "two")}
    view = View(records={record_path(r.post, r.account, r.occurrence): r for r in records})
    posts = tuple(Post(d.post, d.path, drafts=(d,)) for d in drafts)
    situation = Situation(Config(accounts=accounts), posts, view, now)
    for name, value in changes.items():
        if name in ("brake", "accounts", "unreadable"):
            situation = replace(situation, view=replace(situation.view, **{name: value}))  # type: ignore[arg-type]
        elif name == "config":
            situation = replace(situation, config=replace(situation.config, **value))  # type: ignore[arg-type]
        else:
            situation = replace(situation, **{name: value})  # type: ignore[arg-type]
    return make_plan(situation)


def only(plan: Plan) -> Planned:
    (one,) = plan.planned
    return one


def test_due_now_later_and_never() -> None:
    assert only(planned(draft("a"))).due
    later = only(planned(draft("a", at=START + HOUR)))
    assert (later.action, later.due, later.wake) == (Action.PUBLISH, False, START + HOUR)
    assert planned(draft("a", status="draft")).planned == ()


HELD: dict[str, tuple[dict[str, Any], str]] = {
    "paused file": ({"paused": "embargo"}, "PAUSED: embargo"),
    "an empty paused file": ({"paused": ""}, "PAUSED"),
    "brake": ({"brake": Brake("fire", START)}, "paused: fire"),
    "not enabled": (
        {"config": {"accounts": {"one": Account("one", "fake", "https://fake.example", enabled=False)}}},
        "account `one` is not enabled",
    ),
    "another server": (
        {"accounts": {"one": KnownAccount("one", "fake", "https://other.example")}},
        "run `postiz-ops accounts trust one` if that is right",
    ),
    "unreadable": ({"unreadable": {record_path("a", "one", None): "damaged"}}, "cannot be read: damaged"),
}


@pytest.mark.parametrize("case", HELD)
def test_what_stands_between_a_due_post_and_its_publication(case: str) -> None:
    changes, reason = HELD[case]
    held = only(planned(draft("a"), **changes))
    assert (held.action, held.due, held.wake) == (Action.HOLD, False, LONG_AGO)
    assert reason in (held.reason or "")


def test_a_paused_post_is_held_and_an_invalid_one_cannot_go() -> None:
    assert only(planned(draft("a", status="paused"))).reason == "its status is `paused`"
    assert only(planned(draft("a", valid=False))).action is Action.CANNOT


def test_a_post_without_a_time_and_one_without_a_slot_are_told_apart() -> None:
    assert only(planned(draft("a", kind="none", status="paused"))).reason == "it has no time"
    accounts = {"accounts": {"one": Account("one", "fake", "https://fake.example")}}
    held = only(planned(draft("a", kind="queue"), config=accounts))
    assert (held.action, held.reason) == (Action.HOLD, "account `one` has no free slot")


def test_what_is_held_before_its_time_is_looked_at_when_that_has_come() -> None:
    assert only(planned(draft("a", at=START + HOUR), paused="x")).wake == START + HOUR


@pytest.mark.parametrize("state", [State.PUBLISHED, State.FAILED, State.EXPIRED, State.CANCELLED])
def test_what_is_finished_stays_so(state: State) -> None:
    a = draft("a")
    done = only(planned(a, records=(record(a, state),)))
    assert (done.action, done.finished, done.wake) == (Action.NONE, True, None)


def test_a_doubt_waits_for_a_person_and_wakes_nobody() -> None:
    a = draft("a")
    doubt = only(planned(a, records=(record(a, State.IN_DOUBT),)))
    assert (doubt.action, doubt.wake) == (Action.HOLD, None)


def test_a_retry_waits_for_its_time() -> None:
    a = draft("a")
    part = PartRecord(State.RETRY, 1, error=Problem("throttled", "later", START + HOUR))
    waiting = record(a, State.RETRY, parts=(part,))
    assert only(planned(a, records=(waiting,))).wake == START + HOUR
    assert only(planned(a, records=(waiting,), now=START + HOUR)).due


def test_lateness_counts_from_the_time_that_was_planned_and_a_person_may_say_otherwise() -> None:
    late = START + timedelta(hours=24, seconds=1)
    a = draft("a")
    expired = only(planned(a, now=late))
    assert (expired.state, expired.due) == (State.EXPIRED, False)
    assert only(planned(a, now=START + timedelta(hours=24))).due
    approved = record(a, State.RETRY, parts=(PartRecord(State.RETRY, 1, settled_by="person"),))
    assert only(planned(a, records=(approved,), now=late)).due


def test_a_thread_that_has_begun_is_finished_however_late() -> None:
    a = draft("a", "one", "1", "2")
    half = record(a, parts=(PartRecord(State.PUBLISHED, 1, published_at=START), PartRecord()))
    assert only(planned(a, records=(half,), now=START + timedelta(days=3))).due


def test_a_change_of_schedule_affects_what_is_not_claimed_yet() -> None:
    moved = draft("a", at=START + HOUR)
    untouched = record(moved, parts=(PartRecord(),))
    assert only(planned(moved, records=(untouched,))).delivery.publish_at == START + HOUR
    claimed = record(moved, State.RETRY)
    assert only(planned(moved, records=(claimed,))).delivery.publish_at == START


def test_pictures_without_words_are_no_repetition_of_each_other() -> None:
    a, b = draft("a", "one", ""), draft("b", "one", "")
    assert [p.due for p in planned(a, b, records=(record(a),)).planned if p.draft.post == "b"] == [True]


def test_occurrences_of_one_repeat_may_say_the_same() -> None:
    schedule = Schedule("at", START, START.replace(tzinfo=None), Repeat("FREQ=DAILY"))
    weekly = replace(draft("a"), schedule=schedule)
    first = record(weekly, occurrence=START, text="x")
    plan = planned(weekly, records=(first,), now=START + timedelta(days=1))
    assert [p.due for p in plan.planned if p.delivery.occurrence == START + timedelta(days=1)] == [True]


def test_a_repeat_is_listed_for_a_month_and_at_least_once() -> None:
    daily = Schedule("at", START, START.replace(tzinfo=None), Repeat("FREQ=DAILY"))
    assert len(planned(replace(draft("a"), schedule=daily)).planned) == 32
    yearly = Schedule("at", START, START.replace(tzinfo=None), Repeat("FREQ=YEARLY"))
    times = [p.delivery.occurrence for p in planned(replace(draft("a"), schedule=yearly), now=START + HOUR).planned]
    assert times == [START, START.replace(year=2027)]


def test_the_gap_is_kept_after_the_last_real_publication() -> None:
    a, b = draft("a"), draft("b")
    policy = {"policy": Policy(min_gap=HOUR)}
    held = next(p for p in planned(a, b, records=(record(a),), config=policy).planned if p.draft.post == "b")
    assert (held.action, held.wake) == (Action.HOLD, START + HOUR)


def test_standings_say_what_is_in_sync() -> None:
    same, edited, gone = draft("a"), draft("b"), draft("c")
    records = (record(same), record(edited, content="before"), record(gone))
    rows = {row.post: row for row in standings(planned(same, edited, records=records))}
    assert {post: row.sync for post, row in rows.items()} == {"a": Sync.SYNCED, "b": Sync.EDITED, "c": Sync.DELETED}


@pytest.mark.parametrize(
    ("state", "code"),
    [(State.PUBLISHED, 0), (State.RETRY, 0), (State.IN_DOUBT, 3), (State.FAILED, 1), (State.EXPIRED, 1)],
)
def test_the_exit_code_of_status(state: State, code: int) -> None:
    a = draft("a")
    assert exit_code(standings(planned(a, records=(record(a, state),)))) == code


def test_a_superseded_occurrence_is_nobody_s_failure() -> None:
    a = draft("a")
    assert exit_code(standings(planned(a, records=(record(a, State.EXPIRED, superseded=True),)))) == 0


def test_next_wake_is_the_earliest_of_all() -> None:
    plan = planned(draft("a", at=START + HOUR), draft("b", "two", at=START + 2 * HOUR))
    assert plan.next_wake() == START + HOUR
    assert planned(draft("a"), records=(record(draft("a")),)).next_wake() is None


def test_a_record_is_written_as_the_plan_reads_it() -> None:
    assert b'"state": "published"' in dump(record(draft("a")))
