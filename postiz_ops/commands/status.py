"""``status``: where every delivery stands, and what waits for a person."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from postiz_ops.commands.publish import compiler
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.view import parse
from postiz_ops.net.clock import SystemClock
from postiz_ops.plan import Situation, make_plan
from postiz_ops.publish import guards
from postiz_ops.publish.effects import Snapshot
from postiz_ops.report.escape import escape
from postiz_ops.report.status import render
from postiz_ops.standing import exit_code, standings


@click.command(short_help="Show where every delivery stands.")
@formats("text", "json", "markdown")
@click.option("--offline", is_flag=True, help="Do not ask the remote: show what is known here.")
@click.pass_obj
def command(obj: dict[str, Any], *, form: str, offline: bool) -> int:
    """Show every delivery of the approved branch: its state, where it can be looked at, and what is wrong.

    Exit code 3 while a doubt stands, 1 while a failure stands, else 0.

    Example: postiz-ops status
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    seen = workspace.ledger.local() if offline else _fetched(workspace)
    view = parse(seen.files)
    guards.check_state(view, seen, workspace.config, remote=workspace.remote_identity)
    if seen.approved is None:
        raise UsageError(f"the approved branch `{workspace.location.branch}` has no commit", help="commit and push")
    approved = compiler(workspace)(seen.approved, view.limits())
    now = SystemClock().now()
    situation = Situation(approved.config, approved.posts, view, now, approved.paused, workspace.endpoint is not None)
    rows = standings(make_plan(situation))
    paused = approved.paused if approved.paused is not None else view.brake.reason if view.brake else None
    click.echo(render(rows, format=form, commit=seen.approved, paused=paused, zone=approved.config.timezone, now=now))
    return exit_code(rows)


def _fetched(workspace: Workspace) -> Snapshot:
    try:
        return asyncio.run(workspace.ledger.fetch())
    except Temporary as failure:
        click.echo(f"warning: {escape(failure.message)}; this is what is known here", err=True)
        return workspace.ledger.local()
