"""Where things stand, and what a person has to do, in words to be copied."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from postiz_ops.ledger.record import Problem, State
from postiz_ops.report.comment import LIMIT
from postiz_ops.report.status import render
from postiz_ops.standing import Standing, Sync

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "status.json"
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
AT = NOW - timedelta(hours=1)
PUBLISHED = Standing(
    "launch",
    "content/launch.md",
    "acme-mastodon",
    "mastodon",
    None,
    State.PUBLISHED,
    Sync.SYNCED,
    AT,
    AT + timedelta(seconds=5),
    1,
    "https://mastodon.example/@acme/1",
    ("1",),
)
DOUBT = replace(
    PUBLISHED,
    account="slack",
    provider="slack",
    state=State.IN_DOUBT,
    sync=Sync.UNKNOWN,
    published_at=None,
    url=None,
    remote_ids=(),
    error=Problem("unknown", "the answer was lost"),
)


def shown(*rows: Standing, format: str = "text", **options: Any) -> str:
    known: dict[str, Any] = {
        "commit": "1a2b3c4d5e6f7a8b",
        "paused": None,
        "zone": "Europe/Berlin",
        "now": NOW,
    } | options
    return render(rows, format=format, **known)


def everything() -> tuple[Standing, ...]:
    return (
        PUBLISHED,
        replace(PUBLISHED, post="edited", sync=Sync.EDITED, url=None),
        replace(DOUBT, post="a thread", occurrence=AT, parts=3, parts_published=1),
        replace(DOUBT, post="failed", state=State.FAILED, error=Problem("rejected", "the text is `too long`")),
        replace(DOUBT, post="late", state=State.EXPIRED, error=None, reason="it is more than 24h late"),
        replace(DOUBT, post="held", state=State.HELD, error=Problem("reauthorize", "the token was revoked")),
        replace(DOUBT, post="paused", state=State.HELD, error=None, reason="its status is `paused`"),
        replace(DOUBT, post="again", state=State.RETRY, error=Problem("throttled", "too many calls", NOW)),
        replace(DOUBT, post="queued", state=State.SCHEDULED, error=None, publish_at=None),
        replace(DOUBT, post="older", state=State.EXPIRED, error=None, reason="a later one is due", superseded=True),
    )


def test_a_status_on_a_terminal() -> None:
    assert (
        shown(*everything(), paused="press embargo")
        == """\
As of 2026-12-01 09:00 (Europe/Berlin), commit 1a2b3c4d5e6f

PAUSED: press embargo

STATE                    WHEN                 POST      ACCOUNT        WHERE, OR WHY NOT
published                2026-12-01 08:00:05  launch    acme-mastodon  https://mastodon.example/@acme/1
published, edited since  2026-12-01 08:00:05  edited    acme-mastodon
in doubt, part 2 of 3    2026-12-01 08:00     a thread  slack          the answer was lost
failed                   2026-12-01 08:00     failed    slack          the text is `too long`
expired                  2026-12-01 08:00     late      slack          it is more than 24h late
held                     2026-12-01 08:00     held      slack          the token was revoked
held                     2026-12-01 08:00     paused    slack          its status is `paused`
retry                    2026-12-01 08:00     again     slack          too many calls; next try 2026-12-01 09:00
scheduled                no time yet          queued    slack
expired                  2026-12-01 08:00     older     slack          a later one is due

Waiting for you

  a thread for slack is in doubt, part 2 of 3: the answer was lost
      look whether it is there, then say which
      postiz-ops resolve 'a thread' slack --occurrence 2026-12-01T07:00:00Z --published URL
      postiz-ops resolve 'a thread' slack --occurrence 2026-12-01T07:00:00Z --not-published

  failed for slack is failed: the text is `too long`
      mend what is wrong, then let it be tried again
      postiz-ops retry failed slack

  late for slack is expired: it is more than 24h late
      mend what is wrong, then let it be tried again
      postiz-ops retry late slack

  held for slack is held: the token was revoked
      give account slack a new credential: the next run goes on with it

1 scheduled, 2 held, 1 retry, 1 in doubt, 2 published, 1 failed, 2 expired."""
    )


def test_nothing_to_show() -> None:
    assert (
        shown(commit=None, paused="")
        == """\
As of 2026-12-01 09:00 (Europe/Berlin), commit nothing

PAUSED

no deliveries."""
    )


def test_nothing_to_show_as_a_page() -> None:
    assert (
        shown(format="markdown", paused="")
        == """\
### Status: no deliveries

As of 2026-12-01 09:00 (Europe/Berlin), commit 1a2b3c4d5e6f.

**Paused**"""
    )


def test_colour_is_for_terminals_alone() -> None:
    assert "\x1b" not in shown(*everything())
    assert "\x1b[1;31min doubt\x1b[0m, part 2 of 3    2026" in shown(*everything(), color=True)


def test_a_status_for_programs() -> None:
    body = json.loads(shown(PUBLISHED, everything()[7], format="json", paused="embargo"))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)
    first, second = body.pop("deliveries")
    assert body == {"version": 1, "commit": "1a2b3c4d5e6f7a8b", "paused": "embargo"}
    assert first == {
        "post": "launch",
        "path": "content/launch.md",
        "account": "acme-mastodon",
        "provider": "mastodon",
        "occurrence": None,
        "state": "published",
        "sync": "synced",
        "publish_at": "2026-12-01T07:00:00Z",
        "published_at": "2026-12-01T07:00:05Z",
        "attempts": 1,
        "url": "https://mastodon.example/@acme/1",
        "remote_ids": ["1"],
        "error": None,
        "reason": None,
    }
    assert second["error"] == {"kind": "throttled", "message": "too many calls", "retry_at": "2026-12-01T08:00:00Z"}


def test_a_status_as_a_page() -> None:
    rows = everything()
    assert (
        shown(rows[0], rows[2], rows[3], rows[8], format="markdown", paused="@press")
        == """\
### Status: 1 scheduled, 1 in doubt, 1 published, 1 failed

As of 2026-12-01 09:00 (Europe/Berlin), commit 1a2b3c4d5e6f.

**Paused:** @\u2060press

- `a thread` for `slack` is **in doubt, part 2 of 3**: the answer was lost
    - look whether it is there, then say which
    - `postiz-ops resolve 'a thread' slack --occurrence 2026-12-01T07:00:00Z --published URL`
    - `postiz-ops resolve 'a thread' slack --occurrence 2026-12-01T07:00:00Z --not-published`
- `failed` for `slack` is **failed**: the text is `too long`
    - mend what is wrong, then let it be tried again
    - `postiz-ops retry failed slack`

| State | When | Post | Account | Where, or why not |
| --- | --- | --- | --- | --- |
| published | 2026-12-01 08:00:05 | `launch` | `acme-mastodon` | <https://mastodon.example/@acme/1> |
| in doubt, part 2 of 3 | 2026-12-01 08:00 | `a thread` | `slack` | the answer was lost |
| failed | 2026-12-01 08:00 | `failed` | `slack` | the text is `too long` |
| scheduled | no time yet | `queued` | `slack` |  |"""
    )


def test_a_page_that_would_be_too_long_says_what_it_leaves_out() -> None:
    rows = [replace(DOUBT, post=f"post-{number}" + "x" * 90) for number in range(400)]
    page = shown(*rows, format="markdown")
    assert LIMIT - 1500 < len(page) <= LIMIT
    assert f"\n- … and {400 - page.count('--not-published'):,} more that wait for you" in page
    assert page.endswith(f"\n\n… and {400 - page.count('| in doubt |'):,} more deliveries.")


ATTACKS = ["@everyone", "<img src=x>", "a | b", "\n::add-mask::x", "##[error]x", "\x1b[2J", "$(id)", "javascript:x"]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("format", ["text", "markdown", "json"])
def test_no_text_of_a_stranger_gets_out(attack: str, format: str) -> None:
    error = Problem("rejected", attack)
    row = replace(DOUBT, post=attack, state=State.FAILED, error=error)
    page = shown(row, replace(PUBLISHED, url=attack), format=format, paused=attack)
    assert not any(line.lstrip().startswith("::") for line in page.split("\n"))
    assert "##[" not in page
    assert "\x1b" not in page
    assert "retry $(id)" not in page
    if format == "markdown":
        assert f"<{attack}>" not in page
        assert attack not in re.sub(r"`[^`]*`", "", page) or attack in "$(id) javascript:x"
