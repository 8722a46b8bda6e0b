"""``analytics suggest-slots``: times that did better, as a change for a person to decide on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from postiz_ops.commands.figures import known_figures
from postiz_ops.commands.workspace import ACCOUNTS, Workspace
from postiz_ops.errors import UsageError
from postiz_ops.net.clock import SystemClock

if TYPE_CHECKING:
    from postiz_ops.analytics.slots import Suggestion


@click.command("suggest-slots")
@click.argument("names", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--offline", is_flag=True, help="Do not ask the remote: use what is known here.")
@click.pass_obj
def suggest_slots(obj: dict[str, Any], *, names: tuple[str, ...], offline: bool) -> int:
    """Propose slots for `publish_at: queue`, out of each account's own history, as a diff of accounts.yaml.

    An hour is proposed where so many of its posts did better than the account's others that chance would hardly do it.
    Nothing is changed: apply the diff with `git apply`, if you agree. Where the data carry no proposal, there is none.

    Example: postiz-ops analytics suggest-slots acme-mastodon > slots.diff
    """
    from postiz_ops.analytics.facts import facts
    from postiz_ops.analytics.slots import merged, suggestions
    from postiz_ops.analytics.slots_diff import diff

    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    accounts = workspace.config.accounts
    unknown = sorted(set(names) - set(accounts))
    if unknown:
        raise UsageError(f"there is no account `{unknown[0]}`", help="see `postiz-ops accounts list`")
    known = known_figures(workspace, offline=offline)
    rows = facts(known.view, known.books, known.approved.config, known.approved.posts)
    zone, now = ZoneInfo(workspace.config.timezone), SystemClock().now()
    found = {name: suggestions(rows, name, zone, now) for name in names or accounts}
    for each in (suggestion for name in found for suggestion in found[name]):
        click.echo(_sentence(each), err=True)
    wanted = {name: merged(accounts[name].slots, each) for name, each in found.items()}
    wanted = {name: slots for name, slots in wanted.items() if slots != accounts[name].slots}
    if not wanted:
        click.echo("Nothing to propose: no further hour stands out beyond chance.", err=True)
        return 0
    file = workspace.git.root / ACCOUNTS
    change = diff(file.read_text(encoding="utf-8"), wanted) if file.is_file() else ""
    if not change:
        click.echo(f"{ACCOUNTS} is not there, or has these accounts in one line: add the slots by hand.", err=True)
    click.echo(change, nl=False)
    return 0


def _sentence(each: Suggestion) -> str:
    return (
        f"{each.account}: {each.slot}: {each.better} of {each.posts} posts did better than the median of the other "
        f"{each.others} ({each.median:,.0f} against {each.others_median:,.0f} interactions)"
    )
