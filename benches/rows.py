"""A measured row, and how CPU and wall time of a command are taken."""

from __future__ import annotations

import resource
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: ours beside the peer's, in the same unit, and what was aimed at."""

    what: str
    ours: float
    peer: float
    against: str
    unit: str
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """How many times the peer's cost ours is."""
        return self.ours / self.peer if self.peer else float("inf")


def shown(row: Row) -> str:
    """A row as a line."""
    verdict = "" if row.goal is None else f"  goal {row.goal:g}: {'met' if row.ratio <= row.goal else 'MISSED'}"
    measured = f"{row.ours:.3f} {row.unit} / {row.peer:.3f} {row.unit}"
    return f"{row.what:<52} {row.ratio:6.2f} x {row.against:<34} ({measured}){verdict}"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU (children included) and of the wall clock."""

    cpu: float
    wall: float


def median(samples: Sequence[Cost]) -> Cost:
    """The median of each."""
    return Cost(statistics.median(s.cpu for s in samples), statistics.median(s.wall for s in samples))


def side_by_side(commands: Sequence[Sequence[str]], *, cwd: Path, rounds: int) -> list[Cost]:
    """The median cost of each command, run by turns: a busy moment of the machine meets all of them."""
    samples = [[cost(command, cwd=cwd) for command in commands] for _ in range(rounds)]
    return [median(column) for column in zip(*samples, strict=True)]


def cost(command: Sequence[str], *, cwd: Path) -> Cost:
    """What a command costs, once. Raises when it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - started)
