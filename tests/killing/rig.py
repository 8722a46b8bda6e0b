"""A content repository with a bare remote beside the sandbox, put back to the same beginning for every run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from postiz_ops.sandbox import Sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
VICTIM = Path(__file__).with_name("victim.py")
PATIENCE = 120

ACCOUNTS = """\
version: 1
branch: main
state: {remote: origin, branch: postiz-state}
media_host: github-raw
accounts:
  toot:
    provider: mastodon
    url: https://mastodon.example
    credentials: {access_token: "${TOOT_TOKEN}"}
  sky:
    provider: bluesky
    credentials: {identifier: "${SKY_NAME}", password: "${SKY_PASSWORD}"}
  hook:
    provider: discord
    credentials: {webhook_url: "${HOOK_URL}"}
  tube:
    provider: youtube
    credentials: {access_token: "${TUBE_TOKEN}"}
    settings: {privacy: public}
  tok:
    provider: tiktok
    credentials: {access_token: "${TOK_TOKEN}"}
    settings: {privacy: PUBLIC_TO_EVERYONE}
  gram:
    provider: instagram
    credentials: {access_token: "${GRAM_TOKEN}"}
    settings: {user: "17841400000000000"}
  loud:
    provider: x
"""
CREDENTIALS = {
    "TOOT_TOKEN": "test-toot",
    "SKY_NAME": "test.bsky.social",
    "SKY_PASSWORD": "test-sky",
    "HOOK_URL": "https://discord.com/api/webhooks/1045678901234567890/test-hook",
    "TUBE_TOKEN": "test-tube",
    "TOK_TOKEN": "test-tok",
    "GRAM_TOKEN": "test-gram",
    "GITHUB_REPOSITORY": "acme/posts",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What is to be published: front-matter and body. ``texts`` are what each account must show in the end."""

    name: str
    accounts: tuple[str, ...]
    body: str
    texts: tuple[str, ...]
    more: str = ""
    media: Mapping[str, bytes] = field(default_factory=dict)
    """What lies beside the post."""
    renews: bool = False
    """Whether a token has to be renewed for it: such a story needs a ``RenewingRig``."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended; a negative code is a signal's."""

    code: int
    out: str
    err: str


@dataclass
class Rig:
    """``folder`` holds the remote and the clone; ``beginning`` a copy of both, before anything was published."""

    folder: Path
    sandbox: Sandbox
    environment: Mapping[str, str] = field(default_factory=lambda: dict(CREDENTIALS))
    host: str | None = None
    """The git host's address, where the remote is not used as a folder; it serves ``folder / "live"``."""
    _server: subprocess.Popen[str] | None = None

    @property
    def endpoint(self) -> str:
        """Where the platforms are."""
        return self.sandbox.url

    @property
    def token_lease(self) -> float | None:
        """Seconds that a claim on a token keeps others away, where that is not as long as it really is."""
        return None

    def problems(self) -> list[str]:
        """What else breaks the promise, beside what stands on platforms and branch."""
        return []

    def lost(self) -> int:
        """How many accounts a person has to connect again, which the run that gave them up has told."""
        return 0

    @property
    def remote(self) -> Path:
        """The bare repository."""
        return self.folder / "live" / "remote.git"

    @property
    def address(self) -> str:
        """How the remote is reached."""
        return f"{self.host}/remote.git" if self.host else str(self.remote)

    @property
    def clone(self) -> Path:
        """The publisher's."""
        return self.folder / "live" / "posts"

    @property
    def log(self) -> Path:
        """Where victims write their effects."""
        return self.folder / "effects"

    def begin(self, story: Story) -> Rig:
        """Make the repository, approve the story, and remember all of it."""
        shutil.rmtree(self.folder / "live", ignore_errors=True)
        shutil.rmtree(self.folder / "beginning", ignore_errors=True)
        self.clone.mkdir(parents=True)
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "--file", str(self.remote / "config"), "http.receivepack", "true")
        self.git("remote", "add", "origin", self.address)
        (self.clone / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")
        made = self.publish_command("state", "init")
        if made.code:
            raise AssertionError(made.err)
        (self.clone / "content").mkdir()
        front = f"id: {story.name}\nplatforms: [{', '.join(story.accounts)}]\npublish_at: now\n{story.more}"
        (self.clone / "content" / f"{story.name}.md").write_text(f"---\n{front}---\n{story.body}\n", encoding="utf-8")
        for name, data in story.media.items():
            (self.clone / "content" / name).write_bytes(data)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "approve")
        self.git("push", "--quiet", "origin", "main")
        shutil.copytree(self.folder / "live", self.folder / "beginning", symlinks=True)
        return self

    def again(self) -> None:
        """Back to the beginning, on the same paths; the platforms forget everything."""
        shutil.rmtree(self.folder / "live", ignore_errors=True)
        shutil.copytree(self.folder / "beginning", self.folder / "live", symlinks=True)
        with self.sandbox.world.lock:
            self.sandbox.world.reset()
        self.sandbox.faults([])
        self.log.unlink(missing_ok=True)

    def fresh(self, name: str) -> Path:
        """Another machine's clone."""
        folder = self.folder / "live" / name
        self.git("clone", "--quiet", self.address, str(folder))
        return folder

    def git(self, *words: str) -> str:
        """Run git in the clone."""
        somebody = [w for name in ("user.name=Test", "user.email=test@example.com", "gc.auto=0") for w in ("-c", name)]
        done = subprocess.run(["git", *somebody, *words], cwd=self.clone, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def start(self, command: Sequence[str], *, own_group: bool = False) -> subprocess.Popen[str]:
        """Start the program."""
        env = {**os.environ, **self.environment, "POSTIZ_OPS_ENDPOINT": self.endpoint, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=own_group,
        )

    def publish_command(self, *words: str, at: Path | None = None) -> Ended:
        """Run a command of the program to its end."""
        return ended(self.start(["-m", "postiz_ops", "--repo", str(at or self.clone), *words]))

    def publish(self, *words: str, fatal: int = 0, when: str = "before", at: Path | None = None) -> Ended:
        """Run ``publish``, and let it die at an effect."""
        out, err = self.folder / "out", self.folder / "err"
        asked = {
            "argv": ["--repo", str(at or self.clone), "publish", "--format", "json", *words],
            "env": {**os.environ, **self.environment, "POSTIZ_OPS_ENDPOINT": self.endpoint},
            "fatal": fatal,
            "when": when,
            "log": str(self.log) if at is None else os.devnull,
            "out": str(out),
            "err": str(err),
            "token_lease": self.token_lease,
        }
        server = self._server = self._server or self.start_server()
        assert server.stdin
        assert server.stdout
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        code = json.loads(server.stdout.readline())
        return Ended(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def start_server(self) -> subprocess.Popen[str]:
        """What forks the victims."""
        return subprocess.Popen(
            [sys.executable, str(VICTIM)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """No more victims."""
        if self._server is not None:
            self._server.communicate(timeout=PATIENCE)
            self._server = None

    def later(self, hours: float, *, at: Path | None = None) -> Ended:
        """``publish`` as if it were later."""
        now = datetime.now(UTC) + timedelta(hours=hours)
        return self.publish("--now", now.isoformat(timespec="seconds"), at=at)

    def effects(self) -> list[str]:
        """What the last victim did."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for the end."""
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)
