"""Where a run keeps what it has seen: the two tips, what is approved, and the one way to change the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.record import CLAIMABLE, Record, dump
from postiz_ops.ledger.view import Reader, View
from postiz_ops.plan import Plan, Situation, make_plan
from postiz_ops.publish import guards
from postiz_ops.publish.branch import Files
from postiz_ops.publish.changes import Change, Settle
from postiz_ops.publish.converge import TRIES, converge
from postiz_ops.publish.effects import Effects, Snapshot
from postiz_ops.publish.evidence import ANOTHERS, may_be_anothers
from postiz_ops.publish.order import Approved, Compile, Order

Wanted = Callable[[], Sequence[Change]]


def no_files(view: View) -> Mapping[str, bytes]:  # noqa: ARG001 - the shape of Files
    """Nothing beside the records."""
    return {}


def _went_back(seen: View, now: View, ours: Mapping[str, Record]) -> bool:
    """Whether a tip lacks what an earlier one had: a replica that lags, or a branch that somebody has set back.

    What stands there as we have just pushed it is no older.
    """
    return any(
        _lacks(now.records.get(path), record)
        for path, record in seen.records.items()
        if path not in ours or now.records.get(path) != ours[path]
    )


def _lacks(now: Record | None, seen: Record) -> bool:
    if now is None or now == seen:
        return now is None
    there, common = len(now.parts), zip(now.parts, seen.parts, strict=False)
    dropped = any(part.state not in CLAIMABLE for part in seen.parts[there:])
    return dropped or any(part.attempts < before.attempts for part, before in common)


class Desk:
    """The newest tips that were seen. ``moved`` holds the records that this run changed, as they stand recorded."""

    def __init__(self, effects: Effects, compile_commit: Compile, order: Order) -> None:
        self._effects = effects
        self._compile = compile_commit
        self._order = order
        self._reader = Reader()
        self.snapshot = Snapshot(None, {})
        self.view = View()
        self.moved: dict[str, Record] = {}
        self._tried: dict[str, Record] = {}
        """What the last push was to bring onto the branch."""
        self._approved: Approved | None = None
        self._compiled_for: tuple[str, Mapping[str, Mapping[str, int]]] | None = None

    @property
    def approved(self) -> Approved:
        """What is approved, compiled with the limits that the ledger knows."""
        if self._approved is None:
            raise AssertionError("nothing was looked at yet")
        return self._approved

    def now(self) -> datetime:
        """The instant that decisions are made for: the real one, shifted by ``--now``."""
        return self._effects.clock.now() + self._order.shift

    async def look(self) -> None:
        """Fetch both tips and check the guards. Raises ``Temporary``, ``Refused`` or ``UsageError``."""
        snapshot = await self._effects.ledger.fetch()
        view = self._reader.parse(snapshot.files)
        if _went_back(self.view, view, self._tried):
            # What it lacks would look like somebody else's decision.
            raise Temporary("the remote showed an older state branch than before", help="try again; nothing was lost")
        self.snapshot, self.view = snapshot, view
        if self._effects.safe:
            self._effects.safe.take(view)
        commit = self._order.ref or self.snapshot.approved
        if commit is None:
            raise UsageError("the approved branch has no commit", help="commit accounts.yaml and push it")
        wanted = (commit, self.view.limits())
        if self._compiled_for != wanted:
            self._approved = self._compile(*wanted)
            self._compiled_for = wanted
        guards.check_state(self.view, self.snapshot, self.approved.config, remote=self._order.remote)
        guards.check_endpoint(self.view, endpoint=self._order.endpoint)

    def plan(self, changes: Iterable[Change] = ()) -> Plan:
        """The decisions, as if ``changes`` were recorded already."""
        return make_plan(self.situation(self.after(changes)))

    def situation(self, view: View) -> Situation:
        """What decisions are made from."""
        known, fingerprint = self.approved, self._effects.vault.fingerprint
        return Situation(known.config, known.posts, view, self.now(), known.paused, self._order.endpoint, fingerprint)

    def after(self, changes: Iterable[Change]) -> View:
        """The view as it will be once the changes are recorded."""
        return replace(self.view, records={**self.view.records, **self._applied(changes)})

    def as_approved_then(self, commit: str) -> Approved:
        """What was approved at an earlier commit; today's where that commit is not here any more."""
        try:
            return self.approved if commit == self.approved.commit else self._compile(commit, self.view.limits())
        except LookupError:
            return self.approved

    async def commit(self, wanted: Wanted, verb: str, files: Files = no_files, *, tries: int = TRIES) -> bool:
        """Bring the changes onto the state branch, or learn that they are not ours to make. False: nobody can tell.

        They are applied to every new tip anew, and asked for anew, so that a claim's window runs from its own push.
        """

        def writes() -> Mapping[str, bytes]:
            self._tried = self._applied(wanted())
            return self._writes(self._tried, files)

        async def look() -> None:
            await self.look()
            self.moved |= {
                path: record for path, record in self._tried.items() if self.view.records.get(path) == record
            }

        message = f"{verb} ({self._order.run})\n"
        world = self._effects
        return await converge(
            world.ledger, world.clock, world.token, lambda: self.snapshot, writes, look, message, tries=tries
        )

    async def write(self, files: Files, verb: str, *, tries: int = TRIES) -> bool:
        """Bring files onto the branch that are no records: ``publish.branch.Branch``."""
        return await self.commit(tuple, verb, files, tries=tries)

    def _applied(self, changes: Iterable[Change]) -> dict[str, Record]:
        records: dict[str, Record] = {}
        for change in changes:
            current = records.get(change.path) or self.view.records.get(change.path)
            record = self._as_it_stands_now(change, current).apply(current)
            if record is not None:
                records[change.path] = record
        return records

    def _as_it_stands_now(self, change: Change, current: Record | None) -> Change:
        """What was found by its words is evidence only as long as no other delivery turns out to have sent them."""
        if not isinstance(change, Settle) or not change.words or current is None or not change.outcome.receipts:
            return change
        return change.unknown(ANOTHERS) if may_be_anothers(self.view, current, change.outcome.receipts) else change

    def _writes(self, records: Mapping[str, Record], files: Files) -> dict[str, bytes]:
        after = replace(self.view, records={**self.view.records, **records})
        beside = {path: data for path, data in files(after).items() if self.snapshot.files.get(path) != data}
        return {path: dump(record) for path, record in records.items()} | beside
