"""The world of one seed: the remote, the machines, the platforms, and the people. It writes the history."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache, partial
from hashlib import sha256
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit

from postiz_ops.errors import Temporary, Unavailable
from postiz_ops.ledger.sealed import sealed_file, sealed_path
from postiz_ops.ledger.view import GENESIS, INDEX, PAUSED, Genesis, genesis_file, parse
from postiz_ops.model import Account, Config, Media, Policy
from postiz_ops.providers.base import Blob, Spec
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response, Snapshot
from postiz_ops.publish.order import Approved, Limits
from postiz_ops.vault.safe import Safe
from tests.simulation import issuers, platforms, vault
from tests.simulation.content import Tree
from tests.simulation.faults import CALM, Rates
from tests.simulation.history import Accepted, Approval, Bare, Forgotten, History, Jumped, Presented, Sent, Shown, Tip
from tests.simulation.issuers import Issuer
from tests.simulation.platforms import HINDRANCES, KEPT, LAG, LATE, TROUBLES, Server
from tests.simulation.scheduler import Effect, Fork, Killed, Scheduler

T = TypeVar("T")
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
GENESIS_ID = "0" * 32
REMOTE = "https://git.example/posts"
TOOL = "simulated"


@lru_cache(maxsize=4096)
def seconds(text: str) -> float:
    """A recorded instant as seconds after the start."""
    return (datetime.fromisoformat(text) - START).total_seconds()


@dataclass(slots=True)
class Machine:
    """A computer: its disk survives its processes, its clock is wrong by ``skew`` seconds."""

    name: str
    world: World = field(repr=False)
    skew: float = 0.0
    disk: dict[str, bytes] = field(default_factory=dict)

    def time(self) -> datetime:
        """What its clock says, to the millisecond."""
        return START + timedelta(milliseconds=int((self.world.scheduler.now + self.skew) * 1000))

    def jump(self, skew: float) -> None:
        """Its clock is set."""
        self.skew = skew
        self.world.scheduler.say(f"the clock of {self.name} is wrong by {skew:.0f} s now")
        self.world.history.jumps.append(Jumped(self.world.scheduler.now, self.name, skew))


class World:
    """Everything that is no runner. ``rates`` is how bad it is at the moment."""

    def __init__(self, dice: Random, scheduler: Scheduler, policy: Policy, servers: Mapping[str, Server]) -> None:
        self.dice = dice
        self.scheduler = scheduler
        self.policy = policy
        self.servers = dict(servers)
        self.passwords = {name: server.password for name, server in servers.items()}
        self.slots: dict[str, tuple[str, ...]] = {}
        kinds = {name: server.kind for name, server in servers.items()}
        numbers = {"min_gap": policy.min_gap.total_seconds(), "max_lateness": policy.max_lateness.total_seconds()}
        self.history = History(GENESIS_ID, {**numbers, "max_per_run": policy.max_per_run}, kinds)
        self.states: list[tuple[float, str, Mapping[str, bytes]]] = [(-1e9, "0" * 40, {})]
        """The state branch: since when, commit, files."""
        self.tips: list[tuple[float, str]] = []
        """The approved branch: since when, commit."""
        self.trees: dict[str, Tree] = {}
        self._compiled: dict[str, Approved] = {}
        self.lost: set[str] = set()
        """Commits that a forced push has thrown away."""
        self._tokens = 0
        genesis = genesis_file(Genesis(GENESIS_ID, REMOTE, START))
        self._move({GENESIS: genesis}, "0" * 40, "init", 0.0, person=True)

    @property
    def rates(self) -> Rates:
        """The odds at the moment."""
        return self.scheduler.rates

    def calm(self) -> None:
        """The faults stop."""
        self.scheduler.rates = CALM
        self.scheduler.say("the faults stop")

    def hit(self, rate: float) -> bool:
        """Whether a fault of these odds strikes."""
        return rate > 0 and self.dice.random() < rate

    def token(self) -> str:
        """A token that nobody else has."""
        self._tokens += 1
        return f"{self.dice.getrandbits(96):024x}{self._tokens:08x}"

    # --- the vault -------------------------------------------------------------------------------------------------

    @property
    def has_vault(self) -> bool:
        """Whether there are tokens that end."""
        return any(server.issuer for server in self.servers.values())

    def connect(self) -> None:
        """Everybody has consented before the world begins."""
        issuers = {name: server.issuer for name, server in self.servers.items() if server.issuer}
        self.history.keeps = {name for name, issuer in issuers.items() if issuer.rotation.repeatable}
        writes: dict[str, bytes] = dict(vault.keyring(GENESIS_ID)) if issuers else {}
        for name, issuer in issuers.items():
            issuer.consent(0.0)
            account, view = self.config(Tree(())).accounts[name], parse({**self.files, **writes})
            writes[sealed_path(name)] = sealed_file(vault.kept(view, account, issuer.grant(START)))
        if writes:
            self._move(writes, "1" * 40, "connect", 0.0, person=True)

    # --- the approved branch ---------------------------------------------------------------------------------------

    def approve(self, tree: Tree) -> None:
        """The branch moves on to a commit with this tree."""
        commit = f"commit-{len(self.tips) + 1}"
        self.trees[commit] = tree
        self._publish_tip(commit)

    def force(self, back: int) -> None:
        """Somebody forces the branch back by some commits; half of the time what was on it is gone."""
        older = self.tips[max(0, len(self.tips) - 1 - back)][1]
        if self.dice.random() < 0.5:
            self.lost |= {commit for _, commit in self.tips} - {older}
        self._publish_tip(older)

    def _publish_tip(self, commit: str) -> None:
        now, tree = self.scheduler.now, self.trees[commit]
        self.tips.append((now, commit))
        self.lost.discard(commit)
        self.scheduler.say(f"approved: {commit} ({tree.summary})")
        self.history.approvals.append(Approval(now, commit, tree.id, tree.wanted, tree.paused is not None))

    @property
    def tree(self) -> Tree:
        """What is approved now."""
        return self.trees[self.tips[-1][1]]

    def config(self, tree: Tree) -> Config:
        """accounts.yaml."""
        accounts = {
            name: Account(
                name,
                server.kind,
                f"https://{name}.example",
                enabled=name not in tree.disabled,
                settings={"rotation": server.issuer.rotation} if server.issuer else {},
                slots=self.slots.get(name, ()),
            )
            for name, server in self.servers.items()
        }
        return Config(policy=self.policy, accounts=accounts)

    def compiled(self, commit: str) -> Approved:
        """What a commit says."""
        if commit not in self._compiled:
            tree = self.trees[commit]
            self._compiled[commit] = Approved(
                commit, tree.id, self.config(tree), tree.posts, tree.findings, paused=tree.paused
            )
        return self._compiled[commit]

    # --- the state branch ------------------------------------------------------------------------------------------

    @property
    def files(self) -> Mapping[str, bytes]:
        """The state branch as it is."""
        return self.states[-1][2]

    def fetch(self) -> Snapshot:
        """Both tips; at times as they were a while ago, at times not at all."""
        now = self.scheduler.now
        if self.hit(self.rates.fetch):
            if self.dice.random() < 0.5:
                raise Temporary("the remote cannot be reached")
            now -= self.dice.uniform(0, 60)
        state = next(s for s in reversed(self.states) if s[0] <= now)
        approved = next((commit for at, commit in reversed(self.tips) if at <= now), None)
        return Snapshot(state[1] if state[2] else None, state[2], approved)

    def push(
        self, base: Snapshot, writes: Mapping[str, bytes], message: str, by: str, clock: float, *, person: bool
    ) -> str:
        """A push, with what ``git push`` reports of it - which is not always what became of it."""
        commit = _commit(base.head, writes, message, int(clock))
        if not self.hit(self.rates.push):
            return self._swap(base.head, commit, writes, by, person=person)
        match self.dice.choice(("lost", "lost but reported", "applied but failed", "late")):
            case "lost":
                return "error"
            case "lost but reported":
                return "ok"
            case "applied but failed":
                self._swap(base.head, commit, writes, by, person=person)
                return "error"
            case _:
                pushed = self.scheduler.now
                self.scheduler.after(
                    self.dice.uniform(1, 40),
                    lambda: self._arrived(base.head, commit, writes, by, pushed, person=person),
                )
                return "error"

    def _arrived(
        self, base: str | None, commit: str, writes: Mapping[str, bytes], by: str, pushed: float, *, person: bool
    ) -> None:
        if base == self.states[-1][1]:
            self.scheduler.say(f"a push of {by} arrives late")
            self._move(writes, commit, by, pushed, person=person)

    def _swap(self, base: str | None, commit: str, writes: Mapping[str, bytes], by: str, *, person: bool) -> str:
        if commit == self.states[-1][1]:
            return "ok"  # up to date, says git
        if base != self.states[-1][1]:
            return "rejected"
        self._move(writes, commit, by, self.scheduler.now, person=person)
        return "ok"

    def _move(self, writes: Mapping[str, bytes], commit: str, by: str, pushed: float, *, person: bool) -> None:
        now = self.scheduler.now
        self.states.append((now, commit, {**self.files, **writes}))
        self.history.tips.append(Tip(now, pushed, by, writes, person))

    # --- the platforms ---------------------------------------------------------------------------------------------

    def exchange(self, request: Request, run: str, machine: Machine, deadline: float | None) -> Response:
        """One request to a platform, or to the git host."""
        parts = urlsplit(request.url)
        name = (parts.hostname or "").removesuffix(".example")
        now = self.scheduler.now
        if deadline is not None and now > deadline:
            raise NotSent("the claim's send deadline has passed")
        if name == "git":
            return self._git_host(run)
        server = self.servers[name]
        if parts.path == "/token" and server.issuer:
            return self._renewal(server.issuer, request, run)
        if server.issuer:
            token = json.loads(request.body)["password"] if parts.path == "/session" else server.shown(request)
            self.history.shown.append(Shown(now, run, name, token))
        if parts.path != "/session" and request.headers.get("Authorization") is None:
            self.history.bare.append(Bare(now, run, f"{request.method} {parts.path} of {name}"))
        if request.method == "POST" and parts.path == "/posts":
            return self._mutation(server, request, run, machine)
        since = platforms.since_of(parts.query, START) if parts.query else 0.0
        trouble = self.dice.choice(HINDRANCES) if self.hit(self.rates.call) else "ok"
        made = server.read(request, parts.path, now, since)
        return platforms.spoilt(trouble, made, self.dice.randint(10, 600))

    def _renewal(self, issuer: Issuer, request: Request, run: str) -> Response:
        now, token = self.scheduler.now, issuers.presented(request)
        trouble = self.dice.choice(issuers.TROUBLES) if self.hit(self.rates.call) else "ok"
        if trouble != "not sent":
            self.history.presented.append(Presented(now, run, issuer.account, token, trouble in issuers.SAID))
        if trouble == "late":
            self.scheduler.after(self.dice.uniform(1, LATE), lambda: issuer.renew(token, self.scheduler.now))
        if trouble == "ended":
            issuer.end()
        status, body = issuer.renew(token, now) if trouble in issuers.TAKEN | {"ended"} else (200, {})
        self.scheduler.say(f"{run} presents {token!r}: {trouble}, {status}")
        return issuers.spoilt(trouble, status, body, self.dice.randint(10, 600))

    def _git_host(self, run: str) -> Response:
        if self.hit(self.rates.fetch):
            self.history.unchecked.add(run)
            raise Lost("no answer")
        return Response(200, {"date": format_datetime(START + timedelta(seconds=self.scheduler.now), usegmt=True)})

    def _mutation(self, server: Server, request: Request, run: str, machine: Machine) -> Response:
        now = self.scheduler.now
        trouble = self.dice.choice(TROUBLES) if self.hit(self.rates.call) else "ok"
        if trouble == "not sent":
            raise NotSent("no connection")
        body = json.loads(request.body)
        keys = tuple(post["key"] for post in body["posts"])
        self.history.sent.append(Sent(now, run, server.account, keys, machine.skew))
        if not server.allows(request, now):
            return platforms.answer(401, {"error": "no"})
        if trouble == "late":
            self.scheduler.after(self.dice.uniform(1, LATE), partial(self._accept, server, body, run, now))
        made = self._accept(server, body, run, now) if trouble in KEPT else platforms.answer(200, {})
        wait = self.dice.randint(3600, 40_000) if trouble == "throttled for hours" else self.dice.randint(10, 600)
        self.scheduler.say(f"{run} sends {[p['text'] for p in body['posts']]} to {server.account}: {trouble}")
        return platforms.spoilt(trouble, made, wait)

    def _accept(self, server: Server, body: Mapping[str, Any], run: str, left: float) -> Response:
        now = self.scheduler.now
        made, messages = server.publish(body, now, self.dice.uniform(0, LAG))
        for message in messages:
            self.scheduler.say(f"{server.account} keeps {message.text!r} as {message.id}")
            self.history.accepted.append(
                Accepted(now, left, run, server.account, message.key, message.text, message.parent, message.id)
            )
        return made

    # --- the gate --------------------------------------------------------------------------------------------------

    def wake(self, machine: Machine) -> float | None:
        """When the gate lets the next run through, as ``postiz_ops.gate`` decides it; ``None`` for never."""
        files, now = self.files, self.scheduler.now
        brake = files.get(PAUSED)
        if self.tree.paused is not None or (brake and b'"paused": false' not in brake) or machine.disk:
            return now
        index = json.loads(files[INDEX]) if INDEX in files else None
        if index is None or index["tool"] != TOOL or index["tree"] != self.tree.id:
            return now
        wake = index["next_wake"]
        return None if wake is None else max(now, seconds(wake))


def _commit(parent: str | None, writes: Mapping[str, bytes], message: str, second: int) -> str:
    digest = sha256(f"{parent} {message} {second}".encode())
    for path, data in sorted(writes.items()):
        digest.update(path.encode() + data)
    return digest.hexdigest()[:40]


# --- the seam of one process ----------------------------------------------------------------------------------------


@dataclass
class Seam:
    """The effects of one process on one machine: every one of them is an event of the scheduler."""

    world: World
    machine: Machine
    run: str
    person: bool = False
    shown: set[str] = field(default_factory=set)
    """Commits that its clone has, even if a forced push has thrown them away at the remote."""
    report: str = "ok"
    """What the last push said. The engine has no way to ask; a mutant does."""
    safe: Safe | None = None

    def __post_init__(self) -> None:
        self.safe = vault.new_safe() if self.world.has_vault else None

    def _takes(self) -> float:
        return 0.05 + self.world.dice.random() * 1.5

    # Wire
    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        world = self.world
        slow = world.dice.uniform(1, 55) if world.rates.call and world.dice.random() < 0.05 else 0.0
        response: Response = await Effect(
            f"{request.method} {request.url}",
            lambda: world.exchange(request, self.run, self.machine, deadline),
            self._takes(),
        )
        if slow:
            await Effect("a slow answer", lambda: None, slow)
        return response

    # Clock
    def now(self) -> datetime:
        return self.machine.time()

    def monotonic(self) -> float:
        return self.world.scheduler.now

    async def sleep(self, seconds: float) -> None:
        await Effect(f"sleep {seconds:.1f}", lambda: None, max(0.0, seconds))

    # Ledger
    async def fetch(self) -> Snapshot:
        snapshot: Snapshot = await Effect("fetch", self.world.fetch, self._takes())
        self.shown.add(snapshot.approved or "")
        return snapshot

    def compiled(self, commit: str, limits: Limits) -> Approved:
        """The engine's compiler. Raises ``LookupError`` for a commit that is not here."""
        if commit in self.world.lost and commit not in self.shown:
            raise LookupError(commit)
        return self.world.compiled(commit)

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        def act() -> str:
            clock = self.world.scheduler.now + self.machine.skew
            return self.world.push(base, writes, message, self.run, clock, person=self.person)

        self.report = await Effect(f"push {message.strip()}", act, self._takes())

    # Tasks
    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        return await Fork(jobs)

    # Vault
    def secret(self, account: str, name: str) -> str | None:
        if self.safe is None or self.world.servers[account].issuer is None:
            return self.world.passwords.get(account)
        grant = self.safe.grant(self.world.config(self.world.tree).accounts[account])
        return grant.secrets.get(name) if grant else None

    def fingerprint(self, account: str) -> str:
        sealed = self.safe.print_of(account) if self.safe else ""
        return sha256(f"{self.world.passwords.get(account) or ''}{sealed}".encode()).hexdigest()[:8]

    def redact(self, text: str) -> str:
        return text

    # Fitter
    def fit(self, media: Media, data: bytes, spec: Spec) -> Blob:
        raise Unavailable("no media here")

    def token(self) -> str:
        return self.world.token()

    def effects(self) -> Effects:
        """All of them."""
        return Effects(self, self, self, Disk(self), self, _Library(), self, self.token, safe=self.safe)


class _Library:
    def read(self, media: Media) -> bytes:
        raise Unavailable("no media here")


class Disk:
    """The spool: whole files, which outlive the process. It can die before a write and after it."""

    def __init__(self, seam: Seam) -> None:
        self._seam = seam

    def write(self, name: str, data: bytes) -> None:
        self._step(lambda: self._seam.machine.disk.__setitem__(name, data), f"spools {name}")

    def read(self) -> Mapping[str, bytes]:
        return dict(sorted(self._seam.machine.disk.items()))

    def remove(self, name: str) -> None:
        self._step(lambda: self._forget(name), f"unspools {name}")

    def _forget(self, name: str) -> None:
        world, machine = self._seam.world, self._seam.machine
        data = machine.disk.pop(name, None)
        if data is not None:
            world.history.forgotten.append(Forgotten(world.scheduler.now, machine.name, data))

    def _step(self, act: Callable[[], None], what: str) -> None:
        world = self._seam.world
        roll = world.dice.random() if world.rates.crash else 1.0
        if roll < world.rates.crash / 2:
            raise Killed
        act()
        world.scheduler.say(f"{self._seam.run} {what}")
        if roll < world.rates.crash:
            raise Killed
