"""What of a look or a run is worth an entry: everything that happened, and every standing trouble once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from postiz_ops.errors import PostizError, Refused, Temporary
from postiz_ops.ledger.record import Record, State
from postiz_ops.ledger.sealed import Sealed, rescue_block
from postiz_ops.publish.order import Report
from postiz_ops.runner.journal import Journal, Level

LATE = timedelta(seconds=60)
"""From here on a late publication is a warning. A claim is pushed before anything is sent, which takes its seconds."""

_LEVELS = {
    State.PUBLISHED: Level.INFO,
    State.SCHEDULED: Level.INFO,
    State.CANCELLED: Level.INFO,
    State.RETRY: Level.WARNING,
    State.SENDING: Level.WARNING,
}
"""All other states wait for a person."""


class Teller:
    """Remembers what it has said."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._troubles: dict[str, tuple[str, str]] = {}
        """A look, or a run -> what kind of trouble it is in, and its message."""
        self._said: frozenset[str] = frozenset()

    def approved(self, commit: str) -> None:
        """Another commit is approved."""
        self._journal.say(Level.INFO, "approved", f"commit {commit[:12]} is approved", commit=commit)

    def failed(self, what: str, failure: PostizError) -> None:
        """A look or a run came to nothing. The same trouble is told once, until it has passed."""
        # A guard's message holds figures that change (how many are due, how far the clock is off); its help does not.
        kind = failure.help if isinstance(failure, Refused) and failure.help else failure.message
        known = kind in {told for told, _ in self._troubles.values()}
        self._troubles[what] = kind, failure.message
        if known:
            return
        passing = isinstance(failure, Temporary)
        level, event = (Level.WARNING, "waiting") if passing else (Level.ERROR, "refused")
        help_text = f" ({failure.help})" if failure.help else ""
        self._journal.say(level, event, f"{failure.message}{help_text}", during=what)

    def well(self, what: str) -> None:
        """It succeeded again."""
        trouble = self._troubles.pop(what, None)
        if trouble is not None and trouble[0] not in {told for told, _ in self._troubles.values()}:
            self._journal.say(Level.INFO, "passed", f"it has passed: {trouble[1]}", during=what)

    def report(self, report: Report) -> None:
        """What a run did, and what it left."""
        for record in report.records:
            self._record(record)
        left = [f"{s.path}{f' for {s.account}' if s.account else ''}: {s.reason}" for s in report.skipped]
        standing = [
            *((Level.ERROR, "account", trouble) for trouble in report.troubles),
            *((Level.WARNING, "skipped", line) for line in left),
            *((Level.WARNING, "warning", line) for line in report.warnings),
        ]
        for level, event, line in standing:
            if line not in self._said:
                self._journal.say(level, event, line)
        self._said = frozenset(line for _, _, line in standing)
        self.rescued(report.rescued)

    def rescued(self, boxes: Mapping[str, Sealed]) -> None:
        """New tokens that could not be recorded: what is told here is all that is left of them."""
        for account, sealed in boxes.items():
            what = f"the new token of {account} could not be recorded: pipe this block into `postiz-ops vault rescue`"
            self._journal.say(Level.ERROR, "rescue", what, account=account, block=rescue_block(sealed))

    def _record(self, record: Record) -> None:
        level = _LEVELS.get(record.state, Level.ERROR)
        late = _lateness(record) if record.state is State.PUBLISHED else None
        if late is not None and late >= LATE.total_seconds():
            level = Level.WARNING
        if record.superseded and record.state is State.EXPIRED:
            level = Level.INFO
        self._journal.say(
            level,
            record.state.value,
            f"{record.post} for {record.account}{_what_came_of_it(record, late)}",
            post=record.post,
            account=record.account,
            due=_instant(record.publish_at),
            url=record.url,
            late_seconds=late,
        )


def _lateness(record: Record) -> float:
    """Seconds between the time that was planned and the answer of the platform, in whole ones: 0 is on its second."""
    at = record.published_at or record.publish_at
    return max(0.0, float((at - record.publish_at) // timedelta(seconds=1)))


def _what_came_of_it(record: Record, late: float | None) -> str:
    if record.state is State.PUBLISHED:
        return f"{f': {record.url}' if record.url else ''}{f' ({late:.0f} s late)' if late else ''}"
    return f": {record.part.error.message}" if record.part.error else ""


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
