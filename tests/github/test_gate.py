"""The gate, on real repositories: it says "nothing" only where git proves it, and "perhaps" to everything else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops import __version__, gate
from postiz_ops.ledger.view import Brake, Index, brake_file, index_file

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ELEVEN = NOON.replace(hour=11)
ACCOUNTS = "version: 1\nbranch: main\nstate: {remote: origin, branch: postiz-state, id: 5f3c}\n"


def git(folder: Path, *args: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", "-C", str(folder), *args], input=stdin, capture_output=True, check=True)
    return done.stdout.decode().strip()


@dataclass(frozen=True)
class Repository:
    """A clone with its bare remote, and a state branch that says: nothing before noon."""

    folder: Path
    remote: Path

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            (self.folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--message", "change")
        git(self.folder, "push", "--quiet", "origin", "main")

    def tree(self) -> str:
        return git(self.folder, "rev-parse", "main^{tree}")

    def state(self, **files: bytes) -> None:
        """Make the remote's state branch a commit of these files (``index`` for ``index.json``)."""
        blobs = {
            f"{name}.json": git(self.remote, "hash-object", "-w", "--stdin", stdin=data) for name, data in files.items()
        }
        listing = "".join(f"100644 blob {blob}\t{name}\n" for name, blob in sorted(blobs.items()))
        commit = git(self.remote, "commit-tree", git(self.remote, "mktree", stdin=listing.encode()), "-m", "state")
        git(self.remote, "update-ref", "refs/heads/postiz-state", commit)

    def index(self, *, wake: datetime | None = NOON, tool: str = __version__, tree: str | None = None) -> bytes:
        return index_file(Index(tool, tree or self.tree(), wake))

    def why(self, now: datetime = ELEVEN) -> str:
        """What the gate says; empty when nothing can be due."""
        try:
            gate.look(str(self.folder), now.timestamp())
        except gate.Perhaps as reason:
            return str(reason)
        return ""


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "clone", tmp_path / "remote.git")
    git(tmp_path, "init", "--quiet", "--bare", str(made.remote))
    git(tmp_path, "clone", "--quiet", str(made.remote), str(made.folder))
    made.commit(accounts__yaml=ACCOUNTS)
    made.state(index=made.index())
    return made


def test_nothing_is_due_while_the_tree_is_the_same_and_the_time_has_not_come(repository: Repository) -> None:
    assert repository.why() == ""
    assert gate.nothing_due(str(repository.folder), NOON.timestamp() - 1)


def test_a_folder_inside_the_repository_asks_for_the_whole(repository: Repository) -> None:
    inside = repository.folder / "content" / "deep"
    inside.mkdir(parents=True)
    assert gate.nothing_due(str(inside), NOON.timestamp() - 1)


def test_no_wake_means_never_while_the_tree_is_the_same(repository: Repository) -> None:
    repository.state(index=repository.index(wake=None))
    assert repository.why(datetime(2999, 1, 1, tzinfo=UTC)) == ""


def test_the_time_has_come(repository: Repository) -> None:
    assert repository.why(NOON) == "something can need work since 2026-12-01T12:00:00Z"


def test_a_fraction_of_a_second_counts_as_the_whole_before_it(repository: Repository) -> None:
    repository.state(index=repository.index(wake=NOON.replace(microsecond=500000)))
    assert repository.why(NOON.replace(hour=11, minute=59, second=59)) == ""
    assert repository.why(NOON) == "something can need work since 2026-12-01T12:00:00.500000Z"


def test_the_epoch_means_look_at_every_run(repository: Repository) -> None:
    repository.state(index=repository.index(wake=datetime(1970, 1, 1, tzinfo=UTC)))
    assert repository.why() == "something can need work since 1970-01-01T00:00:00Z"


def test_what_is_approved_at_the_remote_counts_not_what_is_here(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other", repository.remote)
    git(tmp_path, "clone", "--quiet", str(repository.remote), str(other.folder))
    other.commit(post__md="new")
    assert repository.why() == "what is approved has changed"


def test_local_commits_and_the_work_tree_change_nothing(repository: Repository) -> None:
    (repository.folder / "post.md").write_text("not approved")
    git(repository.folder, "add", "--all")
    git(repository.folder, "commit", "--quiet", "--message", "not pushed")
    assert repository.why() == ""


def test_another_commit_of_the_same_tree_is_the_same(repository: Repository) -> None:
    git(repository.folder, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    git(repository.folder, "push", "--quiet", "origin", "main")
    assert repository.why() == ""


def test_another_version_of_the_tool_looks_again(repository: Repository) -> None:
    repository.state(index=repository.index(tool="0.0.9"))
    assert repository.why() == "another version of the tool looked last"


def test_a_pause_is_left_to_the_command_that_warns_of_it(repository: Repository) -> None:
    repository.commit(PAUSED="too much noise")
    repository.state(index=repository.index())
    assert repository.why() == "publishing is paused"


def test_so_is_the_brake_of_the_state_branch_until_it_is_released(repository: Repository) -> None:
    repository.state(index=repository.index(), paused=brake_file(Brake("wait", NOON)))
    assert repository.why() == "publishing is paused"
    repository.state(index=repository.index(), paused=brake_file(None))
    assert repository.why() == ""


def test_results_that_wait_to_be_recorded_are_work(repository: Repository) -> None:
    spool = repository.folder / ".git" / "postiz" / "spool"
    spool.mkdir(parents=True)
    assert repository.why() == ""
    (spool / "run.json").write_text("{}")
    assert repository.why() == "results of an earlier run wait to be recorded"


def test_a_remote_that_cannot_be_read_is_unsure(repository: Repository) -> None:
    repository.remote.rename(repository.remote.with_name("gone.git"))
    assert repository.why() == "the remote cannot be read, or it has no state branch"


def test_no_state_branch_is_unsure(repository: Repository) -> None:
    git(repository.remote, "update-ref", "-d", "refs/heads/postiz-state")
    assert repository.why() == "the remote cannot be read, or it has no state branch"


def test_no_index_is_unsure(repository: Repository) -> None:
    repository.state(genesis=b"{}")
    assert repository.why() == "the state branch has no index"


def test_without_a_remote_the_local_branches_are_the_truth(repository: Repository) -> None:
    git(repository.folder, "fetch", "--quiet", "origin", "postiz-state:postiz-state")
    git(repository.folder, "remote", "remove", "origin")
    assert repository.why() == ""
    git(repository.folder, "commit", "--quiet", "--allow-empty", "--message", "nothing")
    assert repository.why() == ""
    (repository.folder / "post.md").write_text("new")
    git(repository.folder, "add", "--all")
    git(repository.folder, "commit", "--quiet", "--message", "approved here")
    assert repository.why() == "what is approved has changed"


def test_a_remote_that_an_included_file_names_is_one_too(repository: Repository, tmp_path: Path) -> None:
    git(repository.folder, "fetch", "--quiet", "origin", "postiz-state:postiz-state")
    git(repository.folder, "remote", "remove", "origin")
    (tmp_path / "more").write_text(f'[remote "origin"]\n\turl = {repository.remote}\n')
    git(repository.folder, "config", "include.path", str(tmp_path / "more"))
    assert repository.why() == ""
    repository.state(index=repository.index(tool="0.0.9"))
    assert repository.why() == "another version of the tool looked last"


def test_a_shallow_clone_stays_shallow_and_a_full_one_full(repository: Repository, tmp_path: Path) -> None:
    for number in range(3):
        repository.commit(post__md=str(number))
    repository.state(index=repository.index())
    shallow = Repository(tmp_path / "shallow", repository.remote)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository.remote}", str(shallow.folder))
    for number in range(3, 6):
        repository.commit(post__md=str(number))
    repository.state(index=repository.index())
    assert shallow.why() == ""
    assert git(shallow.folder, "rev-list", "--count", "origin/main") == "1"
    assert repository.why() == ""
    assert git(repository.folder, "rev-list", "--count", "origin/main") == "7"


@pytest.mark.parametrize("packed", [False, True])
def test_tips_that_are_here_are_asked_for_and_not_fetched(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    assert repository.why() == ""
    if packed:
        git(repository.folder, "pack-refs", "--all")
    asked: list[str] = []
    original = gate._git

    def recorded(top: str, *args: str, input: bytes = b"") -> tuple[int, bytes]:
        asked.append(args[0])
        return original(top, *args, input=input)

    monkeypatch.setattr(gate, "_git", recorded)
    assert repository.why() == ""
    assert asked == ["ls-remote", "cat-file"]
    repository.state(index=repository.index(wake=ELEVEN))
    assert repository.why() == "something can need work since 2026-12-01T11:00:00Z"
    assert asked[2:] == ["ls-remote", "fetch", "cat-file"]


@pytest.mark.parametrize("place", ["beside", "clone/inside"])
def test_a_linked_work_tree_is_left_to_the_command(repository: Repository, tmp_path: Path, place: str) -> None:
    git(repository.folder, "worktree", "add", "--quiet", str(tmp_path / place), "-b", "side")
    assert Repository(tmp_path / place, repository.remote).why() == "this is not the main work tree of a repository"


def test_a_hook_that_publishes_asks_its_own_repository(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "nowhere")
    assert repository.why() == ""


def test_no_repository_and_no_accounts_are_unsure(repository: Repository, tmp_path: Path) -> None:
    assert not gate.nothing_due(str(tmp_path / "nowhere"))
    (repository.folder / "accounts.yaml").unlink()
    assert not gate.nothing_due(str(repository.folder), NOON.timestamp() - 1)


def test_hooks_and_monitors_of_the_repository_do_not_run(repository: Repository, tmp_path: Path) -> None:
    hook = repository.folder / ".git" / "hooks" / "reference-transaction"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    git(repository.folder, "config", "core.fsmonitor", f"touch {tmp_path}/ran")
    assert repository.why() == ""
    assert not (tmp_path / "ran").exists()


# --- accounts.yaml --------------------------------------------------------------------------------------------------

PLAIN = {
    "in one line": "branch: main\nstate: {remote: origin, branch: postiz-state, id: 5f3c}\n",
    "in a block": "branch: main\nstate:\n  remote: origin\n  # where it is\n  branch: postiz-state\n  id: 5f3c\n",
    "quoted": "branch: 'main'\nstate: {remote: \"origin\"}\n",
    "with comments": "# ours\nbranch: main   # the approved one\nstate: {} # all defaults\n",
    "with a mark of byte order and CRLF": "\ufeffbranch: main\r\nstate:\r\n  branch: postiz-state\r\n",
    "the checked-out branch": "version: 1\n",
    "lists without indentation": "branch: main\nnotify:\n- one\n- two\nstate:\n  branch: postiz-state\n",
}


@pytest.mark.parametrize("accounts", PLAIN.values(), ids=PLAIN)
def test_accounts_that_are_plain(repository: Repository, accounts: str) -> None:
    (repository.folder / "accounts.yaml").write_text(accounts, encoding="utf-8", newline="")
    assert repository.why() == ""


UNCLEAR = {
    "another remote": "state: {remote: elsewhere}\n",
    "a URL": "state: {remote: https://example.com/state.git}\n",
    "an anchor": "branch: &b main\n",
    "an alias": "x: &b main\nbranch: *b\n",
    "a merge": "<<: {branch: other}\n",
    "a quoted key": '"branch": other\n',
    "an escape": 'branch: "ma\\u0069n"\n',
    "a block scalar": "branch: >-\n  main\n",
    "a continued line": "branch: main\n  branch\n",
    "twice": "branch: main\nbranch: main\n",
    "state twice": "state: {}\nstate: {}\n",
    "braces over two lines": "state: {remote: origin,\n  branch: postiz-state}\n",
    "all in braces": "{branch: main}\n",
    "a tab": "\tbranch: main\n",
    "a nested state": "state:\n  remote:\n    origin\n",
    "null": "branch: null\n",
    "an option": "branch: --upload-pack=x\n",
    "a refspec": "branch: main:main\n",
    "no YAML": "what is this\n",
}


@pytest.mark.parametrize("accounts", UNCLEAR.values(), ids=UNCLEAR)
def test_accounts_that_are_not_plain_are_unsure(repository: Repository, accounts: str) -> None:
    (repository.folder / "accounts.yaml").write_text(accounts, encoding="utf-8")
    assert repository.why() != ""


def test_accounts_that_are_no_text_or_too_long_are_unsure(repository: Repository) -> None:
    for data in (b"branch: \xff\xfe", b"# " + b"x" * gate.MAX_CONFIG):
        (repository.folder / "accounts.yaml").write_bytes(data)
        assert not gate.nothing_due(str(repository.folder), NOON.timestamp() - 1)


def test_the_remotes_default_branch_goes_before_the_checked_out_one(repository: Repository) -> None:
    git(repository.folder, "remote", "set-head", "origin", "main")
    git(repository.folder, "switch", "--quiet", "--create", "draft")
    (repository.folder / "accounts.yaml").write_text("version: 1\n")
    assert repository.why() == ""


def test_a_detached_head_names_no_branch(repository: Repository) -> None:
    git(repository.folder, "remote", "set-head", "--delete", "origin")
    git(repository.folder, "switch", "--quiet", "--detach")
    (repository.folder / "accounts.yaml").write_text("version: 1\n")
    assert repository.why() == "no branch is checked out, and accounts.yaml names none"


# --- the index ------------------------------------------------------------------------------------------------------


INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(wake=st.none() | INSTANTS, now=INSTANTS)
def test_the_written_index_is_understood_and_never_read_as_later(wake: datetime | None, now: datetime) -> None:
    written = gate._flat(index_file(Index(__version__, "a" * 40, wake)).decode())
    try:
        gate._compare(written, "a" * 40, now.timestamp())
    except gate.Perhaps:
        assert wake is not None
        assert now >= wake.replace(microsecond=0)
    else:
        assert wake is None or now < wake


DAMAGED = {
    "empty": b"",
    "a list": b"[]",
    "a string": b'"index"',
    "cut": b'{"version": 1, "tool": "0.1.0"',
    "no time": b'{"version": 1, "tool": "0.1.0", "tree": "TREE", "next_wake": "soon"}',
    "an offset": b'{"version": 1, "tool": "0.1.0", "tree": "TREE", "next_wake": "2999-01-01T00:00:00+02:00"}',
    "another version": b'{"version": 2, "tool": "0.1.0", "tree": "TREE", "next_wake": null}',
    "no tool": b'{"version": 1, "tree": "TREE", "next_wake": null}',
    "no text": b"\xff\xfe{}",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_index_is_unsure(repository: Repository, damage: bytes) -> None:
    repository.state(index=damage.replace(b"0.1.0", __version__.encode()).replace(b"TREE", repository.tree().encode()))
    assert not gate.nothing_due(str(repository.folder), NOON.timestamp() - 1)


# --- as a script ----------------------------------------------------------------------------------------------------

Script = Callable[..., tuple[str, str]]


@pytest.fixture
def script(repository: Repository, tmp_path: Path) -> Script:
    """Run the gate as the Action does; returns its output and what it told the later steps."""

    def run(**env: str) -> tuple[str, str]:
        told = tmp_path / "output"
        told.write_text("")
        done = subprocess.run(
            [sys.executable, "-I", str(Path(gate.__file__).resolve())],
            cwd=repository.folder,
            env=os.environ | {"GITHUB_OUTPUT": str(told)} | env,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        return done.stdout.decode(), told.read_text()

    return run


def test_the_script_ends_an_idle_job(repository: Repository, script: Script) -> None:
    repository.state(index=repository.index(wake=None))
    said = "postiz-ops: ending here: nothing can be due before the time that the state branch names\n"
    assert script() == (said, "due=false\n")
    assert script(POSTIZ_COMMAND="publish", POSTIZ_ARGS=" ") == (said, "due=false\n")


def test_the_script_lets_every_other_command_run(script: Script) -> None:
    going_on = ("postiz-ops: going on: this command is always run\n", "due=true\n")
    assert script(POSTIZ_COMMAND="status") == going_on
    assert script(POSTIZ_COMMAND="publish", POSTIZ_ARGS="--dry-run") == going_on


def test_check_gets_the_state_branch_of_a_clone_that_lacks_it(repository: Repository, script: Script) -> None:
    assert script(POSTIZ_COMMAND="check", POSTIZ_ARGS="--base HEAD^1") == (
        "postiz-ops: going on: the state branch was brought along\n",
        "due=true\n",
    )
    assert git(repository.folder, "cat-file", "-t", "refs/remotes/origin/postiz-state:index.json") == "blob"
    git(repository.remote, "update-ref", "-d", "refs/heads/postiz-state")
    assert script(POSTIZ_COMMAND="plan")[0] == "postiz-ops: going on: there is no state branch to bring along\n"


def test_the_script_can_be_run_by_hand(script: Script) -> None:
    assert script(POSTIZ_COMMAND="status", GITHUB_OUTPUT="")[1] == ""


def test_the_script_says_why_it_goes_on(repository: Repository, script: Script) -> None:
    repository.state(index=repository.index(tool="0.0.9"))
    assert script() == ("postiz-ops: going on: another version of the tool looked last\n", "due=true\n")
    (repository.folder / "accounts.yaml").unlink()
    assert script() == ("postiz-ops: going on: it cannot be told from here (FileNotFoundError)\n", "due=true\n")


def test_the_script_does_not_let_the_repository_speak_to_the_runner(repository: Repository, script: Script) -> None:
    (repository.folder / "accounts.yaml").write_text("branch: '\r::set-output name=x::y'\n", newline="")
    said, told = script()
    assert not any(line.startswith("::") for line in said.splitlines())
    assert told == "due=true\n"


def test_the_gate_imports_nothing_but_what_python_has_loaded() -> None:
    program = (
        "import sys; before = set(sys.modules); from postiz_ops import gate; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"__future__", "postiz_ops", "postiz_ops.gate"}


def test_the_index_of_the_ledger_is_flat_enough_for_the_gate() -> None:
    written = json.loads(index_file(Index("1.2.3", "b" * 40, NOON)))
    read = gate._flat(index_file(Index("1.2.3", "b" * 40, NOON)).decode())
    assert read == {name: str(value) for name, value in written.items()}
