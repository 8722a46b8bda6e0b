"""git is run hardened, and a token goes to one address."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import pytest

from postiz_ops.errors import UsageError
from postiz_ops.repo import git as plumbing
from postiz_ops.repo.git import Git, GitError, authorized


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """An empty repository."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return Git(tmp_path)


def test_the_repository_s_own_hooks_are_not_run(git: Git) -> None:
    hook = git.root / ".git" / "hooks" / "reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {git.root}/ran\n")
    hook.chmod(0o755)
    tree = git.text("write-tree")
    commit = git.text("-c", "user.name=t", "-c", "user.email=t@example.com", "commit-tree", "-m", "x", tree)
    git.run("update-ref", "refs/heads/x", commit)
    assert not (git.root / "ran").exists()


def test_a_failure_carries_git_s_own_words(git: Git) -> None:
    with pytest.raises(GitError) as caught:
        git.run("rev-parse", "--verify", "nothing")
    assert "fatal" in caught.value.stderr
    assert git.maybe("rev-parse", "--verify", "--quiet", "nothing") is None


def test_a_folder_outside_any_repository_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not inside a git repository"):
        Git.discover(tmp_path)


def test_a_git_folder_in_the_environment_does_not_mislead(git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert Path(git.text("rev-parse", "--show-toplevel")) == git.root.resolve()


def test_a_token_goes_to_its_address_and_to_no_other(git: Git) -> None:
    url = "https://git.example/acme/state"
    with_token = Git(git.root, authorized(url, "test-token"))
    header = f"Authorization: Basic {base64.b64encode(b'x-access-token:test-token').decode()}"
    assert with_token.text("config", "--get-urlmatch", "http.extraHeader", url) == header
    assert with_token.maybe("config", "--get-urlmatch", "http.extraHeader", "https://git.example/acme/posts") is None
    assert with_token.maybe("config", "--get-urlmatch", "http.extraHeader", "https://evil.example/acme/state") is None
    assert git.maybe("config", "--get-urlmatch", "http.extraHeader", url) is None


def test_a_server_cannot_have_files_removed_by_talking_of_locks(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plumbing, "_PATIENCE", 0.1)
    other, ours = tmp_path / "notes.lock", git.git_dir() / "index.lock"
    for lock in (other, ours):
        lock.write_text("")
        os.utime(lock, (1, 1))
    said = f"Unable to create '{other}': File exists. Unable to create '{ours}': File exists"
    script = tmp_path / "server"
    lines = [f"remote: {said}", f"error: Unable to create '{other}': File exists"]
    script.write_text("#!/bin/sh\n" + "".join(f'echo "{line}" >&2\n' for line in lines) + "exit 1\n")
    script.chmod(0o755)
    with pytest.raises(GitError):
        git.run("-c", f"alias.ask=!{script}", "ask")
    assert other.exists()
    assert ours.exists()
