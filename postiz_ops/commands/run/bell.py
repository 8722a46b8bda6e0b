"""The runner's alarm: APScheduler's jobs at instants of the wall clock, and whoever rings from outside."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from postiz_ops.runner.seam import Ring


class Bell:
    """``runner.seam.Alarm``. To be made, and rung, in a running event loop."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._rung: set[Ring] = set()
        self._woken = asyncio.Event()
        self._scheduler.start()

    def set(self, ring: Ring, at: datetime | None) -> None:
        """Ring at this instant of the wall clock, and not at the one that was set before; ``None``: not at all."""
        if at is not None:
            # An instant that has passed while the machine slept is rung all the same.
            self._scheduler.add_job(
                self._due, DateTrigger(at), args=[ring], id=ring, replace_existing=True, misfire_grace_time=None
            )
        elif self._scheduler.get_job(ring):
            self._scheduler.remove_job(ring)

    def ring(self, ring: Ring) -> None:
        """Ring at once."""
        self._rung.add(ring)
        self._woken.set()

    async def rung(self, patience: float) -> frozenset[Ring]:
        """All that has rung since the last call, after at most so many seconds of the steady clock; perhaps nothing.

        The scheduler's own timer sleeps through a sleep of the machine, and past a clock that is set back: whoever asks
        again and again, and compares the clocks, does not.
        """
        try:
            async with asyncio.timeout(patience):
                await self._woken.wait()
        except TimeoutError:
            pass
        rung, self._rung = frozenset(self._rung), set()
        self._woken.clear()
        return rung

    def close(self) -> None:
        """Forget every instant."""
        self._scheduler.shutdown(wait=False)

    async def _due(self, ring: Ring) -> None:
        self.ring(ring)
