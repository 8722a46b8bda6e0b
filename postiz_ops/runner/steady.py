"""Whether the wall clock went on as time did: a laptop that slept, or a clock that was set."""

from __future__ import annotations

from postiz_ops.publish.effects import Clock

LEAP = 2.0
"""Seconds by which the two clocks may drift apart between two looks at them. NTP slews half a millisecond a second."""


class Steady:
    """Compares the wall clock with the steady one, which stands still while a machine sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._distance = self._measured()

    def leap(self) -> float:
        """By how many seconds the wall clock has jumped since the last call; 0.0 where it has not."""
        before, self._distance = self._distance, self._measured()
        moved = self._distance - before
        return moved if abs(moved) > LEAP else 0.0

    def _measured(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()
