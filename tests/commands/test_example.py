"""The repository's own posts: `check` passes, and the sandbox takes them as `plan` said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Site

ROOT = Path(__file__).parents[2]
SECRETS = {
    "PROJECT_MASTODON_TOKEN": "test-mastodon",
    "PROJECT_BLUESKY_IDENTIFIER": "project.bsky.social",
    "PROJECT_BLUESKY_PASSWORD": "test-bluesky",
    "PROJECT_DISCORD_WEBHOOK": "https://discord.com/api/webhooks/1045678901234567890/test",
    "PROJECT_SLACK_TOKEN": "test-slack",
}


@pytest.fixture
def example(tmp_path: Path, sandbox: Sandbox) -> Site:
    """A copy of it, with a remote and a state branch of its own."""
    site = Site(tmp_path, sandbox.url, dict(SECRETS)).begin((ROOT / "accounts.yaml").read_text())
    for folder in ("content", "signatures"):
        shutil.copytree(ROOT / folder, site.repo / folder)
    return site.approve()


def test_check_passes(example: Site) -> None:
    ran = example.run("check", "--format", "json")
    errors = [d for d in ran.json["diagnostics"] if d["severity"] == "error"]
    assert (ran.code, errors) == (0, [])


def test_what_is_published_is_what_was_planned(example: Site, sandbox: Sandbox) -> None:
    now = "2030-01-07T08:00:00Z"
    planned = example.run("plan", "--format", "json", "--now", now).json["deliveries"]
    due = {row["account"]: row for row in planned if row["due"]}
    assert sorted(due) == ["project-bluesky", "project-discord", "project-mastodon", "project-slack"]
    assert example.publish("--now", now).code == 0
    assert len(sandbox.posts()) == 4
    for post in sandbox.posts():
        part = due[f"project-{post['provider']}"]["parts"][0]
        assert post["text"] == part["text"]
        assert [(m["type"], m["alt"]) for m in post["media"]] == [(m["type"], m["alt"]) for m in part["media"]]


def test_a_thread_a_queue_and_a_repeat_go_out_when_their_time_comes(example: Site, sandbox: Sandbox) -> None:
    example.publish("--now", "2030-01-07T08:00:00Z")  # the queued post gets its slots
    assert example.publish("--now", "2030-01-07T08:30:00Z").json["published"] == 2
    assert sum("takes the next free slot" in post["text"] for post in sandbox.posts()) == 2
    before = len(sandbox.posts())
    assert example.publish("--now", "2030-01-08T16:30:00Z").code == 0
    thread = [post for post in sandbox.posts()[before:] if post["provider"] == "mastodon"]
    assert [bool(post["parent"]) for post in thread] == [False, True, True, True]
    assert example.publish("--now", "2030-01-10T09:30:00Z").code == 0
    assert sum("weekly tip" in post["text"] for post in sandbox.posts()) == 1
