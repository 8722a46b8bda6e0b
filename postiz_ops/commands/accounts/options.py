"""``accounts options``: what a setting may name on the platform, and what it was when it could last be asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from postiz_ops.commands.accounts.refresh import renewed
from postiz_ops.commands.grants import check_server
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.commands.world import real_effects
from postiz_ops.errors import Throttled, Unavailable, UsageError
from postiz_ops.ledger.record import instant
from postiz_ops.ledger.view import View
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Account
from postiz_ops.net.clock import SystemClock
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.session import Session
from postiz_ops.report.escape import dumped, escape


@dataclass(frozen=True, slots=True)
class Listing:
    """What a platform offered, and when. ``why`` says why it is not from now."""

    at: datetime
    options: Mapping[str, str]
    why: str | None = None


@click.command("options")
@click.argument("name", metavar="ACCOUNT")
@click.argument("kind", required=False)
@click.option("--cached", is_flag=True, help="Show what was last listed, with its date. Uses no network and no secret.")
@formats("text", "json")
@click.pass_obj
def options(obj: dict[str, Any], *, name: str, kind: str | None, cached: bool, form: str) -> int:
    """List what a setting may name on the platform: pages, boards, channels, flairs, playlists.

    The list is kept in this clone with its date, for when the platform cannot be asked.

    Example: postiz-ops accounts options acme-slack
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    account = workspace.account(name)
    shelf = Shelf(workspace.private / "options", account, kind)
    if cached:
        found = shelf.read()
        if found is None:
            raise UsageError(f"nothing was listed for `{name}` in this clone yet", help="leave out --cached")
    else:
        check_server(workspace.local_view() or View(), account)
        found = asyncio.run(_ask(workspace, account, kind, shelf))
    click.echo(_as_json(account, kind, found) if form == "json" else _as_text(account, found, cached=cached))
    return 0


async def _ask(workspace: Workspace, account: Account, kind: str | None, shelf: Shelf) -> Listing:
    view = workspace.local_view() or View()
    async with real_effects(workspace, workspace.config, view, workspace.location.approved_ref) as effects:
        await renewed(workspace, effects, view, [account])
        provider = PROVIDERS[account.provider]
        session = Session(effects, MediaFitter(), provider, account, provider.spec(account))
        try:
            found = Listing(SystemClock().now(), await provider.options(session, account, kind))
        except (Unavailable, Throttled) as trouble:
            last = shelf.read()
            if last is None:
                raise
            return Listing(last.at, last.options, trouble.message)
        shelf.write(found)
        return found


def _as_json(account: Account, kind: str | None, found: Listing) -> str:
    rows = [{"id": key, "name": title} for key, title in found.options.items()]
    return dumped(
        {
            "version": 1,
            "account": account.id,
            "provider": account.provider,
            "kind": kind,
            "listed_at": instant(found.at),
            "stale": found.why,
            "options": rows,
        }
    )


def _as_text(account: Account, found: Listing, *, cached: bool) -> str:
    lines = [f"{escape(key):<24} {escape(title)}" for key, title in found.options.items()]
    lines = lines or [f"{account.provider} offers nothing that a setting could name."]
    if cached or found.why:
        lines.append(f"Listed on {instant(found.at)}." + (f" Now: {escape(found.why)}" if found.why else ""))
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the last list of one account and kind is kept: in this clone alone, and for this server alone."""

    folder: Path
    account: Account
    kind: str | None

    @property
    def file(self) -> Path:
        """Named by what it depends on, so that an account that moves finds nothing of its old place."""
        place = json.dumps([self.account.id, self.account.provider, self.account.origin, self.kind])
        return self.folder / f"{sha256(place.encode()).hexdigest()[:16]}.json"

    def read(self) -> Listing | None:
        """What was last listed; ``None`` where nothing was, or the file is damaged."""
        try:
            told = json.loads(self.file.read_text(encoding="utf-8"))
            found = {str(key): str(title) for key, title in told["options"].items()}
            return Listing(datetime.fromisoformat(told["at"]), found)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, found: Listing) -> None:
        """Keep it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        told = {"at": found.at.isoformat(), "options": dict(found.options)}
        self.file.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
