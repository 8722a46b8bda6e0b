"""What is to be done: drafts, ledger and the time go in, one decision a delivery comes out. Pure.

``plan`` shows these decisions and ``publish`` carries them out, so that both can never differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from postiz_ops.compile.digest import text_digest
from postiz_ops.compile.schedule import next_slots, occurrences
from postiz_ops.ledger.record import CLAIMABLE, FINISHED, PartRecord, Record, State, record_path
from postiz_ops.ledger.view import LONG_AGO, View
from postiz_ops.model import Config, Delivery, Draft, Post, Published

HORIZON = timedelta(days=31)
"""How far ahead the occurrences of a repeat are listed; the next one always is."""
SAME_TEXT = timedelta(days=30)
"""How long the same text to the same account counts as a repetition (contract, section 3)."""


class Action(StrEnum):
    """What would happen to a delivery if the tree were approved."""

    PUBLISH = "publish"
    EDIT = "edit"
    DELETE = "delete"
    HOLD = "hold"
    NONE = "none"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that decisions are made from. ``paused`` is the text of the PAUSED file, ``None`` without one.

    ``fingerprint`` tells whether a refused credential has changed; without it (``plan`` reads no secret) it has not.
    """

    config: Config
    posts: tuple[Post, ...]
    view: View
    now: datetime
    paused: str | None = None
    endpoint: bool = False
    fingerprint: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class _Context:
    """A situation, and what is looked up in it for every delivery."""

    situation: Situation
    ids: frozenset[str]
    past: Mapping[tuple[str, str], tuple[Published, ...]]
    """(account, text digest) -> what went out."""
    perhaps: Mapping[tuple[str, str], tuple[Published, ...]]
    """The same of what may have gone out: it is being sent, or in doubt."""
    last: Mapping[str, datetime]
    """Account -> when something of it went out last, or may have."""

    @classmethod
    def of(cls, situation: Situation) -> _Context:
        last: dict[str, datetime] = {}
        for record in situation.view.records.values():
            for at in (record.published_at, record.perhaps_out_until):
                if at:
                    last[record.account] = max(at, last.get(record.account, at))
        ids = frozenset(post.id for post in situation.posts)
        return cls(situation, ids, _by_words(situation.view.history()), _by_words(situation.view.perhaps_out()), last)


def _by_words(sent: Iterable[Published]) -> dict[tuple[str, str], tuple[Published, ...]]:
    found: dict[tuple[str, str], tuple[Published, ...]] = {}
    for out in sent:
        found[out.account, out.text] = (*found.get((out.account, out.text), ()), out)
    return found


@dataclass(frozen=True, slots=True)
class Planned:
    """One decision. ``wake`` is when it should be made again: ``None`` for never while the tree stays."""

    delivery: Delivery
    action: Action
    state: State
    due: bool = False
    reason: str | None = None
    record: Record | None = None
    wake: datetime | None = None
    superseded: bool = False
    """Expired because a later occurrence of the same repeat took its place: nobody has to act."""
    stuck: bool = False
    """Held by a rule that gives way to an edit alone, and by nobody's will: somebody has to be told."""

    @property
    def draft(self) -> Draft:
        """What is delivered."""
        return self.delivery.draft

    @property
    def path(self) -> str:
        """The file of its record."""
        return record_path(self.draft.post, self.draft.account, self.delivery.occurrence)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in FINISHED and self.action in (Action.NONE, Action.CANNOT)


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions at one instant, ordered by time, then path and account."""

    now: datetime
    planned: tuple[Planned, ...]
    gone: Mapping[str, Record] = field(default_factory=dict)
    """Records whose post or account is no longer in the tree, by their files."""

    def due(self) -> tuple[Planned, ...]:
        """What is to be published now."""
        return tuple(p for p in self.planned if p.due)

    def next_wake(self) -> datetime | None:
        """The earliest instant at which any decision can change by itself, or a send has to be looked up."""
        sending = (r.part.claim for r in self.gone.values() if r.state is State.SENDING)
        wakes = [p.wake for p in self.planned if p.wake] + [claim.expires_at for claim in sending if claim]
        return min(wakes, default=None)


def make_plan(situation: Situation) -> Plan:
    """Decide about every delivery of every post."""
    deliveries = tuple(_deliveries(situation))
    context = _Context.of(situation)
    planned = [_decide(context, delivery) for delivery in deliveries]
    planned = _without_bursts(planned)
    planned.sort(
        key=lambda p: (p.delivery.publish_at or datetime.max.replace(tzinfo=UTC), p.draft.path, p.draft.account)
    )
    paths = {p.path for p in planned}
    gone = {path: record for path, record in situation.view.records.items() if path not in paths}
    return Plan(situation.now, tuple(planned), gone)


# --- which deliveries there are --------------------------------------------------------------------------------------


def _deliveries(situation: Situation) -> Iterator[Delivery]:
    drafts = [draft for post in situation.posts for draft in post.drafts if draft.status != "draft"]
    slots = _assign_slots(situation, [d for d in drafts if d.schedule.kind == "queue"])
    for draft in drafts:
        if draft.schedule.repeat is not None:
            yield from _repeated(situation, draft)
        else:
            yield Delivery(draft, _when(situation, draft, slots))


def _when(situation: Situation, draft: Draft, slots: Mapping[str, datetime]) -> datetime | None:
    record = situation.view.records.get(record_path(draft.post, draft.account, None))
    if record is not None and (draft.schedule.kind != "at" or _claimed(record)):
        return record.publish_at
    if draft.schedule.kind == "at":
        return draft.schedule.at
    if draft.schedule.kind == "now":
        return situation.now
    return slots.get(record_path(draft.post, draft.account, None))


def _claimed(record: Record) -> bool:
    return any(part.attempts for part in record.parts)


def _repeated(situation: Situation, draft: Draft) -> Iterator[Delivery]:
    zone = ZoneInfo(situation.config.timezone)
    horizon = situation.now + HORIZON
    moments = occurrences(draft.schedule, zone, until=horizon)
    last = situation.now + timedelta(days=3660)
    if draft.schedule.repeat is not None and draft.schedule.repeat.until is not None:
        last = min(last, draft.schedule.repeat.until)
    while not any(moment > situation.now for moment in moments) and horizon < last:
        horizon += timedelta(days=366)
        later = [m for m in occurrences(draft.schedule, zone, until=horizon, start=situation.now) if m > situation.now]
        moments += tuple(later[:1])
    for moment in moments:
        yield Delivery(draft, moment, moment)


def _assign_slots(situation: Situation, queued: Iterable[Draft]) -> dict[str, datetime]:
    """The next free slot of each account for every queued draft without one, in the order of their paths."""
    assigned: dict[str, datetime] = {}
    taken = {(r.account, r.publish_at) for r in situation.view.records.values()}
    zone = ZoneInfo(situation.config.timezone)
    for draft in sorted(queued, key=lambda d: (d.path, d.account)):
        path = record_path(draft.post, draft.account, None)
        account = situation.config.accounts.get(draft.account)
        if path in situation.view.records or account is None or draft.status != "ready":
            continue
        busy = {at for name, at in taken if name == draft.account}
        slot = next(next_slots(account.slots, zone, busy, situation.now), None)
        if slot is not None:
            assigned[path] = slot
            taken.add((draft.account, slot))
    return assigned


# --- what to do about one --------------------------------------------------------------------------------------------


def _decide(context: _Context, delivery: Delivery) -> Planned:
    situation = context.situation
    path = record_path(delivery.draft.post, delivery.draft.account, delivery.occurrence)
    if path in situation.view.unreadable:
        reason = f"its record `{path}` cannot be read: {situation.view.unreadable[path]}"
        return Planned(delivery, Action.HOLD, State.HELD, reason=reason, wake=LONG_AGO, stuck=True)
    record = situation.view.records.get(path)
    if record is None:
        return _gate(context, Planned(delivery, Action.PUBLISH, State.SCHEDULED))
    return _recorded(context, Planned(delivery, Action.NONE, record.state, record=record), record)


def _recorded(context: _Context, planned: Planned, record: Record) -> Planned:
    """What becomes of a delivery that the ledger knows."""
    match record.state:
        case State.SENDING:
            return _in_flight(context.situation, planned, record.part)
        case State.IN_DOUBT:
            reason = "nobody knows whether it was published: see `postiz-ops resolve`"
            return replace(planned, action=Action.HOLD, reason=reason)
        case State.SCHEDULED | State.HELD | State.RETRY:
            if record.resized(len(planned.draft.parts)).state is State.PUBLISHED:
                # The parts that had not gone out were taken out of the post: nothing is left to send.
                return replace(planned, state=State.PUBLISHED, wake=LONG_AGO)
            return _gate(context, replace(planned, action=Action.PUBLISH))
        case _:
            return planned


def _in_flight(situation: Situation, planned: Planned, part: PartRecord) -> Planned:
    claim = part.claim
    if claim is None or claim.expires_at <= situation.now:
        return replace(
            planned, action=Action.HOLD, reason="its outcome will be looked up by the next run", wake=LONG_AGO
        )
    return replace(planned, action=Action.HOLD, reason=f"it is being sent by {claim.run}", wake=claim.expires_at)


def _gate(context: _Context, planned: Planned) -> Planned:
    """Everything that can stand between a delivery that is not out yet and its publication."""
    situation = context.situation
    if not planned.draft.valid:
        return _stopped(situation, planned, Action.CANNOT, "`postiz-ops check` finds errors in it")
    if planned.delivery.publish_at is None:
        queued = planned.draft.schedule.kind == "queue"
        reason = f"account `{planned.draft.account}` has no free slot" if queued else "it has no time"
        return replace(planned, action=Action.HOLD, state=State.HELD, reason=reason)
    expired = _expiry(situation, planned)
    if expired:
        return expired
    for reason in _wills(situation, planned.draft):
        return _stopped(situation, planned, Action.HOLD, reason)
    for reason in _rules(context, planned):
        return replace(_stopped(situation, planned, Action.HOLD, reason), stuck=True)
    return _timed(context, planned)


def _stopped(situation: Situation, planned: Planned, action: Action, reason: str) -> Planned:
    """Stopped by something outside the tree's control or in it; looked at again in every run once its time has come."""
    at = planned.delivery.publish_at
    wake = LONG_AGO if at is not None and at <= situation.now else at
    state = State.HELD if action is Action.HOLD else planned.state
    return replace(planned, action=action, state=state, reason=reason, wake=wake)


def _expiry(situation: Situation, planned: Planned) -> Planned | None:
    at = planned.delivery.publish_at
    limit = situation.config.policy.max_lateness
    begun = planned.record is not None and planned.record.current > 0
    if at is None or at + limit >= situation.now or _approved_again(planned) or begun:
        return None
    reason = f"it is more than {_hours(limit)} late (policy.max_lateness)"
    return replace(planned, action=Action.CANNOT, state=State.EXPIRED, reason=reason, wake=LONG_AGO)


def _hours(span: timedelta) -> str:
    hours, rest = divmod(int(span.total_seconds()), 3600)
    return f"{hours}h" if not rest else f"{int(span.total_seconds())}s"


def _rules(context: _Context, planned: Planned) -> Iterator[str]:
    """What holds it although everybody wants it out."""
    record, account = planned.record, context.situation.config.accounts[planned.draft.account]
    known = context.situation.view.accounts.get(account.id)
    if known is not None and known.origin != account.origin:
        yield (
            f"account `{account.id}` was first used with {known.origin} and now names {account.origin}: "
            f"run `postiz-ops accounts trust {account.id}` if that is right"
        )
    if record is not None and record.state is State.HELD and _still_refused(context.situation, record):
        yield record.part.error.message if record.part.error else "the credential was refused"
    if record is None or not record.current:
        yield from _repetitions(context, planned.draft)


def _wills(situation: Situation, draft: Draft) -> Iterator[str]:
    """What somebody has said on purpose."""
    view = situation.view
    account = situation.config.accounts[draft.account]
    if draft.status == "paused":
        yield "its status is `paused`"
    if not account.enabled:
        yield f"account `{account.id}` is not enabled"
    if situation.paused is not None:
        yield f"PAUSED: {situation.paused}".rstrip(": ")
    if view.brake is not None:
        yield f"paused: {view.brake.reason}"


def _still_refused(situation: Situation, record: Record) -> bool:
    if record.credential is None:
        return False
    return situation.fingerprint is None or situation.fingerprint(record.account) == record.credential


def _repetitions(context: _Context, draft: Draft) -> Iterator[str]:
    if draft.allow_repeat or not any(part.text for part in draft.parts):
        return
    words = (draft.account, text_digest(draft))
    sent = [(past, "was", "sent") for past in context.past.get(words, ())]
    sent += [(past, "may have been", "may have sent") for past in context.perhaps.get(words, ())]
    for past, was, has_sent in sent:
        if past.post == draft.post:
            continue
        if past.post not in context.ids and not draft.explicit_id:
            yield f"it {was} published as `{past.post}` before it was renamed: give it `id: {past.post}`"
        elif context.situation.now - past.published_at < SAME_TEXT:
            same = f"`{past.post}` {has_sent} the same text to `{draft.account}` within 30 days"
            yield f"{same}: say `allow_repeat: true` if it is meant"


def _timed(context: _Context, planned: Planned) -> Planned:
    situation = context.situation
    at = planned.delivery.publish_at
    if at is not None and at > situation.now:
        return replace(planned, wake=at)
    error = planned.record.part.error if planned.record else None
    if error and error.retry_at and error.retry_at > situation.now:
        return replace(planned, reason=error.message, wake=error.retry_at)
    free_at = _gap_ends(context, planned)
    if free_at is not None and free_at > situation.now:
        return replace(
            planned, action=Action.HOLD, reason="policy.min_gap has not passed since the last post", wake=free_at
        )
    return replace(planned, due=True, wake=LONG_AGO)


def _gap_ends(context: _Context, planned: Planned) -> datetime | None:
    gap = context.situation.config.policy.min_gap
    continues = planned.record is not None and planned.record.current > 0
    if not gap or continues:
        return None
    last = context.last.get(planned.draft.account)
    return last + gap if last else None


def _without_bursts(planned: list[Planned]) -> list[Planned]:
    """Of the occurrences of one repeat that have come due, only the latest is sent; the others are expired."""
    latest: dict[tuple[str, str], datetime] = {}
    for p in planned:
        if p.delivery.occurrence and (p.due or _was_begun(p.record)):
            key = (p.draft.post, p.draft.account)
            latest[key] = max(latest.get(key, p.delivery.occurrence), p.delivery.occurrence)
    return [_superseded(p) if _is_older(p, latest) else p for p in planned]


def _was_begun(record: Record | None) -> bool:
    """Whether a run, or a person, has taken it up: what came before it is pointless then, however far it got."""
    untouched = (State.SCHEDULED, State.EXPIRED, State.CANCELLED)
    return record is not None and any(part.state not in untouched for part in record.parts)


def _is_older(planned: Planned, latest: Mapping[tuple[str, str], datetime]) -> bool:
    last = latest.get((planned.draft.post, planned.draft.account))
    occurrence = planned.delivery.occurrence
    if last is None or occurrence is None or planned.action is Action.NONE:
        return False
    record = planned.record
    untouched = record is None or (record.state in CLAIMABLE and not record.current)
    return occurrence < last and untouched and not _approved_again(planned)


def _approved_again(planned: Planned) -> bool:
    return planned.record is not None and planned.record.part.settled_by == "person"


def _superseded(planned: Planned) -> Planned:
    reason = "a later occurrence of the repeat is due"
    return replace(
        planned, action=Action.CANNOT, state=State.EXPIRED, due=False, reason=reason, wake=LONG_AGO, superseded=True
    )
