"""A user's repository as the commands see it: configuration, branches, ledger. The composition root's common part."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from postiz_ops.compile.cache import Cache
from postiz_ops.compile.pipeline import Compilation, Share, alone, compile_tree, read_accounts
from postiz_ops.compile.tree import Tree
from postiz_ops.compile.wording import nearest
from postiz_ops.diagnostics import Severity, has_errors
from postiz_ops.errors import UsageError
from postiz_ops.ledger.store import GitLedger, Location
from postiz_ops.ledger.view import Reader, View
from postiz_ops.model import Account, Config
from postiz_ops.net.clock import SystemClock
from postiz_ops.net.endpoint import validated
from postiz_ops.repo.git import Git, authorized
from postiz_ops.repo.tree import GitTree, WorkTree

if TYPE_CHECKING:
    from postiz_ops.compile.media import Probed

ACCOUNTS = "accounts.yaml"


@dataclass
class Workspace:
    """One repository. ``endpoint`` is the loopback address that every platform is redirected to, if any.

    ``settings`` is accounts.yaml as the caller knows it: the runner goes by what is approved, whatever the work tree
    holds.
    """

    git: Git
    endpoint: str | None = None
    settings: Config | None = None

    @classmethod
    def open(cls, folder: str, endpoint: str | None = None) -> Workspace:
        """The repository that ``folder`` is in. Raises ``UsageError``."""
        return cls(Git.discover(Path(folder)), validated(endpoint or os.environ.get("POSTIZ_OPS_ENDPOINT")))

    @cached_property
    def private(self) -> Path:
        """What belongs to this clone alone: the cache and the spool."""
        return self.git.git_dir() / "postiz"

    @cached_property
    def cache(self) -> Cache:
        """What was compiled before in this clone."""
        return Cache(self.private / "compiled.sqlite")

    @cached_property
    def config(self) -> Config:
        """accounts.yaml of the work tree, else of the approved branch. Raises ``UsageError``."""
        if self.settings is not None:
            return self.settings
        file = self.git.root / ACCOUNTS
        if file.is_file() and not file.is_symlink():
            return read_config(file.read_bytes(), self.cache)
        there = self.git.call("show", f"{self.guessed_branch()}:{ACCOUNTS}")
        if there.returncode:
            raise UsageError(f"there is no {ACCOUNTS} in `{self.git.root}`", help="run `postiz-ops init` to make one")
        return read_config(there.stdout, self.cache)

    def account(self, name: str) -> Account:
        """An account of accounts.yaml. Raises ``UsageError`` with the nearest one."""
        accounts = self.config.accounts
        if name not in accounts:
            guess = nearest(name, accounts)
            help_text = f"did you mean `{guess}`?" if guess else "see `postiz-ops accounts list`"
            raise UsageError(f"there is no account `{name}`", help=help_text)
        return accounts[name]

    def guessed_branch(self) -> str:
        """The branch that counts as approved while no accounts.yaml names one."""
        default = self.git.maybe("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        return (
            (default or "").removeprefix("origin/")
            or self.git.maybe("symbolic-ref", "--quiet", "--short", "HEAD")
            or "main"
        )

    @cached_property
    def remotes(self) -> frozenset[str]:
        """The names of the repository's remotes."""
        return frozenset(self.git.text("remote").split())

    @cached_property
    def location(self) -> Location:
        """Where the approved and the state branch are."""
        state = self.config.state
        remote = "origin" if "origin" in self.remotes else None
        is_url = "/" in state.remote or ":" in state.remote
        state_remote = state.remote if state.remote in self.remotes or is_url else None
        if state_remote is None and state.remote != "origin":
            raise UsageError(
                f"there is no remote `{state.remote}` (accounts.yaml, state.remote)",
                help=f"git remote add {state.remote} URL",
            )
        return Location(self.config.branch or self.guessed_branch(), state.branch, remote, state_remote)

    @cached_property
    def ledger(self) -> GitLedger:
        """The state branch. A private one at another https address is asked for with ``POSTIZ_STATE_TOKEN``."""
        place = self.location
        token = None if place.state_remote in (None, place.remote) else _state_token()
        if token is None:
            return GitLedger(self.git, place)
        remote = place.state_remote or ""
        url = self.git.text("remote", "get-url", remote) if remote in self.remotes else remote
        return GitLedger(Git(self.git.root, authorized(url, token) if url.startswith("https://") else None), place)

    def local_view(self) -> View | None:
        """The state branch as far as it is here, ``None`` where it is not. No network."""
        snapshot = self.ledger.local()
        return self.reader.parse(snapshot.files) if snapshot.head else None

    @cached_property
    def reader(self) -> Reader:
        """What understands the state branch."""
        return Reader()

    @cached_property
    def remote_identity(self) -> str | None:
        """The state's remote in a form that is the same for every way of writing its address."""
        remote = self.location.state_remote
        if remote is None:
            return None
        url = self.git.text("remote", "get-url", remote) if remote in self.remotes else remote
        return normalised(url, self.git.root)

    def compile(
        self,
        tree: Tree,
        view: View | None,
        *,
        limits: Mapping[str, Mapping[str, int]] | None = None,
        share: Share = alone,
    ) -> Compilation:
        """Compile a tree of this repository; ``share`` may spread that over the cores (a work tree's alone)."""
        known = limits if limits is not None else view.limits() if view else {}
        history = None if view is None else view.history()
        now = SystemClock().now()
        return compile_tree(tree, now=now, history=history, limits=known, probe=_probe, cache=self.cache, share=share)

    def work_tree(self) -> WorkTree:
        """What the user sees and edits."""
        return WorkTree(self.git)

    def tree_at(self, commit: str) -> GitTree:
        """The files of a commit. Raises ``LookupError`` when it is not here."""
        if self.git.resolve(commit) is None:
            raise LookupError(commit)
        return GitTree(self.git, commit)


def _state_token() -> str | None:
    """``POSTIZ_STATE_TOKEN``, which a runner has been told to mask: git is about to carry it."""
    from postiz_ops.vault.credentials import state_token
    from postiz_ops.vault.redaction import runner_mask

    return state_token(os.environ, runner_mask(os.environ, sys.stderr))


def _probe(data: bytes) -> Probed | None:
    """``media.probe``, whose formats are imported when a file is seen for the first time."""
    from postiz_ops.media.probe import probe

    return probe(data)


def read_config(data: bytes, cache: Cache | None = None) -> Config:
    """accounts.yaml for every command but ``check``: an error in it is a usage error."""
    config, findings = read_accounts(data, cache)
    if config is None or has_errors(findings):
        error = next(f for f in findings if f.severity is Severity.ERROR)
        place = f"{ACCOUNTS}:{error.span.line}:{error.span.column}"
        raise UsageError(f"{place}: {error.message} ({error.code})", help=f"{error.help}; `postiz-ops check` shows all")
    return config


def normalised(url: str, root: Path) -> str:
    """A remote's address as host and path: ``git@host:a/b.git`` and ``https://host/a/b`` are the same repository."""
    if "://" not in url and ":" in url.partition("/")[0]:
        host, _, path = url.partition(":")
        url = f"ssh://{host}/{path}"
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        return str((root / parts.path).resolve())
    host = (parts.hostname or "").lower() + (f":{parts.port}" if parts.port else "")
    scheme = "https" if parts.scheme in ("https", "ssh", "git+ssh", "git") and not parts.port else parts.scheme
    return f"{scheme}://{host}/{parts.path.strip('/').removesuffix('.git')}"


def parse_now(text: str | None) -> datetime | None:
    """``--now``: an instant with its offset, or in UTC. Raises ``UsageError``."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise UsageError(f"`{text}` is not a time", help="write it as 2026-12-01T09:00:00Z") from problem
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
