"""A measured row, and how CPU and wall time of a command are taken."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
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


def cost(command: Sequence[str], *, cwd: Path, rounds: int = 1, env: Mapping[str, str] | None = None) -> Cost:
    """The median cost of a command over some rounds. Raises when it fails."""
    samples = [_once(command, cwd, env) for _ in range(rounds)]
    return Cost(statistics.median(s.cpu for s in samples), statistics.median(s.wall for s in samples))


def _once(command: Sequence[str], cwd: Path, env: Mapping[str, str] | None) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.perf_counter() - started)
