"""Runners in compressed time: the engine's small world, a network that can be gone, a clock that can leap. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from postiz_ops.compile.digest import content_digest
from postiz_ops.errors import Temporary, UsageError
from postiz_ops.ledger.view import parse
from postiz_ops.model import Account, Config, Draft, DraftPart, Repeat, Schedule
from postiz_ops.publish.effects import NotSent, Request, Response, Snapshot
from postiz_ops.publish.order import Approved, Limits
from postiz_ops.runner.journal import Journal, json_line
from postiz_ops.runner.loop import Runner
from postiz_ops.runner.outlook import outlook_of
from postiz_ops.runner.seam import Outlook, Ring, Round
from tests.publish.world import FakeClock, FakeLedger, FakeWire, World, drive

Event = tuple[datetime, Callable[[], None]]


class LeapingClock(FakeClock):
    """A wall clock that can be set while the steady one goes on; what happens meanwhile happens as time passes."""

    def __init__(self, start: datetime) -> None:
        super().__init__()
        self.at = start
        self.steady = 0.0
        self.events: list[Event] = []

    def monotonic(self) -> float:
        return self.steady

    def leap(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def pass_to(self, at: datetime) -> None:
        """Time goes by, and what happens in it happens."""
        while self.events and self.events[0][0] <= at:
            when, happen = self.events.pop(0)
            self._forward(max(0.0, (when - self.at).total_seconds()))
            happen()
        self._forward(max(0.0, (at - self.at).total_seconds()))

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.pass_to(self.at + timedelta(seconds=seconds))

    def _forward(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.steady += seconds


class SimAlarm:
    """``runner.seam.Alarm`` that makes the time pass instead of waiting for it."""

    def __init__(self, clock: LeapingClock) -> None:
        self._clock = clock
        self.times: dict[Ring, datetime] = {}
        self._pending: set[Ring] = set()

    def set(self, ring: Ring, at: datetime | None) -> None:
        self.times.pop(ring, None)
        if at is not None:
            self.times[ring] = at

    def ring(self, ring: Ring) -> None:
        self._pending.add(ring)

    async def rung(self, patience: float) -> frozenset[Ring]:
        until = self._clock.at + timedelta(seconds=patience)
        while not self._pending:
            instants = [*self.times.values(), until, *(at for at, _ in self._clock.events[:1])]
            self._clock.pass_to(min(instants))
            self._pending |= {ring for ring, at in self.times.items() if at <= self._clock.at}
            for ring in self._pending:
                self.times.pop(ring, None)
            if self._clock.at >= until:
                break
        rung, self._pending = frozenset(self._pending), set()
        return rung


@dataclass
class Network(FakeLedger):
    """The remote, while there is a way to it. ``tips`` are approved commits that are thrown away again, or broken."""

    up: bool = True

    async def fetch(self) -> Snapshot:
        if not self.up:
            raise Temporary("the remote `origin` cannot be reached")
        return await super().fetch()

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        if self.up:
            await super().push(base, writes, message)


@dataclass
class Wire(FakeWire):
    """The platforms, while there is a way to them. ``seen`` is when each text appeared, by the wall clock."""

    network: Network = field(default_factory=Network)
    clock: FakeClock = field(default_factory=FakeClock)
    seen: list[tuple[str, datetime]] = field(default_factory=list)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        if not self.network.up:
            raise NotSent("no connection")
        return await super().send(request, deadline=deadline)

    def _publish(self, request: Request, what: str) -> Response:
        before = len(self.posts)
        try:
            return super()._publish(request, what)
        finally:
            self.seen += [(post["text"], self.clock.now()) for post in self.posts[before:]]


class Site(World):
    """The world of the engine, whose approved commits are ``trees`` and may be broken."""

    zone = "Europe/Berlin"
    trees: Mapping[str, tuple[Draft, ...]]
    broken: frozenset[str] = frozenset()

    def config(self) -> Config:
        accounts = {name: Account(name, "fake", "https://fake.example", slots=self.slots) for name in self.accounts}
        return Config(timezone=self.zone, policy=self.policy, accounts=accounts)

    def compiled(self, commit: str, limits: Limits) -> Approved:
        if commit in self.broken:
            raise UsageError("accounts.yaml:3:1: `acounts` is not a key (PZ102)", help="write `accounts`")
        self.drafts = self.trees[commit]
        return super().compiled(commit, limits)


def site(drafts: Sequence[Draft], start: datetime, accounts: Sequence[str] = ("one", "two"), **more: Any) -> Site:
    """A world that begins at ``start`` with these drafts approved."""
    clock, network = LeapingClock(start), Network()
    made = Site(accounts=tuple(accounts), ledger=network, wire=Wire(network=network, clock=clock), clock=clock, **more)
    made.trees = {network.approved: tuple(drafts)}
    return made


@dataclass
class Life:
    """One process. ``ended`` is whether somebody has asked it to."""

    world: Site
    interval: timedelta = timedelta(seconds=60)
    ended: bool = False
    lines: list[dict[str, Any]] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)
    rounds: list[datetime] = field(default_factory=list)
    figures: list[datetime] = field(default_factory=list)
    last: Outlook | None = None

    def __post_init__(self) -> None:
        self.alarm = SimAlarm(self.clock)
        journal = Journal(self.clock, lambda line: self.lines.append(json.loads(line)), json_line)
        self.runner = Runner(
            self,
            self.alarm,
            self.clock,
            self.world.token,
            journal,
            interval=self.interval,
            stopped=lambda: self.ended,
        )

    @property
    def clock(self) -> LeapingClock:
        assert isinstance(self.world.clock, LeapingClock)
        return self.world.clock

    # Office
    async def look(self) -> Outlook:
        self.looks.append(self.clock.now())
        return self._outlook(await self.world.ledger.fetch(), self.clock.now())

    async def publish(self) -> Round:
        since = self.clock.now()
        self.rounds.append(since)
        report = await self.world.publisher(stopped=lambda: self.ended).run()
        network = self.world.ledger
        return Round(report, self._outlook(Snapshot(str(network.head), dict(network.files), network.approved), since))

    def read_figures(self) -> None:
        self.figures.append(self.clock.now())

    def _outlook(self, seen: Snapshot, since: datetime) -> Outlook:
        if self.last is not None and self.last.holds((seen.approved or "", seen.head), since):
            return self.last
        view = parse(seen.files)
        approved = self.world.compiled(seen.approved or "", view.limits())
        self.last = outlook_of(approved, view, seen.head, since, tool="test", endpoint=False)
        return self.last

    # what happens to it
    def stop(self) -> None:
        """SIGTERM."""
        self.ended = True
        self.alarm.ring(Ring.STOP)

    def at(self, when: datetime, happen: Callable[[], None]) -> Life:
        """Something happens at an instant of the wall clock."""
        self.clock.events.append((when, happen))
        self.clock.events.sort(key=lambda event: event[0])
        return self

    def live(self, until: datetime) -> Life:
        """From now on until then, or until it is stopped."""
        self.at(until, self.stop)
        drive(self.run())
        self.clock.events = [event for event in self.clock.events if event[1] != self.stop]
        return self

    def run(self) -> Coroutine[Any, Any, None]:
        """The process itself."""
        return self.runner.run()

    def said(self, *events: str) -> list[str]:
        """The messages of these events."""
        return [line["message"] for line in self.lines if line["event"] in events]


def post(name: str, account: str, schedule: Schedule, **changes: Any) -> Draft:
    """A draft of one part, at a time of the calendar."""
    part = DraftPart(f"text of {name}", len(f"text of {name}"))
    made = Draft(name, f"content/{name}.md", account, "fake", schedule, (part,), **changes)
    return Draft(
        name, made.path, account, "fake", schedule, (part,), content=content_digest(made, titled=False), **changes
    )


def repeated(schedule: Schedule, rrule: str, until: datetime | None = None) -> Schedule:
    """The schedule, again and again."""
    return Schedule(schedule.kind, schedule.at, schedule.local, Repeat(rrule, until))


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
