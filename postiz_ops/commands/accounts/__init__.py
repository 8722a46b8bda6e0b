"""``accounts``: the channels, how they are connected, whether they answer, and whom they trust."""

from __future__ import annotations

import click

from postiz_ops.commands.accounts.check import check
from postiz_ops.commands.accounts.connect import command as connect
from postiz_ops.commands.accounts.listing import list_accounts
from postiz_ops.commands.accounts.options import options
from postiz_ops.commands.accounts.refresh import command as refresh
from postiz_ops.commands.accounts.trust import trust


@click.group(short_help="Connect, list, check and trust accounts.")
def command() -> None:
    """The channels of accounts.yaml: what they are, whether they answer, and whom they trust.

    Example: postiz-ops accounts check
    """


for subcommand in (list_accounts, check, connect, options, refresh, trust):
    command.add_command(subcommand)
