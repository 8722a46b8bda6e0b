"""A plan says when, where and with which words, on a terminal, to a program and in a pull request."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from postiz_ops.ledger.record import PartRecord, Record, State
from postiz_ops.model import Account, Config, Delivery, Draft, DraftPart, LinkCard, Media, MediaKind, Schedule
from postiz_ops.plan import Action, Plan, Planned
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Title
from postiz_ops.report.comment import LIMIT
from postiz_ops.report.plan import render

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "plan.json"
NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 17, 30, 5, tzinfo=UTC)
PICTURE = Media("content/launch.jpg", "0" * 64, MediaKind.IMAGE, "image/jpeg", 1_234_567, 1200, 800, alt="A rocket")
ACCOUNTS = {
    name: Account(name, name.removeprefix("acme-"), f"https://{name}.example") for name in ("acme-mastodon", "bluesky")
}
CONFIG = Config(timezone="Europe/Berlin", accounts=ACCOUNTS)


def draft(account: str = "acme-mastodon", *parts: DraftPart, **facts: Any) -> Draft:
    text = "We are live!"
    provider = account.removeprefix("acme-")
    known: dict[str, Any] = {"post": "launch", "path": "content/launch.md", "schedule": Schedule("at", NOW)} | facts
    return Draft(account=account, provider=provider, parts=parts or (DraftPart(text, len(text)),), **known)


def planned(what: Draft, at: datetime | None = NOW, action: Action = Action.PUBLISH, **facts: Any) -> Planned:
    occurrence = facts.pop("occurrence", None)
    return Planned(Delivery(what, at, occurrence), action, facts.pop("state", State.SCHEDULED), **facts)


def record(state: State, **facts: Any) -> Record:
    known: dict[str, Any] = {
        "post": "old",
        "path": "content/old.md",
        "account": "acme-mastodon",
        "provider": "mastodon",
    } | facts
    return Record(occurrence=None, publish_at=NOW, parts=(PartRecord(state),), **known)


def shown(*rows: Planned, format: str = "text", gone: tuple[Record, ...] = (), **options: Any) -> str:
    plan = Plan(NOW, rows, {f"{number}.json": record for number, record in enumerate(gone)})
    known: dict[str, Any] = {
        "commit": "1a2b3c4d5e6f7a8b",
        "dirty": False,
        "everything": False,
        "config": CONFIG,
    } | options
    return render(plan, format=format, **known)


def everything() -> tuple[Planned, ...]:
    thread = (
        DraftPart("We are live!\n\nhttps://example.com\t#GitOps", 57, media=(PICTURE, replace(PICTURE, alt=""))),
        DraftPart("And the \x1b[31msecond ::error::", 28),
        DraftPart("A comment", 9, comment=True),
    )
    warned = draft("acme-mastodon", *thread, content_warning="Rockets", title="Only for the calendar")
    carded = draft("bluesky", DraftPart("We are live!", 12), link=LinkCard("https://example.com", "Example"))
    return (
        planned(warned, due=True),
        planned(carded, LATER, Action.HOLD, reason="its status is `paused`"),
        planned(draft(post="second", path="content/second.md"), datetime(2026, 12, 2, 8, 0, tzinfo=UTC)),
        planned(draft("bluesky", post="queued", path="content/queued.md"), None, Action.CANNOT, reason="no slot"),
    )


def test_a_plan_on_a_terminal() -> None:
    assert (
        shown(*everything(), dirty=True, gone=(record(State.IN_DOUBT),))
        == """\
Plan for Tuesday, 1 December 2026, 09:00 (Europe/Berlin)
commit 1a2b3c4d5e6f, with changes that are not committed

Tuesday, 1 December 2026

  + 09:00  launch -> acme-mastodon (mastodon), now
      content/launch.md
      content warning: Rockets
      part 1 of 2, 57/500
      | We are live!
      |
      | https://example.com\t#GitOps
      [image/jpeg, 1.2 MB, 1200 x 800] content/launch.jpg
          alt: A rocket
      [image/jpeg, 1.2 MB, 1200 x 800] content/launch.jpg
          alt: (none)
      part 2 of 2, 28/500
      | And the \\x1b[31msecond ::error::
      comment, 9/500
      | A comment

  ! 18:30:05  launch -> bluesky (bluesky)
      content/launch.md
      hold: its status is `paused`
      link card: https://example.com - Example
      12/300
      | We are live!

Wednesday, 2 December 2026

  + 09:00  second -> acme-mastodon (mastodon)
      content/second.md
      12/500
      | We are live!

Without a time

  x queued -> bluesky (bluesky)
      content/queued.md
      cannot: no slot
      12/300
      | We are live!

No longer in the tree

  = 2026-12-01 09:00  old -> acme-mastodon, in_doubt: its post is not in this tree, or names this account no more

Plan: 2 to publish (1 of them now), 1 held, 1 that cannot go."""
    )


def test_nothing_to_do() -> None:
    assert (
        shown(commit=None)
        == """\
Plan for Tuesday, 1 December 2026, 09:00 (Europe/Berlin)
no commit yet

Plan: nothing to do."""
    )


def test_nothing_to_do_in_a_pull_request() -> None:
    assert (
        shown(format="markdown")
        == """\
### Plan: nothing to do

For Tue 1 Dec 2026 09:00 (Europe/Berlin, as all times here); commit 1a2b3c4d5e6f."""
    )


def test_a_finished_delivery_is_in_the_table_alone() -> None:
    page = shown(planned(draft(), action=Action.NONE, state=State.PUBLISHED), format="markdown", everything=True)
    assert "| `acme-mastodon` | published | 12/500 |  |" in page
    assert "<details>" not in page


def test_a_title_is_shown_where_the_platform_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(PROVIDERS["mastodon"].SPEC, post_title=Title.REQUIRED)
    known = {"mastodon": SimpleNamespace(spec=lambda _account: spec)}
    row = planned(draft(title="We are live"))
    assert "title:" not in shown(row)
    monkeypatch.setattr("postiz_ops.report.planned.PROVIDERS", known)
    assert "\n      title: We are live\n" in shown(row)


def test_what_is_finished_is_listed_when_it_is_asked_for() -> None:
    rows = planned(draft(), action=Action.NONE, state=State.PUBLISHED), planned(draft("bluesky"))
    gone = (record(State.CANCELLED),)
    assert "acme-mastodon" not in shown(*rows, gone=gone)
    assert (
        shown(*rows, gone=gone, everything=True)
        == """\
Plan for Tuesday, 1 December 2026, 09:00 (Europe/Berlin)
commit 1a2b3c4d5e6f

Tuesday, 1 December 2026

  = 09:00  launch -> acme-mastodon (mastodon), published
      content/launch.md

  + 09:00  launch -> bluesky (bluesky)
      content/launch.md
      12/300
      | We are live!

No longer in the tree

  = 2026-12-01 09:00  old -> acme-mastodon, cancelled: its post is not in this tree, or names this account no more

Plan: 1 to publish, 1 finished."""
    )


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first = planned(draft(), datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    second = planned(draft(), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    text = shown(first, second)
    assert "+ 02:30 +0200  launch" in text
    assert "+ 02:30 +0100  launch" in text


def test_a_limit_that_the_platform_told_is_the_one_that_counts() -> None:
    row = planned(draft())
    assert "12/500" in shown(row)
    told = {"acme-mastodon": {"max_characters": 5000}}
    assert json.loads(shown(row, format="json", limits=told))["deliveries"][0]["parts"][0]["limit"] == 5000
    assert "12/5000" in shown(row, limits=told)


def test_colour_is_for_terminals_alone() -> None:
    assert "\x1b" not in shown(planned(draft()))
    assert "  \x1b[32m+\x1b[0m 09:00  launch" in shown(planned(draft()), color=True)


def test_a_plan_for_programs() -> None:
    rows = (
        *everything()[:2],
        planned(draft(), occurrence=NOW, action=Action.NONE, state=State.PUBLISHED),
    )
    body = json.loads(shown(*rows, format="json", everything=True, gone=(record(State.IN_DOUBT),)))
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(body)
    deliveries = body.pop("deliveries")
    assert body == {"version": 1, "now": "2026-12-01T08:00:00Z", "commit": "1a2b3c4d5e6f7a8b", "dirty": False}
    assert deliveries[1] == {
        "post": "launch",
        "path": "content/launch.md",
        "account": "bluesky",
        "provider": "bluesky",
        "occurrence": None,
        "action": "hold",
        "state": "scheduled",
        "due": False,
        "publish_at": "2026-12-01T17:30:05Z",
        "reason": "its status is `paused`",
        "parts": [{"text": "We are live!", "length": 12, "limit": 300, "unit": "grapheme", "media": []}],
    }
    assert deliveries[0]["parts"][0] == {
        "text": "We are live!\n\nhttps://example.com\t#GitOps",
        "length": 57,
        "limit": 500,
        "unit": "mastodon",
        "media": [
            {
                "path": "content/launch.jpg",
                "type": "image/jpeg",
                "bytes": 1_234_567,
                "width": 1200,
                "height": 800,
                "alt": alt,
                "fitting": None,
            }
            for alt in ("A rocket", "")
        ],
    }
    assert (deliveries[2]["action"], deliveries[2]["occurrence"]) == ("none", "2026-12-01T08:00:00Z")
    assert (deliveries[3]["post"], deliveries[3]["state"], deliveries[3]["parts"]) == ("old", "in_doubt", [])


def test_a_plan_in_a_pull_request() -> None:
    assert (
        shown(*everything(), format="markdown", dirty=True, gone=(record(State.IN_DOUBT),))
        == """\
### Plan: 2 to publish (1 of them now), 1 held, 1 that cannot go

For Tue 1 Dec 2026 09:00 (Europe/Berlin, as all times here); commit 1a2b3c4d5e6f, with changes that are not committed.

| When | Post | Account | What | Length | Media |
| --- | --- | --- | --- | --- | --- |
| Tue 1 Dec 2026 09:00 | `launch` | `acme-mastodon` | publish **now** | 57/500, 28/500, 9/500 | 2 images |
| Tue 1 Dec 2026 18:30:05 | `launch` | `bluesky` | hold: its status is `paused` | 12/300 |  |
| Wed 2 Dec 2026 09:00 | `second` | `acme-mastodon` | publish | 12/500 |  |
| no time yet | `queued` | `bluesky` | cannot: no slot | 12/300 |  |
| Tue 1 Dec 2026 09:00 | `old` | `acme-mastodon` | in_doubt: its post is not in this tree, \
or names this account no more |  |  |

<details><summary><code>content/launch.md</code> for 2 accounts</summary>

For `acme-mastodon` (57/500, 28/500, 9/500):

- content warning: `Rockets`

part 1 of 2:

```text
We are live!

https://example.com\t#GitOps
```

- `content/launch.jpg` (image/jpeg, 1.2 MB, 1200 x 800), alt text: A rocket
- `content/launch.jpg` (image/jpeg, 1.2 MB, 1200 x 800), no alt text

part 2 of 2:

```text
And the \\x1b[31msecond ::error::
```

comment:

```text
A comment
```

For `bluesky` (12/300):

- link card: `https://example.com - Example`

```text
We are live!
```

</details>

<details><summary><code>content/second.md</code> for 1 account</summary>

For `acme-mastodon` (12/500):

```text
We are live!
```

</details>

<details><summary><code>content/queued.md</code> for 1 account</summary>

For `bluesky` (12/300):

```text
We are live!
```

</details>"""
    )


def test_accounts_with_the_same_words_share_them() -> None:
    page = shown(planned(draft()), planned(draft("bluesky")), format="markdown")
    assert "For `acme-mastodon` (12/500), `bluesky` (12/300):\n\n```text\nWe are live!\n```\n\n</details>" in page


@pytest.mark.parametrize(
    "attack", ["@everyone", "```\n@everyone", "</details><img src=x>", "| a | b |", "\n::add-mask::x", "##[error]x"]
)
def test_no_text_of_a_user_leaves_its_place(attack: str) -> None:
    part = DraftPart(attack, 1, media=(replace(PICTURE, path=attack, alt=attack),))
    row = planned(
        draft("acme-mastodon", part, post=attack, path=attack, content_warning=attack), reason=attack, due=True
    )
    page = shown(row, format="markdown", gone=(record(State.IN_DOUBT, post=attack),))
    outside, fence = [], ""
    for line in page.split("\n"):
        if line.startswith("```") and not fence:
            fence = line.removesuffix("text")
        elif line == fence:
            fence = ""
        elif not fence:
            # Within code GitHub looks for no mention and reads no markup.
            outside.append(re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|<code>.*?</code>", "", line))
    assert not fence
    assert not any(line.startswith("::") for line in outside)
    assert not {"@everyone", "<img", "##["} & {word for line in outside for word in re.split(r"[ (),:]", line)}
    for name in ("text", "json"):
        lines = shown(row, format=name).split("\n")
        assert not any(line.lstrip().startswith("::") or "##[" in line for line in lines)


def test_a_page_that_would_be_too_long_says_what_it_leaves_out() -> None:
    rows = [
        planned(draft("acme-mastodon", DraftPart("word " * 90, 450), post=f"p{number}", path=f"content/{number}.md"))
        for number in range(1000)
    ]
    page = shown(*rows, format="markdown")
    assert LIMIT - 1500 < len(page) <= LIMIT
    table_rows, folds = page.count("\n| Tue"), page.count("<details>")
    assert folds > 30
    assert f"\n\n… and {1000 - table_rows} more deliveries.\n" in page
    assert page.endswith(f"The words of {1000 - folds} more posts do not fit here: `postiz-ops plan` shows them.")
