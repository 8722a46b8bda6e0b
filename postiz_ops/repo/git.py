"""git plumbing: the only place beside the gate that starts a git process."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from postiz_ops.errors import UsageError

_LOCKED = re.compile(r"^(?!remote:).*Unable to create '(?P<lock>[^']+\.lock)': File exists", re.MULTILINE)
"""What git itself says; a server's words, which it repeats, stand behind ``remote:``."""
_CONTENDED = re.compile(r"cannot lock ref|is at [0-9a-f]{40} but expected")
_PATIENCE = 2.0
"""Seconds after which a lock file that nobody touches counts as left behind: git holds one for milliseconds."""

_HARDENED = (
    # A repository's own hooks, monitors and filters are not ours to run: its content may come from a stranger.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=",
    "core.quotePath=false",
    "protocol.ext.allow=never",
    # Housekeeping would cost more than the command, and would prune what a run is about to push.
    "gc.auto=0",
    "maintenance.auto=false",
)


class GitError(Exception):
    """A git command failed. ``stderr`` is git's own text: untrusted, to be escaped before it is shown."""

    def __init__(self, args: Sequence[str], code: int, stderr: str) -> None:
        super().__init__(f"git {args[0]} failed with exit code {code}")
        self.code = code
        self.stderr = stderr


def authorized(url: str, token: str) -> dict[str, str]:
    """The environment in which git sends ``token`` to ``url`` alone: on no command line, in no file."""
    credential = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{url}.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {credential}",
    }


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    return {**env, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", **more}


_KEPT = frozenset(
    {"GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_NO_VERIFY", "GIT_CONFIG_GLOBAL"}
)
"""What of git's own environment a user needs for the remote; the rest (``GIT_DIR`` in a hook, say) would mislead us."""


class Git:
    """One repository. ``root`` is the top of its work tree, or the bare repository itself."""

    def __init__(self, root: Path, environment: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._more = environment or {}
        self._prefix = ["git", "-C", str(root), *(word for pair in _HARDENED for word in ("-c", pair))]

    @classmethod
    def discover(cls, folder: Path) -> Git:
        """The repository that ``folder`` is in. Raises ``UsageError`` where there is none."""
        try:
            top = cls(folder).text("rev-parse", "--show-toplevel")
        except (GitError, OSError) as problem:
            raise UsageError(
                f"`{folder}` is not inside a git repository", help="run `git init` there, or `postiz-ops init DIR`"
            ) from problem
        return cls(Path(top))

    def call(self, *args: str, input: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run git and return what came, whatever its exit code. Lock files that a killed run left are removed."""
        deadline = time.monotonic() + _PATIENCE * 2
        while True:
            # The work tree of a stranger's repository is data here: no argument of ours is ever built by a shell.
            done = subprocess.run(
                [*self._prefix, *args], input=input, capture_output=True, env=_environment(self._more), check=False
            )
            complaint = done.stderr.decode(errors="replace") if done.returncode else ""
            locked = _LOCKED.search(complaint)
            # Two fetches into one clone may meet; an update-ref that meets another has lost, and must hear it.
            contended = args[0] == "fetch" and _CONTENDED.search(complaint)
            if not (locked or contended) or time.monotonic() > deadline:
                return done
            if locked:
                self._remove_stale(Path(locked["lock"]))
            time.sleep(0.1)

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """A git that stays and answers what it is asked: the caller closes its pipes and waits for it."""
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*self._prefix, *args], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_environment(self._more)
        )

    def run(self, *args: str, input: bytes | None = None) -> bytes:
        """Run git and return its output. Raises ``GitError``."""
        done = self.call(*args, input=input)
        if done.returncode:
            raise GitError(args, done.returncode, done.stderr.decode(errors="replace"))
        return done.stdout

    def text(self, *args: str) -> str:
        """The output as text, without the final newline. Raises ``GitError``."""
        return self.run(*args).decode(errors="surrogateescape").rstrip("\n")

    def maybe(self, *args: str) -> str | None:
        """The output as text, or ``None`` where git says no."""
        done = self.call(*args)
        return None if done.returncode else done.stdout.decode(errors="surrogateescape").rstrip("\n")

    def resolve(self, ref: str) -> str | None:
        """The commit that a ref names, ``None`` where it names none."""
        return self.maybe("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")

    def git_dir(self) -> Path:
        """The repository's own folder (shared by all its work trees)."""
        return (self.root / self.text("rev-parse", "--git-common-dir")).resolve()

    def _remove_stale(self, lock: Path) -> None:
        if self.git_dir() not in (self.root / lock).resolve().parents:
            return  # no lock of this repository, whoever says so
        try:
            if time.time() - lock.stat().st_mtime > _PATIENCE:
                lock.unlink()
        except FileNotFoundError:
            pass
