"""``plan``: what would happen if this work tree were approved."""

from __future__ import annotations

from typing import Any

import click

from postiz_ops.commands.terminal import colourful, formats
from postiz_ops.commands.workspace import ACCOUNTS, Workspace, parse_now, read_config
from postiz_ops.diagnostics import has_errors
from postiz_ops.errors import UsageError
from postiz_ops.ledger.view import View
from postiz_ops.net.clock import SystemClock
from postiz_ops.plan import Plan, Situation, make_plan
from postiz_ops.report.plan import render


@click.command(short_help="Show what would happen if this work tree were approved.")
@formats("text", "json", "markdown")
@click.option("--now", metavar="TIME", help="Plan as if it were this instant.")
@click.option("--all", "everything", is_flag=True, help="List finished deliveries too.")
@click.option("--detailed-exitcode", is_flag=True, help="0 nothing due, 1 errors, 2 something due.")
@click.pass_obj
def command(obj: dict[str, Any], *, form: str, now: str | None, everything: bool, detailed_exitcode: bool) -> int:
    """Show when, where and with which exact text every post would go out if this work tree were approved.

    Reads the work tree, and the state branch as far as it is here. Uses no network and no secret.

    Example: postiz-ops plan --format markdown
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    plan, view, broken = _make(workspace, now)
    head = workspace.git.maybe("rev-parse", "--verify", "--quiet", "HEAD")
    dirty = bool(workspace.git.text("status", "--porcelain", "--untracked-files=normal"))
    text = render(
        plan,
        format=form,
        commit=head,
        dirty=dirty,
        everything=everything,
        config=workspace.config,
        limits=view.limits(),
        color=form == "text" and colourful(),
    )
    click.echo(text)
    if not detailed_exitcode:
        return 0
    return 1 if broken else 2 if plan.due() else 0


def _make(workspace: Workspace, now: str | None) -> tuple[Plan, View, bool]:
    tree = workspace.work_tree()
    try:
        config = read_config(tree.read(ACCOUNTS))
    except FileNotFoundError as missing:
        raise UsageError(f"there is no {ACCOUNTS}", help="run `postiz-ops init` to make one") from missing
    view = workspace.local_view()
    compilation = workspace.compile(tree, view)
    paused = workspace.git.root / "PAUSED"
    reason = paused.read_text(errors="replace").strip() if paused.is_file() and not paused.is_symlink() else None
    moment = parse_now(now) or SystemClock().now()
    endpoint = workspace.endpoint is not None
    known = view or View()
    plan = make_plan(Situation(config, compilation.posts, known, moment, reason, endpoint))
    return plan, known, has_errors(compilation.diagnostics)
