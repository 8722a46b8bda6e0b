"""People who are not there: figures that grow with a post's age, the same for a post and an account at every start.

Half of everybody who will see a post has seen it after a day. After a month the platforms have looked again, and have
taken some of the likes back: figures that go down are real, too. So does an account lose followers on some days.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
HALF = DAY
CORRECTED = timedelta(days=30)
LATE = timedelta(days=3)
"""How long figures take on their way that a platform does not count at once."""

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""When every account began to be followed."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What came of a post by now, answers apart: those the sandbox counts for real. ``seconds`` is how long all looked.

    No more people than views (``reach``), no more likes than people.
    """

    views: int = 0
    likes: int = 0
    shares: int = 0
    quotes: int = 0
    saves: int = 0
    reach: int = 0
    clicks: int = 0
    links: int = 0
    visits: int = 0
    seconds: int = 0

    @property
    def interactions(self) -> int:
        """What people did with it, answers apart."""
        return self.likes + self.shares + self.quotes + self.saves


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is around an account now, and what it had yesterday (``views``, ``reach``, ``visits``, ``gained``)."""

    followers: int
    following: int
    gained: int
    views: int
    reach: int
    visits: int
    engaged: int


def audience(name: str, published: datetime, now: datetime) -> Audience:
    """The audience of the post of this id."""
    seed = _seed(name)
    age = max(now - published, timedelta(0))
    final = 100 + int.from_bytes(seed[:2], "big") % 4900
    views = int(final * (1 - 0.5 ** (age / HALF)))
    likes = views * (10 + seed[2] % 60) // 1000
    if age >= CORRECTED:
        likes -= likes // 20
    clicks = views * (5 + seed[7] % 40) // 1000
    return Audience(
        views,
        likes,
        likes * (seed[3] % 40) // 100,
        likes * (seed[4] % 10) // 100,
        likes * (seed[5] % 20) // 100,
        views * (60 + seed[6] % 35) // 100,
        clicks,
        clicks * (seed[8] % 60) // 100,
        clicks * (seed[9] % 30) // 100,
        views * (3 + seed[10] % 20),
    )


def crowd(name: str, now: datetime) -> Crowd:
    """The crowd of the account of this name: so many more every day, and on some days fewer."""
    seed, days = _seed(name), max((now - BEGINNING) // DAY, 0)
    followers = _followers(seed, name, days)
    views = followers * (20 + _wave(name, days)) // 100
    return Crowd(
        followers,
        40 + seed[3],
        max(followers - _followers(seed, name, days - 1), 0),
        views,
        views * (60 + seed[6] % 35) // 100,
        followers // 50 + _wave(name, days),
        views * (10 + seed[4] % 60) // 1000,
    )


def _followers(seed: bytes, name: str, days: int) -> int:
    return 300 + int.from_bytes(seed[:2], "big") % 9000 + (1 + seed[2] % 6) * days + _wave(name, days)


def _wave(name: str, day: int) -> int:
    return _seed(f"{name} {day}")[0] % 15


def _seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
