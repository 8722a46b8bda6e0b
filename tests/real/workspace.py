"""A content repository with a bare remote, and the publisher as its user runs it: a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from typing_extensions import override

RUN_SECONDS = 120


@dataclass(frozen=True, slots=True, repr=False)
class Done:
    """What a command left behind. ``code`` is negative when a signal ended it."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    @override
    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}\n{self.err}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The clone of a person who writes posts. ``environment`` holds the credentials."""

    folder: Path
    environment: Mapping[str, str]

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put files into the work tree."""
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def approve(self, message: str = "Approve") -> None:
        """Commit everything and push it to the approved branch."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        self.git("push", "--quiet", "origin", "main")

    def elsewhere(self) -> Workspace:
        """A fresh clone of the same remote, as another machine has it."""
        folder = self.folder.with_name(f"{self.folder.name}-elsewhere")
        subprocess.run(["git", "clone", "--quiet", self.git("remote", "get-url", "origin").strip(), folder], check=True)
        return Workspace(folder, self.environment)

    def git(self, *arguments: str) -> str:
        """What git says."""
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Run the publisher; do not wait."""
        command = [sys.executable, "-m", "postiz_ops", "--repo", str(self.folder), *arguments]
        return subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> Done:
        """Run the publisher to its end."""
        return finish(self.start(*arguments))

    def plan(self) -> dict[tuple[str, str], Any]:
        """What `plan` says of each post and account."""
        done = self.run("plan", "--format", "json")
        assert done.code == 0, done
        return {(delivery["post"], delivery["account"]): delivery for delivery in done.json()["deliveries"]}

    def publish(self, *arguments: str) -> Done:
        """Publish what is due, as JSON."""
        return self.run("publish", "--format", "json", *arguments)

    def states(self) -> dict[tuple[str, str], Any]:
        """What `status` says of each post and account."""
        deliveries = self.run("status", "--format", "json").json()["deliveries"]
        return {(delivery["post"], delivery["account"]): delivery for delivery in deliveries}


def finish(process: subprocess.Popen[str]) -> Done:
    """Wait for a publisher's end."""
    out, err = process.communicate(timeout=RUN_SECONDS)
    return Done(process.returncode, out, err)


def clone_with_state(folder: Path, accounts: str, environment: Mapping[str, str]) -> Workspace:
    """A repository with accounts.yaml approved, and its state branch made."""
    bare = folder / "content.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(bare)], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(folder / "clone")], check=True, capture_output=True)
    workspace = Workspace(folder / "clone", environment)
    workspace.git("symbolic-ref", "HEAD", "refs/heads/main")
    workspace.write({"accounts.yaml": accounts})
    workspace.approve()
    done = workspace.run("state", "init")
    assert done.code == 0, done
    workspace.approve("Take the state's id")
    return workspace


def picture(width: int = 320, height: int = 200) -> bytes:
    """A PNG with a gradient, so that it is no trivial file."""
    buffer = BytesIO()
    Image.linear_gradient("L").resize((width, height)).save(buffer, "PNG")
    return buffer.getvalue()
