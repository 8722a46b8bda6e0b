"""The program as an outsider has it: a folder, processes, their output and exit codes, and the sandbox over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = (sys.executable, "-m", "postiz_ops")
# Nothing of the developer's own set-up reaches the program: no tokens, no git configuration, no colour wishes.
BASE = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Tess Outside",
    "GIT_AUTHOR_EMAIL": "tess@example.com",
    "GIT_COMMITTER_NAME": "Tess Outside",
    "GIT_COMMITTER_EMAIL": "tess@example.com",
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "PYTHONWARNINGS": "error",
} | {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one process said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.out, self
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document

    def exits(self, code: int) -> Outcome:
        assert self.code == code, f"exit {self.code}, not {code}\n{self.out}\n{self.err}"
        assert "Traceback" not in self.err, self.err
        return self


@dataclass(slots=True)
class Repository:
    """A content repository in `root`; `env` is what every command there sees beside BASE."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)

    def git(self, *args: str) -> str:
        done = subprocess.run(("git", *args), cwd=self.root, env=BASE, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def post(self, name: str, front: str, body: str = "") -> None:
        self.write(f"content/{name}.md", f"---\n{front.strip()}\n---\n{body or f'This is the text of {name}.'}\n")

    def commit(self, message: str = "Write") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def run(self, *args: str, env: Mapping[str, str] | None = None, timeout: float = 60) -> Outcome:
        done = subprocess.run(
            (*PROGRAM, *args),
            cwd=self.root,
            env=BASE | self.env | dict(env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def findings(self, *args: str) -> list[dict[str, Any]]:
        """The diagnostics of `check`, which has to end with 0 or 1 and by what it found."""
        outcome = self.run("check", "--format", "json", *args)
        found: list[dict[str, Any]] = outcome.json["diagnostics"]
        outcome.exits(1 if any(one["severity"] == "error" for one in found) else 0)
        return found

    def names(self, path: str, severity: str | None = None) -> set[str]:
        return names(self.findings(), path, severity)

    def plan(self, *args: str) -> list[dict[str, Any]]:
        deliveries: list[dict[str, Any]] = self.run("plan", "--format", "json", *args).json["deliveries"]
        return deliveries

    def publish(self, *args: str, code: int = 0) -> dict[str, Any]:
        return self.run("publish", "--format", "json", *args).exits(code).json

    def status(self) -> dict[str, dict[str, Any]]:
        """Deliveries by `post/account`, and `@occurrence` for a repeat."""
        deliveries = self.run("status", "--format", "json").json["deliveries"]
        return {key(one): one for one in deliveries}

    def states(self) -> dict[str, str]:
        return {name: one["state"] for name, one in self.status().items()}


def key(delivery: Mapping[str, Any]) -> str:
    occurrence = f"@{delivery['occurrence']}" if delivery["occurrence"] else ""
    return f"{delivery['post']}/{delivery['account']}{occurrence}"


def names(found: Sequence[Mapping[str, Any]], path: str, severity: str | None = None) -> set[str]:
    return {one["name"] for one in found if one["path"] == path and severity in {None, one["severity"]}}


def new(root: Path, accounts: str, *, state: bool = False) -> Repository:
    """A repository of branch main with this accounts.yaml, committed; with `state`, its state branch too."""
    root.mkdir(parents=True, exist_ok=True)
    here = Repository(root)
    here.git("init", "-q", "-b", "main")
    here.write("accounts.yaml", accounts)
    here.commit()
    if state:
        here.run("state", "init").exits(0)
        here.commit()
    return here


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running `postiz-ops sandbox`."""

    url: str

    def posts(self) -> list[dict[str, Any]]:
        kept: list[dict[str, Any]] = json.loads(self.ask("GET", "/_sandbox/posts"))
        return kept

    def texts(self) -> list[str]:
        return [one["text"] for one in self.posts()]

    def faults(self, *faults: Mapping[str, Any]) -> None:
        self.ask("DELETE", "/_sandbox/faults")
        if faults:
            self.ask("POST", "/_sandbox/faults", json.dumps(faults).encode())

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bytes(answer.read())


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    with subprocess.Popen(
        (*PROGRAM, "sandbox", "--port", "0"), env=BASE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        word, _, url = process.stdout.readline().strip().partition(" ")
        try:
            assert word == "READY"
            yield Sandbox(url)
        finally:
            process.terminate()
