"""Times at which an account's posts did better than its others, where its own history carries such a claim. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import comb
from statistics import median
from zoneinfo import ZoneInfo

from postiz_ops.analytics.facts import INTERACTIONS, Fact
from postiz_ops.analytics.summary import FEW, YOUNG

CHANCE = 0.05
"""How probable it may be that the best of all hours that were looked at is one by chance."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An hour of the week. ``better`` of its ``posts`` had more interactions than the median of the account's rest."""

    account: str
    weekday: int
    hour: int
    posts: int
    better: int
    median: float
    others: int
    others_median: float

    @property
    def slot(self) -> str:
        """As accounts.yaml has it."""
        return f"{DAYS[self.weekday]} {self.hour:02d}:00"


def suggestions(rows: Iterable[Fact], account: str, zone: ZoneInfo, now: datetime) -> list[Suggestion]:
    """The hours of an account that stand out, the best one first; none where the data do not carry one.

    Only posts older than a week count. An hour stands out where so many of its posts beat the median of the others
    that chance would hardly do it (a sign test, made stricter by the number of hours that were looked at).
    """
    mine = [fact for fact in rows if fact.account == account and now - fact.published_at >= YOUNG]
    hours: dict[tuple[int, int], list[int]] = {}
    for fact in mine:
        if INTERACTIONS in fact.figures:
            local = fact.published_at.astimezone(zone)
            hours.setdefault((local.weekday(), local.hour), []).append(fact.figures[INTERACTIONS])
    looked_at = {hour: values for hour, values in hours.items() if len(values) >= FEW}
    found = []
    for hour, values in looked_at.items():
        others = [value for each, rest in hours.items() if each != hour for value in rest]
        made = _suggestion(account, hour, values, others)
        if made and chance(made.better, made.posts) * len(looked_at) <= CHANCE:
            found.append(made)
    return sorted(found, key=lambda each: (-each.median, each.weekday, each.hour))


def chance(better: int, posts: int) -> float:
    """How probable so many or more heads are in so many tosses of a coin."""
    return float(sum(comb(posts, heads) for heads in range(better, posts + 1)) / 2**posts)


def merged(slots: Sequence[str], found: Iterable[Suggestion]) -> tuple[str, ...]:
    """An account's slots with the suggested ones behind them."""
    return tuple(dict.fromkeys((*slots, *(each.slot for each in found))))


def _suggestion(account: str, hour: tuple[int, int], values: list[int], others: list[int]) -> Suggestion | None:
    if len(others) < FEW:
        return None
    usual = median(others)
    better = sum(value > usual for value in values)
    return Suggestion(account, *hour, len(values), better, median(values), len(others), usual)
