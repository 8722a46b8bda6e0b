"""A set-up in which nothing is wrong, for tests that break one thing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from postiz_ops.commands.doctor import examination
from postiz_ops.commands.init import rendered
from postiz_ops.doctor.facts import Clone, Facts, Forge
from postiz_ops.ledger.record import PartRecord, Record, State, record_path
from postiz_ops.ledger.view import Genesis, View
from postiz_ops.model import Account, Config, Draft, Post, StateSettings
from postiz_ops.plan import Situation, make_plan
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.effects import Snapshot

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
REMOTE = "https://github.com/acme/posts"
ID = "0" * 32
COMMIT = "a" * 40

WORKFLOWS = {
    path: text.replace("postiz-ops/postiz-ops@v0.1.0", f"postiz-ops/postiz-ops@{COMMIT}").replace(
        "MASTODON_TOKEN", "TOOT_TOKEN"
    )
    for path, text in rendered("main")
    if path.startswith(".github/workflows/")
}
PUBLISH = ".github/workflows/publish.yml"
ANALYTICS = ".github/workflows/analytics.yml"


def account(name: str = "toot", provider: str = "mastodon", **more: Any) -> Account:
    origin = "https://mastodon.example" if provider == "mastodon" else PROVIDERS[provider].SPEC.origin or ""
    credentials = {"access_token": "TOOT_TOKEN"} if name == "toot" else {}
    return Account(name, provider, origin, **{"credentials": credentials, **more})


def healthy(*accounts: Account, drafts: tuple[Draft, ...] = (), records: tuple[Record, ...] = (), **more: Any) -> Facts:
    """Facts of which no check has anything to say. ``more`` replaces fields."""
    known = {one.id: one for one in accounts or (account(),)}
    config = Config(branch="main", state=StateSettings(id=ID), accounts=known)
    kept = {record_path(r.post, r.account, r.occurrence): r for r in records}
    view = View(Genesis(ID, REMOTE, NOW - timedelta(days=90)), records=kept)
    posts = tuple(Post(draft.post, draft.path, drafts=(draft,)) for draft in drafts)
    sound = Facts(
        now=NOW,
        clone=Clone((2, 39, 5), remote="origin", approved_at=NOW - timedelta(days=1)),
        config=config,
        specs={one.id: PROVIDERS[one.provider].spec(one) for one in known.values()},
        seen=Snapshot("head", {}, "approved"),
        view=view,
        remote_identity=REMOTE,
        plan=make_plan(Situation(config, posts, view, NOW)),
        workflows=WORKFLOWS,
        templates=WORKFLOWS,
        skew=timedelta(seconds=0.4),
        forge=Forge(
            private=True,
            protected=True,
            scheduled={"publish.yml": NOW - timedelta(minutes=20), "analytics.yml": NOW - timedelta(hours=5)},
            pushed_at=NOW - timedelta(days=1),
        ),
    )
    return replace(sound, **more)


def published(name: str, at: datetime, late: timedelta) -> Record:
    """A delivery that went out."""
    part = PartRecord(State.PUBLISHED, published_at=at)
    return Record(name, f"content/{name}.md", "toot", "mastodon", None, at - late, (part,))


def found(facts: Facts) -> list[tuple[str, str, str, str]]:
    """(check, severity, where, message) of everything that is found."""
    return [(row.check, row.severity.value, row.where, row.message) for row in examination(facts).rows]


def only(facts: Facts) -> tuple[str, str, str, str]:
    """The one thing that is found."""
    (row,) = found(facts)
    return row
