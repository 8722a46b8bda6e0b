"""The state branch as a run that reads figures sees it: what publishing knows, and the readings beside it."""

from __future__ import annotations

from collections.abc import Mapping

from postiz_ops import errors
from postiz_ops.analytics import store
from postiz_ops.analytics.store import Books
from postiz_ops.ledger.view import View
from postiz_ops.ledger.view import parse as parse_view
from postiz_ops.model import Config
from postiz_ops.publish import guards
from postiz_ops.publish.branch import Files
from postiz_ops.publish.converge import TRIES, converge
from postiz_ops.publish.effects import Effects, Snapshot


class Tip:
    """``publish.branch.Branch`` with ``books``. Tokens are renewed and figures recorded on the same tip."""

    def __init__(self, effects: Effects, config: Config, run: str, *, remote: str | None, endpoint: bool) -> None:
        self._effects = effects
        self._config = config
        self._run = run
        self._remote = remote
        self._endpoint = endpoint
        self._seen = Snapshot(None, {})
        self.view = View()
        self.books = Books()

    async def look(self) -> None:
        """See the newest tip. Raises ``Temporary``, and ``Refused`` by a guard or where the index is damaged."""
        self._seen = await self._effects.ledger.fetch()
        self.view, self.books = parse_view(self._seen.files), store.parse(self._seen.files)
        guards.check_state(self.view, self._seen, self._config, remote=self._remote)
        guards.check_endpoint(self.view, endpoint=self._endpoint)
        if why := self.books.unreadable.get(store.INDEX):
            raise errors.Refused(f"`{store.INDEX}` of the state branch is {why}", help="restore it, or upgrade")
        if self._effects.safe is not None:
            self._effects.safe.take(self.view)

    def file(self, path: str) -> bytes | None:
        """A file as it stands."""
        return self._seen.files.get(path)

    async def write(self, files: Files, verb: str, *, tries: int = TRIES) -> bool:
        """Bring files onto the branch by compare-and-swap; they are asked for anew on every tip."""

        def wanted() -> Mapping[str, bytes]:
            return {path: data for path, data in files(self.view).items() if self.file(path) != data}

        world, message = self._effects, f"{verb} ({self._run})\n"
        return await converge(
            world.ledger, world.clock, world.token, lambda: self._seen, wanted, self.look, message, tries=tries
        )
