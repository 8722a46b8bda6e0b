"""A world in which tokens end: a platform that rotates them, sealed credentials, runs that are stepped and killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from urllib.parse import parse_qs

from postiz_ops.ledger.sealed import KEYRING, Sealed, keyring_file, sealed_file, sealed_path
from postiz_ops.ledger.view import View, parse
from postiz_ops.model import Account
from postiz_ops.providers.auth import Grant, OAuth2, Rotation
from postiz_ops.publish.branch import StateBranch
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response, Snapshot
from postiz_ops.publish.engine import Publisher
from postiz_ops.publish.order import Order, Report
from postiz_ops.publish.tokens import Tokens
from postiz_ops.vault.credentials import Credentials
from postiz_ops.vault.keys import keyring_of, new_key, public_text
from postiz_ops.vault.safe import Safe
from tests.publish.world import GENESIS_ID, SPEC, START, FakePlatform, FakeWire, NoLibrary, World, drive

T = TypeVar("T")
RUNNER, OWNER = new_key(), new_key(recovery=True)
TOKENS = "https://fake.example/token"
APP = {"POSTIZ_FAKE_CLIENT_ID": "app", "POSTIZ_FAKE_CLIENT_SECRET": "app-secret"}
HOUR = 3600


def flow(rotation: Rotation, **facts: Any) -> OAuth2:
    """A platform's declaration: access tokens live for two hours, unless said otherwise."""
    usual: dict[str, Any] = {"access_seconds": 2 * HOUR, "refresh_seconds": 180 * 24 * HOUR}
    return OAuth2(
        "https://fake.example/authorize", TOKENS, ("post",), "https://fake.example/docs", "2026-11-24", rotation,
        **{**usual, **facts},
    )  # fmt: skip


@dataclass
class TokenServer:
    """A token endpoint that counts how often each refresh token was presented, and ends a family that is used twice."""

    rotation: Rotation
    current: str = "refresh-0"
    access: str = "access-0"
    presented: list[str] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    ended: bool = False
    made: int = 0
    expires: datetime = START + timedelta(hours=2)
    now: Callable[[], datetime] = lambda: START

    def answer(self, request: Request) -> Response:
        """One refresh, as the script says."""
        what = self.script.pop(0) if self.script else "ok"
        if what == "not sent":
            raise NotSent("no connection")
        if what.startswith("status "):  # it says itself that it did not take it
            return _json(int(what[7:]), {"error": "temporarily_unavailable"})
        self.presented.append(parse_qs(request.body.decode())["refresh_token"][0])
        if what == "dropped":
            raise Lost("cut")
        if what.startswith("200 "):
            return _json(200, {"error": what.removeprefix("200 ")})
        if self.ended or self.presented[-1] != self.current or what == "revoked":
            self.ended = True
            return _json(400, {"error": "invalid_grant"})
        self._rotate()
        if what == "lost":
            raise Lost("cut after it was done")
        if what == "kept 500":
            return _json(500, {})
        if what == "malformed":
            return Response(200, {}, b"{")
        body = {"access_token": self.access, "expires_in": 2 * HOUR}
        return _json(200, body | ({"refresh_token": self.current} if self.rotation is not Rotation.KEPT else {}))

    def _rotate(self) -> None:
        self.made += 1
        self.access = f"access-{self.made}"
        self.expires = self.now() + timedelta(hours=2)
        if self.rotation is not Rotation.KEPT:
            self.current = f"refresh-{self.made}"


def _json(status: int, body: Any) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body).encode())


@dataclass
class TokenWire:
    """The platform's two servers. Posts are taken with the newest access token alone."""

    posts: FakeWire
    server: TokenServer
    refused: int = 0

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """Tokens from the one, posts to the other."""
        if request.url == TOKENS:
            return self.server.answer(request)
        expired = self.server.now() >= self.server.expires
        if expired or request.headers.get("Authorization") != f"Bearer {self.server.access}":
            self.refused += 1
            return _json(401, {"error": "expired"})
        return await self.posts.send(request, deadline=deadline)


class RenewingWorld(World):
    """``World`` with one account ``one`` whose credentials are in the vault."""

    server: TokenServer

    def __init__(self, rotation: Rotation = Rotation.SINGLE_USE, **more: Any) -> None:
        super().__init__(FakePlatform(replace(SPEC, auth=(flow(rotation),))), accounts=("one",), **more)
        self.server = TokenServer(rotation, now=self.clock.now)
        self.ledger.files[KEYRING] = keyring_file(keyring_of(GENESIS_ID, [RUNNER], public_text(OWNER)))
        self.connect()

    @property
    def account(self) -> Account:
        """The account."""
        return self.config().accounts["one"]

    @property
    def sealed(self) -> Sealed:
        """Its credentials on the branch."""
        return parse(self.ledger.files).sealed["one"]

    def connect(self, *, obtained: datetime = START, life: timedelta = timedelta(hours=2), **grant: Any) -> None:
        """A person connects the account: whatever the server has now is sealed."""
        self.server.expires = obtained + life
        secrets = {"access_token": self.server.access, "refresh_token": self.server.current}
        given = {"refresh_expires_at": obtained + timedelta(days=180), "scopes": ("post",), **grant}
        made = Grant(secrets, obtained, obtained + life, **given)
        self.ledger.files[sealed_path("one")] = sealed_file(self.opened().seal(self.account, made, refreshable=True))

    def opened(self) -> Safe:
        """The vault as a runner with the key sees it."""
        safe = Safe(RUNNER, APP)
        safe.take(self.ledger.view())
        return safe

    def grant(self) -> Grant | None:
        """What the vault holds."""
        return self.opened().grant(self.account)

    def again(self) -> str:
        """A person lets the refresh token be presented once more: what there is to say about it."""
        effects = self.effects()

        async def renew() -> str:
            branch = StateBranch(effects.ledger, effects.clock, effects.token, lambda *_: None, safe=effects.safe)
            await branch.look()
            tokens = Tokens(effects, {"fake": self.platform}, branch, "by hand")
            await tokens.keep([self.account], again=["one"])
            return "".join(tokens.troubles)

        return drive(renew())

    def effects(self) -> Effects:
        safe = Safe(RUNNER, APP)
        vault = Credentials({}, self.config().accounts, GENESIS_ID, safe=safe)
        wire = TokenWire(self.wire, self.server)
        return replace(super().effects(), vault=vault, wire=wire, safe=safe)


# --- several runs at once, step by step ------------------------------------------------------------------------------


class _Step:
    """A point between two effects, at which somebody else may go on, or the process may die."""

    def __await__(self) -> Generator[None, None, None]:
        yield None


class Stepped:
    """Effects that stop before and after each thing that they do."""

    def __init__(self, effects: Effects, tasks: Any) -> None:
        self._inner = effects
        self.made = replace(effects, wire=self, ledger=self, tasks=tasks)

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        """The wire, which looks at its deadline after the step, as the real one does after it has connected."""
        await _Step()
        if deadline is not None and self._inner.clock.monotonic() > deadline:
            raise NotSent("too late")
        try:
            return await self._inner.wire.send(request, deadline=deadline)
        finally:
            await _Step()

    async def fetch(self) -> Snapshot:
        """The ledger."""
        await _Step()
        return await self._inner.ledger.fetch()

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        """The ledger."""
        await _Step()
        await self._inner.ledger.push(base, writes, message)
        await _Step()


class InOrder:
    """One job after the other, each of which may be stopped in the middle."""

    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        """All of them."""
        return [await job for job in jobs]


@dataclass
class Process:
    """One run of the engine that is stepped from outside."""

    job: Coroutine[Any, Any, Report]
    report: Report | None = None
    over: bool = False

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


def process(world: RenewingWorld, **order: Any) -> Process:
    """A run that is about to begin."""
    world.runs += 1
    made = Stepped(world.effects(), InOrder()).made
    told = Order(run=f"run-{world.runs}", tool="test", **order)
    return Process(Publisher(made, NoLibrary(), {"fake": world.platform}, world.compiled, told).run())


def interleave(processes: Sequence[Process], random: Random, *, mortality: float, between: Callable[[], None]) -> None:
    """Let them take steps in the order that the seed says; some die on the way."""
    while alive := [p for p in processes if not p.over]:
        chosen = random.choice(alive)
        if random.random() < mortality:
            chosen.kill()
        else:
            chosen.step()
        between()


def standing(view: View) -> str:
    """The state of the account's credentials."""
    return view.sealed["one"].status.value
