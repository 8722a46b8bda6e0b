"""The Action and the workflows that ``init`` writes, run by act on this machine: a bare remote, the sandbox, no GitHub.

act runs the steps in order with the inputs that we think. It proves nothing about permissions, environments,
concurrency, the schedule or the real checkout; ``gh`` and ``actions/setup-python`` are stand-ins.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from postiz_ops import __version__
from postiz_ops.sandbox import Sandbox

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
ACT = Path(sys.executable).with_name("act")
CLI = [sys.executable, "-m", "postiz_ops"]

SETUP_PYTHON = """\
name: stand-in
description: the Python that is there
inputs: {python-version: {description: which}}
runs: {using: composite, steps: [{shell: bash, run: 'echo "stand-in for setup-python"'}]}
"""

# Answers as GitHub would, the jq expression applied, and keeps what it was told to write.
GH = """\
#!/bin/sh
printf '%s\\n' "$*" >>"$GH_LOG"
case "$*" in
  *"/pulls --field"*) echo 7 ;;
  *"--paginate"*) [ ! -e "$GH_LOG.exists" ] || echo 99 ;;
  *"--raw-field body="*) touch "$GH_LOG.exists" ;;
esac
"""

HOSTILE = "import pathlib; pathlib.Path({marker!r}).touch()\n"


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *args], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="session")
def act() -> Path:
    if not ACT.exists():
        if os.environ.get("CI"):
            pytest.fail("act is not installed: make test-real installs it")
        pytest.skip("act is not installed: make test-real installs it")
    return ACT


@pytest.fixture(scope="session")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our Action as a checkout of it looks, and a stand-in for setup-python."""
    folder = tmp_path_factory.mktemp("actions")
    ours = folder / "postiz-ops"
    ours.mkdir()
    for name in ("action.yml", "askpass.sh"):
        shutil.copy2(ROOT / name, ours)
    shutil.copytree(ROOT / "requirements", ours / "requirements")
    shutil.copytree(ROOT / "postiz_ops", ours / "postiz_ops", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "setup-python").mkdir()
    (folder / "setup-python" / "action.yml").write_text(SETUP_PYTHON)
    return folder


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The address of a stand-in for the platforms."""
    with Sandbox() as server:
        yield server.url


@dataclass
class Forge:
    """A content repository as ``init`` makes it, its bare remote, and act in the place of GitHub."""

    folder: Path
    act: Path
    actions: Path
    sandbox: str
    log: Path
    secrets: dict[str, str] = field(default_factory=lambda: {"MASTODON_TOKEN": "test-token"})

    def run(self, event: str, workflow: str, payload: dict[str, Any] | None = None) -> tuple[int, str]:
        """Let an event happen; the exit code and the log."""
        text = (self.folder / ".github/workflows" / f"{workflow}.yml").read_text()
        standins = {
            ref: self.actions / ("setup-python" if ref.startswith("actions/setup-python@") else "postiz-ops")
            for ref in [*re.findall(r"uses: (\S+/postiz-ops@\S+)", text), *self._pins()]
        }
        happening = self.log.with_name("event.json")
        happening.write_text(json.dumps(payload or {}))
        command = [str(self.act), event, "-W", f".github/workflows/{workflow}.yml", "-e", str(happening)]
        command += ["-P", "ubuntu-24.04=-self-hosted", "--no-cache-server"]
        told = {"GITHUB_REPOSITORY": "acme/posts", "POSTIZ_OPS_ENDPOINT": self.sandbox, "GH_LOG": str(self.log)}
        command += [word for name, value in told.items() for word in ("--env", f"{name}={value}")]
        command += [word for name, value in self.secrets.items() for word in ("-s", f"{name}={value}")]
        command += [word for ref, path in standins.items() for word in ("--local-repository", f"{ref}={path}")]
        home = self.log.with_name("home")
        home.mkdir(exist_ok=True)
        env = os.environ | {"HOME": str(home), "PATH": f"{self.log.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(command, cwd=self.folder, env=env, capture_output=True, check=False)
        log = (done.stdout + done.stderr).decode(errors="replace")
        print(log)
        return done.returncode, log

    def _pins(self) -> list[str]:
        return re.findall(r"uses: (actions/setup-python@\S+)", (ROOT / "action.yml").read_text())

    def write(self, **posts: str) -> None:
        """Write posts, named without their suffix, and commit them."""
        for name, text in posts.items():
            (self.folder / "content" / f"{name}.md").write_text(text)
        self.commit()

    def commit(self) -> None:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message", "change")

    def approve(self) -> None:
        git(self.folder, "push", "--quiet", "origin", "main")

    def merge(self) -> str:
        """Merge the branch ``topic`` as GitHub does, at the remote too; the id of the branch's own commit."""
        head = git(self.folder, "rev-parse", "topic")
        git(self.folder, "switch", "--quiet", "--detach", "main")
        git(self.folder, "merge", "--quiet", "--no-ff", "--message", "merge", "topic")
        git(self.folder, "push", "--quiet", "origin", "+HEAD:refs/pull/7/merge")
        return head

    def published(self) -> list[str]:
        with urllib.request.urlopen(f"{self.sandbox}/_sandbox/posts") as answer:
            return [post["text"] for post in json.load(answer)]

    def comment(self) -> str:
        """What ``gh`` was last told to write."""
        return self.log.read_text().rpartition("--raw-field body=")[2]


@pytest.fixture
def forge(tmp_path: Path, act: Path, actions: Path, sandbox: str) -> Forge:
    remote, folder = tmp_path / "remote.git", tmp_path / "posts"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(tmp_path, "clone", "--quiet", str(remote), str(folder))
    subprocess.run([*CLI, "init", str(folder)], check=True, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)})
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "begin")
    git(folder, "push", "--quiet", "origin", "main")
    standin = tmp_path / "bin" / "gh"
    standin.parent.mkdir()
    standin.write_text(GH)
    standin.chmod(0o755)
    return Forge(folder, act, actions, sandbox, tmp_path / "gh.log")


DUE = "---\nid: launch\nplatforms: [my-mastodon]\npublish_at: now\n---\nWe are live.\n"
LONG = f"---\nid: long\nplatforms: [my-mastodon]\npublish_at: 2030-01-01 09:00\n---\n{'far too long ' * 60}\n"
LATER = "---\nid: later\nplatforms: [my-mastodon]\npublish_at: 2030-01-01 09:00\n---\nHappy new year, @everyone.\n"


def test_a_push_publishes_what_is_due_and_the_next_tick_ends_before_anything_is_installed(forge: Forge) -> None:
    forge.write(launch=DUE)
    forge.approve()
    code, log = forge.run("push", "publish")
    assert code == 0
    assert "published: launch to my-mastodon" in log
    assert "set-output:: published=1" in log
    assert forge.published() == ["We are live."]

    code, log = forge.run("schedule", "publish")
    assert code == 0
    assert "postiz-ops: ending here: nothing can be due" in log
    assert "Main Install" not in log
    assert forge.published() == ["We are live."]


def test_a_push_of_an_unfinished_post_publishes_the_rest_and_fails_the_job(forge: Forge) -> None:
    forge.write(launch=DUE, long=LONG.replace("2030-01-01 09:00", "now"))
    forge.approve()
    code, log = forge.run("push", "publish")
    assert code == 1
    assert "exit status 1" in log
    assert "set-output:: published=1" in log
    assert forge.published() == ["We are live."]


def test_by_hand_it_pauses_with_a_reason_that_no_shell_reads(forge: Forge, tmp_path: Path) -> None:
    reason = f"wait; touch {tmp_path}/ran $(touch {tmp_path}/ran)"
    inputs = {"command": "pause", "args": f"'{reason}'"}
    code, _ = forge.run("workflow_dispatch", "publish", {"inputs": inputs})
    assert code == 0
    assert not (tmp_path / "ran").exists()
    paused = json.loads(git(forge.folder.parent / "remote.git", "cat-file", "-p", "postiz-state:paused.json"))
    assert paused["reason"] == reason

    forge.write(launch=DUE)
    forge.approve()
    code, log = forge.run("push", "publish")
    assert code == 0
    assert "going on: publishing is paused" in log
    assert forge.published() == []


def test_a_pull_request_is_checked_without_a_secret_and_its_lines_are_marked(forge: Forge) -> None:
    forge.secrets.clear()
    git(forge.folder, "switch", "--quiet", "--create", "topic")
    forge.write(long=LONG)
    forge.merge()
    code, log = forge.run("pull_request", "check", {"pull_request": {"number": 7}})
    assert code == 1
    assert re.search(r"::error .*content/long\.md", log), "act shows annotations as it gets them"


def test_a_good_pull_request_passes(forge: Forge) -> None:
    forge.secrets.clear()
    git(forge.folder, "switch", "--quiet", "--create", "topic")
    forge.write(later=LATER)
    forge.merge()
    code, log = forge.run("pull_request", "check", {"pull_request": {"number": 7}})
    assert code == 0
    assert "going on: the state branch was brought along" in log


def test_the_plan_is_commented_and_nothing_of_the_pull_request_runs(forge: Forge, tmp_path: Path) -> None:
    forge.secrets.clear()
    marker = tmp_path / "ran"
    git(forge.folder, "switch", "--quiet", "--create", "topic")
    forge.write(later=LATER)
    for name in ("sitecustomize", "yaml", "click", "os", "postiz_ops"):
        (forge.folder / f"{name}.py").write_text(HOSTILE.format(marker=str(marker)))
    (forge.folder / "content" / "link.md").symlink_to("/etc/hostname")
    (forge.folder / ".gitattributes").write_text("* filter=evil\n")
    forge.commit()
    head = forge.merge()
    git(forge.folder, "switch", "--quiet", "main")
    owner = {"id": 1, "owner": {"login": "somebody"}}
    happening = {"event": "pull_request", "head_sha": head, "head_branch": "topic", "head_repository": owner}

    code, _ = forge.run("workflow_run", "comment", {"workflow_run": happening})
    assert code == 0
    assert "repos/acme/posts/pulls --field state=open --field head=somebody:topic" in forge.log.read_text()
    assert "--method POST repos/acme/posts/issues/7/comments" in forge.log.read_text()
    assert forge.comment().startswith("<!-- postiz-plan -->\n")
    assert "Happy new year" in forge.comment()
    assert not marker.exists()

    code, _ = forge.run("workflow_run", "comment", {"workflow_run": happening})
    assert code == 0
    assert "--method PATCH repos/acme/posts/issues/comments/99" in forge.log.read_text()


def test_a_pull_request_that_has_moved_on_gets_no_comment_from_the_older_run(forge: Forge) -> None:
    git(forge.folder, "switch", "--quiet", "--create", "topic")
    forge.write(later=LATER)
    older = forge.merge()
    git(forge.folder, "switch", "--quiet", "topic")
    forge.write(later=LATER.replace("Happy", "Merry"))
    forge.merge()
    git(forge.folder, "switch", "--quiet", "main")
    owner = {"id": 1, "owner": {"login": "somebody"}}
    happening = {"event": "pull_request", "head_sha": older, "head_branch": "topic", "head_repository": owner}
    code, log = forge.run("workflow_run", "comment", {"workflow_run": happening})
    assert code == 0
    assert "the pull request has moved on" in log
    assert "--raw-field" not in forge.log.read_text()


def test_init_names_the_action_by_this_version_or_a_commit(forge: Forge) -> None:
    text = (forge.folder / ".github/workflows/publish.yml").read_text()
    (ref,) = re.findall(r"uses: \S+/postiz-ops@(\S+)", text)
    assert ref == f"v{__version__}" or re.fullmatch(r"[0-9a-f]{40}", ref)
