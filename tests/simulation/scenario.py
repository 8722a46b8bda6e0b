"""One seed, from the first post to the end: a time of faults, then a time without, in which the world comes to rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any, Protocol

from postiz_ops.errors import PostizError
from postiz_ops.ledger.record import State, record_path
from postiz_ops.ledger.sealed import Status
from postiz_ops.ledger.view import INDEX, parse
from postiz_ops.model import Policy
from postiz_ops.publish.engine import Publisher
from postiz_ops.publish.order import Order, Report
from tests.simulation.content import Writer
from tests.simulation.faults import PROFILES
from tests.simulation.history import Began, History, Told
from tests.simulation.issuers import issuers
from tests.simulation.people import Person
from tests.simulation.platforms import PROVIDERS, Server
from tests.simulation.quick import memorised
from tests.simulation.scheduler import Job, Process, Scheduler
from tests.simulation.vault import transparent
from tests.simulation.world import REMOTE, TOOL, Machine, Seam, World

QUIET_RUNS = 60
"""Runs after the faults, at most, until nothing is left to do."""
FAR = 20 * 86_400.0
"""Seconds: what wakes only after this is not waited for."""
TICK = 300.0
"""Seconds between two runs when there is work."""
LULL = 2 * 86_400.0
"""Seconds in which runs change nothing: what is held by a rule may keep the gate open for ever."""


class Protocol_(Protocol):  # noqa: N801 - the name that says it is taken by typing
    """What publishes: the engine, one of its mutants, or something simpler."""

    def run(self, seam: Seam, order: Order) -> Job:
        """One run, as a coroutine."""


class Engine:
    """The production engine, with nothing changed."""

    def run(self, seam: Seam, order: Order) -> Job:
        """One run."""
        return Publisher(seam.effects(), seam, PROVIDERS, seam.compiled, order).run()


@dataclass(frozen=True, slots=True)
class Done:
    """What a seed led to."""

    seed: int
    profile: str
    history: History
    runs: int
    effects: int
    hours: float


def play(
    seed: int,
    protocol: Protocol_ | None = None,
    *,
    profile: str | None = None,
    trace: Callable[[str], None] | None = None,
    vault: bool = True,
) -> Done:
    """Play one seed. Without a ``vault`` no token ends in it."""
    with memorised(), transparent():
        return Scenario(seed, protocol or Engine(), profile, trace, vault=vault).play()


class Scenario:
    """The director of one seed."""

    def __init__(
        self,
        seed: int,
        protocol: Protocol_,
        profile: str | None,
        trace: Callable[[str], None] | None,
        *,
        vault: bool = True,
    ) -> None:
        self.seed = seed
        self.dice = Random(seed)
        drawn = self.dice.choices(list(PROFILES), [share for share, _ in PROFILES.values()])[0]
        self.profile = profile or drawn
        rates = PROFILES[self.profile][1]
        self.scheduler = Scheduler(self.dice, rates, trace)
        self.protocol = protocol
        accounts = self._accounts()
        policy = Policy(
            max_lateness=timedelta(hours=self.dice.choice((3, 24))),
            min_gap=timedelta(minutes=self.dice.choice((0, 0, 0, 20))),
            max_per_run=self.dice.choice((100, 100, 100, 3)),
        )
        servers = {name: Server(name, kind, f"password of {name}", self.dice) for name, kind in accounts.items()}
        for name, issuer in issuers(seed, accounts).items() if vault else ():
            servers[name].issuer = issuer
        self.world = World(self.dice, self.scheduler, policy, servers)
        self.world.connect()
        slots = ("10:00", "12:30", "17:00") if self.dice.random() < 0.3 else ()
        self.world.slots = dict.fromkeys(accounts, slots)
        self.writer = Writer(self.dice, accounts, self.world.slots)
        self.machines = [Machine("home", self.world)]
        self.running: list[Process] = []
        self.runs = 0
        self.quiet = self.idle = self.tips = 0

    def _accounts(self) -> dict[str, str]:
        kinds = self.dice.sample(("plain", "listing", "keyed", "slow"), k=self.dice.choice((1, 2, 2, 3)))
        return {f"{kind}-account": kind for kind in kinds}

    def play(self) -> Done:
        """All of it."""
        self.world.approve(self.writer.tree())
        at = 0.0
        for _ in range(self.dice.randint(2, 4)):
            for _ in range(self.dice.choice((1, 1, 2, 3))):
                self.scheduler.after(at + self.dice.uniform(0, 20), self._start)
            if self.dice.random() < self.scheduler.rates.change:
                self.scheduler.after(max(0.0, at + self.dice.uniform(-5, 90)), self._change)
            at += self.dice.choice((60, 300, 1000, 3600, 5400))
        self.scheduler.after(at + 600, self._calm)
        self.scheduler.run()
        return Done(
            self.seed, self.profile, self.world.history, self.runs, self.scheduler.effects, self.scheduler.now / 3600
        )

    # --- the time of faults ----------------------------------------------------------------------------------------

    def _start(self) -> None:
        rates = self.scheduler.rates
        machine = self._machine()
        if self.world.hit(rates.skew):
            machine.jump(self.dice.choice((self.dice.gauss(0, 60), self.dice.uniform(-7200, 7200))))
        self._run(machine, self._told())
        if self.world.hit(rates.jump):
            skew = machine.skew + self.dice.uniform(-3600, 3600)
            self.scheduler.after(self.dice.uniform(1, 60), lambda: machine.jump(skew))

    def _machine(self) -> Machine:
        """The one that is always there, or one of a CI that nobody has seen before."""
        if self.dice.random() < 0.4:
            return self.machines[0]
        self.machines.append(Machine(f"ci-{len(self.machines)}", self.world))
        return self.machines[-1]

    def _told(self) -> dict[str, Any]:
        roll = self.dice.random()
        if roll < 0.06:
            return {"lookahead": timedelta(minutes=self.dice.choice((10, 60)))}
        if roll < 0.1:
            return {"only": frozenset({self.dice.choice(sorted(self.world.servers))})}
        if roll < 0.13:
            return {"shift": timedelta(minutes=self.dice.choice((20, 90)))}
        if roll < 0.16:
            begun = self.scheduler.now
            patience = self.dice.uniform(1, 30)
            return {"stopped": lambda: self.scheduler.now > begun + patience}
        return {}

    def _run(self, machine: Machine, told: Mapping[str, Any], *, immortal: bool = False) -> None:
        self.runs += 1
        name = f"run-{self.runs}"
        order = Order(run=name, tool=TOOL, remote=REMOTE, **told)
        self.scheduler.say(f"{name} starts on {machine.name} {dict(told) or ''}")
        shift = order.shift.total_seconds()
        self.world.history.began.append(
            Began(self.scheduler.now, name, machine.name, machine.skew, shift, order.allow_many)
        )
        job = self.protocol.run(Seam(self.world, machine, name), order)

        def ended(report: Any, failure: Exception | None) -> None:
            self._tell(name, report, failure)
            if immortal:
                self._rest()

        self.running.append(self.scheduler.spawn(name, job, ended, immortal=immortal))

    def _tell(self, name: str, report: Any, failure: Exception | None) -> None:
        history, now = self.world.history, self.scheduler.now
        if isinstance(report, Report):
            moved = tuple((record_path(r.post, r.account, r.occurrence), r.state.value) for r in report.records)
            spoken = (*(s.post for s in report.skipped), *report.warnings, *report.troubles)
            history.told.append(Told(now, name, report.exit_code, moved, spoken))
            self.scheduler.say(f"{name} ends with {report.exit_code}: {[(p[-40:], s) for p, s in moved]} {spoken}")
        elif isinstance(failure, PostizError):
            history.told.append(Told(now, name, failure.exit_code, problem=failure.message))
            self.scheduler.say(f"{name} ends with {failure.exit_code}: {failure.message}")
        elif failure is not None:
            history.crashes.append(f"{name}: {type(failure).__name__}: {failure}")
            self.scheduler.say(f"{name} breaks: {failure!r}")
            raise failure

    def _change(self) -> None:
        dice, world = self.dice, self.world
        roll = dice.random()
        if roll < 0.6:
            world.approve(self.writer.change(world.tree, self.scheduler.now))
        elif roll < 0.7:
            world.force(dice.randint(1, 2))
        elif roll < 0.8:
            self._brake("hold on")
            self.scheduler.after(dice.uniform(60, 4000), lambda: self._brake(None))
        elif roll < 0.9:
            self._rotate()
        elif roll < 0.95:
            self._meddle()
        else:
            self._decide(careful=dice.random() < 0.5)

    def _rotate(self) -> None:
        """The platform refuses the old credential; somebody sets the new one after a while."""
        name = self.dice.choice(sorted(self.world.servers))
        server = self.world.servers[name]
        server.password += "!"
        if server.issuer and self.dice.random() < 0.5:
            server.issuer.valid.clear()  # the refresh token brings another one
            return
        if server.issuer:
            server.issuer.end()
        self.scheduler.say(f"{name} wants another credential")
        self.scheduler.after(self.dice.uniform(60, 8000), lambda: self._credential(name))

    def _credential(self, name: str) -> None:
        """Somebody sets what the platform wants, or connects the account again where that helps."""
        self.world.passwords[name] = self.world.servers[name].password
        self.scheduler.say(f"the credential of {name} is set")
        issuer, sealed = self.world.servers[name].issuer, parse(self.world.files).sealed.get(name)
        if issuer and sealed and (issuer.ended or sealed.status in (Status.LOST, Status.REVOKED)):
            self._person(lambda person: person.connect(name), "connect")

    def _meddle(self) -> None:
        """A person edits or deletes something on the platform itself."""
        messages = [m for server in self.world.servers.values() for m in server.messages]
        if messages:
            message = self.dice.choice(messages)
            message.deleted = self.dice.random() < 0.5
            message.text = message.text if message.deleted else f"{message.text} (edited)"
            self.scheduler.say(f"a person {'deletes' if message.deleted else 'edits'} {message.id}")

    def _brake(self, reason: str | None) -> None:
        self._person(lambda person: person.brake(reason), "brake")

    def _decide(self, *, careful: bool) -> None:
        """Settle what is in doubt, and approve what failed."""
        for path, record in parse(self.world.files).records.items():
            if record.state is State.IN_DOUBT:
                self._person(lambda person, path=path: person.resolve(path, careful=careful), "resolve")  # type: ignore[misc]
            elif record.state in (State.FAILED, State.EXPIRED, State.CANCELLED):
                self._person(lambda person, path=path: person.retry(path), "retry")  # type: ignore[misc]

    def _person(self, what: Callable[[Person], Job], name: str) -> None:
        machine = Machine("desk", self.world)
        seam = Seam(self.world, machine, f"{name}-{self.scheduler.now:.0f}", person=True)

        def ended(_: object, failure: Exception | None) -> None:
            if failure is not None and not isinstance(failure, PostizError):
                raise failure

        self.scheduler.spawn(seam.run, what(Person(seam)), ended)

    # --- the time without ------------------------------------------------------------------------------------------

    def _calm(self) -> None:
        """The faults stop, clocks are set, credentials are right, and nothing is held by will."""
        self.world.calm()
        for machine in self.machines:
            if machine.skew:
                machine.jump(0.0)
        for name in self.world.servers:
            self._credential(name)
        self.world.approve(self.writer.mended(self.world.tree))
        self._brake(None)
        # What was stalled or under way may still arrive; then careful people settle half of the doubts.
        self.scheduler.after(9000, self._settle)

    def _settle(self) -> None:
        self._brake(None)  # once more: somebody who stood still meanwhile may just have braked
        if self.dice.random() < 0.5:
            for name in self.world.servers:
                self._credential(name)
            self._decide(careful=True)
        self.scheduler.after(600, self._rest)

    def _rest(self) -> None:
        """Run again when the gate opens; come to an end when it will not open any more."""
        machine = (
            self.machines[0] if self.machines[0].disk or self.dice.random() < 0.5 else Machine("fresh", self.world)
        )
        wake = self.world.wake(machine)
        tips = sum(any(path != INDEX for path in tip.writes) for tip in self.world.history.tips)
        self.idle = self.idle + 1 if tips == self.tips else 0
        self.tips = tips
        pause = TICK * 4**self.idle
        if wake is None or wake > FAR or pause > LULL:
            return
        self.quiet += 1
        if self.quiet > QUIET_RUNS:
            self.world.history.unrest = f"runs still change something after {QUIET_RUNS} of them without a fault"
            return
        pause = max(pause, wake - self.scheduler.now)
        self.scheduler.after(pause, lambda: self._run(machine, {"allow_many": True}, immortal=True))


def states(history: History) -> Sequence[str]:
    """The state of every record at the end, for a look at a seed."""
    files: dict[str, bytes] = {}
    for tip in history.tips:
        files |= tip.writes
    return [f"{path}: {record.state}" for path, record in parse(files).records.items()]
