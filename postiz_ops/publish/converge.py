"""The compare-and-swap loop: push, look again, and judge by what is there - never by what the push said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from postiz_ops.errors import Temporary
from postiz_ops.publish.effects import Clock, Ledger, Snapshot, TokenSource

TRIES = 8
"""Attempts to push one commit before somebody is told."""
STUBBORN = 14
"""The same for what nobody else can record: most of a minute, while others' pushes go by."""


async def converge(
    ledger: Ledger,
    clock: Clock,
    token: TokenSource,
    snapshot: Callable[[], Snapshot],
    wanted: Callable[[], Mapping[str, bytes]],
    look: Callable[[], Awaitable[None]],
    message: str,
    *,
    tries: int = TRIES,
) -> bool:
    """Bring files onto the state branch. True: the newest tip wants nothing more. False: nobody can tell.

    ``wanted`` is asked anew on every tip: a rejected push is answered by deciding again, not by a merge.
    """
    for attempt in range(tries):
        writes = wanted()
        if not writes:
            return True
        if attempt:
            await clock.sleep(_backoff(attempt, token()))
            writes = wanted()
        await ledger.push(snapshot(), writes, message)
        try:
            await look()
        except Temporary:
            continue
        files = snapshot().files
        if all(files.get(path) == data for path, data in writes.items()):
            return True  # what was decided on the tip before stands on this one: there is nothing to decide again
    return not wanted()


def _backoff(attempt: int, token: str) -> float:
    """Seconds before the next push: exponential, at most five, with jitter drawn from the token."""
    jitter = int(token[:4], 16) / 0xFFFF
    return min(0.1 * 2.0**attempt, 5.0) * (0.5 + jitter / 2)
