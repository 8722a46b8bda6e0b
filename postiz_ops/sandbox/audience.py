"""People who are not there: figures that grow with a post's age, the same for a post at every start.

Half of everybody who will see a post has seen it after a day. After a month the platforms have looked again, and have
taken some of the likes back: figures that go down are real, too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

HALF = timedelta(days=1)
CORRECTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Audience:
    """What came of a post by now, answers apart: those the sandbox counts for real."""

    views: int
    likes: int
    shares: int
    quotes: int
    saves: int


def audience(name: str, published: datetime, now: datetime) -> Audience:
    """The audience of the post of this id."""
    seed = hashlib.sha256(name.encode()).digest()
    age = max(now - published, timedelta(0))
    final = 100 + int.from_bytes(seed[:2], "big") % 4900
    views = int(final * (1 - 0.5 ** (age / HALF)))
    likes = views * (10 + seed[2] % 60) // 1000
    if age >= CORRECTED:
        likes -= likes // 20
    return Audience(
        views, likes, likes * (seed[3] % 40) // 100, likes * (seed[4] % 10) // 100, likes * (seed[5] % 20) // 100
    )
