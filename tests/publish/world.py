"""A small world for the engine: a ledger in memory, a platform with one rule, a clock that jumps. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from postiz_ops.compile.digest import content_digest
from postiz_ops.errors import Temporary, Unavailable
from postiz_ops.ledger.view import GENESIS, Genesis, View, genesis_file, parse
from postiz_ops.model import Account, Config, Draft, DraftPart, Form, Media, Policy, Post, Receipt, Schedule, Unit
from postiz_ops.providers import base
from postiz_ops.providers.base import Absent, Blind, Blob, Dispatch, Evidence, Found, Http, Identity, Provider
from postiz_ops.publish.effects import Effects, Lost, NotSent, Request, Response, Snapshot
from postiz_ops.publish.engine import Publisher
from postiz_ops.publish.order import Approved, Limits, Order, Report

T = TypeVar("T")
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
GENESIS_ID = "0" * 32


def drive(job: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that only awaits this world, which never makes anybody wait."""
    try:
        job.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("the engine awaited something that is no effect")


class NoSettings(BaseModel, extra="forbid"):
    """The platform has no settings."""


SPEC = base.Spec(
    name="fake",
    title="Fake",
    docs="https://fake.example",
    api="Fake 1",
    origin="https://fake.example",
    text=base.TextRule(Form.PLAIN, base.Limit(500, Unit.CODE_POINT, "https://fake.example", "2026-11-22")),
    media=base.MediaRule({}, 0, "https://fake.example", "2026-11-22"),
    credentials=("access_token",),
    settings=NoSettings,
    threads=base.Threads.CHAIN,
    comments=True,
)


class FakePlatform:
    """A provider whose ``find`` reads the list of posts, or is blind."""

    def __init__(self, spec: base.Spec = SPEC, *, blind: bool = False) -> None:
        self.SPEC = spec
        self._blind = blind

    def spec(self, account: Account) -> base.Spec:
        return self.SPEC

    authorize = staticmethod(base.bearer)
    sign = staticmethod(base.no_signature)
    edit = staticmethod(base.no_edit)
    delete = staticmethod(base.no_delete)
    options = staticmethod(base.no_options)
    metrics = staticmethod(base.no_metrics)
    account_metrics = staticmethod(base.no_account_metrics)

    async def whoami(self, http: Http, account: Account) -> Identity:
        return Identity("1", "fake")

    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> base.JSON:
        await http.post("/prepare", json={})
        return {"uploads": []}

    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        parent = dispatch.answers.remote_id if dispatch.answers else None
        bodies = [
            {"text": p.text, "key": k, "parent": parent} for p, k in zip(dispatch.parts, dispatch.keys, strict=True)
        ]
        answer = await http.mutate("POST", "/publish", json={"posts": bodies})
        return tuple(Receipt(i, f"https://fake.example/{i}") for i in answer.json["ids"])

    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        if self._blind:
            return Blind("this platform has no list of posts")
        posts = (await http.get("/posts")).json["posts"]
        found = {post["key"]: post["id"] for post in posts}
        ids = [found.get(key) for key in dispatch.keys]
        return Found(tuple(Receipt(i, f"https://fake.example/{i}") for i in ids if i)) if all(ids) else Absent()


@dataclass
class FakeWire:
    """The platform's server. ``script`` holds what happens to the next mutations; without more, they are accepted."""

    script: list[str] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    on_publish: Callable[[], None] = lambda: None
    listing: str = "ok"

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.requests.append(request)
        if request.url.endswith("/prepare"):
            return _answer(200, {})
        if request.url.endswith("/posts"):
            if self.listing != "ok":
                raise NotSent(self.listing)
            return _answer(200, {"posts": self.posts})
        self.on_publish()
        return self._publish(request, self.script.pop(0) if self.script else "ok")

    def _publish(self, request: Request, what: str) -> Response:
        if what == "not sent":
            raise NotSent("no connection")
        if what == "dropped":
            raise Lost("cut")
        if what.startswith("status "):
            headers = {"retry-after": "120"} if what == "status 429" else {}
            return _answer(int(what[7:]), {"error": "no"}, headers)
        ids = []
        for body in json.loads(request.body)["posts"]:
            self.posts.append({**body, "id": str(len(self.posts) + 1)})
            ids.append(self.posts[-1]["id"])
        if what == "lost":
            raise Lost("cut after it was kept")
        if what == "kept 500":
            return _answer(500, {})
        if what == "malformed":
            return Response(200, {"content-type": "application/json"}, b"{")
        return _answer(200, {"ids": ids})


def _answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode())


class FakeClock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.at = START
        self.slept = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - START).total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += timedelta(seconds=seconds)


@dataclass
class FakeLedger:
    """A remote branch with compare-and-swap. ``script`` names what happens to the next pushes and fetches."""

    files: dict[str, bytes] = field(default_factory=dict)
    head: int = 1
    approved: str = "commit-1"
    pushes: int = 0
    push_script: list[str] = field(default_factory=list)
    fetch_script: list[str] = field(default_factory=list)

    async def fetch(self) -> Snapshot:
        if self.fetch_script and self.fetch_script.pop(0) == "unreachable":
            raise Temporary("the remote cannot be reached")
        return Snapshot(str(self.head), dict(self.files), self.approved)

    async def push(self, base: Snapshot, writes: Mapping[str, bytes], message: str) -> None:
        self.pushes += 1
        what = self.push_script.pop(0) if self.push_script else "ok"
        if what == "lost" or base.head != str(self.head):
            return
        self.files |= writes
        self.head += 1

    def view(self) -> View:
        return parse(self.files)


class FakeSpool(dict[str, bytes]):
    """A disk."""

    def write(self, name: str, data: bytes) -> None:
        self[name] = data

    def read(self) -> Mapping[str, bytes]:
        return dict(self)

    def remove(self, name: str) -> None:
        self.pop(name, None)


class FakeVault:
    """Every account has a token until it is taken away."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}

    def secret(self, account: str, name: str) -> str | None:
        return self.tokens.get(account, "token") or None

    def fingerprint(self, account: str) -> str:
        return f"print of {self.tokens.get(account, 'token')}"

    def redact(self, text: str) -> str:
        return text


class FakeTasks:
    """One after the other."""

    async def gather(self, jobs: Sequence[Coroutine[Any, Any, T]], *, limit: int = 50) -> list[T]:
        return [await job for job in jobs]


class NoLibrary:
    """No media."""

    def read(self, media: Media) -> bytes:
        raise Unavailable("no media here")

    def fit(self, media: Media, data: bytes, spec: base.Spec) -> Blob:
        raise Unavailable("no media here")


def draft(
    post: str,
    account: str = "one",
    *texts: str,
    at: datetime = START,
    kind: str = "at",
    comment: bool = False,
    **changes: Any,
) -> Draft:
    """A draft of some parts."""
    parts = [DraftPart(text, len(text)) for text in texts or (f"text of {post}",)]
    if comment:
        parts[-1] = replace(parts[-1], comment=True)
    schedule = Schedule(kind, at if kind == "at" else None, at.replace(tzinfo=None) if kind == "at" else None)
    made = Draft(post, f"content/{post}.md", account, "fake", schedule, tuple(parts), **changes)
    return replace(made, content=content_digest(made, titled=False))


@dataclass
class World:
    """Everything, put together; ``run`` is one run of the engine, with a name and a seed of its own."""

    platform: FakePlatform = field(default_factory=FakePlatform)
    policy: Policy = field(default_factory=Policy)
    accounts: tuple[str, ...] = ("one", "two")
    drafts: tuple[Draft, ...] = ()
    paused: str | None = None
    slots: tuple[str, ...] = ()
    wire: FakeWire = field(default_factory=FakeWire)
    clock: FakeClock = field(default_factory=FakeClock)
    ledger: FakeLedger = field(default_factory=FakeLedger)
    spool: FakeSpool = field(default_factory=FakeSpool)
    vault: FakeVault = field(default_factory=FakeVault)
    runs: int = 0
    _tokens: int = 0

    def __post_init__(self) -> None:
        genesis = Genesis(GENESIS_ID, None, START)
        self.ledger.files.setdefault(GENESIS, genesis_file(genesis))

    def token(self) -> str:
        self._tokens += 1
        return f"{self._tokens:032x}"

    def config(self) -> Config:
        accounts = {name: Account(name, "fake", "https://fake.example", slots=self.slots) for name in self.accounts}
        return Config(policy=self.policy, accounts=accounts)

    def compiled(self, commit: str, limits: Limits) -> Approved:
        posts: dict[str, list[Draft]] = {}
        for one in self.drafts:
            posts.setdefault(one.post, []).append(one)
        made = tuple(Post(post, f"content/{post}.md", drafts=tuple(drafts)) for post, drafts in posts.items())
        return Approved(commit, f"tree of {commit}", self.config(), made, paused=self.paused)

    def effects(self) -> Effects:
        return Effects(self.wire, self.clock, self.ledger, self.spool, self.vault, NoLibrary(), FakeTasks(), self.token)

    def publisher(self, **order: Any) -> Publisher:
        self.runs += 1
        providers: Mapping[str, Provider] = {"fake": self.platform}
        return Publisher(
            self.effects(), NoLibrary(), providers, self.compiled, Order(run=f"run-{self.runs}", tool="test", **order)
        )

    def run(self, **order: Any) -> Report:
        """One run."""
        return drive(self.publisher(**order).run())

    def later(self, **span: float) -> World:
        """Time goes by."""
        self.clock.at += timedelta(**span)
        return self

    def texts(self) -> list[str]:
        """What people can see, in the order it appeared."""
        return [post["text"] for post in self.wire.posts]

    def states(self) -> dict[str, str]:
        """``post/account`` -> state."""
        return {f"{r.post}/{r.account}": r.state.value for r in self.ledger.view().records.values()}
