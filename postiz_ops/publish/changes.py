"""What a run wants to change in the ledger: pure, and safe to apply to any tip.

A change looks at the record as it stands on the newest tip and says what it becomes, or ``None`` where it is done
already or no longer right. So a rejected push is answered by applying the same changes to the new tip, not by a merge.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from postiz_ops.ledger.record import CLAIMABLE, Claim, PartRecord, Problem, Record, State, instant, moment
from postiz_ops.model import Receipt
from postiz_ops.providers.base import Dispatch


class Change(Protocol):
    """One wanted change of one record."""

    @property
    def path(self) -> str:
        """The record's file."""

    def apply(self, current: Record | None) -> Record | None:
        """What the record becomes; ``None`` for nothing to do."""


@dataclass(frozen=True, slots=True)
class Put:
    """Replace exactly the record that the decision saw: a slot, an expiry, a hold before anything was claimed."""

    path: str
    seen: Record | None
    wanted: Record

    def apply(self, current: Record | None) -> Record | None:
        """Only while nobody else has touched it."""
        return self.wanted if current == self.seen and current != self.wanted else None


@dataclass(frozen=True, slots=True)
class Intent:
    """A claim on parts ``first`` and following. It is made anew for every push, so that its window runs from that."""

    path: str
    seen: Record | None
    base: Record
    first: int
    last: int
    """Exclusive."""
    dispatch: Dispatch
    claim: Claim

    def apply(self, current: Record | None) -> Record | None:
        """Only while the record is what the decision saw: anything else means that somebody else is at it."""
        if current != self.seen:
            return None
        record = self.base
        for index in range(self.first, self.last):
            record = record.with_part(index, self._claimed(record.parts[index]))
        return record

    def _claimed(self, part: PartRecord) -> PartRecord:
        if part.state not in CLAIMABLE:
            raise AssertionError(f"a part that is {part.state} cannot be claimed")
        return part.to(
            State.SENDING,
            attempts=part.attempts + 1,
            content=self.dispatch.draft.content,
            claim=self.claim,
            first_claimed_at=part.first_claimed_at or self.claim.claimed_at,
            prepared=self.dispatch.prepared,
            error=None,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a send: a state, the receipts where it is published, the problem where it is not."""

    state: State
    receipts: tuple[Receipt, ...] = ()
    problem: Problem | None = None
    credential: str | None = None
    known: Any = None
    """What an unknown answer told all the same, for the look-ups to come."""


@dataclass(frozen=True, slots=True)
class Settle:
    """The outcome of the claim with this nonce, for parts ``first`` and following.

    ``published`` is proof: it also lifts a part that a sweep has meanwhile put in doubt, or a person into another state
    without knowing better, as long as nobody has claimed it anew. Nothing lowers ``published``.
    """

    path: str
    nonce: str
    first: int
    last: int
    outcome: Outcome
    at: datetime
    words: bool = False
    """Whether it was found by its words: no proof if another delivery had the same ones out."""

    def unknown(self, why: str) -> Settle:
        """The same, as one that is still to be looked up."""
        return replace(self, outcome=Outcome(State.SENDING, problem=Problem("unknown", why)))

    def apply(self, current: Record | None) -> Record | None:
        """Only where the claim is still this one's."""
        if current is None or self.last > len(current.parts):
            return None
        record = current
        for index in range(self.first, self.last):
            record = record.with_part(index, self._settled(record.parts[index], index - self.first))
        if self.outcome.credential is not None:
            record = replace(record, credential=self.outcome.credential)
        return record if record != current else None

    def is_known(self, current: Record | None) -> bool:
        """Whether the ledger has this result, or went on to a later claim. A tip older than the claim has neither.

        Parts that did not go out may be gone, where the thread was cut; that they did not go out is then worth nothing.
        """
        parts = current.parts[self.first : self.last] if current else ()
        if current and not parts and self.outcome.state in CLAIMABLE:
            return True
        return len(parts) == self.last - self.first and all(self._knows(part) for part in parts)

    def _knows(self, part: PartRecord) -> bool:
        if part.state is State.PUBLISHED or part.claim is None:
            return part.state is State.PUBLISHED
        if part.claim.nonce == self.nonce:
            return self.words or self.outcome.state is not State.PUBLISHED
        return part.claim.claimed_at > self.at

    def _settled(self, part: PartRecord, offset: int) -> PartRecord:
        published = self.outcome.state is State.PUBLISHED
        if part.claim is None or part.claim.nonce != self.nonce or part.state is State.PUBLISHED:
            return part
        if part.state is not State.SENDING and not published:
            return part
        if not published:
            known = part.prepared if self.outcome.known is None else self.outcome.known
            return part.to(self.outcome.state, error=self.outcome.problem, prepared=known)
        receipt = self.outcome.receipts[offset]
        return part.to(
            State.PUBLISHED,
            remote_id=receipt.remote_id,
            url=receipt.url,
            extra=dict(receipt.extra),
            published_at=self.at,
            error=None,
        )


# --- the spool's form ------------------------------------------------------------------------------------------------


def dump_settles(settles: tuple[Settle, ...]) -> bytes:
    """Results as the spool keeps them."""
    return json.dumps({"version": 1, "results": [_as_json(settle) for settle in settles]}).encode()


def load_settles(data: bytes) -> tuple[Settle, ...]:
    """Results out of the spool. Raises ``ValueError`` for what this version did not write."""
    body = json.loads(data)
    if body.get("version") != 1:
        raise ValueError("a spool of another version")
    return tuple(_from_json(item) for item in body["results"])


def _as_json(settle: Settle) -> dict[str, Any]:
    outcome = settle.outcome
    problem = outcome.problem
    return {
        "path": settle.path,
        "nonce": settle.nonce,
        "first": settle.first,
        "last": settle.last,
        "at": instant(settle.at),
        "words": settle.words,
        "state": outcome.state.value,
        "receipts": [[r.remote_id, r.url, dict(r.extra)] for r in outcome.receipts],
        "problem": problem and [problem.kind, problem.message, problem.retry_at and instant(problem.retry_at)],
        "credential": outcome.credential,
        "known": outcome.known,
    }


def _from_json(item: Mapping[str, Any]) -> Settle:
    problem = item["problem"]
    outcome = Outcome(
        State(item["state"]),
        tuple(Receipt(remote_id, url, extra) for remote_id, url, extra in item["receipts"]),
        problem and Problem(problem[0], problem[1], moment(problem[2]) if problem[2] else None),
        item["credential"],
        item.get("known"),
    )
    words = item.get("words") is True
    return Settle(item["path"], item["nonce"], item["first"], item["last"], outcome, moment(item["at"]), words)
