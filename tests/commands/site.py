"""A user's repository for tests: a work tree, a bare remote, and the program run in it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from postiz_ops.cli import run
from tests.canaries import canary

ACCOUNTS = """\
version: 1
branch: main
timezone: Europe/Berlin
state: {remote: origin, branch: postiz-state}
accounts:
  toot:
    provider: mastodon
    url: https://mastodon.example
    credentials: {access_token: "${TOOT_TOKEN}"}
  sky:
    provider: bluesky
    credentials: {identifier: "${SKY_NAME}", password: "${SKY_PASSWORD}"}
  chat:
    provider: discord
    credentials: {bot_token: "${CHAT_TOKEN}"}
    settings: {channel: "1045678901234567890"}
  room:
    provider: slack
    credentials: {bot_token: "${ROOM_TOKEN}"}
    settings: {channel: C0123456789}
groups:
  everywhere: [toot, sky, chat, room]
"""

CREDENTIALS = {
    "TOOT_TOKEN": canary("toot"),
    "SKY_NAME": "test.bsky.social",
    "SKY_PASSWORD": canary("sky"),
    "CHAT_TOKEN": canary("chat"),
    "ROOM_TOKEN": canary("room"),
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output, parsed."""
        return json.loads(self.out)


@dataclass
class Site:
    """A content repository under ``folder``. ``endpoint`` redirects the platforms, ``environment`` has the secrets."""

    folder: Path
    endpoint: str | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(CREDENTIALS))

    @property
    def repo(self) -> Path:
        """The work tree."""
        return self.folder / "posts"

    @property
    def remote(self) -> Path:
        """The bare remote."""
        return self.folder / "remote.git"

    def begin(self, accounts: str = ACCOUNTS) -> Site:
        """The repository, its remote and its state branch; accounts.yaml is committed and pushed."""
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote), where=self.folder)
        self.git("init", "--quiet", "--initial-branch=main", str(self.repo), where=self.folder)
        self.git("remote", "add", "origin", str(self.remote))
        self.write("accounts.yaml", accounts)
        made = self.run("state", "init")
        if made.code:
            raise AssertionError(made.err)
        self.approve()
        return self

    def git(self, *words: str, where: Path | None = None) -> str:
        """Run git."""
        done = subprocess.run(["git", *words], cwd=where or self.repo, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the work tree."""
        file = self.repo / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def post(self, name: str, body: str = "Hello", *, to: str = "toot", at: str = "now", more: str = "") -> Site:
        """Write a post."""
        front = f"id: {name}\nplatforms: [{to}]\npublish_at: {at}\n{more}"
        self.write(f"content/{name}.md", f"---\n{front}---\n{body}\n")
        return self

    def approve(self, message: str = "change") -> Site:
        """Commit everything and push it to the approved branch."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git("push", "--quiet", "origin", "main")
        return self

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        os.environ.update({**self.environment, **(env or {})})
        if self.endpoint:
            os.environ["POSTIZ_OPS_ENDPOINT"] = self.endpoint
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = run(["--repo", str(self.repo), *words])
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Ran(code, out.getvalue(), err.getvalue())

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start the program as a process of its own."""
        env = {**os.environ, **self.environment, **({"POSTIZ_OPS_ENDPOINT": self.endpoint} if self.endpoint else {})}
        return subprocess.Popen(
            [sys.executable, "-m", "postiz_ops", "--repo", str(self.repo), *words],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def publish(self, *words: str) -> Ran:
        """``publish --format json``."""
        return self.run("publish", "--format", "json", *words)

    def states(self) -> dict[str, str]:
        """``post/account`` -> state, as ``status`` tells it."""
        rows = self.run("status", "--format", "json").json["deliveries"]
        return {f"{row['post']}/{row['account']}": row["state"] for row in rows}

    def clone(self, folder: Path) -> Site:
        """Another clone of the same remote."""
        other = Site(folder, self.endpoint, self.environment)
        folder.mkdir(parents=True, exist_ok=True)
        self.git("clone", "--quiet", str(self.remote), str(other.repo), where=folder)
        return other
