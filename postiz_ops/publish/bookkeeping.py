"""Records that change without anything being sent, and the report of a run. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from postiz_ops.compile.digest import text_digest
from postiz_ops.ledger.record import CLAIMABLE, PartRecord, Problem, Record, State
from postiz_ops.plan import Action, Plan, Planned
from postiz_ops.publish.changes import Change, Put, Settle
from postiz_ops.publish.desk import Desk
from postiz_ops.publish.order import Order, Report, Skipped


def base_record(planned: Planned, now: datetime, *, endpoint: bool) -> Record:
    """What a claim is made on: the ledger's record brought up to the draft, or a new one. ``now`` is the real time."""
    draft = planned.draft
    at = now if draft.schedule.kind == "now" and planned.record is None else planned.delivery.publish_at
    record = planned.record or Record(
        post=draft.post,
        path=draft.path,
        account=draft.account,
        provider=draft.provider,
        occurrence=planned.delivery.occurrence,
        publish_at=at or now,
        parts=(PartRecord(),),
        endpoint=endpoint,
    )
    return replace(
        record.resized(len(draft.parts)),
        path=draft.path,
        publish_at=at or record.publish_at,
        content=draft.content,
        text=text_digest(draft),
    )


def housekeeping(desk: Desk, plan: Plan, order: Order) -> list[Change]:
    """Slots that were given, deliveries that came too late, and posts that were taken out of the tree."""
    now = desk.now() - order.shift
    changes: list[Change] = []
    for planned in plan.planned:
        if planned.state is State.EXPIRED and planned.action is not Action.NONE:
            changes.append(_expired(planned, now, endpoint=order.endpoint))
        elif planned.record is not None and planned.state is State.PUBLISHED and planned.record.state in CLAIMABLE:
            changes.append(Put(planned.path, planned.record, base_record(planned, now, endpoint=order.endpoint)))
        elif _gets_a_slot(planned):
            changes.append(Put(planned.path, None, base_record(planned, now, endpoint=order.endpoint)))
    return changes + _cancellations(desk, plan)


def _expired(planned: Planned, now: datetime, *, endpoint: bool) -> Put:
    base = replace(base_record(planned, now, endpoint=endpoint), superseded=planned.superseded)
    problem = Problem("rejected", planned.reason or "it came too late")
    return Put(planned.path, planned.record, base.with_all(base.current, State.EXPIRED, error=problem))


def _gets_a_slot(planned: Planned) -> bool:
    waiting = planned.action is Action.PUBLISH and planned.delivery.publish_at is not None
    return waiting and planned.record is None and planned.draft.schedule.kind == "queue"


def _cancellations(desk: Desk, plan: Plan) -> list[Change]:
    """Waiting records of posts that are gone. A file that only broke is not gone, nor is a post made a draft again."""
    broken = {finding.span.path for finding in desk.approved.broken()}
    ids = {post.id for post in desk.approved.posts}
    problem = Problem("rejected", "the post is no longer in the approved tree")
    return [
        Put(path, record, record.with_all(record.current, State.CANCELLED, error=problem))
        for path, record in plan.gone.items()
        if record.state in CLAIMABLE and record.post not in ids and record.path not in broken
    ]


def skipped(desk: Desk, plan: Plan, order: Order) -> tuple[Skipped, ...]:
    """What is due and has errors, and the posts that came to nothing at all."""
    left = [
        Skipped(p.draft.post, p.draft.path, p.draft.account, p.reason or "it has errors")
        for p in plan.planned
        if p.action is Action.CANNOT and p.state is not State.EXPIRED and order.includes(p.draft.account)
        if p.delivery.publish_at is None or p.delivery.publish_at <= plan.now
    ]
    broken = desk.approved.broken()
    return (*left, *(Skipped(d.span.path, d.span.path, d.account, f"{d.message} ({d.code})") for d in broken))


def report(
    desk: Desk, order: Order, unrecorded: Sequence[Settle], *, unfinished: bool, waiting: Sequence[str] = ()
) -> Report:
    """What the run did, and what it had to leave."""
    plan = desk.plan(unrecorded)
    stuck = [p for p in plan.planned if _is_stuck(p, plan.now) and order.includes(p.draft.account)]
    moved = {path: _as_it_stands(record, desk.view.records.get(path)) for path, record in desk.moved.items()}
    moved |= {c.path: desk.after(unrecorded).records[c.path] for c in unrecorded}
    return Report(
        order.run,
        tuple(moved.values()),
        skipped(desk, plan, order),
        (*_brakes(desk), *(f"{p.draft.path} for {p.draft.account}: {p.reason}" for p in stuck), *waiting),
        due=tuple(p for p in plan.due() if order.includes(p.draft.account)) if order.dry_run else (),
        unrecorded=bool(unrecorded),
        unfinished=unfinished,
        waiting=any(waits_for_credential(p) for p in stuck),
    )


def _as_it_stands(told: Record, now: Record | None) -> Record:
    """Another run may have found what this one sent, while this one could not record it."""
    found = told.state is State.SENDING and now is not None and now.state is State.PUBLISHED
    return now if found and now else told


def _brakes(desk: Desk) -> list[str]:
    reasons = [desk.approved.paused, desk.view.brake.reason if desk.view.brake else None]
    return [f"publishing is paused: {reason.strip()}".rstrip(": ") for reason in reasons if reason is not None]


def _is_stuck(planned: Planned, now: datetime) -> bool:
    """Whether a rule holds it until somebody acts, although it is due, or waits for a slot: silence would be a loss."""
    at = planned.delivery.publish_at
    queued = planned.record is None and planned.draft.schedule.kind == "queue"
    return planned.stuck and (queued or (at is not None and at <= now))


def waits_for_credential(planned: Planned) -> bool:
    """Whether it is held because its account's credential was refused."""
    record = planned.record
    return (
        planned.action is Action.HOLD and record is not None and record.state is State.HELD and bool(record.credential)
    )
