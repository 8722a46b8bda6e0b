"""What a run is told, what it works on, and what it tells: the engine's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from postiz_ops.diagnostics import Diagnostic, Severity
from postiz_ops.ledger.record import Record, State
from postiz_ops.ledger.sealed import Sealed
from postiz_ops.model import Config, Draft, Post
from postiz_ops.plan import Planned

LEASE = timedelta(minutes=15)
"""How long a claim keeps others from looking: more than every timeout of a send together."""
SEND_WINDOW = timedelta(seconds=60)
"""How long after its push a claim may still leave."""
LIMITS_AGE = timedelta(days=7)
"""How long an account's discovered limits are trusted."""


@dataclass(frozen=True, slots=True)
class Approved:
    """The approved commit, compiled. ``paused`` is the text of its PAUSED file, ``None`` without one."""

    commit: str
    tree: str
    config: Config
    posts: tuple[Post, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    paused: str | None = None

    def drafts(self) -> dict[tuple[str, str], Draft]:
        """(post id, account) -> draft."""
        return {(draft.post, draft.account): draft for post in self.posts for draft in post.drafts}

    def broken(self) -> tuple[Diagnostic, ...]:
        """The first error of every post file that came to no draft at all."""
        compiled = {post.path for post in self.posts if post.drafts}
        first: dict[str, Diagnostic] = {}
        for finding in self.diagnostics:
            if finding.severity is Severity.ERROR and finding.span.path not in compiled:
                first.setdefault(finding.span.path, finding)
        return tuple(first.values())


Limits = Mapping[str, Mapping[str, int]]
Compile = Callable[[str, Limits], Approved]
"""(commit, discovered limits by account) -> what was approved. Raises ``LookupError`` for a commit that is not here."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one run of ``publish`` is told.

    ``shift`` is how far ``--now`` is from the real clock: it governs what counts as due; recorded times stay real.
    ``remote`` is the state's normalised remote, to be compared with the genesis record's.
    """

    run: str
    tool: str
    remote: str | None = None
    endpoint: bool = False
    only: frozenset[str] = frozenset()
    allow_many: bool = False
    dry_run: bool = False
    lookahead: timedelta = timedelta(0)
    shift: timedelta = timedelta(0)
    ref: str | None = None
    """A commit to publish instead of the approved branch's tip; an ancestor of it, which the command has checked."""
    stopped: Callable[[], bool] = field(default=lambda: False)
    """Whether a signal asked to stop: nothing new is claimed then."""

    def includes(self, account: str) -> bool:
        """Whether the run is about this account."""
        return not self.only or account in self.only


@dataclass(frozen=True, slots=True)
class Skipped:
    """A due delivery, or a whole post, that was left out, and why."""

    post: str
    path: str
    account: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: the records that it moved, in order; what it would do, when it was a dry run."""

    run: str
    records: tuple[Record, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[str, ...] = ()
    due: tuple[Planned, ...] = ()
    """What a dry run would publish."""
    unrecorded: bool = False
    """Results are in the spool, because the state branch could not be pushed."""
    unfinished: bool = False
    """The ledger, or a look-up, did not answer: the same command is to be run again."""
    waiting: bool = False
    """Held deliveries that were due wait for a credential."""
    troubles: tuple[str, ...] = ()
    """What a person has to do about accounts, beside what the deliveries say."""
    rescued: Mapping[str, Sealed] = field(default_factory=dict)
    """Account -> a new token that could not be recorded, sealed: whoever runs this keeps it safe."""

    def count(self, state: State) -> int:
        """How many deliveries ended in a state."""
        return sum(record.state is state for record in self.records)

    @property
    def exit_code(self) -> int:
        """Contract, section 4: the first of 3, 1 and 75 that applies, else 0."""
        if self.count(State.IN_DOUBT):
            return 3
        if self.skipped or self.waiting or self.troubles or any(_failed(record) for record in self.records):
            return 1
        if self.unfinished or self.count(State.RETRY) or self.count(State.SENDING):
            return 75
        return 0


def _failed(record: Record) -> bool:
    if record.state is State.EXPIRED:
        return not record.superseded
    return record.state in (State.FAILED, State.HELD)
