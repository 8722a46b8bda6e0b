"""What the loop is given and what it hands on: an alarm, an office, and what the office saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from postiz_ops.publish.order import Report

Tips = tuple[str, str | None]
"""The approved commit, and the state branch's."""


class Ring(StrEnum):
    """Why the loop is woken."""

    LOOK = "look"
    """It is time to ask the remote whether anything has changed."""
    PUBLISH = "publish"
    """An instant has come at which something can need work."""
    FIGURES = "figures"
    """The platforms' figures are due."""
    HOOK = "hook"
    """The forge says that something was pushed."""
    STOP = "stop"
    """Somebody wants an end."""


class Alarm(Protocol):
    """What wakes the loop: times that it sets itself, and whoever rings from outside."""

    def set(self, ring: Ring, at: datetime | None) -> None:
        """Ring at this instant of the wall clock, and not at the one that was set before; ``None``: not at all."""

    async def rung(self, patience: float) -> frozenset[Ring]:
        """All that has rung since the last call, after at most so many seconds of the steady clock; perhaps nothing."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands after a look at both tips: all that decides whether, and when, anything is to be done."""

    approved: str
    """The approved commit."""
    state: str | None
    """The state branch's commit."""
    wake: datetime | None = None
    """The first instant after the look, or the run, began at which anything can need work by itself."""
    states: Mapping[str, int] = field(default_factory=dict)
    """Deliveries by their state."""
    figures_at: datetime | None = None
    """When a post next comes to an age at which its figures are read."""
    tokens: Mapping[str, datetime] = field(default_factory=dict)
    """Account -> when its token ends, as far as that is known."""

    @property
    def tips(self) -> Tips:
        """Both commits: while they stay, a run that has ended well has nothing to add to itself."""
        return self.approved, self.state

    def holds(self, tips: Tips, now: datetime) -> bool:
        """Whether another look at ``now``, at these tips, would see the same."""
        return self.tips == tips and (self.wake is None or now < self.wake)

    @property
    def doubts(self) -> int:
        """How many deliveries wait for a person to say what became of them."""
        return self.states.get("in_doubt", 0)


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the engine, and what stands after it."""

    report: Report
    after: Outlook


class Office(Protocol):
    """Who does the work. Each raises ``Temporary``, ``Refused`` or ``UsageError``, as the commands do."""

    async def look(self) -> Outlook:
        """Fetch both tips and read what is approved."""

    async def publish(self) -> Round:
        """Carry out what is due, as ``postiz-ops publish`` does."""

    def read_figures(self) -> None:
        """Begin to read the figures that are due, beside everything else; nothing where that is under way."""
