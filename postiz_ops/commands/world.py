"""The real effects, put together for one run."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from postiz_ops.commands.workspace import Workspace, normalised
from postiz_ops.ledger.spool import DiskSpool
from postiz_ops.ledger.view import View
from postiz_ops.model import Config
from postiz_ops.net.clock import AsyncTasks, SystemClock, token
from postiz_ops.net.fetch import fetch
from postiz_ops.net.hosting import media_host
from postiz_ops.net.http import HttpWire
from postiz_ops.publish.effects import Effects
from postiz_ops.repo.tree import BlobLibrary
from postiz_ops.vault.credentials import Credentials
from postiz_ops.vault.redaction import Redaction, runner_mask
from postiz_ops.vault.safe import Safe, runner_key


@asynccontextmanager
async def real_effects(
    workspace: Workspace, config: Config, view: View, commit: str, redaction: Redaction | None = None
) -> AsyncIterator[Effects]:
    """Everything that touches the world, for the accounts of ``config`` and the media of ``commit``.

    ``redaction`` hears of every secret that is handed out, where the caller tells more than its run does.
    """
    wire = HttpWire(workspace.endpoint)
    redaction = redaction or Redaction(runner_mask(os.environ, sys.stderr))
    safe = Safe(runner_key(os.environ), os.environ, redaction)
    safe.take(view)
    try:
        yield Effects(
            wire=wire,
            clock=SystemClock(),
            ledger=workspace.ledger,
            spool=DiskSpool(workspace.private / "spool"),
            vault=Credentials(os.environ, config.accounts, view.genesis.id if view.genesis else "", redaction, safe),
            safe=safe,
            library=media_of(workspace, commit),
            tasks=AsyncTasks(),
            token=token,
            host=media_host(config.media_host, repository=github_repository(workspace), commit=commit),
        )
    finally:
        await wire.close()


def media_of(workspace: Workspace, commit: str) -> BlobLibrary:
    """The media of a commit; remote ones are fetched."""
    return BlobLibrary(workspace.git, commit, lambda url, _: fetch(url, workspace.endpoint))


def github_repository(workspace: Workspace) -> str | None:
    """OWNER/NAME of the content repository on github.com: what its remote says, or the CI job."""
    remote = workspace.location.remote
    address = normalised(workspace.git.text("remote", "get-url", remote), workspace.git.root) if remote else ""
    if address.startswith("https://github.com/"):
        return address.removeprefix("https://github.com/")
    return os.environ.get("GITHUB_REPOSITORY")
