"""``resume``: let the brake go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.view import PAUSED, View, brake_file


@click.command(short_help="Publish again.")
@click.pass_obj
def command(obj: dict[str, Any]) -> int:
    """Publish again after `pause`. A PAUSED file on the approved branch is another brake, and stays.

    Example: postiz-ops resume
    """

    def writes(view: View) -> Mapping[str, bytes]:
        return {PAUSED: brake_file(None)} if view.brake else {}

    decide(Workspace.open(obj["repo"], obj["endpoint"]), writes, "Resume")
    click.echo("Publishing goes on with the next run.")
    return 0
