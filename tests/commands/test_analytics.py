"""``analytics``: from a published post to figures on the state branch, a report and an export."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from postiz_ops.analytics.rhythm import MARKS
from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.audience import audience
from tests.commands.site import Ran, Site

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def later(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def valid(name: str, body: object) -> None:
    Draft202012Validator(json.loads((SCHEMAS / name).read_text())).validate(body)


@pytest.fixture
def out(site: Site) -> Site:
    """Two posts that went out to Mastodon and Bluesky."""
    site.post("launch", "We are live", to="toot, sky", more="tags: [spring]\n").post("thanks", "Thank you", to="toot")
    ran = site.approve().publish()
    assert ran.json["published"] == 3
    return site


def sync(site: Site, *words: str) -> Ran:
    return site.run("analytics", "sync", "--format", "json", *words)


def branch(site: Site) -> dict[str, str]:
    """The figures' files on the remote's state branch."""
    names = site.git("ls-tree", "-r", "--name-only", "postiz-state", "analytics/", where=site.remote).splitlines()
    return {name: site.git("show", f"postiz-state:{name}", where=site.remote) for name in names}


def test_figures_go_from_the_platform_to_the_state_branch(out: Site) -> None:
    ran = sync(out, "--now", later(hours=1, minutes=5))
    valid("analytics-sync.json", ran.json)
    assert (ran.code, {a["account"]: (a["read"], a["left"], a["error"]) for a in ran.json["accounts"]}) == (
        0,
        {"sky": (2, 0, None), "toot": (3, 0, None)},
    )
    lines = [json.loads(line) for text in branch(out).values() for line in text.splitlines() if '"mark"' in line]
    assert sorted((line.get("post") or "", line["mark"]) for line in lines if "post" in line) == [
        ("launch", "1h"),
        ("launch", "1h"),
        ("thanks", "1h"),
    ]
    for line in lines:
        valid("analytics-reading.json", line)


def test_what_is_kept_is_what_the_platforms_told_at_every_mark(site: Site, sandbox: Sandbox) -> None:
    """A quarter of a year of one post on two platforms: figures grow, and go down where likes are taken back."""
    site.post("launch", "We are live", to="toot, sky").approve().publish()
    out = {post.provider: post for post in sandbox.world.posts}
    start = max(post.created_at for post in out.values()) + timedelta(minutes=1)
    told: dict[tuple[str, str], int] = {}
    for mark, after in MARKS.items():
        moment = start + after
        sandbox.world.clock = lambda at=moment: at  # type: ignore[misc]
        assert sync(site, "--now", moment.isoformat()).code == 0
        told |= {(name, mark): audience(p.remote_id, p.created_at, moment).likes for name, p in out.items()}
    lines = [json.loads(line) for line in site.run("analytics", "export", "--format", "jsonl").out.splitlines()]
    kept = {(line["provider"], line["mark"]): line["metrics"]["likes"] for line in lines if line["post"]}
    assert kept == told
    assert all(kept[name, "1h"] <= kept[name, "7d"] for name in out)
    days = {(start + after).date() for after in MARKS.values()}
    assert len([line for line in lines if line["post"] is None]) == len(out) * len(days)


def test_a_second_run_reads_nothing_and_leaves_the_branch_alone(out: Site) -> None:
    at = later(hours=1, minutes=5)
    sync(out, "--now", at)
    tip = out.git("rev-parse", "postiz-state", where=out.remote)
    ran = out.run("analytics", "sync", "--now", at)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Nothing was due.")
    assert out.git("rev-parse", "postiz-state", where=out.remote) == tip


def test_an_idle_publish_does_not_see_them(out: Site) -> None:
    sync(out, "--now", later(hours=1, minutes=5))
    tip = out.git("rev-parse", "postiz-state", where=out.remote)
    assert out.publish().code == 0
    assert out.git("rev-parse", "postiz-state", where=out.remote) == tip


def test_an_unknown_account_is_a_mistake(site: Site) -> None:
    ran = sync(site, "--only", "nobody")
    assert (ran.code, ran.err.splitlines()[0]) == (2, "error: there is no account `nobody`")


def test_a_credential_that_is_missing_is_told_once(out: Site) -> None:
    out.environment["TOOT_TOKEN"] = ""
    at = later(hours=1, minutes=5)
    first = sync(out, "--now", at)
    told = {a["account"]: a["error"] and (a["error"]["kind"], a["error"]["known"]) for a in first.json["accounts"]}
    assert (first.code, told) == (1, {"sky": None, "toot": ("reauthorize", False)})
    second = sync(out, "--now", at)
    assert (second.code, second.json["accounts"][1]["error"]["known"]) == (0, True)
    assert out.states() == {"launch/toot": "published", "launch/sky": "published", "thanks/toot": "published"}


@pytest.mark.parametrize("by", ["account", "client", "hour", "kind", "post", "provider", "tag", "weekday"])
def test_a_report_by_everything(out: Site, by: str) -> None:
    sync(out, "--now", later(hours=1, minutes=5))
    ran = out.run("analytics", "report", "--by", by, "--format", "json")
    valid("analytics-report.json", ran.json)
    assert (ran.code, ran.json["total"]["deliveries"], sum(g["deliveries"] for g in ran.json["groups"])) == (0, 3, 3)


def test_a_report_of_a_tag_and_of_a_time(out: Site) -> None:
    def deliveries(*words: str) -> int:
        ran = out.run("analytics", "report", "--format", "json", *words)
        return int(ran.json["total"]["deliveries"])

    assert deliveries("--tag", "spring") == 2
    assert deliveries("--until", "2020-01-01") == 0
    assert deliveries("--since", "2020-01-01", "--until", later(days=1)) == 3


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--by", "mood"], "a report cannot be made by `mood`"),
        (["--client", "nobody"], "there is no client `nobody`"),
        (["--since", "soon"], "`soon` is not a time"),
        (["--since", "2030-01-01"], "the period ends before it begins"),
    ],
)
def test_mistakes_in_a_report(site: Site, words: list[str], complaint: str) -> None:
    site.approve()
    ran = site.run("analytics", "report", *words)
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {complaint}")


def test_text_and_markdown_name_the_posts(out: Site) -> None:
    sync(out, "--now", later(hours=1, minutes=5))
    text = out.run("analytics", "report", "--period", "week").out
    assert "We are live" in text
    markdown = out.run("analytics", "report", "--format", "markdown").out
    assert "### Top posts" in markdown
    assert "| launch | toot |" in markdown
    assert "<td>launch</td>" in out.run("analytics", "report", "--format", "html").out


def test_an_export_as_lines(out: Site) -> None:
    sync(out, "--now", later(hours=1, minutes=5))
    rows = list(csv.DictReader(io.StringIO(out.run("analytics", "export").out)))
    lines = [json.loads(line) for line in out.run("analytics", "export", "--format", "jsonl").out.splitlines()]
    assert len(rows) == sum(len(line["metrics"]) for line in lines)
    assert {row["provider"] for row in rows} == {"mastodon", "bluesky"}
    assert out.run("analytics", "export", "--since", "2100-01-01").out.count("\n") == 1


def test_an_export_as_a_database(out: Site, tmp_path: Path) -> None:
    sync(out, "--now", later(hours=1, minutes=5))
    file = tmp_path / "figures.db"
    for _ in range(2):  # the second one brings it up to date, and doubles nothing
        ran = out.run("analytics", "export", "--format", "sqlite", "--output", str(file))
        assert ran.code == 0, ran.err
    database = sqlite3.connect(file)
    try:
        assert database.execute("pragma foreign_key_check").fetchall() == []
        assert database.execute("select count(*) from deliveries").fetchone() == (3,)
        found = database.execute(
            "select id from posts where rowid in (select rowid from posts_fts where posts_fts match 'live')"
        )
        assert found.fetchall() == [("launch",)]
        figures = {
            (a, m): v
            for a, m, v in database.execute(
                "select account, metric, value from posts_with_figures where post = 'launch'"
            )
        }
        assert ("sky", "likes") in figures
        assert database.execute("select count(*) from definitions where provider = 'mastodon'").fetchone() == (7,)
    finally:
        database.close()
    assert json.loads(file.with_suffix(".metadata.json").read_text())["databases"]["figures"]


def test_an_export_since_a_time_adds_what_came_since(out: Site, tmp_path: Path) -> None:
    """Two exports, the second from the first one's time on, are one of everything."""
    whole, grown = tmp_path / "whole.db", tmp_path / "grown.db"

    def export(file: Path, *words: str) -> dict[str, str]:
        assert out.run("analytics", "export", "--format", "sqlite", "-o", str(file), *words).code == 0
        with sqlite3.connect(file) as database:
            return {name: f"{value} {at}" for name, value, at in database.execute("select id, value, at from metrics")}

    sync(out, "--now", later(hours=1, minutes=5))
    before = export(grown)
    sync(out, "--now", later(hours=7))
    everything = export(whole)
    newest = max(told.partition(" ")[2] for told in everything.values())
    alone = export(tmp_path / "alone.db", "--since", newest)
    assert alone.keys() - before.keys()
    assert export(grown, "--since", newest) == everything == before | alone


def test_a_report_of_a_client(out: Site) -> None:
    before = (out.repo / "accounts.yaml").read_text()
    with_client = before.replace("accounts:\n", "clients: {acme: {name: ACME}}\naccounts:\n", 1)
    out.write("accounts.yaml", with_client.replace("  toot:\n", "  toot:\n    client: acme\n", 1))
    ran = out.approve().run("analytics", "report", "--client", "acme", "--by", "client", "--format", "json")
    assert (ran.code, [(group["name"], group["deliveries"]) for group in ran.json["groups"]]) == (0, [("acme", 2)])


def test_without_a_history_no_time_is_proposed(out: Site) -> None:
    ran = out.run("analytics", "suggest-slots")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing to propose: no further hour stands out beyond chance.\n")
    assert out.run("analytics", "suggest-slots", "nobody").code == 2
