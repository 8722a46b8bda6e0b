"""What people do to the state branch, by the code of the commands: settle doubts, approve attempts, brake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from postiz_ops.commands.resolve import settle
from postiz_ops.commands.retry import RETRIABLE, approve
from postiz_ops.errors import UsageError
from postiz_ops.ledger.record import Record, State, dump, part_key
from postiz_ops.ledger.sealed import Sealed, sealed_file, sealed_path
from postiz_ops.ledger.view import (
    PAUSED,
    Brake,
    KnownAccount,
    View,
    account_file,
    account_path,
    brake_file,
    parse,
    woken,
)
from postiz_ops.publish.converge import converge
from postiz_ops.publish.effects import Snapshot
from tests.simulation.history import Verdict
from tests.simulation.vault import kept
from tests.simulation.world import GENESIS_ID, Seam

Writes = Callable[[View], Mapping[str, bytes]]


@dataclass
class Person:
    """Somebody at a terminal. ``careful`` people look at the platform, hasty ones only say that it is not there."""

    seam: Seam
    snapshot: Snapshot = field(default_factory=lambda: Snapshot(None, {}))
    view: View = field(default_factory=View)

    async def look(self) -> None:
        """Fetch."""
        self.snapshot = await self.seam.fetch()
        self.view = parse(self.snapshot.files)

    async def decide(self, writes: Writes, message: str) -> bool:
        """The loop of ``commands.desk``."""

        def wanted() -> Mapping[str, bytes]:
            files = writes(self.view)
            return {**woken(self.view), **files} if files else {}

        await self.look()
        seam = self.seam
        return await converge(seam, seam, seam.token, lambda: self.snapshot, wanted, self.look, message)

    async def brake(self, reason: str | None) -> None:
        """``pause`` and ``resume``."""
        brake = None if reason is None else Brake(reason, self.seam.now())

        def writes(view: View) -> Mapping[str, bytes]:
            stands = view.brake.reason if view.brake else None
            return {} if stands == reason else {PAUSED: brake_file(brake)}

        await self.decide(writes, "brake")

    async def connect(self, name: str) -> None:
        """``accounts connect``: a consent, and what it brought sealed on the newest tip."""
        world = self.seam.world
        issuer = world.servers[name].issuer
        if issuer is None:
            return
        issuer.consent(world.scheduler.now)
        account, grant = world.config(world.tree).accounts[name], issuer.grant(self.seam.now())
        made: Sealed | None = None
        made_on: Sealed | None = None

        def writes(view: View) -> Mapping[str, bytes]:
            nonlocal made, made_on
            before = view.sealed.get(name)
            if made is not None and before == made:
                return {}
            if made is None or before != made_on:
                made, made_on = kept(view, account, grant), before
            fresh = KnownAccount(name, account.provider, account.origin)
            known = replace(view.accounts.get(name, fresh), generation=made.generation)
            return {sealed_path(name): sealed_file(made), account_path(name): account_file(known)}

        await self.decide(writes, f"Connect {name}")

    async def resolve(self, path: str, *, careful: bool) -> None:
        """``resolve``: of all parts that are in doubt together, in the words of the first."""
        await self.look()
        record = self.view.records.get(path)
        if record is None or record.state is not State.IN_DOUBT:
            return
        server = self.seam.world.servers[record.account]
        claim = record.part.claim
        together = [
            i
            for i, part in enumerate(record.parts)
            if part.state is State.IN_DOUBT and part.claim and claim and part.claim.nonce == claim.nonce
        ]
        keys = [part_key(GENESIS_ID, record.post, record.account, record.occurrence, i) for i in together]
        found = next((m for m in server.messages if m.key == keys[0] and not m.deleted), None) if careful else None
        url = f"https://{server.kind}.example/{found.id}" if found else None
        now = self.seam.now()

        def writes(view: View) -> Mapping[str, bytes]:
            current = view.records[path]
            if current.part.claim != claim or current.state not in (State.IN_DOUBT, State.SENDING):
                return {}
            settled = settle(current, None, url, now)
            return {} if settled == current else {path: dump(settled)}

        # Who deletes a post on the platform and then says that it was never there, has not looked.
        looked = careful and not any(message.key in keys and message.deleted for message in server.messages)
        self.seam.world.history.verdicts += [
            Verdict(self.seam.world.scheduler.now, key, published=url is not None, careful=looked) for key in keys
        ]
        await self.decide(writes, f"Resolve {record.post}")

    async def retry(self, path: str) -> None:
        """``retry``: another attempt of what came to nothing."""

        def writes(view: View) -> Mapping[str, bytes]:
            record = view.records.get(path)
            if record is None or record.state not in RETRIABLE:
                return {}
            approved = _approved(record)
            return {} if approved == record else {path: dump(approved)}

        await self.decide(writes, "Retry")


def _approved(record: Record) -> Record:
    try:
        return approve(record, None)
    except UsageError:
        return record
