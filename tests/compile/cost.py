"""What reading may cost: measured against a loop on the same machine, so that a slow or traced one is no failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache


def cpu(action: Callable[[], object]) -> float:
    """Seconds of CPU that an action takes."""
    start = time.process_time()
    action()
    return time.process_time() - start


def _loop() -> int:
    total = 0
    for number in range(100_000):
        total += number
    return total


@cache
def _unit() -> float:
    return min(cpu(_loop) for _ in range(3))


def affordable(action: Callable[[], object], size: int) -> None:
    """Fails where an action on ``size`` bytes costs more than three hundred loops for every 100 kB.

    That is some 0.8 s where the goal of 0.1 s was set, and leaves room for a finding on every line: what grows with the
    square of its input is far above.
    """
    spent, budget = cpu(action), 300 * _unit() * max(size / 100_000, 0.5)
    assert spent < budget, f"{spent:.3f} s of CPU for {size:,} bytes, and {budget:.3f} s are the most"
