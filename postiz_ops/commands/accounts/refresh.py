"""``accounts refresh``: renew tokens now, by the same protocol as a run does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import click

from postiz_ops.commands.publish import run_name
from postiz_ops.commands.workspace import Workspace
from postiz_ops.commands.world import real_effects
from postiz_ops.errors import UsageError
from postiz_ops.ledger.record import instant
from postiz_ops.ledger.sealed import Sealed, Status, rescue_block
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.providers import PROVIDERS
from postiz_ops.publish import guards
from postiz_ops.publish.branch import StateBranch
from postiz_ops.publish.effects import Effects, Snapshot
from postiz_ops.publish.tokens import Tokens
from postiz_ops.report.escape import escape


@click.command("refresh", short_help="Renew tokens now.")
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--again", is_flag=True, help="Present a refresh token once more although it may have been used.")
@click.pass_obj
def command(obj: dict[str, Any], *, names: tuple[str, ...], again: bool) -> int:
    """Renew the tokens of accounts in the vault: of those that are named, else of all that are due for it.

    A run does this by itself when a post needs it. With --again a token is presented once more whose renewal nobody
    knows the end of; some platforms end an authorization for that, and then the account has to be connected anew.

    Example: postiz-ops accounts refresh acme-x
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    if again and not names:
        raise UsageError("--again needs an account", help="postiz-ops accounts refresh ACCOUNT --again")
    accounts = [workspace.account(name) for name in names] or list(workspace.config.accounts.values())
    tokens, before, after = asyncio.run(_refresh(workspace, accounts, named=bool(names), again=again))
    for account in accounts:
        if account.id in after.sealed:
            click.echo(f"{account.id:<24} {escape(_told(before.sealed[account.id], after.sealed[account.id]))}")
        elif names:
            click.echo(f"{account.id:<24} the vault holds nothing of it")
    for line in (*tokens.troubles, *tokens.notices):
        click.echo(f"warning: {escape(line)}", err=True)
    for sealed in tokens.rescued.values():
        click.echo(rescue_block(sealed), err=True)
    return 1 if tokens.troubles else 75 if tokens.busy or tokens.notices else 0


async def _refresh(
    workspace: Workspace, accounts: Sequence[Account], *, named: bool, again: bool
) -> tuple[Tokens, View, View]:
    """One pass of the refresh protocol: the tokens, and the state branch before and after it."""
    view = workspace.local_view() or View()
    async with real_effects(workspace, workspace.config, view, workspace.location.approved_ref) as effects:
        branch, tokens = await renewer(workspace, effects)
        before = branch.view
        for account in accounts if named else ():
            tokens.force(account, asked=True)
        await tokens.keep(accounts, again=[account.id for account in accounts] if again else ())
        return tokens, before, branch.view


async def renewer(workspace: Workspace, effects: Effects) -> tuple[StateBranch, Tokens]:
    """The newest tip of the state branch, and what renews tokens there. Raises ``Refused`` and ``Temporary``."""
    config, remote = workspace.config, workspace.remote_identity

    def guard(view: View, snapshot: Snapshot) -> None:
        guards.check_state(view, snapshot, config, remote=remote)
        guards.check_endpoint(view, endpoint=workspace.endpoint is not None)

    run = run_name()
    branch = StateBranch(effects.ledger, effects.clock, effects.token, guard, by=run, safe=effects.safe)
    await branch.look()
    tokens = Tokens(effects, PROVIDERS, branch, run)
    await tokens.recover()
    return branch, tokens


async def renewed(workspace: Workspace, effects: Effects, view: View, accounts: Sequence[Account]) -> None:
    """Renew what has run out, before a command asks the platforms. Without a vault this uses no network."""
    if any(account.id in view.sealed for account in accounts):
        _, tokens = await renewer(workspace, effects)
        await tokens.keep(accounts, [account.id for account in accounts])


def _told(before: Sealed, after: Sealed) -> str:
    until = f" until {instant(after.expires_at)}" if after.expires_at else ""
    if after.generation > before.generation:
        return f"renewed{until}"
    if after.status is Status.READY:
        return f"as it was{until}" if after.refreshable else f"as it was{until}; nothing renews it but a person"
    return f"{after.status}: {after.problem}" if after.problem else after.status.value
