"""``pause``: the brake without a pull request, kept in the state branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.view import PAUSED, Brake, View, brake_file
from postiz_ops.net.clock import SystemClock
from postiz_ops.report.escape import escape


@click.command(short_help="Stop publishing, with a reason.")
@click.argument("reason", nargs=-1, required=True)
@click.pass_obj
def command(obj: dict[str, Any], *, reason: tuple[str, ...]) -> int:
    """Stop publishing everywhere until `resume`. What is being sent at this moment still ends.

    Example: postiz-ops pause "press embargo until noon"
    """
    brake = Brake(" ".join(reason), SystemClock().now())

    def writes(view: View) -> Mapping[str, bytes]:
        stands = view.brake is not None and view.brake.reason == brake.reason
        return {} if stands else {PAUSED: brake_file(brake)}

    decide(Workspace.open(obj["repo"], obj["endpoint"]), writes, "Pause")
    click.echo(f"Paused: {escape(brake.reason)}\nNothing is published until `postiz-ops resume`.")
    return 0
