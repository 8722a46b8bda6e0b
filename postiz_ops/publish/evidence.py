"""What a look-up proves. A post that is known by its words alone may be another delivery's. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from postiz_ops.ledger.record import Record, State
from postiz_ops.ledger.view import View
from postiz_ops.model import Receipt
from postiz_ops.providers.base import Lookup, Spec

ANOTHERS = "a post with its words is there, but it may be the one of another delivery"


def by_words(spec: Spec) -> bool:
    """Whether this platform's look-up knows a post by what it says, and not by a key or an id of ours."""
    return spec.lookup is Lookup.LISTING


def may_be_anothers(view: View, record: Record, receipts: Sequence[Receipt]) -> bool:
    """Whether the ledger has these ids for another part already, or another delivery may have sent the same words.

    Asked of the very tip that the result is pushed to, it cannot miss anything: who sends has claimed before.
    """
    ids = {receipt.remote_id for receipt in receipts}
    same_account = (other for other in view.records.values() if other.account == record.account)
    return any(ids & set(other.remote_ids) or _is_rival(other, record) for other in same_account)


def _is_rival(other: Record, record: Record) -> bool:
    """Whether another delivery with the same words may have gone out about when this one may have."""
    theirs, ours = other.part.claim, record.part.claim
    same = other.text == record.text and (other.post, other.occurrence) != (record.post, record.occurrence)
    is_open = other.state in (State.SENDING, State.IN_DOUBT)
    return same and is_open and theirs is not None and ours is not None and theirs.expires_at > ours.claimed_at
