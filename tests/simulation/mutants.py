"""The engine with one rule taken away, each by a few lines: what the checker must notice, or we could not trust it.

A mutant is a subclass, or other effects under the unchanged engine; nothing of the production code is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime
from typing import Any
from unittest.mock import patch

from typing_extensions import override

from postiz_ops import errors
from postiz_ops.ledger.record import CLAIMABLE, Record, State
from postiz_ops.ledger.sealed import Status
from postiz_ops.model import Draft, Receipt
from postiz_ops.providers.auth import OAuth2
from postiz_ops.providers.base import Spec, Threads
from postiz_ops.publish import engine as engine_module
from postiz_ops.publish import tokens as tokens_module
from postiz_ops.publish.changes import Outcome, Settle
from postiz_ops.publish.effects import Effects, Request, Response, Snapshot
from postiz_ops.publish.engine import Publisher, Ready
from postiz_ops.publish.order import Order
from postiz_ops.publish.renewal import Verdict, verdict
from postiz_ops.publish.sending import part_range
from postiz_ops.publish.tokens import NotRenewed, Tokens
from tests.simulation.platforms import PROVIDERS
from tests.simulation.scheduler import Job
from tests.simulation.world import Seam


class Mutant:
    """An engine: ``publisher`` is the class that runs, ``effects`` what it is given, ``patched`` what surrounds it."""

    publisher: type[Publisher] = Publisher

    def run(self, seam: Seam, order: Order) -> Job:
        """One run."""
        effects = self.effects(seam.effects(), seam)
        return self.publisher(effects, seam, PROVIDERS, seam.compiled, order).run()

    def effects(self, effects: Effects, seam: Seam) -> Effects:
        """The effects, changed."""
        return effects

    @contextmanager
    def patched(self) -> Iterator[None]:
        """For as long as seeds are played."""
        yield


class NoNonce(Mutant):
    """All claims look alike, so that a run takes another one's for its own."""

    @override
    def effects(self, effects: Effects, seam: Seam) -> Effects:
        return replace(effects, token=lambda: "0" * 32)


class TrustingLedger:
    """After a push that reported success, nobody looks: what was pushed is taken for what is there."""

    def __init__(self, seam: Seam) -> None:
        self._seam = seam
        self._believed: Snapshot | None = None

    async def fetch(self) -> Snapshot:
        believed, self._believed = self._believed, None
        return believed or await self._seam.fetch()

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        await self._seam.push(base, writes, message)
        if self._seam.report == "ok":
            self._believed = replace(base, files={**base.files, **writes})


class TrustsThePush(Mutant):
    """A push's own report is believed."""

    @override
    def effects(self, effects: Effects, seam: Seam) -> Effects:
        return replace(effects, ledger=TrustingLedger(seam))


class Resending(Publisher):
    """What was not found after its lease is sent again."""

    @override
    async def _look_up(self, path: str, record: Record) -> Settle:
        settle = await super()._look_up(path, record)
        if settle.outcome.state is not State.IN_DOUBT:
            return settle
        return replace(settle, outcome=Outcome(State.RETRY, problem=settle.outcome.problem))


class ResendsAtExpiry(Mutant):
    """The lease runs out, and the post goes out once more."""

    publisher = Resending


class Forgiving(Publisher):
    """Some unknown answers are taken for "it did not leave"."""

    forgives: Callable[[str], bool] = staticmethod(lambda _: False)

    @override
    def _outcome(self, result: tuple[Receipt, ...] | errors.Failure, account: str, attempts: int) -> Outcome:
        if isinstance(result, errors.Unknown) and self.forgives(result.message):
            result = errors.Unavailable(result.message)
        return super()._outcome(result, account, attempts)


class Forgiving5xx(Forgiving):
    """A 503 is."""

    forgives = staticmethod(lambda message: "HTTP 5" in message)


class ForgivingTimeouts(Forgiving):
    """A lost answer is."""

    forgives = staticmethod(lambda message: message == "cut")


class RetriesOn5xx(Mutant):
    """A 5xx is taken for "not published"."""

    publisher = Forgiving5xx


class RetriesOnTimeout(Mutant):
    """A lost answer is taken for "not published"."""

    publisher = ForgivingTimeouts


class _Wire:
    def __init__(self, seam: Seam) -> None:
        self.seam = seam


class TimelessWire(_Wire):
    """Sends whenever it comes to it."""

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        return await self.seam.send(request)


class NoDeadline(Mutant):
    """A claim may leave at any time after its push."""

    @override
    def effects(self, effects: Effects, seam: Seam) -> Effects:
        return replace(effects, wire=TimelessWire(seam))


class SelfContentWire(_Wire):
    """Finds its own clock right."""

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        response = await self.seam.send(request, deadline=deadline)
        if request.method != "HEAD":
            return response
        return Response(200, {"date": format_datetime(self.seam.now().astimezone(UTC), usegmt=True)})


class NoClockCheck(Mutant):
    """The machine's clock is believed."""

    @override
    def effects(self, effects: Effects, seam: Seam) -> Effects:
        return replace(effects, wire=SelfContentWire(seam))


class Hasty(Publisher):
    """Records first, and sends then."""

    @override
    async def _send(self, ready: Ready, record: Record) -> Settle:
        part = record.parts[ready.first]
        nonce = part.claim.nonce if part.claim else ""
        receipts = tuple(Receipt(key) for key in ready.dispatch.keys)
        early = Settle(
            ready.planned.path,
            nonce,
            ready.first,
            ready.last,
            Outcome(State.PUBLISHED, receipts),
            self._effects.clock.now(),
        )
        await self._desk.commit(lambda: [early], "Record")
        return await super()._send(ready, record)


class RecordsBeforeSending(Mutant):
    """``published`` is on the branch before the request has left."""

    publisher = Hasty


class LastPartFirst(Mutant):
    """A thread begins with its end."""

    @override
    @contextmanager
    def patched(self) -> Iterator[None]:
        def backwards(record: Record, draft: Draft, spec: Spec) -> tuple[int, int]:
            if spec.threads is not Threads.CHAIN:
                return part_range(record, draft, spec)
            last = max(i for i in range(len(draft.parts)) if record.parts[i].state in CLAIMABLE)
            return last, last + 1

        with patch.object(engine_module, "part_range", backwards):
            yield


class NoSecondLook(Mutant):
    """A claim that was decided on one tip is pushed to the next one as it is."""

    class Stubborn(Publisher):
        """Knows better."""

        @override
        def _is_sent_elsewhere(self, record: Record) -> bool:
            return False

    publisher = Stubborn


class Forgetful(Publisher):
    """Keeps nothing on disk until it is recorded."""

    @override
    async def _recover(self) -> None:
        for name in self._effects.spool.read():
            self._effects.spool.remove(name)


class DropsTheSpool(Mutant):
    """What an earlier run could not record is thrown away."""

    publisher = Forgetful


class OtherVerdict(Mutant):
    """Decides otherwise about a token whose renewal another run has begun."""

    def __init__(self, instead: Verdict) -> None:
        self.instead = instead

    @override
    @contextmanager
    def patched(self) -> Iterator[None]:
        def judged(*facts: Any, **more: Any) -> Verdict:
            what = verdict(*facts, **more)
            return Verdict.RENEW if what is self.instead else what

        with patch.object(tokens_module, "verdict", judged):
            yield


class RepeatsRenewals(Mutant):
    """A renewal that got no answer is taken for one that did not happen."""

    @override
    @contextmanager
    def patched(self) -> Iterator[None]:
        def unknown(self: Tokens, auth: OAuth2, why: str) -> NotRenewed:
            return NotRenewed(Status.READY, why)

        with patch.object(Tokens, "_unknown", unknown):
            yield


class ShortLease(Mutant):
    """Others look up a claim after 30 seconds already."""

    @override
    @contextmanager
    def patched(self) -> Iterator[None]:
        with patch.object(engine_module, "LEASE", timedelta(seconds=30)):
            yield


MUTANTS: Mapping[str, Mutant] = {
    "no nonce": NoNonce(),
    "trust the push's report": TrustsThePush(),
    "resend at lease expiry": ResendsAtExpiry(),
    "retry on 5xx": RetriesOn5xx(),
    "retry on timeout": RetriesOnTimeout(),
    "no deadline": NoDeadline(),
    "no clock check": NoClockCheck(),
    "record before send": RecordsBeforeSending(),
    "part n+1 before n": LastPartFirst(),
    "send beside another run": NoSecondLook(),
    "drop the spool": DropsTheSpool(),
    "renew beside another run": OtherVerdict(Verdict.BUSY),
    "renew after a death": OtherVerdict(Verdict.GIVE_UP),
    "repeat a renewal": RepeatsRenewals(),
}
EQUIVALENT: Mapping[str, tuple[Mutant, str]] = {
    "lease of 30 s": (
        ShortLease(),
        "nothing is ever resent, so looking too early costs only doubts; the owner's own result still lifts them",
    ),
}
"""What the checker can not notice, since the promise holds without it, and why."""
