"""``retry``: a person approves another attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from postiz_ops.commands.desk import Target, decide
from postiz_ops.commands.workspace import Workspace, parse_now
from postiz_ops.errors import UsageError
from postiz_ops.ledger.record import Record, State, dump
from postiz_ops.ledger.view import View
from postiz_ops.report.escape import escape

RETRIABLE = frozenset({State.FAILED, State.EXPIRED, State.CANCELLED, State.HELD, State.RETRY})


@click.command(short_help="Approve another attempt of a failed or expired delivery.")
@click.argument("post")
@click.argument("account")
@click.option("--occurrence", metavar="TIME", help="Which occurrence of a repeat.")
@click.option(
    "--part", type=click.IntRange(1), metavar="N", help="Which part of a thread (default: the first that failed)."
)
@click.pass_obj
def command(obj: dict[str, Any], *, post: str, account: str, occurrence: str | None, part: int | None) -> int:
    """Let the next run try a failed or expired delivery again, however late it is.

    What is in doubt is never tried again: see `resolve`.

    Example: postiz-ops retry launch acme-mastodon
    """
    target = Target(post, account, parse_now(occurrence))

    def writes(view: View) -> Mapping[str, bytes]:
        path, record = target.find(view, RETRIABLE)
        approved = approve(record, part)
        return {} if approved == record else {path: dump(approved)}

    decide(Workspace.open(obj["repo"], obj["endpoint"]), writes, f"Retry {post} for {account}")
    click.echo(f"The next run tries {escape(post)} for {escape(account)} again.")
    return 0


def approve(record: Record, part: int | None) -> Record:
    """The record with another attempt approved. Raises ``UsageError`` where that is not for ``retry`` to say."""
    index = record.current if part is None else part - 1
    if index >= len(record.parts):
        raise UsageError(f"the delivery has {len(record.parts)} parts, there is no part {part}")
    state = record.parts[index].state
    if state in (State.IN_DOUBT, State.SENDING):
        raise UsageError(
            "nobody knows whether it was published", help="look at the platform, then use `postiz-ops resolve`"
        )
    if state not in RETRIABLE:
        raise UsageError(f"there is nothing to try again: it is {state.value}", help="see `postiz-ops status`")
    if record.parts[index].settled_by == "person" and state is State.RETRY and record.parts[index].error is None:
        return record
    stopped = [i for i in range(index, len(record.parts)) if record.parts[i].state in RETRIABLE]
    for i in stopped:
        record = record.with_part(i, record.parts[i].to(State.RETRY, error=None, settled_by="person"))
    return record
