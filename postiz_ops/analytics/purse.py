"""What one run takes of the platforms' budgets: booked before it asks, counted while it does, put right at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, zip_longest

from postiz_ops.analytics import budget, store
from postiz_ops.analytics.budget import Spent, Took
from postiz_ops.analytics.tip import Tip
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.providers.base import Spec

Limits = dict[str, int | None]
"""Account -> the requests that it may take; ``None`` where its platform names no budget."""


class Purse:
    """The budgets of a run that began at ``begun``. ``made`` tells how many requests an account has taken by now."""

    def __init__(
        self,
        tip: Tip,
        run: str,
        begun: datetime,
        accounts: Iterable[Account],
        spec: Callable[[Account], Spec],
        made: Callable[[str], int],
    ) -> None:
        self._tip = tip
        self._run = run
        self._begun = begun.replace(microsecond=0)
        self._accounts = tuple(accounts)
        self._spec = spec
        self._made = made
        self._booked: dict[str, int] = {}
        """Account -> what the branch counts, or shall, before it is asked for."""
        self.ended = False
        """Whether nothing more is asked: then what was booked and not used is given back."""

    async def open(self, needed: Mapping[str, int]) -> tuple[Limits, bool]:
        """What these accounts may take (account -> what they need). False: nobody can tell what is booked of it.

        What is booked is decided on the newest tip: another run may be booking, too.
        """
        asked = [account for account in self._accounts if account.id in needed]
        limits, tried = self._limits(asked, needed), dict[str, int]()
        counted = [account for account in asked if self._is_much(account, needed)]

        def booking(_: View) -> Mapping[str, bytes]:
            if tried and all(self._on_tip(name) == calls for name, calls in tried.items()):
                return {}
            limits.update(self._limits(counted, needed))
            tried.update({each.id: self._made(each.id) + (limits[each.id] or 0) for each in counted})
            self._booked |= tried
            index = self._tip.books.index
            return {store.INDEX: store.index_file(replace(index, spent=self.spent(())))}

        if not counted or await self._tip.write(booking, "Book calls"):
            return limits, True
        return limits | {account.id: 0 for account in counted}, False

    def spent(self, names: Iterable[str]) -> Spent:
        """What the branch has to count, with these accounts as they stand, and those that booked."""
        took = {name: self._took(name) for name in {*names, *self._booked}}
        windows = {account.id: budget.window(self._spec(account)) for account in self._accounts}
        return budget.with_run(self._tip.books.index.spent, self._run, took, windows, self._begun)

    @property
    def is_wrong(self) -> bool:
        """Whether the branch counts something else than what was booked, or in the end taken."""
        return any(self._on_tip(name) != self._took(name).calls for name in self._booked)

    def _is_much(self, account: Account, needed: Mapping[str, int]) -> bool:
        """Whether a platform's accounts need so much of what is left that it must be booked first."""
        spec, index = self._spec(account), self._tip.books.index
        if not budget.is_booked(spec):
            return False
        beside = [each.id for each in self._accounts if each.provider == account.provider]
        (left,) = budget.allowed(spec, [account.id], beside, index.spent, self._begun)
        return sum(needed.get(each, 0) for each in beside) * budget.LITTLE > left

    def _took(self, name: str) -> Took:
        calls = self._made(name)
        return Took(self._begun, calls if self.ended else max(calls, self._booked.get(name, 0)))

    def _on_tip(self, name: str) -> int:
        took = self._tip.books.index.spent.get(name, {}).get(self._run)
        return took.calls if took else 0

    def _limits(self, accounts: Sequence[Account], needed: Mapping[str, int]) -> Limits:
        limits: Limits = {}
        for name, group in groupby(sorted(accounts, key=_by_provider), key=_by_provider):
            chosen = [account.id for account in group]
            spec = self._spec(next(account for account in accounts if account.provider == name))
            beside = [account.id for account in self._accounts if account.provider == name]
            allowed = budget.allowed(spec, chosen, beside, self._tip.books.index.spent, self._begun)
            if budget.is_booked(spec):
                allowed = [_worth(limit, needed[each], spec) for each, limit in zip(chosen, allowed, strict=True)]
            limits |= dict(zip_longest(chosen, allowed))
        return limits


def _worth(limit: int, needed: int, spec: Spec) -> int:
    """No more than is needed; nothing where it would not do for one question."""
    return min(limit, needed) if limit >= min(needed, budget.cost(spec)) else 0


def _by_provider(account: Account) -> str:
    return account.provider
