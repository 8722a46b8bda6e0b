"""``doctor``: what may be wrong with a set-up, before it costs a post."""

from __future__ import annotations

import asyncio
from typing import Any

import click

from postiz_ops.commands.doctor.examine import gather
from postiz_ops.commands.terminal import colourful, formats
from postiz_ops.commands.workspace import Workspace
from postiz_ops.doctor.checks import CHECKS, examine
from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Finding, Unseen
from postiz_ops.report.doctor import Examination, Row, render


@click.command(short_help="Find what is wrong with the set-up.")
@click.option("--offline", is_flag=True, help="Ask neither the remote nor GitHub.")
@formats("text", "json", "markdown")
@click.pass_obj
def command(obj: dict[str, Any], *, offline: bool, form: str) -> int:
    """Look for what will stop a post, or has: schedules, secrets by name, tokens, clocks, the state branch, workflows.

    Reads no secret and changes nothing. With GITHUB_TOKEN it asks GitHub too; what it could not look at it says. Exit
    code 1 where something of severity error was found, else 0.

    Example: postiz-ops doctor --offline
    """
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    found = examination(asyncio.run(gather(workspace, offline=offline)))
    text = render(found, format=form, quiet=obj["quiet"], color=colourful())
    if text:
        click.echo(text)
    return found.exit_code


def examination(facts: Facts) -> Examination:
    """What all checks come to."""
    rows: list[Row] = []
    unseen: dict[str, str] = {}
    for check, result in examine(facts):
        match result:
            case Finding():
                rows.append(Row(check.name, result.severity, result.message, result.where, result.help))
            case Unseen():
                unseen[check.name] = result.reason
    return Examination(tuple(rows), unseen, len(CHECKS))
