"""``accounts check``: ask each platform whose credential it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import click

from postiz_ops.commands.accounts.refresh import renewed
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.commands.world import real_effects
from postiz_ops.errors import Failure
from postiz_ops.ledger.view import View
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Account
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.session import Session
from postiz_ops.report.escape import dumped, escape


@click.command("check")
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@formats("text", "json")
@click.pass_obj
def check(obj: dict[str, Any], *, names: tuple[str, ...], form: str) -> int:
    """Ask every platform who the credential belongs to. Publishes nothing.

    Example: postiz-ops accounts check acme-mastodon
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    accounts = [workspace.account(name) for name in names] or [
        account for account in workspace.config.accounts.values() if account.enabled
    ]
    rows = asyncio.run(_check_all(workspace, accounts))
    if form == "json":
        click.echo(dumped({"version": 1, "accounts": rows}))
    else:
        for row in rows:
            click.echo(f"{row['account']:<24} {'ok  ' + escape(row['name']) if row['ok'] else escape(row['message'])}")
    return 0 if all(row["ok"] for row in rows) else 1


async def _check_all(workspace: Workspace, accounts: list[Account]) -> list[dict[str, Any]]:
    view = workspace.local_view() or View()
    async with real_effects(workspace, workspace.config, view, workspace.location.approved_ref) as effects:
        await renewed(workspace, effects, view, accounts)
        rows = []
        for account in accounts:
            known = view.accounts.get(account.id)
            if known is not None and known.origin != account.origin:
                rows.append(_answer(account, message=f"held: its server was {known.origin}; see `accounts trust`"))
                continue
            provider = PROVIDERS[account.provider]
            session = Session(effects, MediaFitter(), provider, account, provider.spec(account))
            try:
                identity = await provider.whoami(session, account)
                rows.append(_answer(account, name=identity.name, limits=identity.limits))
            except Failure as failure:
                rows.append(_answer(account, kind=failure.kind, message=failure.message))
        return rows


def _answer(
    account: Account,
    *,
    name: str = "",
    message: str = "",
    kind: str | None = None,
    limits: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    return {
        "account": account.id,
        "provider": account.provider,
        "ok": not message,
        "name": name,
        "kind": kind,
        "message": message,
        "limits": dict(limits or {}),
    }
