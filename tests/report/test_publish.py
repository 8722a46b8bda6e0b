"""What a run says of itself."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from jsonschema import Draft202012Validator

from postiz_ops.ledger.record import PartRecord, Problem, Record, State
from postiz_ops.model import Delivery, Draft, DraftPart, Schedule
from postiz_ops.plan import Action, Planned
from postiz_ops.publish.order import Report, Skipped
from postiz_ops.report.comment import LIMIT
from postiz_ops.report.publish import render

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "publish.json"
AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


def record(post: str, state: State, error: Problem | None = None, url: str | None = None) -> Record:
    part = PartRecord(state, error=error, url=url, remote_id="1" if url else None)
    return Record(post, f"content/{post}.md", "acme-mastodon", "mastodon", None, AT, (part,))


RECORDS = (
    record("launch", State.PUBLISHED, url="https://mastodon.example/@acme/1"),
    record("hook", State.PUBLISHED),
    record("lost", State.IN_DOUBT, Problem("unknown", "the answer was lost")),
    record("late", State.EXPIRED, Problem("rejected", "it is more than 24h late")),
    record("again", State.RETRY, Problem("throttled", "too many calls", AT)),
    replace(record("older", State.EXPIRED, Problem("rejected", "a later one is due")), superseded=True),
)
RUN = Report(
    "github-1-1-abc",
    RECORDS,
    (
        Skipped("broken", "content/broken.md", "slack", "`postiz-ops check` finds errors in it"),
        Skipped("content/x.md", "content/x.md", None, "invalid YAML (PZ010)"),
    ),
    ("publishing is paused: press embargo",),
    unrecorded=True,
)


def test_a_run_on_a_terminal() -> None:
    assert (
        render(RUN, format="text")
        == """\
published  launch  acme-mastodon  https://mastodon.example/@acme/1
published  hook    acme-mastodon
in doubt   lost    acme-mastodon  the answer was lost
    look whether it is there, then say which
    postiz-ops resolve lost acme-mastodon --published URL
    postiz-ops resolve lost acme-mastodon --not-published
expired    late    acme-mastodon  it is more than 24h late
    mend what is wrong, then let it be tried again
    postiz-ops retry late acme-mastodon
retry      again   acme-mastodon  too many calls
expired    older   acme-mastodon  a later one is due
skipped  content/broken.md for slack: `postiz-ops check` finds errors in it
skipped  content/x.md: invalid YAML (PZ010)
warning: publishing is paused: press embargo
warning: what was sent is not recorded yet: run `postiz-ops publish` again on this machine; nothing is repeated
1 retry, 1 in doubt, 2 published, 2 expired, 2 skipped."""
    )


def test_quietly_only_what_went_wrong_is_said() -> None:
    assert (
        render(Report("r", RECORDS[:3]), format="text", quiet=True)
        == """\
in doubt  lost  acme-mastodon  the answer was lost
    look whether it is there, then say which
    postiz-ops resolve lost acme-mastodon --published URL
    postiz-ops resolve lost acme-mastodon --not-published"""
    )
    assert render(Report("r", RECORDS[:2]), format="text", quiet=True) == ""


def test_nothing_was_due() -> None:
    assert render(Report("r"), format="text") == "Nothing was due."
    assert render(Report("r"), format="markdown") == "### Publish: nothing was due"


def test_a_dry_run() -> None:
    draft = Draft("launch", "content/launch.md", "slack", "slack", Schedule("at", AT), (DraftPart("x", 1),))
    run = Report("r", due=(Planned(Delivery(draft, AT), Action.PUBLISH, State.SCHEDULED, due=True),))
    assert (
        render(run, format="text")
        == """\
would publish  launch  slack  content/launch.md
1 delivery would be published."""
    )
    assert (
        render(run, format="markdown")
        == """\
### Publish: 1 delivery would be published

- would publish `launch` for `slack`"""
    )


def test_colour_is_for_terminals_alone() -> None:
    assert "\x1b" not in render(RUN, format="text")
    assert render(RUN, format="text", color=True).startswith("\x1b[32mpublished\x1b[0m  launch")


def test_a_run_for_programs() -> None:
    body = json.loads(render(RUN, format="json"))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)
    deliveries = body.pop("deliveries")
    assert body == {
        "version": 1,
        "run": "github-1-1-abc",
        "published": 2,
        "failed": 0,
        "in_doubt": 1,
        "skipped": [
            {
                "post": "broken",
                "path": "content/broken.md",
                "account": "slack",
                "reason": "`postiz-ops check` finds errors in it",
            },
            {"post": "content/x.md", "path": "content/x.md", "account": None, "reason": "invalid YAML (PZ010)"},
        ],
        "troubles": [],
        "warnings": [
            "publishing is paused: press embargo",
            "what was sent is not recorded yet: run `postiz-ops publish` again on this machine; nothing is repeated",
        ],
    }
    assert deliveries[0] == {
        "post": "launch",
        "account": "acme-mastodon",
        "provider": "mastodon",
        "occurrence": None,
        "state": "published",
        "url": "https://mastodon.example/@acme/1",
        "remote_ids": ["1"],
        "error": None,
    }
    assert deliveries[4]["error"] == {
        "kind": "throttled",
        "message": "too many calls",
        "retry_at": "2026-12-01T08:00:00Z",
    }


def test_a_run_as_a_page() -> None:
    assert (
        render(RUN, format="markdown")
        == """\
### Publish: 1 retry, 1 in doubt, 2 published, 2 expired, 2 skipped

- **published** `launch` for `acme-mastodon`, <https://mastodon.example/@acme/1>
- **published** `hook` for `acme-mastodon`
- **in doubt** `lost` for `acme-mastodon`: the answer was lost
    - look whether it is there, then say which
    - `postiz-ops resolve lost acme-mastodon --published URL`
    - `postiz-ops resolve lost acme-mastodon --not-published`
- **expired** `late` for `acme-mastodon`: it is more than 24h late
    - mend what is wrong, then let it be tried again
    - `postiz-ops retry late acme-mastodon`
- **retry** `again` for `acme-mastodon`: too many calls
- **expired** `older` for `acme-mastodon`: a later one is due
- skipped: `content/broken.md` for `slack`: `postiz-ops check` finds errors in it
- skipped: `content/x.md`: invalid YAML (PZ010)
- **warning:** publishing is paused: press embargo
- **warning:** what was sent is not recorded yet: run `postiz-ops publish` again on this machine; nothing is repeated"""
    )


def test_a_page_that_would_be_too_long_says_what_it_leaves_out() -> None:
    run = Report("r", tuple(record(f"post-{number}" + "x" * 90, State.PUBLISHED) for number in range(1000)))
    page = render(run, format="markdown")
    assert LIMIT - 500 < len(page) <= LIMIT
    assert page.endswith(f"\n- … and {1000 - page.count('**published**'):,} more")


def test_what_a_platform_says_does_not_get_out() -> None:
    problem = Problem("rejected", "\n::add-mask::@everyone ##[error] \x1b[2J<img>")
    run = Report("r", (record("launch", State.FAILED, problem),), warnings=(problem.message,))
    for name in ("text", "markdown", "json"):
        page = render(run, format=name)
        assert not any(line.lstrip().startswith("::") for line in page.split("\n"))
        assert "##[" not in page
        assert "\x1b" not in page
    assert "@everyone" not in render(run, format="markdown")
    assert "\\<img\\>" in render(run, format="markdown")
