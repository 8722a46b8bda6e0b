"""What happened, as an observer of the whole world would write it down. The checker reads this and nothing else.

All times are true seconds since the start of the simulation. A ``part`` is named by its idempotency key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """A delivery as a person approved it: what the checker knows of a draft, in plain values.

    ``at`` is seconds since the start; ``None`` for ``now`` and ``queue``. ``texts`` has one entry a part, ``comments``
    tells which of them answer the first. ``occurrences`` are the instants of a repeat.
    """

    post: str
    account: str
    texts: tuple[str, ...]
    comments: tuple[bool, ...]
    kind: str
    at: float | None
    occurrences: tuple[float, ...] = ()
    status: str = "ready"
    valid: bool = True
    explicit_id: bool = True
    allow_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """The approved branch has this tip from now on."""

    at: float
    commit: str
    tree: str
    wanted: tuple[Wanted, ...]
    paused: bool


@dataclass(frozen=True, slots=True)
class Tip:
    """The state branch has moved. ``pushed_at`` is when the push left, ``by`` who made it, ``writes`` what it changed.

    ``person`` is true where somebody decided it, and no run did.
    """

    at: float
    pushed_at: float
    by: str
    writes: Mapping[str, bytes]
    person: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A mutation left a runner. ``skew`` is how wrong its clock was then, in seconds."""

    at: float
    run: str
    account: str
    keys: tuple[str, ...]
    skew: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """A platform took a part, and people can see it. ``left_at`` is when the request was sent."""

    at: float
    left_at: float
    run: str
    account: str
    key: str
    text: str
    parent: str | None
    remote_id: str


@dataclass(frozen=True, slots=True)
class Bare:
    """A request that needs a credential left without one."""

    at: float
    run: str
    what: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A refresh token left a runner. ``unused`` means that it is known not to have been used: it may go out again."""

    at: float
    run: str
    account: str
    token: str
    unused: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An access token that ends was used."""

    at: float
    run: str
    account: str
    token: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A machine removed results from its disk."""

    at: float
    machine: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person settled a part. ``careful`` means that they looked, and said what is so."""

    at: float
    key: str
    published: bool
    careful: bool


@dataclass(frozen=True, slots=True)
class Began:
    """A run started. ``skew`` is its clock's; ``shift`` and ``only`` what it was told."""

    at: float
    run: str
    machine: str
    skew: float
    shift: float = 0.0
    allow_many: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A run ended and said so. ``records`` are the (file, state) that it reported; ``problem`` is what stopped it."""

    at: float
    run: str
    code: int
    records: tuple[tuple[str, str], ...] = ()
    spoken: tuple[str, ...] = ()
    """What it said in another way: posts that it skipped, warnings, and troubles with credentials."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Jumped:
    """A machine's clock was set to something else."""

    at: float
    machine: str
    skew: float


@dataclass(slots=True)
class History:
    """Everything, in order of time."""

    genesis: str
    policy: Mapping[str, Any]
    kinds: Mapping[str, str]
    """Account -> the kind of its platform."""
    approvals: list[Approval] = field(default_factory=list)
    tips: list[Tip] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    bare: list[Bare] = field(default_factory=list)
    presented: list[Presented] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    keeps: set[str] = field(default_factory=set)
    """Accounts whose refresh token stays the same, so that it may be presented again."""
    forgotten: list[Forgotten] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    began: list[Began] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    jumps: list[Jumped] = field(default_factory=list)
    unchecked: set[str] = field(default_factory=set)
    """Runs that could not compare their clock, since the git host did not tell the time."""
    crashes: list[str] = field(default_factory=list)
    """Runs that ended with an exception that is no answer of ours."""
    unrest: str | None = None
    """Why the world did not come to rest."""
