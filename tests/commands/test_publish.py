"""The main job, from a commit to a post: the real program, real git, and the sandbox for the platforms."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import ACCOUNTS, Site

LATER = "2099-01-01T00:00:00Z"


def in_an_hour() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def test_everywhere_at_once_and_never_again(site: Site, sandbox: Sandbox) -> None:
    site.post("launch", "**We** are [live](https://example.com)!", to="everywhere").approve()
    ran = site.publish()
    assert (ran.code, ran.json["published"], ran.json["failed"], ran.json["in_doubt"]) == (0, 4, 0, 0)
    assert {post["provider"]: post["text"] for post in sandbox.posts()} == {
        "mastodon": "We are live (https://example.com)!",
        "bluesky": "We are live!",
        "discord": "**We** are [live](https://example.com)!",
        "slack": "*We* are <https://example.com|live>!",
    }
    again = site.publish()
    assert (again.code, again.json["deliveries"], len(sandbox.posts())) == (0, [], 4)
    assert set(site.states().values()) == {"published"}


def test_the_record_names_the_platform_s_own_ids(site: Site, sandbox: Sandbox) -> None:
    site.post("launch", to="everywhere").approve().publish()
    told = {row["provider"]: row for row in site.run("status", "--format", "json").json["deliveries"]}
    kept = {post["provider"]: post for post in sandbox.posts()}
    for provider, row in told.items():
        assert (provider, row["remote_ids"]) == (provider, [kept[provider]["remote_id"]])
        assert row["sync"] == "synced"


def test_what_is_not_on_the_approved_branch_is_not_published(site: Site, sandbox: Sandbox) -> None:
    site.post("launch")
    assert (site.publish().code, sandbox.posts()) == (0, [])
    site.git("add", "--all")
    site.git("commit", "--quiet", "-m", "not pushed")
    assert (site.publish().code, sandbox.posts()) == (0, [])
    site.git("push", "--quiet", "origin", "main")
    site.write("content/launch.md", "---\nid: launch\nplatforms: [toot]\npublish_at: now\n---\nsomething else\n")
    site.publish()
    assert [post["text"] for post in sandbox.posts()] == ["Hello"]


def test_a_thread_an_image_and_a_comment(site: Site, sandbox: Sandbox) -> None:
    shutil.copy(Path("postiz_ops/templates/demo/content/launch.png"), site.repo / "launch.png")
    body = "One ![A rocket](/launch.png)\n\n---\n\nTwo\n\n:::comment\nAsk us anything\n:::"
    site.post("thread", body, to="toot, sky, room").approve()
    assert site.publish().code == 0
    for provider in ("mastodon", "bluesky", "slack"):
        first, second, comment = [post for post in sandbox.posts() if post["provider"] == provider]
        assert [first["text"], second["text"], comment["text"]] == ["One", "Two", "Ask us anything"]
        assert (second["parent"], comment["parent"]) == (first["remote_id"], first["remote_id"])
        assert [(m["type"], m["alt"]) for m in first["media"]] == [("image/png", "A rocket")]


def test_an_invalid_post_is_skipped_and_reported_and_the_rest_goes_out(site: Site, sandbox: Sandbox) -> None:
    site.post("long", "x" * 501).post("fine", "fine").approve()
    ran = site.publish()
    assert (ran.code, [post["text"] for post in sandbox.posts()]) == (1, ["fine"])
    assert "long" in ran.out


@pytest.mark.parametrize("account", ["toot", "sky", "chat", "room"])
def test_a_lost_answer_is_found_and_not_repeated(site: Site, sandbox: Sandbox, account: str) -> None:
    site.post("launch", to=account).approve()
    sandbox.faults([{"match": {"method": "POST", "path": MUTATION[account]}, "effect": "lost-answer"}])
    ran = site.publish()
    assert (ran.code, len(sandbox.posts()), site.states()) == (0, 1, {f"launch/{account}": "published"})


@pytest.mark.parametrize("account", ["toot", "sky", "chat", "room"])
def test_a_request_that_was_cut_off_becomes_a_doubt_for_a_person(site: Site, sandbox: Sandbox, account: str) -> None:
    site.post("launch", to=account).approve()
    sandbox.faults([{"match": {"method": "POST", "path": MUTATION[account]}, "effect": "drop"}])
    assert (site.publish().code, site.states()) == (75, {f"launch/{account}": "sending"})
    sandbox.faults([])
    assert (site.publish().code, sandbox.posts()) == (0, [])
    assert (site.publish("--now", LATER).code, sandbox.posts()) == (3, [])
    assert site.run("status").code == 3
    assert site.run("resolve", "launch", account, "--not-published").code == 0
    assert (site.publish().code, len(sandbox.posts())) == (0, 1)


MUTATION = {
    "toot": "/api/v1/statuses$",
    "sky": "applyWrites|createRecord",
    "chat": "/messages",
    "room": "chat.postMessage",
}


def test_a_rate_limit_waits_and_a_refusal_does_not(site: Site, sandbox: Sandbox) -> None:
    site.post("launch", to="toot, chat").approve()
    sandbox.faults(
        [
            {"match": {"host": "mastodon.example", "method": "POST"}, "effect": "rate-limit"},
            {"match": {"host": "discord.com", "method": "POST"}, "effect": "refuse"},
        ]
    )
    ran = site.publish()
    states = {row["account"]: (row["state"], row["error"]["kind"]) for row in ran.json["deliveries"]}
    assert (ran.code, states) == (1, {"toot": ("retry", "throttled"), "chat": ("failed", "rejected")})
    sandbox.faults([])
    assert (site.publish("--now", in_an_hour()).code, len(sandbox.posts())) == (0, 1)
    assert site.run("retry", "launch", "chat").code == 0
    assert (site.publish().code, len(sandbox.posts())) == (0, 2)


def test_a_refused_credential_is_held_until_it_changes(site: Site, sandbox: Sandbox) -> None:
    site.post("launch").approve()
    sandbox.faults([{"match": {"host": "mastodon.example"}, "effect": "unauthorized"}])
    ran = site.publish()
    assert (ran.code, ran.json["deliveries"][0]["error"]["kind"]) == (1, "reauthorize")
    sandbox.faults([])
    assert (site.publish().code, sandbox.posts()) == (1, [])
    site.environment["TOOT_TOKEN"] = "test-new"
    assert (site.publish().code, len(sandbox.posts())) == (0, 1)


def test_a_missing_credential_is_named_with_its_account_and_only_when_it_is_needed(
    site: Site, sandbox: Sandbox
) -> None:
    site.environment.pop("CHAT_TOKEN")
    site.post("launch").approve()
    assert site.publish().code == 0
    site.post("more", "more", to="chat").approve()
    ran = site.publish()
    assert ran.code == 1
    assert "account `chat` has no `bot_token`: the environment variable `CHAT_TOKEN` is not set" in ran.out


def test_the_server_of_an_account_is_remembered(site: Site, sandbox: Sandbox) -> None:
    site.post("first").approve().publish()
    site.write("accounts.yaml", (site.repo / "accounts.yaml").read_text().replace("mastodon.example", "evil.invalid"))
    site.post("second", "second").approve()
    ran = site.publish()
    assert [post["text"] for post in sandbox.posts()] == ["Hello"]
    assert (ran.code, site.states()["second/toot"]) == (0, "held")
    assert site.run("accounts", "trust", "toot").code == 0
    assert (site.publish().code, len(sandbox.posts())) == (0, 2)


def test_paused_by_a_file_or_by_hand(site: Site, sandbox: Sandbox) -> None:
    site.post("launch")
    site.write("PAUSED", "embargo until noon\n")
    site.approve()
    ran = site.run("publish")
    assert (ran.code, sandbox.posts(), "embargo until noon" in ran.out + ran.err) == (0, [], True)
    (site.repo / "PAUSED").unlink()
    site.approve()
    assert site.run("pause", "a", "fire").code == 0
    assert (site.publish().code, sandbox.posts()) == (0, [])
    assert site.run("resume").code == 0
    assert (site.publish().code, len(sandbox.posts())) == (0, 1)


def test_two_processes_at_once_publish_twenty_posts_once(site: Site, sandbox: Sandbox, tmp_path: Path) -> None:
    for number in range(20):
        site.post(f"p{number:02}", f"post {number}", to=("toot", "sky", "chat", "room")[number % 4])
    site.approve()
    other = site.clone(tmp_path / "other")
    running = [site.start("publish"), other.start("publish")]
    codes = [process.wait(120) for process in running]
    for process in running:
        process.communicate()
    assert sorted(codes) == [0, 0]
    assert sorted(post["text"] for post in sandbox.posts()) == sorted(f"post {number}" for number in range(20))
    assert set(site.states().values()) == {"published"}


def test_a_push_that_was_applied_and_reported_as_failed_repeats_nothing(site: Site, sandbox: Sandbox) -> None:
    site.post("launch").approve()
    hook = site.remote / "hooks" / "post-receive"
    hook.write_text('#!/bin/sh\nkill -9 "$PPID"\n')
    hook.chmod(0o755)
    assert (site.publish().code, len(sandbox.posts()), site.states()) == (0, 1, {"launch/toot": "published"})


def test_a_remote_that_refuses_the_claim_sends_nothing(site: Site, sandbox: Sandbox) -> None:
    site.post("launch").approve()
    hook = site.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert (site.publish().code, sandbox.posts()) == (75, [])
    hook.unlink()
    assert (site.publish().code, len(sandbox.posts())) == (0, 1)


def test_the_guards(site: Site, sandbox: Sandbox, tmp_path: Path) -> None:
    site.post("launch").approve()
    side = site.git("commit-tree", "-m", "side", "HEAD^{tree}")
    assert site.publish("--ref", side).code == 78
    accounts = (site.repo / "accounts.yaml").read_text()
    site.write("accounts.yaml", accounts.replace("id: ", "id: f"))
    site.approve()
    assert site.publish().code == 78
    site.write("accounts.yaml", accounts)
    site.approve()
    copy = tmp_path / "copy.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(site.remote), str(copy)], check=True)
    site.git("remote", "set-url", "origin", str(copy))
    refused = site.run("publish")
    assert (refused.code, "state adopt" in refused.err, sandbox.posts()) == (78, True, [])
    site.git("update-ref", "-d", "refs/heads/postiz-state", where=copy)
    assert site.publish().code == 78
    assert sandbox.posts() == []


def test_real_records_and_endpoint_records_are_never_mixed(site: Site) -> None:
    site.post("launch").approve().publish()
    site.endpoint = None
    refused = site.run("publish")
    assert (refused.code, "never mixed" in refused.err) == (78, True)


def test_no_state_branch_no_publication(tmp_path: Path, sandbox: Sandbox) -> None:
    site = Site(tmp_path, sandbox.url).begin()
    site.git("push", "--quiet", "origin", "--delete", "postiz-state")
    site.post("launch").approve()
    refused = site.run("publish")
    assert (refused.code, "postiz-ops state init" in refused.err, sandbox.posts()) == (78, True, [])


def test_a_remote_that_cannot_be_reached_is_temporary(site: Site) -> None:
    site.remote.rename(site.folder / "gone.git")
    assert site.publish().code == 75


def test_a_broken_or_missing_accounts_yaml_is_a_usage_error(site: Site) -> None:
    site.write("accounts.yaml", "version: 1\naccounts: [\n")
    assert [site.run(*words).code for words in (["publish"], ["plan"], ["status"])] == [2, 2, 2]
    assert site.run("check").code == 1
    (site.repo / "accounts.yaml").unlink()
    site.git("rm", "--quiet", "--cached", "accounts.yaml")
    site.git("commit", "--quiet", "-m", "gone")
    assert [site.run(*words).code for words in (["check"], ["plan"], ["publish"])] == [2, 2, 2]


def test_the_brake(site: Site, sandbox: Sandbox) -> None:
    site.write("accounts.yaml", ACCOUNTS.replace("accounts:\n", "policy: {max_per_run: 1}\naccounts:\n", 1))
    site.post("a", "a").post("b", "b").approve()
    assert (site.publish().code, sandbox.posts()) == (78, [])
    assert (site.publish("--allow-many").code, len(sandbox.posts())) == (0, 2)


def test_no_secret_is_in_any_output_or_object(site: Site, sandbox: Sandbox) -> None:
    site.post("launch", to="everywhere").approve()
    sandbox.faults([{"match": {"method": "POST", "nth": 1}, "effect": "refuse"}])
    ran = site.run("--verbose", "publish")
    words = ["git", "cat-file", "--batch-all-objects", "--batch"]
    objects = subprocess.run(words, cwd=site.repo, check=True, capture_output=True).stdout.decode(errors="replace")
    told = ran.out + ran.err + objects + json.dumps(site.run("status", "--format", "json").json)
    for name, secret in site.environment.items():
        if name != "SKY_NAME":
            assert secret not in told, name
