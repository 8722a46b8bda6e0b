"""The accounts of a run, ready to be talked to, and what they tell of themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from postiz_ops import errors
from postiz_ops.ledger.record import State
from postiz_ops.ledger.view import KnownAccount, View, account_file, account_path
from postiz_ops.model import Account
from postiz_ops.providers.base import Provider, with_limits
from postiz_ops.publish.desk import Desk
from postiz_ops.publish.effects import Effects
from postiz_ops.publish.order import LIMITS_AGE, Order
from postiz_ops.publish.sending import Channel
from postiz_ops.publish.session import Fitter, Session

_COUNTED = frozenset({State.SENDING, State.IN_DOUBT, State.PUBLISHED})
"""What a platform may have counted."""


class Channels:
    """One session an account and run, so that a log-in serves all of its posts."""

    def __init__(
        self, effects: Effects, fitter: Fitter, providers: Mapping[str, Provider], desk: Desk, order: Order
    ) -> None:
        self._effects = effects
        self._fitter = fitter
        self._providers = providers
        self._desk = desk
        self._order = order
        self._open: dict[str, tuple[int, Channel]] = {}
        """Account -> the generation of its credentials in the vault, and its channel."""

    def of(self, name: str) -> Channel:
        """The channel of an account of the approved accounts.yaml."""
        account = self._desk.approved.config.accounts[name]
        sealed = self._desk.view.sealed.get(name)
        generation = sealed.generation if sealed else 0
        known = self._open.get(name)
        if known is None or known[0] != generation or known[1].account != account:
            # Another token is another log-in.
            known = self._open[name] = generation, self._opened(account)
        return known[1]

    def is_trusted(self, name: str) -> bool:
        """Whether the account still names the server that its credential was first used with."""
        known = self._desk.view.accounts.get(name)
        return known is None or known.origin == self._desk.approved.config.accounts[name].origin

    def over_budget(self, name: str, now: datetime) -> str | None:
        """The publishing budget that an account has used up, as a sentence; ``None`` while there is room."""
        budgets = [rate for rate in self.of(name).spec.rates if rate.posts]
        if not budgets:
            return None
        parts = [p for r in self._desk.view.records.values() if r.account == name for p in r.parts]
        gone = [p.published_at or (p.claim.claimed_at if p.claim else now) for p in parts if p.state in _COUNTED]
        for rate in budgets:
            if sum(at > now - timedelta(seconds=rate.seconds) for at in gone) >= rate.limit:
                return f"account `{name}` waits: it has used up {rate.limit} {rate.what} in {rate.seconds // 60} min"
        return None

    def _opened(self, account: Account) -> Channel:
        provider = self._providers[account.provider]
        spec = with_limits(provider.spec(account), self._desk.view.limits().get(account.id, {}))
        return Channel(account, provider, spec, Session(self._effects, self._fitter, provider, account, spec))

    async def introduce(self, names: Iterable[str]) -> None:
        """Ask accounts for the limits that only they know, before anything is sent by the declared ones."""
        asked = sorted(name for name in names if self._wants_limits(name))
        answers = await self._effects.tasks.gather([self._ask(name) for name in asked])
        files = {account_path(known.account): account_file(known) for known in answers if known is not None}

        def learnt(view: View) -> Mapping[str, bytes]:  # noqa: ARG001 - the shape of Files
            return files

        if files:
            await self._desk.commit(tuple, "Learn limits", learnt)
            self._open.clear()

    def first_use(self, account: Account) -> KnownAccount:
        """What is recorded when an account is used first: the server that may get its credential."""
        return self._known(account, {}, None)

    def _known(self, account: Account, limits: Mapping[str, int], checked: datetime | None) -> KnownAccount:
        sealed = self._desk.view.sealed.get(account.id)
        generation = sealed.generation if sealed else 0
        return KnownAccount(
            account.id, account.provider, account.origin, self._order.endpoint, limits, checked, generation
        )

    def _wants_limits(self, name: str) -> bool:
        known = self._desk.view.accounts.get(name)
        fresh = known is not None and known.checked_at is not None and self._desk.now() - known.checked_at < LIMITS_AGE
        return not fresh and self.of(name).spec.text.limit.discovered is not None

    async def _ask(self, name: str) -> KnownAccount | None:
        channel = self.of(name)
        try:
            identity = await channel.provider.whoami(channel.session, channel.account)
        except errors.Failure:
            return None  # preparing meets the same trouble, and reports it with its delivery
        except Exception:  # noqa: BLE001 - an answer that is not understood tells no limits
            return None
        return self._known(channel.account, dict(identity.limits), self._effects.clock.now())
