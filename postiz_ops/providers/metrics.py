"""What is read back about posts and accounts: one vocabulary, and what each platform calls it and means by it.

A reading is a whole number. What a platform does not give is absent: it is never zero, and never guessed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from postiz_ops.model import Receipt

Scope = Literal["post", "account"]

Readings = Mapping["Metric", int]
"""What was read of one post, or of an account."""


class Metric(StrEnum):
    """What can be compared across platforms, as far as anything can. ``MEANINGS`` says what each one is."""

    IMPRESSIONS = "impressions"
    REACH = "reach"
    LIKES = "likes"
    COMMENTS = "comments"
    SHARES = "shares"
    QUOTES = "quotes"
    SAVES = "saves"
    CLICKS = "clicks"
    LINK_CLICKS = "link_clicks"
    ENGAGEMENTS = "engagements"
    VIDEO_VIEWS = "video_views"
    WATCH_SECONDS = "watch_seconds"
    SCORE = "score"
    UPVOTE_PERCENT = "upvote_percent"
    FOLLOWERS = "followers"
    NEW_FOLLOWERS = "new_followers"
    FOLLOWING = "following"
    PROFILE_VISITS = "profile_visits"
    POSTS = "posts"
    KARMA = "karma"


MEANINGS: Mapping[Metric, str] = {
    Metric.IMPRESSIONS: "how often it was shown; one person may see it several times",
    Metric.REACH: "how many people or accounts saw it, each counted once",
    Metric.LIKES: "likes, favourites and reactions of every kind",
    Metric.COMMENTS: "comments and replies",
    Metric.SHARES: "reposts, boosts and shares without words of their own",
    Metric.QUOTES: "reposts with words of their own",
    Metric.SAVES: "how often it was kept: bookmarks and saves",
    Metric.CLICKS: "clicks on any part of it",
    Metric.LINK_CLICKS: "clicks on an address that leads away from the platform",
    Metric.ENGAGEMENTS: "everything that people did with it, as the platform adds it up",
    Metric.VIDEO_VIEWS: "how often a video was watched, by the platform's own idea of watching",
    Metric.WATCH_SECONDS: "how long a video was watched by everybody together, in seconds",
    Metric.SCORE: "votes for it less votes against it",
    Metric.UPVOTE_PERCENT: "votes for it in a hundred votes",
    Metric.FOLLOWERS: "who follows the account now",
    Metric.NEW_FOLLOWERS: "who began to follow the account in the window",
    Metric.FOLLOWING: "whom the account follows now",
    Metric.PROFILE_VISITS: "how often the account's own page was looked at",
    Metric.POSTS: "how much the account has published, by this tool or otherwise",
    Metric.KARMA: "what an account was given for everything it wrote",
}
"""The vocabulary, in the order in which tables show it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that a platform counts: ``native`` is its own name, as a dotted path into what ``readings`` is given.

    ``definition`` says in the platform's sense what is counted. ``days`` is how far back it counts from when it was
    read, ``None`` where that is all the time since the beginning. Where it is not ``verified``, the platform's own
    pages were not read for it.
    """

    metric: Metric
    native: str
    definition: str
    source: str
    checked: str
    scope: Scope = "post"
    days: int | None = None
    verified: bool = True


def readings(answer: Any, measured: Iterable[Measured], scope: Scope = "post") -> Readings:
    """What an answer gives of what a platform measures: no entry for what is not there, or is no whole number."""
    found = ((each.metric, whole(_at(answer, each.native))) for each in measured if each.scope == scope)
    return {metric: number for metric, number in found if number is not None}


async def one_by_one(
    receipts: Iterable[Receipt], read: Callable[[Receipt], Awaitable[Readings | None]]
) -> dict[str, Readings]:
    """Remote id -> what ``read`` tells of it, for platforms that are asked for one post at a time."""
    return {receipt.remote_id: told for receipt in receipts if (told := await read(receipt)) is not None}


def names(measured: Iterable[Measured], scope: Scope = "post", **fields: object) -> str:
    """The platform's own names of what it measures, between commas; ``fields`` says what else they must have."""
    chosen = (each for each in measured if each.scope == scope)
    return ",".join(each.native for each in chosen if all(getattr(each, key) == fields[key] for key in fields))


def total(values: Any) -> int | None:
    """The sum of counts by kind (reactions, say); ``None`` where one of them is no count, or there are no kinds."""
    numbers = [whole(value) for value in values] if isinstance(values, list) else []
    counts = [number for number in numbers if number is not None]
    return sum(counts) if counts and len(counts) == len(numbers) else None


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def whole(value: Any) -> int | None:
    """Whole numbers, and those that are written as text or with a point (Google and Pinterest do)."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
