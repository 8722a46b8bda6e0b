"""What the runner says of itself: its verdict, its figures, its lines, and whom it believes."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.runner.health import Vitals, healthz, metrics
from postiz_ops.runner.hook import is_signed, wants_look
from postiz_ops.runner.journal import Entry, Journal, Level, json_line, readable
from postiz_ops.runner.seam import Outlook
from tests.publish.world import FakeClock
from tests.runner.world import utc

NOW = utc("2026-12-01T09:00:00")
WELL = Vitals(NOW - timedelta(hours=1), timedelta(seconds=60), looked_at=NOW - timedelta(seconds=30))


def test_well_is_said_with_what_is_known() -> None:
    vitals = replace(WELL, outlook=Outlook("commit", "state", NOW + timedelta(minutes=5)))
    assert healthz(vitals, NOW) == (
        200,
        {
            "version": 1,
            "status": "ok",
            "reason": None,
            "last_look": "2026-12-01T08:59:30Z",
            "last_success": None,
            "next_wake": "2026-12-01T09:05:00Z",
        },
    )


@pytest.mark.parametrize(
    ("vitals", "reason"),
    [
        (replace(WELL, refused="the state branch is gone"), "the state branch is gone"),
        (replace(WELL, looked_at=NOW - timedelta(minutes=4)), "the remote was last seen 240 s ago"),
        (replace(WELL, looked_at=None, trouble="no way"), "the remote was last seen 3600 s ago: no way"),
        (
            replace(WELL, looked_at=NOW - timedelta(hours=1), running_since=NOW - timedelta(minutes=31)),
            "the remote was last seen 3600 s ago",
        ),
    ],
)
def test_not_well_is_said_with_the_reason(vitals: Vitals, reason: str) -> None:
    status, body = healthz(vitals, NOW)
    assert (status, body["status"], body["reason"]) == (503, "unhealthy", reason)


def test_a_long_run_is_no_illness() -> None:
    busy = replace(WELL, looked_at=NOW - timedelta(minutes=20), running_since=NOW - timedelta(minutes=20))
    assert busy.illness(NOW) is None


def test_a_long_interval_is_no_illness() -> None:
    rare = replace(WELL, interval=timedelta(minutes=10), looked_at=NOW - timedelta(minutes=29))
    assert rare.illness(NOW) is None


def test_the_figures_are_prometheus_s() -> None:
    outlook = Outlook(
        "commit",
        "state",
        NOW + timedelta(seconds=90),
        {"scheduled": 3, "in_doubt": 1},
        tokens={'a"b': NOW},
    )
    vitals = replace(WELL, runs={"done": 2, "refused": 1}, published=7, succeeded_at=NOW, outlook=outlook)
    assert (
        metrics(vitals, NOW, "1.2.3")
        == """\
# HELP postiz_ops_build_info The version that runs.
# TYPE postiz_ops_build_info gauge
postiz_ops_build_info{version="1.2.3"} 1
# HELP postiz_ops_healthy Whether /healthz answers 200.
# TYPE postiz_ops_healthy gauge
postiz_ops_healthy 1
# HELP postiz_ops_runs_total Runs of the engine, by how they ended.
# TYPE postiz_ops_runs_total counter
postiz_ops_runs_total{outcome="done"} 2
postiz_ops_runs_total{outcome="refused"} 1
# HELP postiz_ops_published_total Deliveries that this process published.
# TYPE postiz_ops_published_total counter
postiz_ops_published_total 7
# HELP postiz_ops_last_look_timestamp_seconds When both branches were last seen.
# TYPE postiz_ops_last_look_timestamp_seconds gauge
postiz_ops_last_look_timestamp_seconds 1796115570
# HELP postiz_ops_last_success_timestamp_seconds When a run last ended with everything done.
# TYPE postiz_ops_last_success_timestamp_seconds gauge
postiz_ops_last_success_timestamp_seconds 1796115600
# HELP postiz_ops_deliveries Deliveries, by their state.
# TYPE postiz_ops_deliveries gauge
postiz_ops_deliveries{state="in_doubt"} 1
postiz_ops_deliveries{state="scheduled"} 3
# HELP postiz_ops_doubts Deliveries that wait for `postiz-ops resolve`.
# TYPE postiz_ops_doubts gauge
postiz_ops_doubts 1
# HELP postiz_ops_next_wake_seconds Seconds until something can need work.
# TYPE postiz_ops_next_wake_seconds gauge
postiz_ops_next_wake_seconds 90
# HELP postiz_ops_token_expiry_timestamp_seconds When an account's token ends.
# TYPE postiz_ops_token_expiry_timestamp_seconds gauge
postiz_ops_token_expiry_timestamp_seconds{account="a\\"b"} 1796115600
"""
    )


# --- the journal ----------------------------------------------------------------------------------------------------

HOSTILE = Entry(NOW, Level.WARNING, "warning", "a\n::error::b \x1b[31m \u202e", {"post": "x\ny"})


def test_a_line_is_one_line_that_does_nothing() -> None:
    assert readable(HOSTILE) == "2026-12-01T09:00:00Z warning warning: a\\x0a::error::b \\x1b[31m \\u{202e}"
    assert json_line(HOSTILE) == (
        '{"post": "x\\ny", "time": "2026-12-01T09:00:00Z", "level": "warning", "event": "warning", '
        '"message": "a\\n::error::b \\u001b[31m \\u202e"}'
    )


def test_what_is_secret_is_in_no_field() -> None:
    lines: list[str] = []
    journal = Journal(FakeClock(), lines.append, json_line)
    journal.redact = lambda text: text.replace("test-token", "***")
    journal.say(Level.ERROR, "failed", "it said test-token", url="https://x.example/?t=test-token", late_seconds=1.0)
    assert "test-token" not in lines[0]
    assert '"late_seconds": 1.0' in lines[0]


def test_who_wants_quiet_hears_of_trouble_alone() -> None:
    lines: list[str] = []
    journal = Journal(FakeClock(), lines.append, quiet=True)
    journal.say(Level.INFO, "published", "one")
    journal.say(Level.WARNING, "waiting", "two")
    assert lines == ["2026-12-01T09:00:00Z warning waiting: two"]


def test_a_block_stands_below_its_line() -> None:
    entry = Entry(NOW, Level.ERROR, "rescue", "keep this", {"block": "-----BEGIN\nabc\x1b\n-----END\n"})
    assert readable(entry).splitlines() == [
        "2026-12-01T09:00:00Z error rescue: keep this",
        "-----BEGIN",
        "abc\\x1b",
        "-----END",
    ]


# --- the webhook ----------------------------------------------------------------------------------------------------


def test_the_signature_is_github_s() -> None:
    # https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries has this example.
    header = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert is_signed("It's a Secret to Everybody", header, [b"Hello, ", b"World!"])


@given(secret=st.text(min_size=1), body=st.binary(), other=st.text())
def test_only_the_right_signature_will_do(secret: str, body: bytes, other: str) -> None:
    right = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert is_signed(secret, right, [body])
    assert not is_signed(secret, right, [body, b"more"])
    assert not is_signed(secret, right.upper(), [body])
    assert is_signed(secret, other, [body]) is (other == right)
    assert not is_signed("", "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest(), [body])


def test_a_greeting_asks_for_nothing() -> None:
    assert not wants_look("ping")
    assert wants_look("push")
