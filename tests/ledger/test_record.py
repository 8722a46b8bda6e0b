"""A record reads back as it was written, and nothing moves it the wrong way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.ledger.record import (
    CLAIMABLE,
    Claim,
    PartRecord,
    Problem,
    Record,
    State,
    Unreadable,
    dump,
    load,
    part_key,
    record_path,
)

AT = datetime(2026, 12, 1, 9, 0, 0, 123000, tzinfo=UTC)
CLAIM = Claim("run-1", "a" * 32, AT, AT + timedelta(seconds=60), AT + timedelta(minutes=15), "c" * 40)

instants = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
claims = st.builds(Claim, texts, texts, instants, instants, instants, texts)
problems = st.builds(Problem, texts, texts, st.none() | instants)
parts = st.builds(
    PartRecord,
    state=st.sampled_from(State),
    attempts=st.integers(0, 9),
    content=st.none() | texts,
    claim=st.none() | claims,
    first_claimed_at=st.none() | instants,
    prepared=st.none() | st.dictionaries(texts, st.integers() | texts, max_size=3),
    remote_id=st.none() | texts,
    url=st.none() | texts,
    extra=st.dictionaries(texts, texts, max_size=2),
    published_at=st.none() | instants,
    error=st.none() | problems,
    settled_by=st.none() | st.just("person"),
)
records = st.builds(
    Record,
    post=texts,
    path=texts,
    account=texts,
    provider=texts,
    occurrence=st.none() | instants,
    publish_at=instants,
    parts=st.lists(parts, min_size=1, max_size=3).map(tuple),
    content=texts,
    text=texts,
    endpoint=st.booleans(),
    credential=st.none() | texts,
    superseded=st.booleans(),
)


@given(records)
def test_reads_back_as_it_was_written(record: Record) -> None:
    assert load(dump(record)) == record


@given(records, st.integers(0, 5))
def test_resizing_never_drops_what_may_be_out_or_has_failed(record: Record, count: int) -> None:
    resized = record.resized(count)
    touched = [p for p in record.parts if p.state not in CLAIMABLE]
    assert [p for p in resized.parts if p.state not in CLAIMABLE] == touched
    assert len(resized.parts) >= count


@pytest.mark.parametrize("state", [s for s in State if s is not State.PUBLISHED])
def test_nothing_leaves_published(state: State) -> None:
    with pytest.raises(AssertionError, match="illegal transition published"):
        PartRecord(State.PUBLISHED).to(state)


def test_what_is_in_doubt_is_never_claimed_again_by_itself() -> None:
    with pytest.raises(AssertionError):
        PartRecord(State.IN_DOUBT).to(State.SENDING)


def test_the_state_of_a_thread_is_that_of_its_first_unfinished_part() -> None:
    record = Record("p", "p.md", "a", "fake", None, AT, (PartRecord(State.PUBLISHED), PartRecord(State.RETRY)))
    assert (record.state, record.current) == (State.RETRY, 1)
    assert replace(record, parts=(PartRecord(State.PUBLISHED),) * 2).state is State.PUBLISHED


def test_the_path_tells_a_person_what_it_is_and_holds_nothing_that_changes() -> None:
    assert record_path("blog/launch", "acme-mastodon", None) == (
        "deliveries/a2/ca/blog-launch.acme-mastodon.be5d5e5b.json"
    )
    assert record_path("a/b", "x", None) != record_path("a-b", "x", None)
    assert "20261201T090000" in record_path("weekly", "x", AT.replace(microsecond=0))


def test_a_key_differs_for_every_part_account_and_repository() -> None:
    keys = {part_key(g, "p", a, o, i) for g in "12" for a in "ab" for o in (None, AT) for i in (0, 1)}
    assert len(keys) == 16
    assert all(len(key) == 32 for key in keys)


GOOD = Record("p", "p.md", "a", "fake", None, AT, (PartRecord(State.SENDING, 1, claim=CLAIM),))


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut short": (lambda b: b[:-20], "damaged"),
    "merge markers": (lambda b: b"<<<<<<< HEAD\n" + b, "damaged"),
    "the future": (lambda b: b.replace(b'"version": 1', b'"version": 2'), r"newer postiz-ops \(version 2"),
    "duplicate keys": (lambda b: b.replace(b'"version": 1', b'"version": 1, "version": 1'), "duplicate keys"),
    "an unknown state": (lambda b: b.replace(b'"sending"', b'"sent"'), "damaged"),
    "no time": (lambda b: b.replace(b'"publish_at": "', b'"publish_at": "x'), "damaged"),
    "missing fields": (lambda _: b'{"version": 1, "parts": []}', "damaged"),
    "deep nesting": (lambda _: b"[" * 100_000, "damaged"),
    "a null byte": (lambda _: b"\0", "damaged"),
    "no parts": (lambda b: json.dumps({**json.loads(b), "parts": []}).encode(), "damaged"),
}


@pytest.mark.parametrize("case", DAMAGE)
def test_damage_is_told_and_never_taken_for_absence(case: str) -> None:
    damage, why = DAMAGE[case]
    with pytest.raises(Unreadable, match=why):
        load(damage(dump(GOOD)))


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(data: bytes) -> None:
    try:
        load(data)
    except Unreadable:
        return
    raise AssertionError("random bytes are no record")


def test_fields_of_a_later_version_are_not_lost_on_reading() -> None:
    body = {**json.loads(dump(GOOD)), "colour": "red"}
    assert load(json.dumps(body).encode()) == GOOD
