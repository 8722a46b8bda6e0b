"""The Action's own steps: what they start, what they print, which outputs they set; and how git gets its token."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from postiz_ops import action

ROOT = Path(__file__).resolve().parents[2]
OUTCOME = {
    "version": 1,
    "run": "github-7-1",
    "published": 1,
    "failed": 1,
    "in_doubt": 0,
    "deliveries": [
        {
            "post": "launch",
            "account": "acme-mastodon",
            "state": "published",
            "url": "https://mastodon.example/@acme/1",
            "error": None,
        },
        {
            "post": "launch",
            "account": "acme-slack",
            "state": "failed",
            "url": None,
            "error": {
                "kind": "rejected",
                "message": "no such channel\n::set-output name=x::y \x1b[31m",
                "retry_at": None,
            },
        },
    ],
}


def reported(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], command: str = "publish", args: str = ""
) -> str:
    (tmp_path / "report").write_text(text, encoding="utf-8")
    action.report(
        {
            "POSTIZ_COMMAND": command,
            "POSTIZ_ARGS": args,
            "POSTIZ_REPORT": str(tmp_path / "report"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        }
    )
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "args", "words"),
    [
        ("publish", "", ["publish", "--format", "json"]),
        ("publish", "--only a --dry-run", ["publish", "--only", "a", "--dry-run", "--format", "json"]),
        ("publish", "--format text", ["publish", "--format", "text"]),
        ("publish", "--format=markdown", ["publish", "--format=markdown"]),
        ("accounts check", "", ["accounts", "check"]),
        ("pause", "'too much; rm -rf $HOME `id` *'", ["pause", "too much; rm -rf $HOME `id` *"]),
    ],
)
def test_words_are_split_as_by_a_shell_and_expanded_in_nothing(command: str, args: str, words: list[str]) -> None:
    assert action.words({"POSTIZ_COMMAND": command, "POSTIZ_ARGS": args}) == words


def test_outputs_count_what_this_run_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reported(tmp_path, json.dumps(OUTCOME), capsys)
    assert (tmp_path / "output").read_text() == f"published=1\nfailed=1\nin-doubt=0\nreport={tmp_path}/report\n"


def test_deliveries_are_shown_a_line_each_and_unable_to_command_the_runner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *lines, last = reported(tmp_path, json.dumps(OUTCOME), capsys).splitlines()
    assert lines == [
        "published: launch to acme-mastodon https://mastodon.example/@acme/1",
        r"failed: launch to acme-slack no such channel\n::set-output name=x::y \x1b[31m",
    ]
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
    assert (tmp_path / "summary").read_text() == "```text\n" + "\n".join(lines) + "\n```\n"


def test_a_summary_cannot_be_broken_out_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    delivery = {"post": "a```` @everyone", "account": "b", "state": "published", "url": None, "error": None}
    reported(tmp_path, json.dumps(OUTCOME | {"deliveries": [delivery]}), capsys)
    assert (tmp_path / "summary").read_text().startswith("`````text\n")


def test_an_idle_run_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = reported(tmp_path, json.dumps(OUTCOME | {"published": 0, "failed": 0, "deliveries": []}), capsys)
    assert out.splitlines()[1:-1] == ["nothing was due"]


@pytest.mark.parametrize("text", ["", "{", "[1]", '"x"', "no JSON\n::error::x"])
def test_a_run_that_ended_badly_still_has_outputs(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = reported(tmp_path, text, capsys)
    assert out == "" if not text else out.startswith("::stop-commands::")
    assert (tmp_path / "output").read_text() == f"published=0\nfailed=0\nin-doubt=0\nreport={tmp_path}/report\n"


def test_the_stop_word_is_another_one_each_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = {reported(tmp_path, "{}", capsys).splitlines()[0] for _ in range(3)}
    assert len(words) == 3


@pytest.mark.parametrize("args", ["--format github --base HEAD^1", "--base HEAD^1 --format=github"])
def test_annotations_reach_the_runner(args: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        reported(tmp_path, "::error file=a.md::too long\n", capsys, "check", args)
        .splitlines()[0]
        .startswith("::error ")
    )


@pytest.mark.parametrize(
    ("command", "args"), [("check", "--format text"), ("plan", "--format github"), ("check", "githubx")]
)
def test_nothing_else_does(command: str, args: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reported(tmp_path, "::error::x\n", capsys, command, args).startswith("::stop-commands::")


def test_another_step_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["action.py", "else"])
    assert action.main() == 2


def test_the_command_takes_the_place_of_the_step_and_hears_signals(tmp_path: Path) -> None:
    package = tmp_path / "postiz_ops"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "action.py").write_text((ROOT / "postiz_ops" / "action.py").read_text())
    (package / "__main__.py").write_text(
        "import os, signal, sys\n"
        "def stop(*_):\n    print('stopped', os.getpid(), *sys.argv[1:], flush=True)\n    sys.exit(7)\n"
        "signal.signal(signal.SIGINT, stop)\n"
        "sys.stderr.write('ready\\n'); sys.stderr.flush()\n"
        "signal.pause()\n"
    )
    report = tmp_path / "report"
    report.write_text("of an earlier command\n" * 9)
    # As in action.yml, but for -I, which would hide the stand-in from Python: a .pth file serves the real one.
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from postiz_ops import action; sys.argv = ['', 'run']; "
    )
    program += (
        "import os; real = os.execv; os.execv = lambda path, args: real(path, [args[0], *args[2:]]); action.main()"
    )
    process = subprocess.Popen(
        ["bash", "-c", f'exec "{sys.executable}" -c "$PROGRAM"'],
        cwd=tmp_path,
        env=os.environ
        | {
            "PROGRAM": program,
            "POSTIZ_COMMAND": "publish",
            "POSTIZ_ARGS": "--only 'a b'",
            "POSTIZ_REPORT": str(report),
        },
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 7
    assert report.read_text() == f"stopped {process.pid} publish --only a b --format json\n"


# --- the token ------------------------------------------------------------------------------------------------------

JOB = {
    "GITHUB_SERVER_URL": "https://git.example",
    "GITHUB_REPOSITORY": "acme/posts",
    "GITHUB_TOKEN": "job-token",
    "POSTIZ_STATE_TOKEN": "state-token",
}


def asked(prompt: str, **env: str) -> str | None:
    done = subprocess.run(
        [str(ROOT / "askpass.sh"), prompt], env=JOB | env, capture_output=True, text=True, check=False
    )
    return done.stdout.removesuffix("\n") if done.returncode == 0 else None


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("Username for 'https://git.example/acme/posts': ", "x-access-token"),
        ("Password for 'https://x-access-token@git.example/acme/posts': ", "job-token"),
        ("Password for 'https://x-access-token@git.example/acme/posts.git': ", "job-token"),
        ("Username for 'https://git.example/acme/state': ", "x-access-token"),
        ("Password for 'https://x-access-token@git.example/acme/state': ", "state-token"),
        ("Password for 'https://x-access-token@git.example/acme/posts-2': ", "state-token"),
        ("Password for 'https://x-access-token@evil.example/git.example/acme/posts': ", "state-token"),
        ("Password for 'http://x-access-token@git.example/acme/posts': ", None),
        ("Are you sure you want to continue connecting (yes/no)? ", None),
        ("Enter passphrase for key 'id_ed25519': ", None),
    ],
)
def test_each_repository_gets_its_own_token_and_nobody_else_one(prompt: str, answer: str | None) -> None:
    assert asked(prompt) == answer


def test_without_a_state_token_a_foreign_server_gets_nothing() -> None:
    assert asked("Username for 'https://evil.example/acme/posts': ", POSTIZ_STATE_TOKEN="") is None
    assert asked("Password for 'https://x@evil.example/git.example/acme/posts': ", POSTIZ_STATE_TOKEN="") is None


class Challenge(BaseHTTPRequestHandler):
    """A git server that wants a name and a password, and notes which it got."""

    seen: ClassVar[set[str]]

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        if given:
            self.seen.add(base64.b64decode(given.removeprefix("Basic ")).decode())
        self.send_response(403 if given else 401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[tuple[str, set[str]]]:
    class Handler(Challenge):
        seen: ClassVar[set[str]] = set()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", Handler.seen
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize(("repository", "token"), [("acme/posts", "job-token"), ("acme/state", "state-token")])
def test_git_itself_asks_and_is_answered(
    repository: str, token: str, server: tuple[str, set[str]], tmp_path: Path
) -> None:
    url, seen = server
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "config", "credential.useHttpPath", "true"], check=True)
    env = (
        os.environ
        | JOB
        | {"GITHUB_SERVER_URL": url, "GIT_ASKPASS": str(ROOT / "askpass.sh"), "GIT_TERMINAL_PROMPT": "0"}
    )
    fetch = ["git", "-C", str(tmp_path), "fetch", "--quiet", f"{url}/{repository}", "main"]
    assert subprocess.run(fetch, env=env, capture_output=True, check=False).returncode == 128
    assert seen == {f"x-access-token:{token}"}
