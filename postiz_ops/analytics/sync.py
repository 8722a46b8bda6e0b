"""Read the figures that are due, and record them by the same compare-and-swap as everything on the state branch.

What is asked can be asked again, so that nothing has to be claimed first: a run that dies between an answer and its
record has lost one question. Two runs at once may both ask; the one that records second finds the reading there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from postiz_ops import errors
from postiz_ops.analytics import budget, rhythm, store
from postiz_ops.analytics.channel import Channel
from postiz_ops.analytics.purse import Purse
from postiz_ops.analytics.rhythm import Key, Wish
from postiz_ops.analytics.store import Reading, Refusal
from postiz_ops.analytics.tip import Tip
from postiz_ops.ledger.record import Record
from postiz_ops.ledger.sealed import Sealed
from postiz_ops.ledger.view import View
from postiz_ops.model import Account, Config
from postiz_ops.providers.base import Provider, Spec
from postiz_ops.publish.effects import Effects
from postiz_ops.publish.session import Fitter
from postiz_ops.publish.tokens import Tokens

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
    troubles: tuple[str, ...] = ()
    """What a person has to do about accounts' tokens."""
    notices: tuple[str, ...] = ()
    """What else is to be known of them."""
    rescued: Mapping[str, Sealed] = field(default_factory=dict)
    """Account -> a new token that could not be recorded, sealed: whoever runs this keeps it safe."""

    @property
    def exit_code(self) -> int:
        """1 where a person must act and was not told before, 75 where it is to be tried again, else 0."""
        news = [outcome.kind for outcome in self.outcomes if outcome.kind and not outcome.known]
        if self.troubles or set(news) & {"reauthorize", "rejected", "damaged", "held"}:
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
        self._tip = Tip(effects, config, order.run, remote=order.remote, endpoint=order.endpoint)
        self._tokens = Tokens(effects, providers, self._tip, order.run)
        self._new: list[Reading] = []
        self._channels: dict[str, Channel] = {}
        self._closed: Counter[str] = Counter()
        """The requests of channels that are closed."""
        begun, accounts = effects.clock.now(), config.accounts.values()
        self._purse = Purse(self._tip, order.run, begun, accounts, self._spec, self._made)
        self._refusals: Mapping[str, Refusal] = {}
        """Those that were known before this run."""
        self._next_due: datetime | None = None

    async def run(self) -> Report:
        """Ask for what is due, wave by wave. Raises ``Temporary`` and ``Refused`` where the state cannot be had."""
        await self._tip.look()
        await self._tokens.recover()
        self._refusals = self._tip.books.index.refused
        now = self._effects.clock.now() + self._order.shift
        self._next_due = rhythm.next_due(self._records(self._config.accounts), now)
        accounts = list(self._accounts())
        barred = {account.id: bar for account in accounts if (bar := self._bar(account))}
        due = [account for account in accounts if account.id not in barred and any(self._due(account, now))]
        recorded = await self._read(due, now)
        outcomes = {account.id: Outcome(account.id, account.provider) for account in accounts}
        outcomes |= barred | {name: self._outcome(channel) for name, channel in self._channels.items()}
        outcomes |= {account.id: self._renewing(account, now) for account in due if account.id not in self._channels}
        said, tokens = tuple(outcomes[name] for name in sorted(outcomes)), self._tokens
        return Report(
            said, recorded, self._next_due, tuple(tokens.troubles), tuple(tokens.notices), dict(tokens.rescued)
        )

    async def _read(self, due: Sequence[Account], now: datetime) -> bool:
        """Ask these accounts; once more those whose token was refused, and could be renewed. False: not recorded."""
        recorded = True
        while due:
            recorded = await self._record() and recorded
            await self._tokens.keep(due, [account.id for account in due])
            free = [account for account in due if account.id not in self._tokens.busy]
            recorded = await self._open(free, now) and recorded
            for wave in _batched(self._calls(due, now), WAVE):
                recorded = await self._record() and recorded  # what the wave before this one was told
                self._new = [reading for told in await self._gather(wave) for reading in told]
            due = [account for account in due if self._is_worth_renewing(account) and self._tokens.force(account)]
            self._close(due)
        self._purse.ended = True
        return await self._record() and recorded

    def _close(self, accounts: Iterable[Account]) -> None:
        for account in accounts:
            self._closed[account.id] += self._channels.pop(account.id).calls

    def _is_worth_renewing(self, account: Account) -> bool:
        """Whether a token was refused, and for something else than it may not do for ever."""
        channel = self._channels.get(account.id)
        problem = channel.problem if channel else None
        return isinstance(problem, errors.Reauthorize) and not self._is_known(account.id, problem.message)

    # --- who is asked, and for what ----------------------------------------------------------------------------------

    def _accounts(self) -> Iterator[Account]:
        """The accounts that have published something, whose platform tells figures."""
        for account in self._config.accounts.values():
            wanted = not self._order.only or account.id in self._order.only
            known = account.enabled and account.id in self._tip.view.accounts
            if wanted and known and self._spec(account).metrics:
                yield account

    def _bar(self, account: Account) -> Outcome | None:
        """Why an account is not asked at all."""
        about = Outcome(account.id, account.provider)
        if why := self._tip.books.damaged(account.id):
            return replace(about, kind="damaged", message=f"{why}: nothing is read until it is restored")
        origin = self._tip.view.accounts[account.id].origin
        if origin != account.origin:
            return replace(about, kind="held", message=f"its server was {origin}; see `accounts trust`")
        refusal = self._refusals.get(account.id)
        if refusal and refusal.credential == self._effects.vault.fingerprint(account.id):
            needs = self._spec(account).metrics_need
            return replace(about, kind="reauthorize", message=refusal.message, needs=needs, known=True)
        return None

    def _due(self, account: Account, now: datetime) -> Iterator[Key | Wish]:
        """What is to be read of an account. Its own figures come first: they are one call a day."""
        spec, taken = self._spec(account), self._tip.books.of(account.id)
        today = rhythm.day_key(now)
        if today not in taken and any(measured.scope == "account" for measured in spec.metrics):
            yield today
        yield from rhythm.due(self._records([account.id]), taken, now, keep_days=spec.metrics_keep_days)

    def _calls(self, due: Iterable[Account], now: datetime) -> Iterator[Coroutine[Any, Any, list[Reading]]]:
        """Everything that is due of these, call by call."""
        wishes: dict[Channel, list[Wish]] = {}
        for account in due:
            for each in self._due(account, now) if account.id in self._channels else ():
                channel = self._channels[account.id]
                if isinstance(each, Wish):
                    wishes.setdefault(channel, []).append(each)
                else:
                    yield channel.itself(each)
        for channel, mine in wishes.items():
            for batch in _batched(mine, channel.spec.metrics_batch):
                yield channel.posts(batch)

    def _records(self, names: Collection[str]) -> Iterator[Record]:
        return (record for record in self._tip.view.records.values() if record.account in names)

    # --- how ---------------------------------------------------------------------------------------------------------

    async def _open(self, accounts: Sequence[Account], now: datetime) -> bool:
        """Log in, each with what its platform's budget leaves it. False: nobody can tell whether it is booked."""
        limits, done = await self._purse.open({account.id: self._need(account, now) for account in accounts})
        for account in accounts:
            provider, limit = self._providers[account.provider], limits[account.id]
            self._channels[account.id] = Channel(self._effects, self._fitter, provider, account, limit)
        await self._gather([self._channels[account.id].log_in() for account in accounts])
        return done

    def _need(self, account: Account, now: datetime) -> int:
        """The most requests that everything due may take."""
        spec, due = self._spec(account), list(self._due(account, now))
        posts = sum(isinstance(each, Wish) for each in due)
        questions = -(-posts // spec.metrics_batch)
        return questions * budget.cost(spec) + (len(due) - posts) * budget.cost(spec, "account")

    def _made(self, name: str) -> int:
        channel = self._channels.get(name)
        return self._closed[name] + (channel.calls if channel else 0)

    def _spec(self, account: Account) -> Spec:
        return self._providers[account.provider].spec(account)

    async def _gather(self, jobs: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
        return await self._effects.tasks.gather(jobs)

    async def _record(self) -> bool:
        return await self._tip.write(self._files, "Record figures")

    def _files(self, _: View) -> Mapping[str, bytes]:
        """What the newest tip does not have yet."""
        months: dict[str, list[Reading]] = {}
        books = self._tip.books
        for reading in self._new:
            if reading.key not in books.of(reading.account) and not books.damaged(reading.account):
                months.setdefault(reading.file, []).append(reading)
        files = {path: store.added(self._tip.file(path), readings) for path, readings in months.items()}
        refused = self._refused()
        if files or refused != books.index.refused or self._purse.is_wrong:
            spent = self._purse.spent({*self._channels, *self._closed})
            files[store.INDEX] = store.index_file(store.Index(self._next_due, refused, spent))
        return files

    def _refused(self) -> dict[str, Refusal]:
        """The accounts that may not be read, as this run leaves them."""
        refused = dict(self._tip.books.index.refused)
        for name, channel in self._channels.items():
            problem = self._problem(channel)
            if isinstance(problem, errors.Reauthorize):
                if self._purse.ended:
                    refused[name] = self._refusal(name, problem.message, refused.get(name))
            elif channel.read:
                refused.pop(name, None)
        return refused

    def _refusal(self, name: str, message: str, before: Refusal | None) -> Refusal:
        credential = self._effects.vault.fingerprint(name)
        if before is not None and before.credential == credential:
            return before
        return Refusal(credential, message, self._effects.clock.now().replace(microsecond=0))

    # --- what is said ------------------------------------------------------------------------------------------------

    def _problem(self, channel: Channel) -> errors.Failure | None:
        """A token that is refused because it could not be renewed yet is no matter for a person."""
        problem = channel.problem
        return problem and self._tokens.excused(problem, channel.account)

    def _outcome(self, channel: Channel) -> Outcome:
        about = Outcome(channel.account.id, channel.account.provider, channel.read, channel.left)
        problem = self._problem(channel)
        if problem is None:
            return about
        refused = isinstance(problem, errors.Reauthorize)
        needs = channel.spec.metrics_need if refused else ()
        known = refused and self._is_known(channel.account.id, problem.message)
        return replace(about, kind=problem.kind, message=problem.message, needs=needs, known=known)

    def _is_known(self, name: str, message: str) -> bool:
        """Whether a refusal was told already: a token that was only renewed may do no more than the one before."""
        sealed, refusal = self._tip.view.sealed.get(name), self._refusals.get(name)
        return sealed is not None and sealed.refreshable and refusal is not None and refusal.message == message

    def _renewing(self, account: Account, now: datetime) -> Outcome:
        left = sum(1 for _ in self._due(account, now))
        message = "its token is being renewed, or could not be recorded"
        return Outcome(account.id, account.provider, left=left, kind="renewing", message=message)


def _batched(rows: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    iterator = iter(rows)
    while batch := tuple(islice(iterator, size)):
        yield batch
