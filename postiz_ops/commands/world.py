"""The real effects, put together for one run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.spool import DiskSpool
from postiz_ops.ledger.view import View
from postiz_ops.model import Config
from postiz_ops.net.clock import AsyncTasks, SystemClock, token
from postiz_ops.net.fetch import fetch
from postiz_ops.net.http import HttpWire
from postiz_ops.publish.effects import Effects
from postiz_ops.repo.tree import BlobLibrary
from postiz_ops.vault.credentials import Credentials


@asynccontextmanager
async def real_effects(workspace: Workspace, config: Config, view: View, commit: str) -> AsyncIterator[Effects]:
    """Everything that touches the world, for the accounts of ``config`` and the media of ``commit``."""
    wire = HttpWire(workspace.endpoint)
    try:
        yield Effects(
            wire=wire,
            clock=SystemClock(),
            ledger=workspace.ledger,
            spool=DiskSpool(workspace.private / "spool"),
            vault=Credentials(os.environ, config.accounts, view.genesis.id if view.genesis else ""),
            library=BlobLibrary(workspace.git, commit, lambda url, _: fetch(url, workspace.endpoint)),
            tasks=AsyncTasks(),
            token=token,
        )
    finally:
        await wire.close()
