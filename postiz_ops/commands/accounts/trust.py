"""``accounts trust``: let an account's credential go to another server than it was first used with."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import click

from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.view import KnownAccount, View, account_file, account_path
from postiz_ops.model import Account
from postiz_ops.report.escape import escape


@click.command("trust")
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
