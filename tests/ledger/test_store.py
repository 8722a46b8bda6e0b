"""The state branch in real git: who wins a race, and what a push's own word is worth."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from postiz_ops.errors import Temporary
from postiz_ops.ledger.store import GitLedger, Location
from postiz_ops.publish.effects import Snapshot
from postiz_ops.repo.git import Git


def git(where: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(where), *words], check=True, capture_output=True, text=True).stdout.strip()


def clone(tmp_path: Path, name: str) -> GitLedger:
    folder = tmp_path / name
    git(tmp_path, "clone", "--quiet", str(tmp_path / "remote.git"), str(folder))
    return GitLedger(Git(folder), Location("main", "postiz-state", "origin", "origin"))


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A bare remote with one commit on main."""
    bare = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    seed = tmp_path / "seed"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(seed))
    (seed / "accounts.yaml").write_text("version: 1\n")
    git(seed, "add", ".")
    git(seed, "commit", "--quiet", "-m", "first")
    git(seed, "push", "--quiet", str(bare), "main")
    return bare


def fetch(ledger: GitLedger) -> Snapshot:
    return asyncio.run(ledger.fetch())


def push(ledger: GitLedger, base: Snapshot, **files: str) -> None:
    asyncio.run(ledger.push(base, {name.replace("__", "/"): text.encode() for name, text in files.items()}, "test\n"))


def test_a_branch_that_does_not_exist_has_no_head(tmp_path: Path, remote: Path) -> None:
    seen = fetch(clone(tmp_path, "a"))
    assert (seen.head, dict(seen.files), seen.approved) == (None, {}, git(remote, "rev-parse", "main"))


def test_the_tips_alone_can_be_asked_for(tmp_path: Path, remote: Path) -> None:
    ledger = clone(tmp_path, "a")
    assert asyncio.run(ledger.tips()) == (git(remote, "rev-parse", "main"), None)
    push(ledger, fetch(ledger), top="one")
    assert asyncio.run(clone(tmp_path, "b").tips())[1] == fetch(ledger).head
    remote.rename(tmp_path / "gone.git")
    with pytest.raises(Temporary):
        asyncio.run(ledger.tips())


def test_what_has_left_the_branch_is_let_go_of(tmp_path: Path, remote: Path) -> None:
    ledger = clone(tmp_path, "a")
    for text in ("one", "two", "three"):
        push(ledger, fetch(ledger), same=text, other="stays")
    assert sorted(fetch(ledger).files.values()) == [b"stays", b"three"]
    assert sorted(ledger._blobs.values()) == [b"stays", b"three"]


def test_what_was_pushed_is_fetched_by_another_clone(tmp_path: Path, remote: Path) -> None:
    ours, theirs = clone(tmp_path, "a"), clone(tmp_path, "b")
    push(ours, fetch(ours), a__b__c="one", top="two")
    push(ours, fetch(ours), a__b__c="three")
    seen = fetch(theirs)
    assert dict(seen.files) == {"a/b/c": b"three", "top": b"two"}
    assert git(remote, "rev-list", "--count", "postiz-state") == "2"
    assert "fast-import" not in git(remote, "fsck", "--strict")


def test_of_two_pushes_on_one_tip_one_wins_and_nothing_is_merged(tmp_path: Path, remote: Path) -> None:
    ours, theirs = clone(tmp_path, "a"), clone(tmp_path, "b")
    base = fetch(ours)
    push(theirs, fetch(theirs), claim="theirs")
    push(ours, base, claim="ours")
    assert dict(fetch(ours).files) == {"claim": b"theirs"}
    assert git(remote, "rev-list", "--count", "postiz-state") == "1"


def test_a_push_that_was_applied_and_reported_as_failed_is_seen_by_the_next_fetch(tmp_path: Path, remote: Path) -> None:
    hook = remote / "hooks" / "post-receive"
    hook.write_text('#!/bin/sh\nkill -9 "$PPID"\n')
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    ours = clone(tmp_path, "a")
    push(ours, fetch(ours), claim="ours")
    assert dict(fetch(ours).files) == {"claim": b"ours"}


def test_a_push_that_the_server_refuses_changes_nothing(tmp_path: Path, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    ours = clone(tmp_path, "a")
    push(ours, fetch(ours), claim="ours")
    assert fetch(ours).head is None


def test_a_deleted_state_branch_is_missing_and_not_remembered(tmp_path: Path, remote: Path) -> None:
    ours = clone(tmp_path, "a")
    push(ours, fetch(ours), claim="ours")
    assert fetch(ours).head
    git(remote, "update-ref", "-d", "refs/heads/postiz-state")
    assert fetch(ours).head is None


def test_a_remote_that_is_gone_is_temporary(tmp_path: Path, remote: Path) -> None:
    ours = clone(tmp_path, "a")
    remote.rename(tmp_path / "elsewhere")
    with pytest.raises(Temporary, match="`origin` cannot be reached"):
        fetch(ours)


def test_without_a_remote_the_local_branch_is_the_truth(tmp_path: Path, remote: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(remote), "alone")
    git(tmp_path / "alone", "remote", "remove", "origin")
    ours = GitLedger(Git(tmp_path / "alone"), Location("main", "postiz-state", None, None))
    base = fetch(ours)
    push(ours, base, claim="first")
    push(ours, base, claim="second")
    assert dict(fetch(ours).files) == {"claim": b"first"}
    assert git(tmp_path / "alone", "status", "--porcelain") == ""


def test_the_state_may_live_at_another_address(tmp_path: Path, remote: Path) -> None:
    private = tmp_path / "private.git"
    git(tmp_path, "init", "--quiet", "--bare", str(private))
    git(tmp_path, "clone", "--quiet", str(remote), "a")
    ours = GitLedger(Git(tmp_path / "a"), Location("main", "postiz-state", "origin", str(private)))
    push(ours, fetch(ours), claim="ours")
    seen = fetch(ours)
    assert (dict(seen.files), bool(seen.approved)) == ({"claim": b"ours"}, True)
    assert git(remote, "branch", "--list", "postiz-state") == ""


def test_a_shallow_clone_works(tmp_path: Path, remote: Path) -> None:
    ours = clone(tmp_path, "a")
    push(ours, fetch(ours), one="1")
    push(ours, fetch(ours), two="2")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{remote}", "shallow")
    theirs = GitLedger(Git(tmp_path / "shallow"), Location("main", "postiz-state", "origin", "origin"))
    push(theirs, fetch(theirs), three="3")
    assert sorted(fetch(ours).files) == ["one", "three", "two"]


@pytest.mark.parametrize("name", ["refs/remotes/origin/postiz-state.lock", "packed-refs.lock", "shallow.lock"])
def test_a_lock_that_a_killed_run_left_does_not_stop_the_next_one(tmp_path: Path, remote: Path, name: str) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{remote}", "a")
    ours = GitLedger(Git(tmp_path / "a"), Location("main", "postiz-state", "origin", "origin"))
    lock = tmp_path / "a" / ".git" / name
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    long_ago = time.time() - 60
    os.utime(lock, (long_ago, long_ago))
    push(ours, fetch(ours), claim="ours")
    assert dict(fetch(ours).files) == {"claim": b"ours"}


def test_a_commit_costs_the_same_whatever_else_the_branch_holds(tmp_path: Path, remote: Path) -> None:
    ours = clone(tmp_path, "a")
    many = {f"d__{i % 16:02x}__{i}": str(i) for i in range(300)}
    push(ours, fetch(ours), **many)
    base = fetch(ours)
    push(ours, base, d__00__new="x")
    changed = git(remote, "diff-tree", "-r", "--name-only", "--no-commit-id", "postiz-state")
    assert changed == "d/00/new"
    assert base.files.keys() < fetch(ours).files.keys()


def test_figures_are_read_by_whoever_asks_for_them_alone(tmp_path: Path, remote: Path) -> None:
    ours = clone(tmp_path, "a")
    push(ours, fetch(ours), analytics__one__month="figures", top="one")
    assert dict(fetch(ours).files) == {"top": b"one"}
    push(ours, fetch(ours), top="two")
    everything = GitLedger(ours.git, ours.location, lambda path: True)
    assert dict(fetch(everything).files) == {"analytics/one/month": b"figures", "top": b"two"}
