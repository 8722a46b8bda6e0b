"""How many calls figures may take of what a platform allows, and what runs took of it. Pure.

The index of the state branch says what each run took of late. Where a platform counts by the hour or the day, a run
that may need much of what is left books it before it asks, and afterwards puts right what it took: one that dies has
taken what it booked. The half that is not theirs bears what little a run may take that dies without having booked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from postiz_ops.providers.base import Rate, Spec

SHARE = 2
"""Figures may take one part in so many of a platform's budget: publishing comes first."""

SHARED = frozenset({"app", "address", "project"})
"""Whose budgets all accounts of a platform have together."""

LONG = timedelta(hours=1)
"""How far back a budget looks whose calls may have to be booked before they are made."""

LITTLE = 8
"""One part in so many of what is left may be used without being booked: a push costs more than it is worth."""


@dataclass(frozen=True, slots=True)
class Took:
    """The calls of one run, and when it began. While it runs, what it has booked."""

    at: datetime
    calls: int


Spent = Mapping[str, Mapping[str, Took]]
"""Account -> run -> what it took."""


def rates(spec: Spec) -> list[Rate]:
    """The budgets that reading figures draws on: those of all calls, and those of units, of which a look costs one."""
    return [rate for rate in spec.rates if rate.what.startswith(("all calls", "units"))]


def window(spec: Spec) -> timedelta:
    """How far back a platform looks; zero where it names no budget."""
    return timedelta(seconds=max((max(rate.seconds, 60) for rate in rates(spec)), default=0))


def is_booked(spec: Spec) -> bool:
    """Whether calls may have to be booked first."""
    return window(spec) >= LONG


def cost(spec: Spec, scope: str = "post") -> int:
    """The requests that a question is reckoned at; where they are booked, the most that it takes.

    That is one a figure, or where one answer tells of many posts, two.
    """
    if not is_booked(spec):
        return 1
    figures = sum(measured.scope == scope for measured in spec.metrics)
    return 2 if scope == "post" and spec.metrics_batch > 1 else max(figures, 1)


def allowed(spec: Spec, accounts: Collection[str], beside: Collection[str], spent: Spent, now: datetime) -> list[int]:
    """Calls that each of ``accounts``, all of one platform, may take now. Empty: the platform names no budget.

    ``beside`` are all accounts of the platform, whose calls count where the budget is one for all.
    """
    columns = [_by_rate(rate, accounts, beside, spent, now) for rate in rates(spec)]
    return [min(row) for row in zip(*columns, strict=True)]


def _by_rate(rate: Rate, accounts: Collection[str], beside: Collection[str], spent: Spent, now: datetime) -> list[int]:
    share = rate.limit * max(60 // rate.seconds, 1) // SHARE
    since = now - timedelta(seconds=max(rate.seconds, 60))
    taken = {
        name: sum(took.calls for took in spent.get(name, {}).values() if took.at > since)
        for name in {*accounts, *beside}
    }
    if rate.per not in SHARED:
        return [max(share - taken[name], 0) for name in accounts]
    each, rest = divmod(max(share - sum(taken.values()), 0), len(accounts))
    return [each + (index < rest) for index in range(len(accounts))]


def with_run(
    spent: Spent, run: str, took: Mapping[str, Took], windows: Mapping[str, timedelta], now: datetime
) -> dict[str, dict[str, Took]]:
    """What is spent once a run says what it took (account -> calls). ``windows``: what is older is forgotten."""
    kept = {name: dict(runs) for name, runs in spent.items()}
    for name, mine in took.items():
        kept.setdefault(name, {})[run] = mine
    young = {
        name: {each: one for each, one in runs.items() if one.calls and one.at > now - windows.get(name, timedelta(0))}
        for name, runs in sorted(kept.items())
    }
    return {name: runs for name, runs in young.items() if runs}
