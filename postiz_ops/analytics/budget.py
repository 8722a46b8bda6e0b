"""How many calls figures may take of what a platform allows, and what earlier runs took of it. Pure.

The index of the state branch counts the calls of the last windows, account by account, in steps of five minutes: a
platform that counts by the day is not asked more because it is asked by several runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from postiz_ops.ledger.record import instant, moment
from postiz_ops.providers.base import Rate, Spec

SHARE = 2
"""Figures may take one part in so many of a platform's budget: publishing comes first."""

SHARED = frozenset({"app", "address", "project"})
"""Whose budgets all accounts of a platform have together."""

STEP = timedelta(minutes=5)
"""What calls are counted by."""

Spent = Mapping[str, Mapping[str, int]]
"""Account -> the beginning of a step (ISO 8601) -> calls."""


def rates(spec: Spec) -> list[Rate]:
    """The budgets that reading figures draws on: those of all calls, and those of units, of which a look costs one."""
    return [rate for rate in spec.rates if rate.what.startswith(("all calls", "units"))]


def window(rate: Rate) -> timedelta:
    """How far back a budget looks, in whole steps."""
    return max(timedelta(seconds=rate.seconds), STEP)


def allowed(spec: Spec, accounts: Collection[str], beside: Collection[str], spent: Spent, now: datetime) -> list[int]:
    """Calls that each of ``accounts``, all of one platform, may take now. Empty: the platform names no budget.

    ``beside`` are all accounts of the platform, whose calls count where the budget is one for all.
    """
    columns = [_by_rate(rate, accounts, beside, spent, now) for rate in rates(spec)]
    return [min(row) for row in zip(*columns, strict=True)]


def _by_rate(rate: Rate, accounts: Collection[str], beside: Collection[str], spent: Spent, now: datetime) -> list[int]:
    share = rate.limit * max(60 // rate.seconds, 1) // SHARE
    since = now - window(rate)
    if rate.per not in SHARED:
        return [max(share - _calls(spent.get(name, {}), since), 0) for name in accounts]
    left = max(share - sum(_calls(spent.get(name, {}), since) for name in beside), 0)
    each, rest = divmod(left, len(accounts))
    return [each + (index < rest) for index in range(len(accounts))]


def _calls(steps: Mapping[str, int], since: datetime) -> int:
    return sum(calls for begun, calls in steps.items() if moment(begun) + STEP > since)


def added(spent: Spent, calls: Mapping[str, tuple[Spec, int]], now: datetime) -> dict[str, dict[str, int]]:
    """What is spent after these calls (account -> its platform and how many); what no budget looks at is forgotten."""
    kept = {name: dict(steps) for name, steps in spent.items()}
    for name, (spec, number) in calls.items():
        if number and rates(spec):
            steps = kept.setdefault(name, {})
            steps[_step(now)] = steps.get(_step(now), 0) + number
        kept[name] = dict(_young(kept.get(name, {}), spec, now))
    return {name: steps for name, steps in sorted(kept.items()) if steps}


def _young(steps: Mapping[str, int], spec: Spec, now: datetime) -> Iterator[tuple[str, int]]:
    longest = max((window(rate) for rate in rates(spec)), default=timedelta(0))
    return ((begun, calls) for begun, calls in steps.items() if moment(begun) + STEP > now - longest)


def _step(now: datetime) -> str:
    at = now.astimezone(UTC)
    return instant(at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0))
