"""One account that is asked for its figures: within its platform's budget, and no further than its first refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from postiz_ops import errors
from postiz_ops.analytics import budget
from postiz_ops.analytics.rhythm import Key, Wish
from postiz_ops.analytics.store import Reading
from postiz_ops.model import Account
from postiz_ops.providers.base import Provider
from postiz_ops.providers.metrics import Readings
from postiz_ops.publish.effects import Effects, Request, Response, Wire
from postiz_ops.publish.session import Fitter, Session

T = TypeVar("T")

PATIENCE = 3
"""Failures after which an account is left alone for this run."""


class Meter:
    """``publish.effects.Wire`` that counts."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.spent = 0

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """Send it, and count it whatever becomes of it."""
        self.spent += 1
        return await self._wire.send(request, deadline=deadline)


class Channel:
    """An account of a run. ``problem`` is the last failure; ``left`` counts what is due and was not asked for."""

    def __init__(
        self, effects: Effects, fitter: Fitter, provider: Provider, account: Account, allowed: int | None
    ) -> None:
        self.account = account
        self.spec = provider.spec(account)
        self.problem: errors.Failure | None = None
        self.read = 0
        self.left = 0
        self._provider = provider
        self._clock = effects.clock
        self._meter = Meter(effects.wire)
        self._session = Session(replace(effects, wire=self._meter), fitter, provider, account, self.spec)
        self._allowed = allowed
        self._reckoned = 0
        """What the questions by now may have taken together."""
        self._failures = 0

    @property
    def calls(self) -> int:
        """How many requests it has taken."""
        return self._meter.spent

    async def log_in(self) -> None:
        """Have the credential at hand before several calls want it at once."""
        await self._heard(self._session.log_in)

    async def posts(self, wishes: Sequence[Wish]) -> list[Reading]:
        """Ask about some parts by one call. A part that the answer leaves out was asked about, and has no figures."""

        async def ask() -> Mapping[str, Readings]:
            return await self._provider.metrics(self._session, self.account, [wish.receipt for wish in wishes])

        told = await self._told(ask, budget.cost(self.spec))
        if told is None:
            self.left += len(wishes)
            return []
        return self._readings({wish.key: told.get(wish.receipt.remote_id, {}) for wish in wishes})

    async def itself(self, key: Key) -> list[Reading]:
        """Ask about the account itself."""

        async def ask() -> Readings:
            return await self._provider.account_metrics(self._session, self.account)

        told = await self._told(ask, budget.cost(self.spec, "account"))
        if told is None:
            self.left += 1
            return []
        return self._readings({key: told})

    def _readings(self, told: Mapping[Key, Readings]) -> list[Reading]:
        at = self._now()
        self.read += len(told)
        return [
            Reading(self.account.id, key, at, {metric.value: number for metric, number in figures.items()})
            for key, figures in told.items()
        ]

    def _now(self) -> datetime:
        return self._clock.now().replace(microsecond=0)

    async def _told(self, ask: Callable[[], Awaitable[T]], cost: int) -> T | None:
        """An answer; ``None`` where it failed, or was not asked for. ``cost`` is what it is reckoned at."""
        final = isinstance(self.problem, errors.Reauthorize | errors.Throttled)
        spent = self._allowed is not None and self._reckoned + cost > self._allowed
        if final or spent or self._failures >= PATIENCE:
            return None
        self._reckoned += cost
        return await self._heard(ask)

    async def _heard(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            return await ask()
        except errors.Failure as failure:
            self._failed(failure)
        except Exception as stumble:  # noqa: BLE001 - an answer that nobody foresaw must not stop the other accounts
            self._failed(
                errors.Unavailable(f"{self.spec.title}: the answer is not understood ({type(stumble).__name__})")
            )
        return None

    def _failed(self, failure: errors.Failure) -> None:
        self._failures += 1
        if not isinstance(self.problem, errors.Reauthorize | errors.Throttled):
            self.problem = failure
