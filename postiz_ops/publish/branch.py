"""The state branch alone: what was seen of it last, and the one way to write files to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from postiz_ops.ledger.view import View, parse
from postiz_ops.publish.converge import TRIES, converge
from postiz_ops.publish.effects import Clock, Ledger, Safe, Snapshot, TokenSource

Files = Callable[[View], Mapping[str, bytes]]
"""What to write, given the newest tip; nothing once it stands there."""


class Branch(Protocol):
    """What a run knows of the state branch. The engine's desk is one too."""

    view: View

    async def write(self, files: Files, verb: str, *, tries: int = TRIES) -> bool:
        """Bring files onto the branch, or learn that they are not ours to write. False: nobody can tell."""


class StateBranch:
    """``Branch`` for commands that need nothing of what is approved. ``guard`` may refuse what was seen."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        token: TokenSource,
        guard: Callable[[View, Snapshot], None],
        *,
        by: str = "",
        safe: Safe | None = None,
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._token = token
        self._guard = guard
        self._by = by
        self._safe = safe
        self._snapshot = Snapshot(None, {})
        self.view = View()

    async def look(self) -> None:
        """See the newest tip. Raises ``Temporary``, or what the guard raises."""
        self._snapshot = await self._ledger.fetch()
        self.view = parse(self._snapshot.files)
        self._guard(self.view, self._snapshot)
        if self._safe:
            self._safe.take(self.view)

    async def write(self, files: Files, verb: str, *, tries: int = TRIES) -> bool:
        """Bring files onto the branch by compare-and-swap; they are asked for anew on every tip."""

        def wanted() -> Mapping[str, bytes]:
            return {path: data for path, data in files(self.view).items() if self._snapshot.files.get(path) != data}

        message = f"{verb} ({self._by})\n" if self._by else f"{verb}\n"
        return await converge(
            self._ledger, self._clock, self._token, lambda: self._snapshot, wanted, self.look, message, tries=tries
        )
