"""Accounts with figures, on a platform in memory that counts what it is asked. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from postiz_ops.analytics import store
from postiz_ops.analytics.store import Books
from postiz_ops.analytics.sync import Order, Report, Syncer
from postiz_ops.ledger.record import PartRecord, Record, State, dump, record_path
from postiz_ops.ledger.view import KnownAccount, account_file, account_path
from postiz_ops.model import Account, Receipt
from postiz_ops.providers.base import Http, Rate, Spec
from postiz_ops.providers.metrics import Measured, Metric, Readings
from postiz_ops.publish.effects import Effects
from tests.publish.renewing import Stepped
from tests.publish.world import SPEC, START, FakePlatform, NoLibrary, World, drive

T = TypeVar("T")

MEASURED = (
    Measured(Metric.IMPRESSIONS, "impressions", "shown", "https://fake.example", "2026-11-22"),
    Measured(Metric.LIKES, "likes", "likes", "https://fake.example", "2026-11-22"),
    Measured(Metric.FOLLOWERS, "followers", "followers", "https://fake.example", "2026-11-22", scope="account"),
)
COUNTING = replace(SPEC, metrics=MEASURED, metrics_batch=3, metrics_need=("read",))


@dataclass
class Figures(FakePlatform):
    """Every answer is a bigger number. ``script`` maps an account to what it raises."""

    SPEC: Spec = COUNTING
    script: dict[str, Callable[[], Exception]] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)

    async def metrics(self, http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
        ids = tuple(receipt.remote_id for receipt in receipts)
        self.asked.append((account.id, ids))
        if account.id in self.script:
            failure = self.script[account.id]()
            raise failure
        return {each: {Metric.LIKES: len(self.asked)} for each in ids if each not in self.gone}

    async def account_metrics(self, http: Http, account: Account) -> Readings:
        self.asked.append((account.id, ()))
        if account.id in self.script:
            failure = self.script[account.id]()
            raise failure
        return {Metric.FOLLOWERS: 100 + len(self.asked)}


class Calling(Figures):
    """The same, over the wire: a call of its own for each question."""

    async def metrics(self, http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
        await http.get("/posts")
        return await super().metrics(http, account, receipts)

    async def account_metrics(self, http: Http, account: Account) -> Readings:
        await http.get("/posts")
        return await super().account_metrics(http, account)


def published(post: str, account: str = "one", *, at: datetime = START, parts: int = 1, **changes: Any) -> Record:
    """A delivery that went out."""
    out = tuple(
        PartRecord(
            State.PUBLISHED, 1, remote_id=f"{account}-{post}-{i}", url=f"https://fake.example/{post}", published_at=at
        )
        for i in range(parts)
    )
    return Record(post, f"content/{post}.md", account, "fake", None, at, out, **changes)


@dataclass
class Analytics(World):
    """A world whose posts are out. ``sync`` is one run."""

    figures: Figures = field(default_factory=Figures)

    def out(self, *records: Record, origin: str = "https://fake.example") -> Analytics:
        """Have these published."""
        for record in records:
            path = record_path(record.post, record.account, record.occurrence)
            self.ledger.files[path] = dump(record)
            known = KnownAccount(record.account, record.provider, origin)
            self.ledger.files[account_path(record.account)] = account_file(known)
        self.ledger.head += 1
        return self

    def syncer(self, effects: Effects | None = None, **order: Any) -> Syncer:
        self.runs += 1
        providers = {"fake": self.figures}
        known = effects or self.effects()
        return Syncer(known, NoLibrary(), providers, self.config(), Order(f"run-{self.runs}", **order))

    def sync(self, **order: Any) -> Report:
        return drive(self.syncer(**order).run())

    def books(self) -> Books:
        return store.parse(self.ledger.files)

    def marks(self, account: str = "one") -> list[str]:
        """``post mark`` of every reading of posts, in the order it was written."""
        return [f"{key.post} {key.mark}" for key in self.books().of(account) if key.post is not None]

    def days(self, account: str = "one") -> list[str]:
        return [key.mark for key in self.books().of(account) if key.post is None]

    def hence(self, **span: float) -> Analytics:
        self.clock.at += timedelta(**span)
        return self


class OneByOne:
    """One job after the other, each of which may be stopped in the middle; what was not begun is closed."""

    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        """All of them."""
        try:
            return [await job for job in jobs]
        finally:
            for job in jobs:
                job.close()


@dataclass
class Process:
    """A run that is stepped from outside: it stops before and after each thing that it does to the world."""

    job: Coroutine[Any, Any, Report]
    report: Report | None = None
    over: bool = False

    @classmethod
    def of(cls, world: Analytics) -> Process:
        """One that is about to begin."""
        return cls(world.syncer(Stepped(world.effects(), OneByOne()).made).run())

    def step(self) -> None:
        """Go on to the next step."""
        try:
            self.job.send(None)
        except StopIteration as done:
            self.report, self.over = done.value, True

    def kill(self) -> None:
        """It is gone, without another effect."""
        self.job.close()
        self.over = True


def limited(limit: int, seconds: int, per: str = "account") -> Spec:
    return replace(COUNTING, metrics_batch=1, rates=(Rate("all calls", limit, seconds, per, "https://fake.example"),))


__all__ = ["COUNTING", "START", "Analytics", "Calling", "Figures", "OneByOne", "Process", "limited", "published"]
