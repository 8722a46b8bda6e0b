"""``accounts``: the channels, whether they answer, and which server may have their credential."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from postiz_ops.commands.account_rows import lines, row
from postiz_ops.commands.connect import command as connect
from postiz_ops.commands.desk import decide
from postiz_ops.commands.options import options
from postiz_ops.commands.refresh import command as refresh
from postiz_ops.commands.refresh import renewed
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.commands.world import real_effects
from postiz_ops.errors import Failure
from postiz_ops.ledger.view import KnownAccount, View, account_file, account_path
from postiz_ops.media.fitting import MediaFitter
from postiz_ops.model import Account
from postiz_ops.net.clock import SystemClock
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish.session import Session
from postiz_ops.report.escape import dumped, escape


@click.group(short_help="Connect, list, check and trust accounts.")
def command() -> None:
    """The channels of accounts.yaml: what they are, whether they answer, and whom they trust.

    Example: postiz-ops accounts check
    """


@command.command("list")
@formats("text", "json")
@click.pass_obj
def list_accounts(obj: dict[str, Any], *, form: str) -> int:
    """Show every account: its server, its credentials' health and end, scopes, budgets and API version.

    Uses no network, and opens no secret.

    Example: postiz-ops accounts list
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    view, now = workspace.local_view() or View(), SystemClock().now()
    rows = [row(account, view, now, os.environ) for account in workspace.config.accounts.values()]
    if form == "json":
        click.echo(dumped({"version": 1, "accounts": rows}))
        return 0
    for one in rows:
        click.echo("\n".join(lines(one, now)))
    return 0


@command.command("check")
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


command.add_command(connect)
command.add_command(options)
command.add_command(refresh)


@command.command("trust")
@click.argument("name", metavar="ACCOUNT")
@click.pass_obj
def trust(obj: dict[str, Any], *, name: str) -> int:
    """Accept the server that accounts.yaml now names for an account: it will get the account's credential.

    Example: postiz-ops accounts trust acme-mastodon
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    account = workspace.account(name)

    def writes(view: View) -> Mapping[str, bytes]:
        known = view.accounts.get(account.id)
        if known is not None and known.origin == account.origin:
            return {}
        fresh = KnownAccount(account.id, account.provider, account.origin, workspace.endpoint is not None)
        # The old server's limits say nothing about the new one.
        trusted = replace(known, origin=account.origin, limits={}, checked_at=None) if known else fresh
        return {account_path(account.id): account_file(trusted)}

    _confirm(account)
    decide(workspace, writes, f"Trust {account.origin} with {account.id}")
    click.echo(f"Account `{account.id}` may talk to {escape(account.origin)}.")
    return 0


def _confirm(account: Account) -> None:
    """Ask a person at a terminal; without one the command itself is the answer."""
    if not sys.stdin.isatty():
        return
    click.confirm(f"Send the credential of `{account.id}` to {escape(account.origin)} from now on?", abort=True)
