"""Read the figures that are due, and record them by the same compare-and-swap as everything on the state branch.

What is asked can be asked again, so that nothing has to be claimed first: a run that dies between an answer and its
record has lost one question. Two runs at once may both ask; the one that records second finds the reading there.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from postiz_ops import errors
from postiz_ops.analytics import rhythm, store
from postiz_ops.analytics.channel import Channel, budget
from postiz_ops.analytics.store import Books, Reading, Refusal
from postiz_ops.ledger.record import Record
from postiz_ops.ledger.view import View
from postiz_ops.ledger.view import parse as parse_view
from postiz_ops.model import Account, Config
from postiz_ops.providers.base import Provider
from postiz_ops.publish import guards
from postiz_ops.publish.converge import converge
from postiz_ops.publish.effects import Effects, Snapshot
from postiz_ops.publish.session import Fitter

T = TypeVar("T")

WAVE = 500
"""Calls after which what they told is recorded, so that a run that dies has lost no more than these."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to do. ``shift`` is what ``--now`` adds to the clock when it is decided what is due."""

    run: str
    remote: str | None = None
    endpoint: bool = False
    only: frozenset[str] = frozenset()
    shift: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to for one account: readings taken, due ones left, and why."""

    account: str
    provider: str
    read: int = 0
    left: int = 0
    kind: str | None = None
    message: str | None = None
    needs: tuple[str, ...] = ()
    """What the credential must be allowed, where it may not."""
    known: bool = False
    """Whether the trouble was reported by an earlier run."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run came to. ``next_due`` is when a post that is out by now comes to its next mark."""

    outcomes: tuple[Outcome, ...]
    recorded: bool
    next_due: datetime | None

    @property
    def exit_code(self) -> int:
        """1 where a person must act and was not told before, 75 where it is to be tried again, else 0."""
        news = [outcome.kind for outcome in self.outcomes if outcome.kind and not outcome.known]
        if set(news) & {"reauthorize", "rejected", "damaged", "held"}:
            return 1
        return 75 if news or not self.recorded else 0


class Syncer:
    """One run over the accounts of ``config``."""

    def __init__(
        self, effects: Effects, fitter: Fitter, providers: Mapping[str, Provider], config: Config, order: Order
    ) -> None:
        self._effects = effects
        self._fitter = fitter
        self._providers = providers
        self._config = config
        self._order = order
        self._seen = Snapshot(None, {})
        self._view = View()
        self._books = Books()
        self._new: list[Reading] = []
        self._channels: dict[str, Channel] = {}
        self._next_due: datetime | None = None

    async def run(self) -> Report:
        """Ask for what is due, wave by wave. Raises ``Temporary`` and ``Refused`` where the state cannot be had."""
        await self._look()
        now = self._effects.clock.now() + self._order.shift
        self._next_due = rhythm.next_due(self._records(self._config.accounts), now)
        barred = {account.id: bar for account in self._accounts() if (bar := self._bar(account))}
        self._open(account for account in self._accounts() if account.id not in barred)
        await self._gather([channel.log_in() for channel in self._channels.values()])
        recorded = True
        for wave in _batched(self._calls(now), WAVE):
            self._new = [reading for told in await self._gather(wave) for reading in told]
            recorded = await self._record() and recorded
        self._new = []
        recorded = await self._record() and recorded
        outcomes = (*barred.values(), *(_outcome(channel) for channel in self._channels.values()))
        return Report(tuple(sorted(outcomes, key=lambda outcome: outcome.account)), recorded, self._next_due)

    async def _look(self) -> None:
        self._seen = await self._effects.ledger.fetch()
        self._view, self._books = parse_view(self._seen.files), store.parse(self._seen.files)
        guards.check_state(self._view, self._seen, self._config, remote=self._order.remote)
        guards.check_endpoint(self._view, endpoint=self._order.endpoint)
        if why := self._books.unreadable.get(store.INDEX):
            raise errors.Refused(f"`{store.INDEX}` of the state branch is {why}", help="restore it, or upgrade")

    def _accounts(self) -> Iterator[Account]:
        """The accounts that have published something, whose platform tells figures."""
        for account in self._config.accounts.values():
            wanted = not self._order.only or account.id in self._order.only
            known = account.enabled and account.id in self._view.accounts
            if wanted and known and self._providers[account.provider].spec(account).metrics:
                yield account

    def _bar(self, account: Account) -> Outcome | None:
        """Why an account is not asked at all."""
        about = Outcome(account.id, account.provider)
        if why := self._books.damaged(account.id):
            return replace(about, kind="damaged", message=f"{why}: nothing is read until it is restored")
        origin = self._view.accounts[account.id].origin
        if origin != account.origin:
            return replace(about, kind="held", message=f"its server was {origin}; see `accounts trust`")
        refusal = self._books.index.refused.get(account.id)
        if refusal and refusal.credential == self._effects.vault.fingerprint(account.id):
            needs = self._providers[account.provider].spec(account).metrics_need
            return replace(about, kind="reauthorize", message=refusal.message, needs=needs, known=True)
        return None

    def _open(self, accounts: Iterable[Account]) -> None:
        chosen = list(accounts)
        for account in chosen:
            provider = self._providers[account.provider]
            beside = sum(other.provider == account.provider for other in chosen)
            allowed = budget(provider.spec(account), beside)
            self._channels[account.id] = Channel(self._effects, self._fitter, provider, account, allowed)

    def _calls(self, now: datetime) -> Iterator[Coroutine[Any, Any, list[Reading]]]:
        """Everything that is due, call by call. An account's own figures come first: they are one call a day."""
        today = rhythm.day_key(now)
        for name, channel in self._channels.items():
            if today not in self._books.of(name) and _of_account(channel):
                yield channel.itself(today)
        for name, channel in self._channels.items():
            taken, keep = self._books.of(name), channel.spec.metrics_keep_days
            wishes = rhythm.due(self._records([name]), taken, now, keep_days=keep)
            for batch in _batched(wishes, channel.spec.metrics_batch):
                yield channel.posts(batch)

    def _records(self, names: Iterable[str]) -> Iterator[Record]:
        wanted = frozenset(names)
        return (record for record in self._view.records.values() if record.account in wanted)

    async def _gather(self, jobs: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
        return await self._effects.tasks.gather(jobs)

    async def _record(self) -> bool:
        world = self._effects
        message = f"Record figures ({self._order.run})\n"
        return await converge(
            world.ledger, world.clock, world.token, lambda: self._seen, self._wanted, self._look, message
        )

    def _wanted(self) -> Mapping[str, bytes]:
        """What the newest tip does not have yet."""
        months: dict[str, list[Reading]] = {}
        for reading in self._new:
            if reading.key not in self._books.of(reading.account) and not self._books.damaged(reading.account):
                months.setdefault(reading.file, []).append(reading)
        files = {path: store.added(self._seen.files.get(path), readings) for path, readings in months.items()}
        refused = self._refused()
        if files or refused != self._books.index.refused:
            files[store.INDEX] = store.index_file(store.Index(self._next_due, refused))
        return {path: data for path, data in files.items() if self._seen.files.get(path) != data}

    def _refused(self) -> dict[str, Refusal]:
        """The accounts that may not be read, as this run leaves them."""
        refused = dict(self._books.index.refused)
        for name, channel in self._channels.items():
            credential = self._effects.vault.fingerprint(name)
            if isinstance(channel.problem, errors.Reauthorize):
                if name not in refused or refused[name].credential != credential:
                    now = self._effects.clock.now().replace(microsecond=0)
                    refused[name] = Refusal(credential, channel.problem.message, now)
            elif channel.read:
                refused.pop(name, None)
        return refused


def _batched(rows: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    iterator = iter(rows)
    while batch := tuple(islice(iterator, size)):
        yield batch


def _of_account(channel: Channel) -> bool:
    return any(measured.scope == "account" for measured in channel.spec.metrics)


def _outcome(channel: Channel) -> Outcome:
    about = Outcome(channel.account.id, channel.account.provider, channel.read, channel.left)
    problem = channel.problem
    if problem is None:
        return about
    needs = channel.spec.metrics_need if isinstance(problem, errors.Reauthorize) else ()
    return replace(about, kind=problem.kind, message=problem.message, needs=needs)
