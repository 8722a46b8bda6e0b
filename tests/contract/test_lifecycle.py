"""Sections 1, 3 to 6 of the contract over time: what one run after another does with a repository."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.contract import outside
from tests.contract.outside import BASE, PROGRAM, Repository, Sandbox

ACCOUNTS = """\
version: 1
branch: main
policy: {max_lateness: 36h, min_gap: GAP, max_per_run: 3}
accounts:
  toot:
    provider: mastodon
    url: https://mastodon.social
    credentials: {access_token: "${TOOT_TOKEN}"}
    slots: ["mon-sun 09:00", "mon-sun 17:00"]
  sky:
    provider: bluesky
    credentials: {identifier: "${SKY_NAME}", password: "${SKY_PASSWORD}"}
"""
DAY = "2026-10-12"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
ERROR = {"kind", "message", "retry_at"}
STATUS = {
    *("post", "path", "account", "provider", "occurrence", "state", "sync", "publish_at", "published_at"),
    *("attempts", "url", "remote_ids", "error"),
}
PLAN = {
    *("post", "path", "account", "provider", "occurrence", "action", "state", "due", "publish_at", "reason", "parts"),
}


def _at(hour: int, minute: int = 0, *, day: int = 12) -> tuple[str, str]:
    return "--now", f"2026-10-{day:02}T{hour:02}:{minute:02}:00Z"


def _from(now: datetime, **later: int) -> tuple[str, str]:
    return "--now", f"{now + timedelta(**later):%Y-%m-%dT%H:%M:%SZ}"


def _due(hour: int = 9, *, day: int = 12, to: str = "toot", more: str = "") -> str:
    return f"platforms: [{to}]\npublish_at: 2026-10-{day:02}T{hour:02}:00:00Z\n{more}"


def _begin(root: Path, platforms: Sandbox, gap: str = "0s") -> Repository:
    here = outside.new(root, ACCOUNTS.replace("GAP", gap), state=True)
    here.env |= {"TOOT_TOKEN": f"test-{root.parent.name}", "SKY_NAME": "t.bsky.social", "SKY_PASSWORD": "test-sky"}
    here.env["POSTIZ_OPS_ENDPOINT"] = platforms.url
    return here


@pytest.fixture
def here(tmp_path: Path, platforms: Sandbox) -> Repository:
    return _begin(tmp_path / "posts", platforms)


@pytest.fixture
def shared(here: Repository, tmp_path: Path) -> Repository:
    """The same with a bare remote, which has both branches."""
    remote = tmp_path / "remote.git"
    here.git("init", "-q", "--bare", "-b", "main", str(remote))
    here.git("remote", "add", "origin", str(remote))
    here.git("push", "-q", "origin", "main")
    here.git("branch", "-q", "-D", "postiz-state")
    accounts = (here.root / "accounts.yaml").read_text()
    here.write("accounts.yaml", re.sub(r"state: .*\n", "", accounts))
    here.run("state", "init").exits(0)
    here.commit()
    here.git("push", "-q", "origin", "main")
    return here


def _mine(here: Repository, platforms: Sandbox, text: str) -> int:
    return sum(one["text"] == text for one in platforms.posts())


# --- once, and only what is approved ---------------------------------------------------------------------------------


def test_a_post_goes_out_once_and_is_told_in_the_shape_of_the_contract(here: Repository, platforms: Sandbox) -> None:
    here.post("once", _due(to="toot, sky"), "Once only, this one.")
    commit = here.commit()
    planned = here.plan(*_at(9, 5))
    assert all(set(one) >= PLAN for one in planned)
    assert {(one["action"], one["due"], one["state"]) for one in planned} == {("publish", True, "scheduled")}
    told = here.publish(*_at(9, 5))
    assert {"version", "run", "published", "failed", "in_doubt", "deliveries"} <= set(told)
    assert (told["version"], told["published"], told["failed"], told["in_doubt"]) == (1, 2, 0, 0)
    assert all(one["url"] and one["remote_ids"] and one["error"] is None for one in told["deliveries"])
    again = here.publish(*_at(9, 6))
    assert (again["published"], again["deliveries"]) == (0, [])
    assert _mine(here, platforms, "Once only, this one.") == 2
    status = here.run("status", "--format", "json").exits(0).json
    assert (status["version"], status["commit"], status["paused"]) == (1, commit, None)
    for one in status["deliveries"]:
        assert set(one) >= STATUS
        assert (one["state"], one["sync"], one["attempts"]) == ("published", "synced", 1)
        assert one["publish_at"] == f"{DAY}T09:00:00Z"
        assert TIME.fullmatch(one["published_at"])
    assert here.plan(*_at(9, 7)) == []
    assert [one["action"] for one in here.plan("--all", *_at(9, 7))] == ["none", "none"]


def test_publish_reads_the_approved_branch_and_never_the_work_tree(here: Repository, platforms: Sandbox) -> None:
    here.post("seen", _due(), "Text that was approved.")
    here.commit()
    here.post("seen", _due(), "Text that was not approved.")
    here.post("new", _due(), "A post that was not committed.")
    here.git("checkout", "-q", "-b", "draft")
    here.post("branch", _due(), "A post of another branch.")
    here.git("add", "content/branch.md")
    here.git("commit", "-q", "-m", "x")
    assert here.publish(*_at(9, 5))["published"] == 1
    assert "Text that was approved." in platforms.texts()
    refused = here.run("publish", "--ref", here.git("rev-parse", "HEAD"), *_at(9, 5)).exits(78)
    assert refused.err
    assert not {"Text that was not approved.", "A post of another branch."} & set(platforms.texts())


def test_with_a_remote_its_fetched_tip_counts(shared: Repository) -> None:
    shared.post("local", _due())
    shared.commit()
    assert shared.publish(*_at(9, 5))["published"] == 0
    shared.git("push", "-q", "origin", "main")
    assert shared.publish(*_at(9, 5))["published"] == 1


def test_a_paused_file_on_the_approved_branch_stops_with_its_reason(here: Repository, platforms: Sandbox) -> None:
    here.post("held", _due(), "Not while we are paused.")
    here.write("PAUSED", "press embargo until noon\n")
    here.commit()
    stopped = here.run("publish", *_at(9, 5)).exits(0)
    assert "press embargo until noon" in stopped.out + stopped.err
    assert "Not while we are paused." not in platforms.texts()
    assert "press embargo" in str(here.run("status", "--format", "json").json["paused"])
    (here.root / "PAUSED").unlink()
    here.commit()
    assert here.publish(*_at(9, 6))["published"] == 1


def test_pause_and_resume_without_a_pull_request(here: Repository) -> None:
    here.post("held", _due())
    here.commit()
    here.run("pause", "a quiet week").exits(0)
    assert "a quiet week" in str(here.run("status", "--format", "json").json["paused"])
    assert here.publish(*_at(9, 5))["published"] == 0
    here.run("resume").exits(0)
    assert here.publish(*_at(9, 5))["published"] == 1


def test_an_invalid_post_is_skipped_and_the_rest_goes_out(here: Repository) -> None:
    here.post("good", _due())
    here.post("bad", _due(more="titel: x"))
    here.commit()
    assert here.publish(*_at(9, 5), code=1)["published"] == 1


def test_dry_run_sends_and_records_nothing(here: Repository) -> None:
    here.post("dry", _due())
    here.commit()
    before = here.git("rev-parse", "postiz-state")
    here.run("publish", "--dry-run", *_at(9, 5)).exits(0)
    assert here.git("rev-parse", "postiz-state") == before
    assert here.publish(*_at(9, 5))["published"] == 1


def test_only_names_an_account(here: Repository) -> None:
    here.post("two", _due(to="toot, sky"))
    here.commit()
    assert [one["account"] for one in here.publish("--only", "sky", *_at(9, 5))["deliveries"]] == ["sky"]
    here.run("publish", "--only", "nobody").exits(2)


def test_the_brake_refuses_the_whole_run(here: Repository) -> None:
    for n in range(4):
        here.post(f"many-{n}", _due())
    here.commit()
    here.run("publish", *_at(9, 5)).exits(78)
    assert set(here.states().values()) <= {"scheduled", "expired"}
    assert here.publish("--allow-many", *_at(9, 5))["published"] == 4


# --- time -----------------------------------------------------------------------------------------------------------


def test_too_late_is_expired_and_reported_and_retry_sends_it(here: Repository) -> None:
    here.post("late", _due())
    here.commit()
    told = here.publish(*_at(9, day=15), code=1)
    assert [one["state"] for one in told["deliveries"]] == ["expired"]
    assert here.states()["late/toot"] == "expired"
    here.run("retry", "late", "toot").exits(0)
    assert here.publish(*_at(10, day=15))["published"] == 1


def test_a_repeat_never_bursts(here: Repository, platforms: Sandbox) -> None:
    here.post("daily", _due(day=1, more="repeat: {every: 1d, until: 2026-10-20}"), "The daily word.")
    here.commit()
    told = here.run("publish", "--format", "json", *_at(12, day=6)).json
    assert told["published"] == 1
    assert _mine(here, platforms, "The daily word.") == 1
    states = here.states()
    assert states["daily/toot@2026-10-06T09:00:00Z"] == "published"
    assert {states[f"daily/toot@2026-10-0{day}T09:00:00Z"] for day in range(1, 6)} == {"expired"}
    assert here.publish(*_at(12, 5, day=6))["published"] == 0
    assert here.publish(*_at(12, day=7))["published"] == 1


def test_min_gap_is_a_warning_and_holds_at_publish(tmp_path: Path, platforms: Sandbox) -> None:
    here = _begin(tmp_path / "posts", platforms, "2h")
    now = datetime.now(UTC)
    here.post("first", "platforms: [toot]\npublish_at: now")
    here.post("second", "platforms: [toot]\npublish_at: now")
    here.post("third", f"platforms: [toot]\npublish_at: {_from(now, days=9)[1]}")
    here.post("fourth", f"platforms: [toot]\npublish_at: {_from(now, days=9, hours=1)[1]}")
    here.commit()
    found = here.findings()
    near = [(one["path"], one["severity"]) for one in found if "min_gap" in one["message"] + one["help"]]
    assert near == [("content/fourth.md", "warning")]
    assert here.publish()["published"] == 1
    assert here.publish(*_from(now, minutes=90))["published"] == 0
    assert here.publish(*_from(now, minutes=150))["published"] == 1


def test_a_queue_slot_is_decided_once(here: Repository) -> None:
    here.post("b-queued", "platforms: [toot]\npublish_at: queue")
    here.commit()
    first = here.plan(*_at(8))[0]["publish_at"]
    assert first == f"{DAY}T09:00:00Z"
    here.publish(*_at(8))
    here.post("a-queued", "platforms: [toot]\npublish_at: queue")
    here.commit()
    here.publish(*_at(8, 1))
    slots = {one["post"]: one["publish_at"] for one in here.plan(*_at(8, 2))}
    assert slots == {"b-queued": f"{DAY}T09:00:00Z", "a-queued": f"{DAY}T17:00:00Z"}
    assert here.publish(*_at(9, 1))["published"] == 1


# --- identity -------------------------------------------------------------------------------------------------------


def test_renamed_or_moved_after_publishing_is_an_error_and_is_held(here: Repository, platforms: Sandbox) -> None:
    here.post("old", _due(), "The text that is renamed.")
    here.post("moved", _due(), "The text that is moved.")
    here.commit()
    here.publish(*_at(9, 5))
    here.git("mv", "content/old.md", "content/new.md")
    here.post("moved", _due(day=14), "The text that is moved.")
    here.commit()
    assert any("renamed" in name for name in here.names("content/new.md", "error"))
    here.run("publish", *_at(9, 10))
    here.run("publish", *_at(9, 10, day=14))
    assert _mine(here, platforms, "The text that is renamed.") == 1
    assert _mine(here, platforms, "The text that is moved.") == 1


def test_moved_to_the_future_is_an_error_in_check(here: Repository) -> None:
    here.post("moved", _due())
    here.commit()
    here.publish(*_at(9, 5))
    here.post("moved", "platforms: [toot]\npublish_at: 2090-10-14T09:00:00Z")
    assert any("moved" in name for name in here.names("content/moved.md", "error"))


def test_another_form_of_the_same_instant_changes_nothing(here: Repository) -> None:
    here.post("same", _due())
    here.commit()
    here.publish(*_at(9, 5))
    here.post("same", "platforms: [toot]\npublish_at: 2026-10-12T11:00:00+02:00")
    here.commit()
    assert not here.names("content/same.md", "error")
    assert here.status()["same/toot"]["sync"] == "synced"


def test_the_same_text_within_30_days_is_held_unless_allowed(here: Repository, platforms: Sandbox) -> None:
    here.post("one", _due(), "The very same words.")
    here.commit()
    here.publish(*_at(9, 5))
    here.post("two", _due(10), "The very same words.")
    here.commit()
    here.run("publish", *_at(10, 5))
    assert _mine(here, platforms, "The very same words.") == 1
    here.post("two", _due(10, more="allow_repeat: true"), "The very same words.")
    here.commit()
    here.run("publish", *_at(10, 6))
    assert _mine(here, platforms, "The very same words.") == 2


def test_what_was_published_stays_when_its_file_goes(here: Repository) -> None:
    here.post("gone", _due())
    here.post("changed", _due())
    here.commit()
    here.publish(*_at(9, 5))
    (here.root / "content/gone.md").unlink()
    here.post("changed", _due(), "Other words now.")
    here.commit()
    status = here.status()
    assert (status["gone/toot"]["state"], status["gone/toot"]["sync"]) == ("published", "deleted")
    assert (status["changed/toot"]["state"], status["changed/toot"]["sync"]) == ("published", "edited")


# --- threads, doubt and what a person says --------------------------------------------------------------------------


def test_a_thread_in_doubt_is_resolved_and_goes_on(here: Repository, platforms: Sandbox) -> None:
    past_the_lease = _from(datetime.now(UTC), hours=1)
    body = "Part one here.\n\n---\n\nPart two here.\n\n---\n\nPart three here."
    here.post("thread", "platforms: [toot]\npublish_at: now", body)
    here.commit()
    match = {"host": "mastodon.social", "path": "/api/v1/statuses$", "method": "POST", "nth": 2}
    platforms.faults({"match": match, "effect": "drop"})
    here.run("publish").exits(75)
    assert here.states()["thread/toot"] == "sending"
    platforms.faults()
    here.post("other", "platforms: [toot]\npublish_at: now", "Another post of the account.")
    here.commit()
    here.run("publish", *past_the_lease).exits(3)
    assert here.states() == {"thread/toot": "in_doubt", "other/toot": "published"}
    here.run("status").exits(3)
    here.run("retry", "thread", "toot")
    assert here.states()["thread/toot"] == "in_doubt"
    here.run("resolve", "thread", "toot", "--not-published").exits(0)
    assert here.publish(*past_the_lease)["published"] == 1
    mine = [one for one in platforms.posts() if one["text"].startswith("Part ")]
    assert [one["text"] for one in mine] == ["Part one here.", "Part two here.", "Part three here."]
    assert [one["parent"] for one in mine] == [None, mine[0]["remote_id"], mine[1]["remote_id"]]
    here.run("status").exits(0)


def test_resolving_what_is_not_in_doubt_is_refused(here: Repository) -> None:
    here.post("fine", _due())
    here.commit()
    here.publish(*_at(9, 5))
    assert here.run("resolve", "fine", "toot", "--not-published").code in {2, 78}
    assert here.run("resolve", "nothing", "toot", "--not-published").code in {2, 78}
    here.run("resolve", "fine", "toot").exits(2)
    assert here.states() == {"fine/toot": "published"}


def test_a_failed_delivery_is_1_then_0_and_stands_in_status(here: Repository, platforms: Sandbox) -> None:
    here.post("fails", _due())
    here.commit()
    platforms.faults({"match": {"path": "/api/v1/statuses$"}, "effect": "refuse"})
    told = here.publish(*_at(9, 5), code=1)
    platforms.faults()
    [one] = told["deliveries"]
    assert (one["state"], set(one["error"]), one["error"]["kind"]) == ("failed", ERROR, "rejected")
    here.run("publish", *_at(9, 6)).exits(0)
    here.run("status").exits(1)


# --- guards and state -----------------------------------------------------------------------------------------------


def test_publish_without_a_state_branch_is_refused_with_the_command_that_helps(tmp_path: Path) -> None:
    there = outside.new(tmp_path, ACCOUNTS.replace("GAP", "0s"))
    refused = there.run("publish").exits(78)
    assert "state init" in refused.out + refused.err


def test_another_state_id_is_refused(here: Repository) -> None:
    text = (here.root / "accounts.yaml").read_text()
    here.write("accounts.yaml", re.sub(r"id: [0-9a-f]+", "id: " + "0" * 32, text))
    here.commit()
    refused = here.run("publish").exits(78)
    assert re.search(r"id: [0-9a-f]+", refused.err)


def test_accounts_yaml_without_the_id_is_a_warning_and_state_init_mends_it(here: Repository) -> None:
    text = (here.root / "accounts.yaml").read_text()
    here.write("accounts.yaml", re.sub(r"state: .*\n", "", text))
    here.commit()
    assert here.names("accounts.yaml") == here.names("accounts.yaml", "warning") != set()
    here.run("publish").exits(0)
    before = here.git("rev-parse", "postiz-state")
    here.run("state", "init").exits(0)
    assert re.findall("id: [0-9a-f]+", (here.root / "accounts.yaml").read_text()) == re.findall("id: [0-9a-f]+", text)
    assert here.git("rev-parse", "postiz-state") == before


def test_state_init_twice_changes_nothing(here: Repository) -> None:
    before = here.git("rev-parse", "postiz-state")
    here.run("state", "init")
    assert here.git("rev-parse", "postiz-state") == before
    here.run("state", "upgrade").exits(0)


def test_a_moved_remote_is_refused_until_it_is_adopted(shared: Repository, tmp_path: Path) -> None:
    shared.post("moved", _due())
    shared.commit()
    shutil.copytree(tmp_path / "remote.git", tmp_path / "elsewhere.git")
    shared.git("remote", "set-url", "origin", str(tmp_path / "elsewhere.git"))
    shared.git("push", "-q", "origin", "main")
    refused = shared.run("publish", *_at(9, 5)).exits(78)
    assert "state adopt" in refused.out + refused.err
    shared.run("state", "adopt").exits(0)
    assert shared.publish(*_at(9, 5))["published"] == 1


def test_a_private_state_repository_by_its_url(shared: Repository, tmp_path: Path) -> None:
    private = tmp_path / "private.git"
    shared.git("init", "-q", "--bare", "-b", "main", str(private))
    text = re.sub(r"state: .*\n", f"state: {{remote: {private}}}\n", (shared.root / "accounts.yaml").read_text())
    shared.write("accounts.yaml", text)
    shared.run("state", "init").exits(0)
    shared.post("private", _due())
    shared.commit()
    shared.git("push", "-q", "origin", "main")
    assert shared.publish(*_at(9, 5))["published"] == 1
    assert "postiz-state" in shared.git("--git-dir", str(private), "branch", "--list", "postiz-state")


def test_a_remote_that_cannot_be_reached_is_75(shared: Repository, tmp_path: Path) -> None:
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    shared.run("publish").exits(75)


def test_records_of_an_endpoint_do_not_mix_with_real_ones(here: Repository) -> None:
    here.post("staged", _due())
    here.commit()
    here.publish(*_at(9, 5))
    here.post("real", _due())
    here.commit()
    here.env.pop("POSTIZ_OPS_ENDPOINT")
    here.run("publish", *_at(9, 6)).exits(78)


def test_lock_files_of_a_killed_run_do_not_stop_the_next(here: Repository) -> None:
    here.post("locked", _due())
    here.commit()
    for name in ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/postiz-state.lock"):
        here.write(f".git/{name}", "")
    assert here.publish(*_at(9, 5))["published"] == 1


def test_the_state_branch_is_an_orphan_of_small_json_files(here: Repository) -> None:
    here.post("kept", _due())
    here.commit()
    here.publish(*_at(9, 5))
    files = here.git("ls-tree", "-r", "--name-only", "postiz-state").splitlines()
    [record] = [name for name in files if "kept" in name]
    assert record.count("/") >= 2
    assert record.endswith(".json")
    assert "2026" not in record
    assert here.git("rev-list", "--max-parents=0", "postiz-state") != here.git("rev-list", "--max-parents=0", "main")


# --- the terminal ---------------------------------------------------------------------------------------------------


def test_a_closed_output_is_no_crash(here: Repository) -> None:
    for n in range(40):
        here.post(f"long/{n}", "platforms: [tooot]\npublish_at: soon")
    command = " ".join((*PROGRAM, "check", "2>err.txt", "|", "head", "-1"))
    done = subprocess.run(command, shell=True, cwd=here.root, env=BASE, capture_output=True, text=True, check=False)
    assert done.stdout.count("\n") == 1
    assert (here.root / "err.txt").read_text() == ""


def test_output_that_is_no_terminal_has_no_escape(here: Repository) -> None:
    here.post("bad", 'platforms: [tooot]\npublish_at: soon\ntitle: "\\e[31mred"', "Body \x1b[31mred")
    for command in (("check",), ("plan",), ("status",), ("check", "--format", "github")):
        outcome = here.run(*command)
        assert "\x1b" not in outcome.out + outcome.err, command


def test_no_secret_is_printed(here: Repository, platforms: Sandbox) -> None:
    here.env["TOOT_TOKEN"] = "test-secret-of-toot"
    here.post("quiet", _due())
    here.commit()
    platforms.faults({"match": {"path": "/api/v1/statuses$"}, "effect": "unauthorized"})
    outcome = here.run("--verbose", "publish", *_at(9, 5)).exits(1)
    platforms.faults()
    status = here.run("status", "--format", "json")
    assert "test-secret-of-toot" not in outcome.out + outcome.err + status.out
    assert "test-secret-of-toot" not in here.git("log", "-p", "postiz-state")


@pytest.mark.parametrize(
    "args",
    [("nothing",), ("check", "--format", "xml"), ("plan", "--now", "soon"), ("publish", "--lookahead", "long")],
)
def test_wrong_usage_is_2(here: Repository, args: tuple[str, ...]) -> None:
    assert here.run(*args).exits(2).err


def test_detailed_exitcode(here: Repository) -> None:
    here.run("plan", "--detailed-exitcode", *_at(9, 5)).exits(0)
    here.post("due", _due())
    here.run("plan", "--detailed-exitcode", *_at(9, 5)).exits(2)
    here.post("bad", _due(more="titel: x"))
    here.run("plan", "--detailed-exitcode", *_at(9, 5)).exits(1)


def test_plan_says_commit_dirty_and_now(here: Repository) -> None:
    told = here.run("plan", "--format", "json", *_at(9, 5)).json
    assert (told["version"], told["now"], told["dirty"]) == (1, f"{DAY}T09:05:00Z", False)
    assert told["commit"] == here.git("rev-parse", "HEAD")
    here.post("new", _due())
    assert here.run("plan", "--format", "json", *_at(9, 5)).json["dirty"] is True


def test_check_in_the_shape_of_the_contract(here: Repository) -> None:
    here.post("bad", _due(more="titel: x"))
    told = here.run("check", "--format", "json").exits(1).json
    assert set(told) >= {"version", "posts", "deliveries", "skipped_rules", "diagnostics"}
    assert (told["version"], told["posts"]) == (1, 1)
    for one in told["diagnostics"]:
        assert set(one) >= {
            *("code", "name", "severity", "message", "help", "path", "line", "column", "end_line", "end_column"),
            *("account", "provider"),
        }
        assert re.fullmatch(r"PZ\d{3}", one["code"])
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one["name"])
        assert here.run("explain", one["code"]).exits(0).out


def test_base_limits_the_findings_to_what_changed(here: Repository) -> None:
    here.post("before", _due(more="titel: x"))
    base = here.commit()
    here.post("after", _due(more="titel: x"))
    here.commit()
    assert {one["path"] for one in here.findings("--base", base)} == {"content/after.md"}
