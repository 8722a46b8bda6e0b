"""Where every delivery stands: the plan's decisions and the ledger's records in one list. Pure.

``status`` shows it; renderers are in ``report.status``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from postiz_ops.ledger.record import Problem, Record, State
from postiz_ops.plan import Plan, Planned


class Sync(StrEnum):
    """Whether what is published is what the repository says."""

    SYNCED = "synced"
    EDITED = "edited"
    DELETED = "deleted"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """One delivery. ``reason`` says why it is held or cannot go, where nothing was recorded of that."""

    post: str
    path: str
    account: str
    provider: str
    occurrence: datetime | None
    state: State
    sync: Sync
    publish_at: datetime | None
    published_at: datetime | None = None
    attempts: int = 0
    url: str | None = None
    remote_ids: tuple[str, ...] = ()
    error: Problem | None = None
    reason: str | None = None
    parts: int = 1
    parts_published: int = 0
    superseded: bool = False
    """An occurrence that a later one made pointless: nobody's failure, nobody has to act."""

    @property
    def doubtful(self) -> bool:
        """Whether a person must say what became of it."""
        return self.state is State.IN_DOUBT

    @property
    def failing(self) -> bool:
        """Whether it will not go out by itself: failed, too late, or waiting for a credential."""
        if self.state is State.HELD:
            return self.error is not None and self.error.kind == "reauthorize"
        return self.state in (State.FAILED, State.EXPIRED) and not self.superseded


def standings(plan: Plan) -> tuple[Standing, ...]:
    """Every delivery of the tree in the plan's order, then what the ledger knows of posts that are gone."""
    here = [_of_planned(planned) for planned in plan.planned]
    return (*here, *(_of_record(record, Sync.DELETED) for record in plan.gone.values()))


def exit_code(all_standings: Iterable[Standing]) -> int:
    """3 while doubts stand, 1 while failures stand, else 0."""
    kept = tuple(all_standings)
    return 3 if any(s.doubtful for s in kept) else 1 if any(s.failing for s in kept) else 0


def _of_planned(planned: Planned) -> Standing:
    draft, record = planned.draft, planned.record
    if record is None:
        return Standing(
            post=draft.post,
            path=draft.path,
            account=draft.account,
            provider=draft.provider,
            occurrence=planned.delivery.occurrence,
            state=planned.state,
            sync=Sync.UNKNOWN,
            publish_at=planned.delivery.publish_at,
            reason=planned.reason,
            parts=len(draft.parts),
        )
    same = record.content == draft.content
    sync = Sync.UNKNOWN if record.state is not State.PUBLISHED else Sync.SYNCED if same else Sync.EDITED
    return _of_record(record, sync, state=planned.state, path=draft.path, reason=planned.reason)


def _of_record(
    record: Record, sync: Sync, *, state: State | None = None, path: str | None = None, reason: str | None = None
) -> Standing:
    published = sum(part.state is State.PUBLISHED for part in record.parts)
    shown = state or record.state
    superseded = record.superseded and shown is State.EXPIRED
    return Standing(
        post=record.post,
        path=path or record.path,
        account=record.account,
        provider=record.provider,
        occurrence=record.occurrence,
        state=shown,
        sync=sync if record.state is State.PUBLISHED else Sync.UNKNOWN,
        publish_at=record.publish_at,
        published_at=record.published_at,
        attempts=sum(part.attempts for part in record.parts),
        url=record.url,
        remote_ids=record.remote_ids,
        error=None if superseded else record.part.error,
        reason=record.part.error.message if superseded and record.part.error else reason,
        parts=len(record.parts),
        parts_published=published,
        superseded=superseded,
    )
