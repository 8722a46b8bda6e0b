"""The real clock, randomness and concurrency."""

from __future__ import annotations

import secrets
import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")


class SystemClock:
    """``publish.effects.Clock`` by the machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC, to the millisecond."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Seconds of the steady clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Let others go on for so long."""
        import asyncio

        await asyncio.sleep(seconds)


class AsyncTasks:
    """``publish.effects.Tasks`` by asyncio."""

    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        """Run the jobs side by side, at most ``limit`` at once; results in the order of the jobs."""
        import asyncio

        gate = asyncio.Semaphore(limit)

        async def one(job: Coroutine[Any, Any, T]) -> T:
            async with gate:
                return await job

        return list(await asyncio.gather(*(one(job) for job in jobs)))


def token() -> str:
    """128 random bits as 32 hex digits."""
    return secrets.token_hex(16)
