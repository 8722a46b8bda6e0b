"""One delivery on its way: from record and draft to a dispatch, and from what the provider says to an outcome."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from postiz_ops import errors
from postiz_ops.ledger.record import CLAIMABLE, PartRecord, Problem, Record, State, part_key
from postiz_ops.model import Account, Draft, Receipt
from postiz_ops.providers.base import (
    JSON,
    Absent,
    Blind,
    Dispatch,
    Evidence,
    Found,
    NotReady,
    Processing,
    Provider,
    Refused,
    Spec,
    Threads,
)
from postiz_ops.publish.changes import Outcome
from postiz_ops.publish.session import Session

THROTTLE_PAUSE = timedelta(minutes=5)
"""How long to wait where a platform throttles and does not say until when."""
LONGEST_PAUSE = timedelta(hours=1)


PATIENCE = timedelta(hours=24)
"""How long a platform may work on what it has taken, or not answer a look-up, before that counts as a doubt."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What ``prepare`` gave, as plain JSON."""

    value: JSON


@dataclass(frozen=True, slots=True)
class Channel:
    """An account ready to be talked to."""

    account: Account
    provider: Provider
    spec: Spec
    session: Session


def part_range(record: Record, draft: Draft, spec: Spec) -> tuple[int, int]:
    """Which parts go next: the first unfinished one, or with atomic threads all that are left."""
    first = record.current
    return first, len(draft.parts) if spec.threads is Threads.ATOMIC else first + 1


def make_dispatch(genesis: str, record: Record, draft: Draft, first: int, last: int, now: datetime) -> Dispatch:
    """The parts ``first`` to ``last`` (exclusive) of a draft, with keys that are the same for every attempt."""
    begun = record.parts[first]
    keys = tuple(part_key(genesis, record.post, record.account, record.occurrence, i) for i in range(first, last))
    return Dispatch(
        draft=draft,
        parts=draft.parts[first:last],
        keys=keys,
        claimed_at=begun.first_claimed_at or now,
        # What was begun for other words or pictures is of no use to these; what was claimed is what was sent.
        prepared=begun.prepared if begun.content == draft.content or begun.state not in CLAIMABLE else None,
        root=_receipt(record.parts[0]) if first else None,
        parent=_parent(record, draft, first),
        first=first,
        again=begun.attempts > 0 and begun.settled_by == "person",
    )


def _parent(record: Record, draft: Draft, first: int) -> Receipt | None:
    if not first:
        return None
    if draft.parts[first].comment:
        return _receipt(record.parts[0])
    before = [i for i in range(first) if not draft.parts[i].comment]
    return _receipt(record.parts[before[-1] if before else 0])


def _receipt(part: PartRecord) -> Receipt | None:
    return Receipt(part.remote_id, part.url, part.extra) if part.remote_id else None


async def prepare(channel: Channel, dispatch: Dispatch) -> Prepared | NotReady | errors.Failure:
    """Upload what is needed. A provider that stumbles over an answer has sent nothing that anybody sees."""
    try:
        await channel.session.log_in()
        prepared = await channel.provider.prepare(channel.session, channel.account, dispatch)
        return Prepared(json.loads(json.dumps(prepared)))  # as the ledger will give it back
    except NotReady as waiting:
        return waiting
    except errors.Unknown as failure:
        return errors.Unavailable(failure.message)
    except errors.Failure as failure:
        return failure
    except Exception as stumble:  # noqa: BLE001 - whatever a platform answers, the other deliveries go on
        return errors.Unavailable(f"{channel.spec.title}: an answer was not understood ({type(stumble).__name__})")


async def send(channel: Channel, dispatch: Dispatch, deadline: float) -> tuple[Receipt, ...] | errors.Failure:
    """The one mutation. Whatever goes wrong after it left, and was not its own refusal, is ``Unknown``."""
    session = channel.session
    session.deadline, session.may_mutate, session.accepted = deadline, True, False
    try:
        receipts = await channel.provider.publish(session, channel.account, dispatch)
        if len(receipts) == len(dispatch.parts):
            return receipts
        return errors.Unknown(f"{channel.spec.title}: the answer names {len(receipts)} of {len(dispatch.parts)} parts")
    except errors.Failure as failure:
        return errors.Unknown(failure.message, known=_known(failure)) if session.accepted else failure
    except Exception as stumble:  # noqa: BLE001 - an answer that cannot be understood is no proof of anything
        why = f"{channel.spec.title}: the answer was not understood ({type(stumble).__name__})"
        if session.may_mutate:
            why = f"{channel.spec.title}: it could not be put into a request ({type(stumble).__name__})"
        return errors.Rejected(why) if session.may_mutate else errors.Unknown(why)
    finally:
        session.deadline, session.may_mutate = None, False


def _known(failure: errors.Failure) -> JSON:
    return failure.known if isinstance(failure, errors.Unknown) else None


async def look_up(channel: Channel, dispatch: Dispatch) -> Evidence | errors.Failure:
    """Was it published? Reads only."""
    try:
        return await channel.provider.find(channel.session, channel.account, dispatch)
    except errors.Failure as failure:
        return failure
    except Exception as stumble:  # noqa: BLE001 - an answer that cannot be understood is no evidence
        return errors.Unavailable(f"{channel.spec.title}: the look-up was not understood ({type(stumble).__name__})")


def outcome_of(
    result: tuple[Receipt, ...] | errors.Failure, *, now: datetime, attempts: int, credential: str
) -> Outcome:
    """The state that a send (or a failed preparation) leads to. ``Unknown`` stays ``sending``."""
    match result:
        case errors.Rejected():
            return Outcome(State.FAILED, problem=Problem(result.kind, result.message))
        case errors.Reauthorize():
            return Outcome(State.HELD, problem=Problem(result.kind, result.message), credential=credential)
        case errors.Throttled():
            until = max(result.until or now + THROTTLE_PAUSE, now + timedelta(seconds=1))
            return Outcome(State.RETRY, problem=Problem(result.kind, result.message, until))
        case errors.Unavailable():
            pause = min(timedelta(minutes=2 ** min(attempts, 10) // 2 or 1), LONGEST_PAUSE)
            return Outcome(State.RETRY, problem=Problem(result.kind, result.message, now + pause))
        case errors.Failure():
            return Outcome(State.SENDING, problem=Problem("unknown", result.message), known=_known(result))
        case receipts:
            return Outcome(State.PUBLISHED, receipts)


def outcome_of_evidence(
    evidence: Evidence | errors.Failure, problem: Problem | None, *, since: timedelta = timedelta(0)
) -> Outcome:
    """What a look-up after the lease leads to: published, refused, or a doubt for a person; no answer changes nothing.

    ``since`` is how long ago the claim was made: a platform may process for a while, but not for ever.
    """
    match evidence:
        case Found():
            return Outcome(State.PUBLISHED, evidence.receipts)
        case Refused() if evidence.again:
            return Outcome(State.RETRY, problem=Problem(errors.Unavailable.kind, evidence.why))
        case Refused():
            return Outcome(State.FAILED, problem=Problem("rejected", evidence.why))
        case Processing() if since < PATIENCE:
            return Outcome(State.SENDING, problem=Problem("unknown", evidence.why))
        case Processing() | Blind():
            why = evidence.why
        case Absent():
            why = "a look-up did not find it, which is no proof that it was not published"
        case errors.Reauthorize():
            why = evidence.message
        case failure if since < PATIENCE:
            return Outcome(State.SENDING, problem=problem or Problem("unknown", failure.message))
        case failure:
            why = failure.message
    before = f"{problem.message}; " if problem else ""
    return Outcome(State.IN_DOUBT, problem=Problem("unknown", before + why))
