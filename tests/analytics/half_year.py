"""Half a year of sixteen accounts, two runners that meet, and everything that can go wrong between two of their steps.

The accounts have the real platforms' facts (batches, budgets, how long figures are told). The platforms themselves are
made up: one server in memory, which answers by the clock and keeps what it said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from typing_extensions import override

from postiz_ops.analytics import budget, rhythm, store
from postiz_ops.analytics.rhythm import MARKS, Key, mark_of
from postiz_ops.analytics.store import Reading
from postiz_ops.analytics.sync import Order, Report, Syncer
from postiz_ops.ledger.record import PartRecord, Record, State
from postiz_ops.model import Account, Config, Receipt
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Metric, Readings
from postiz_ops.publish.effects import Lost, NotSent, Request, Response, Snapshot
from tests.analytics.world import START, Analytics, Figures, OneByOne
from tests.publish.renewing import Stepped
from tests.publish.world import FakeLedger, NoLibrary

ACCOUNTS = {f"acme-{name}": name for name in PROVIDERS}
BURST, MANY = "acme-linkedin", 30
"""An account whose platform counts by the day, and which publishes more at once than may be read of it in one."""


def told(remote_id: str, age: timedelta) -> dict[str, int]:
    """What the platform counts of a post: it grows, some of it is never told, and some is taken back after a month."""
    seed = sha256(remote_id.encode()).digest()
    size = 50 + seed[0] * 20
    grown = int(size * (1 - 0.5 ** (age / timedelta(days=1))))
    if age > timedelta(days=30):
        grown -= size // 20
    names = counted(remote_id.partition(".")[0], "post")
    return {name: grown // (number + 1) for number, name in enumerate(names) if seed[number + 1] % 8}


def is_gone(remote_id: str, age: timedelta) -> bool:
    """A post in thirty is taken down after a week."""
    return sha256(remote_id.encode()).digest()[-1] < 9 and age.days >= 7


def counted(account: str, scope: str) -> list[str]:
    """The names of what the platform of an account counts."""
    measured = PROVIDERS[ACCOUNTS[account]].SPEC.metrics
    return list(dict.fromkeys(each.metric.value for each in measured if each.scope == scope))


def origin(provider: str) -> str:
    """Where a platform is."""
    return PROVIDERS[provider].SPEC.origin or f"https://{provider}.example"


@dataclass
class Server:
    """All platforms. ``said`` holds every answer that left it, ``asked`` every request, with its time."""

    world: Year
    random: Random
    trouble: float
    said: dict[str, list[tuple[datetime, dict[str, int]]]] = field(default_factory=dict)
    asked: list[tuple[datetime, str, int]] = field(default_factory=list)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """One answer, or what networks and platforms do instead."""
        now, address = self.world.clock.now(), urlsplit(request.url)
        account = address.path.rpartition("/")[2]
        query = parse_qs(address.query)
        ids, names = ([word for word in query.get(key, [""])[0].split(",") if word] for key in ("ids", "names"))
        what = self.random.random()
        if what < self.trouble / 4:
            raise NotSent("no connection")
        self.asked.append((now, account, len(ids)))
        if what < self.trouble / 2:
            return _json(self.random.choice([429, 500, 503]), {})
        body = self._figures(ids, names, now) if ids else {account: self._account(account, now)}
        if what < self.trouble * 3 / 4:
            raise Lost("cut")
        if what < self.trouble:
            return Response(200, {"content-type": "application/json"}, b'{"')
        for name, figures in body.items():
            self.said.setdefault(name, []).append((now, figures))
        return _json(200, body)

    def _figures(self, ids: Sequence[str], names: Sequence[str], now: datetime) -> dict[str, dict[str, int]]:
        """A post in thirty is taken down after a week: it is left out."""
        ages = {name: now - self.world.published[name] for name in ids}
        there = [name for name in ids if not is_gone(name, ages[name])]
        return {name: {each: n for each, n in told(name, ages[name]).items() if each in names} for name in there}

    def _account(self, account: str, now: datetime) -> dict[str, int]:
        return dict.fromkeys(counted(account, "account"), 1000 + (now - START).days)


def _json(status: int, body: Any) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())


class Platform(Figures):
    """A platform with the facts of a real one."""

    def __init__(self, name: str) -> None:
        super().__init__(PROVIDERS[name].SPEC)
        self.SPEC = PROVIDERS[name].SPEC

    @override
    async def metrics(self, http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
        """A call for all of it; LinkedIn is asked for one figure at a time."""
        ids, names = ",".join(receipt.remote_id for receipt in receipts), counted(account.id, "post")
        found: dict[str, dict[Metric, int]] = {}
        for asked in names if account.id == BURST else [",".join(names)]:
            answer = await http.get(f"/{account.id}", params={"ids": ids, "names": asked})
            for name, figures in answer.json.items():
                found.setdefault(name, {}).update(_readings(figures))
        return found

    @override
    async def account_metrics(self, http: Http, account: Account) -> Readings:
        return _readings((await http.get(f"/{account.id}")).json[account.id])


def _readings(figures: Mapping[str, int]) -> Readings:
    return {Metric(name): number for name, number in figures.items()}


class Forge(FakeLedger):
    """The remote: pushes and fetches fail now and then, and it is asked for no more files than are needed."""

    def __init__(self, random: Random, trouble: float) -> None:
        super().__init__()
        self._random = random
        self._trouble = trouble

    @override
    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if self._random.random() < self._trouble:
            self.push_script = ["lost"]
        await super().push(base, writes, message)


@dataclass
class Run:
    """One runner's process, and when it looked at the clock."""

    job: Any
    begun: datetime
    report: Report | None = None
    over: bool = False


class Year(Analytics):
    """The world. ``live`` lets so many days go by."""

    def __init__(self, seed: int, *, days: int, posts: int, trouble: float = 0.04, mortality: float = 0.01) -> None:
        self.random = Random(seed)
        super().__init__(ledger=Forge(self.random, trouble), accounts=tuple(ACCOUNTS))
        self.server = Server(self, self.random, trouble)
        self.wire = self.server  # type: ignore[assignment]
        self.providers = {name: Platform(name) for name in PROVIDERS}
        self.published: dict[str, datetime] = {}
        self.records: list[Record] = []
        self.clean: dict[str, list[datetime]] = {name: [] for name in ACCOUNTS}
        """When an account was asked for all that was due, and everything was recorded."""
        self.ended: Counter[str] = Counter()
        self._mortality = mortality
        self._end = START + timedelta(days=days)
        self._coming = sorted(self._posts(posts, days), key=lambda record: record.publish_at)

    @override
    def config(self) -> Config:
        made = {name: Account(name, provider, origin(provider)) for name, provider in ACCOUNTS.items()}
        return Config(accounts=made)

    def _posts(self, posts: int, days: int) -> Iterator[Record]:
        """Some at one hour for one account, the others spread; a tenth are threads of two."""
        for number in range(posts):
            burst = number < MANY
            account = BURST if burst else self.random.choice(list(ACCOUNTS))
            after = timedelta(hours=30, minutes=number % 60) if burst else timedelta(days=self.random.random() * days)
            at = (START + after).replace(microsecond=0)
            parts = tuple(
                PartRecord(State.PUBLISHED, 1, remote_id=f"{account}.{number}.{part}", published_at=at)
                for part in range(2 if number % 10 == 9 else 1)
            )
            yield Record(f"post-{number}", f"content/{number}.md", account, ACCOUNTS[account], None, at, parts)

    # --- what goes by ------------------------------------------------------------------------------------------------

    def live(self) -> Year:
        """Let two runners look every hour or three, at about the same time, until the end."""
        while self.clock.at < self._end:
            self.clock.at += timedelta(seconds=self.random.randrange(3600, 3 * 3600))
            self._publish()
            runs = [self._begin() for _ in range(2)]
            while alive := [run for run in runs if not run.over]:
                self._step(self.random.choice(alive))
        return self

    def _publish(self) -> None:
        while self._coming and self._coming[0].publish_at <= self.clock.at:
            record = self._coming.pop(0)
            self.records.append(record)
            self.published |= {part.remote_id: record.publish_at for part in record.parts if part.remote_id}
            self.out(record, origin=origin(record.provider))

    def _begin(self) -> Run:
        self.runs += 1
        effects = Stepped(self.effects(), OneByOne()).made
        order = Order(f"run-{self.runs}")
        syncer = Syncer(effects, NoLibrary(), self.providers, self.config(), order)
        return Run(syncer.run(), self.clock.at)

    def _step(self, run: Run) -> None:
        """To the next effect; or never."""
        if self.random.random() < self._mortality:
            run.job.close()
            run.over = True
            self.ended["killed"] += 1
            return
        try:
            run.job.send(None)
        except StopIteration as done:
            run.report, run.over = done.value, True
            self._judge(run, done.value)
        self.clock.at += timedelta(milliseconds=200)

    # --- what must hold ----------------------------------------------------------------------------------------------

    def _judge(self, run: Run, report: Report) -> None:
        """A run that says that it read everything has; what it says is all that is believed of it."""
        self.ended[f"exit {report.exit_code}"] += 1
        if not report.recorded:
            return
        books = self.books()
        for outcome in report.outcomes:
            if outcome.left == 0 and outcome.kind is None:
                known = [r for r in self.records if r.account == outcome.account]
                keep = PROVIDERS[outcome.provider].SPEC.metrics_keep_days
                assert rhythm.due(known, books.of(outcome.account), run.begun, keep_days=keep) == []
                self.clean[outcome.account].append(run.begun)

    def readings(self) -> list[Reading]:
        """Every line of every file."""
        return [
            r for path, data in self.ledger.files.items() if path.endswith(".jsonl") for r in store.load(path, data)
        ]

    def calls(self, rate_seconds: int, accounts: Sequence[str]) -> int:
        """The most requests within so many seconds."""
        times = [at for at, account, _ in self.server.asked if account in accounts]
        first, most = 0, 0
        for index, at in enumerate(times):
            while at - times[first] >= timedelta(seconds=rate_seconds):
                first += 1
            most = max(most, index - first + 1)
        return most

    def marks(self) -> Iterator[tuple[str, Key, datetime, datetime]]:  # type: ignore[override]
        """Everything that there was to read of posts by now: account, key, from when, until when."""
        ages = [*MARKS.values(), rhythm.END]
        for record in self.records:
            for index, _ in enumerate(record.parts):
                for mark, begins, ends in zip(MARKS, ages, ages[1:], strict=False):
                    if record.publish_at + ends <= self.clock.at:
                        key = Key(mark, record.post, None, index)
                        yield record.account, key, record.publish_at + begins, record.publish_at + ends


def budgets() -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
    """What the platforms allow: name, limit, seconds, and whose calls count together."""
    for account, provider in ACCOUNTS.items():
        for rate in budget.rates(PROVIDERS[provider].SPEC):
            yield f"{provider}: {rate.what}", rate.limit, rate.seconds, (account,)


def on_rhythm(reading: Reading, published: datetime) -> bool:
    """Whether it was taken at its mark. A run takes minutes: it goes by the clock as it was when it began."""
    early, late = (reading.at - published - timedelta(minutes=shift) for shift in (0, 30))
    return reading.key.mark in (mark_of(early), mark_of(late)) and early >= MARKS[reading.key.mark]
