"""The figures that are kept, beside the ledger and the approved tree: what reports and exports are made from."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.store import GitLedger
from postiz_ops.report.escape import escape

if TYPE_CHECKING:
    from postiz_ops.analytics.store import Books
    from postiz_ops.ledger.view import View
    from postiz_ops.publish.effects import Snapshot
    from postiz_ops.publish.order import Approved


@dataclass(frozen=True, slots=True)
class Known:
    """The state branch and the approved tree, as a report looks at them."""

    view: View
    books: Books
    approved: Approved


def known_figures(workspace: Workspace, *, since: datetime | None = None, offline: bool = False) -> Known:
    """Everything from the month of ``since`` on. What cannot be read of the figures is told on standard error."""
    from postiz_ops.analytics import store
    from postiz_ops.commands.publish import compiler
    from postiz_ops.ledger.view import parse
    from postiz_ops.publish import guards

    ledger = replace(workspace.ledger, needed=store.needed(since))
    seen = ledger.local() if offline else _fetched(ledger)
    view, books = parse(seen.files), store.parse(seen.files)
    guards.check_state(view, seen, workspace.config, remote=workspace.remote_identity)
    if seen.approved is None:
        raise UsageError(f"the approved branch `{workspace.location.branch}` has no commit", help="commit and push")
    for path, why in books.unreadable.items():
        click.echo(f"warning: `{escape(path)}` is {escape(why)}; its figures are missing here", err=True)
    return Known(view, books, compiler(workspace)(seen.approved, view.limits()))


def _fetched(ledger: GitLedger) -> Snapshot:
    try:
        return asyncio.run(ledger.fetch())
    except Temporary as failure:
        click.echo(f"warning: {escape(failure.message)}; this is what is known here", err=True)
        return ledger.local()
