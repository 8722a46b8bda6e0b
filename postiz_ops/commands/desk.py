"""How a person's decision reaches the ledger: the same compare-and-swap as the engine's, without compiling anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from postiz_ops.commands.workspace import Workspace
from postiz_ops.compile.wording import nearest
from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.record import Record, State, instant
from postiz_ops.ledger.view import View, woken
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.publish import guards
from postiz_ops.publish.branch import StateBranch
from postiz_ops.publish.effects import Snapshot

Writes = Callable[[View], Mapping[str, bytes]]
"""What to write, given the newest tip; nothing once it stands there. May raise ``UsageError``."""


def decide(workspace: Workspace, writes: Writes, message: str) -> View:
    """Record a decision. Raises ``Refused`` by a guard and ``Temporary`` when the state branch cannot be pushed."""
    return asyncio.run(_decide(workspace, writes, message))


async def _decide(workspace: Workspace, writes: Writes, message: str) -> View:
    def guard(view: View, snapshot: Snapshot) -> None:
        guards.check_state(view, snapshot, workspace.config, remote=workspace.remote_identity)

    def files(view: View) -> Mapping[str, bytes]:
        made = writes(view)
        return {**woken(view), **made} if made else {}

    branch = StateBranch(workspace.ledger, SystemClock(), token, guard)
    await branch.look()
    if not await branch.write(files, message):
        raise Temporary("the state branch could not be pushed", help="try again; nothing was changed")
    return branch.view


@dataclass(frozen=True, slots=True)
class Target:
    """The delivery that a person names."""

    post: str
    account: str
    occurrence: datetime | None = None

    def find(self, view: View, states: frozenset[State]) -> tuple[str, Record]:
        """Its record: the one in one of the states where several occurrences match. Raises ``UsageError``."""
        matching = {path: r for path, r in view.records.items() if r.post == self.post and r.account == self.account}
        if self.occurrence:
            matching = {path: r for path, r in matching.items() if r.occurrence == self.occurrence}
        if not matching:
            raise self._unknown(view)
        open_ones = {path: record for path, record in matching.items() if record.state in states}
        chosen = list((open_ones or matching).items())
        if len(chosen) > 1:
            times = ", ".join(instant(record.occurrence) for _, record in chosen if record.occurrence)
            raise UsageError(
                f"`{self.post}` has several deliveries for `{self.account}`: {times}", help="say --occurrence TIME"
            )
        return chosen[0]

    def _unknown(self, view: View) -> UsageError:
        posts = {record.post for record in view.records.values()}
        guess = nearest(self.post, posts) if self.post not in posts else None
        when = f" at {instant(self.occurrence)}" if self.occurrence else ""
        return UsageError(
            f"nothing was recorded of `{self.post}` for `{self.account}`{when}",
            help=f"did you mean `{guess}`?" if guess else "see `postiz-ops status` for what there is",
        )
