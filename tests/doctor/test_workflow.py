"""What a workflow file says, as far as it is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.doctor.workflow import Use, period, read


@pytest.mark.parametrize(
    ("cron", "minutes"),
    [
        ("7,22,37,52 * * * *", 15),
        ("*/5 * * * *", 5),
        ("47 * * * *", 60),
        ("47 4 * * *", 24 * 60),
        ("0 9,17 * * *", 16 * 60),
        ("0 8-18/2 * * *", 14 * 60),
        ("10/20 * * * *", 20),
        ("0 9 * * 1-5", None),
        ("0 9 1 * *", None),
        ("x 9 * * *", None),
        ("0 9", None),
    ],
)
def test_how_long_a_schedule_pauses(cron: str, minutes: int | None) -> None:
    assert period(cron) == minutes


@given(st.lists(st.integers(0, 59), min_size=1, max_size=6), st.lists(st.integers(0, 23), min_size=1, max_size=6))
def test_the_longest_pause_is_within_a_day(minutes: list[int], hours: list[int]) -> None:
    line = f"{','.join(map(str, minutes))} {','.join(map(str, hours))} * * *"
    pause = period(line)
    assert pause is not None
    times = {hour * 60 + minute for hour in hours for minute in minutes}
    assert 24 * 60 / len(times) <= pause <= 24 * 60


def test_what_starts_it_what_it_uses_and_what_it_passes_on() -> None:
    """
    name: mine
    on:
      schedule:
        - cron: "7 * * * *"
    env: {SHARED: "${{ secrets.SHARED }}"}
    jobs:
      one:
        env: {OF_JOB: "${{secrets.OF_JOB}}", PLAIN: yes}
        steps:
          - uses: actions/checkout@v7
            env: {NOT_OURS: "${{ secrets.NOT_OURS }}"}
          - uses: acme/postiz-ops@abc
            with: {command: "${{ inputs.command || 'publish' }}"}
            env: {TOOT: "${{ secrets.A_NAME }}"}
    """
    told = read("w/mine.yml", test_what_starts_it_what_it_uses_and_what_it_passes_on.__doc__ or "")
    assert told is not None
    assert (told.name, told.file, told.crons, told.publishes) == ("mine", "mine.yml", ("7 * * * *",), True)
    assert told.uses == (Use("actions/checkout", "v7"), Use("acme/postiz-ops", "abc"))
    assert told.passed == {"SHARED", "OF_JOB", "TOOT"}


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "jobs: 3", "jobs: {a: {steps: 7}}", "jobs: {a: [1]}", "on: [push]\njobs: {a: null}"]
)
def test_what_is_no_workflow_breaks_nothing(text: str) -> None:
    told = read("x.yml", text)
    assert told is None or not told.publishes


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read("x.yml", text)
