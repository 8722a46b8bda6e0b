"""``explain``: the page of a diagnostic."""

from __future__ import annotations

import click

from postiz_ops.compile.explain import find, suggestion
from postiz_ops.errors import UsageError
from postiz_ops.report.page import explain


@click.command(short_help="Print the page of a diagnostic.")
@click.argument("code")
def command(*, code: str) -> int:
    """Say what a diagnostic means, why it matters, and what to write instead. CODE is PZ123, or its name.

    Example: postiz-ops explain text-too-long
    """
    rule = find(code)
    if rule is None:
        guess = suggestion(code)
        known = "`postiz-ops check` prints the codes that it finds"
        raise UsageError(f"there is no diagnostic `{code}`", help=f"did you mean `{guess}`?" if guess else known)
    click.echo(explain(rule))
    return 0
