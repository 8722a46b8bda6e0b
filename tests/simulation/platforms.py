"""Four kinds of platform, each as a server in memory and as the provider that talks to it.

``plain`` shows nobody what was published; ``listing`` does, some time later; ``keyed`` keeps a post under the key that
we chose, takes a thread as a whole, and wants a log-in first; ``slow`` works on what it was given, before it is
published and after, and tells by the upload's id how far it got.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import Any

from pydantic import BaseModel
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.ledger.record import instant, moment
from postiz_ops.model import Account, Form, Receipt, Unit
from postiz_ops.providers import base
from postiz_ops.providers.auth import OAuth2, Rotation
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence, Found, Http, Identity, Processing, Refused
from postiz_ops.publish.effects import Lost, NotSent, Request, Response
from tests.simulation.issuers import Issuer

SKEW = timedelta(minutes=3)
"""What a look-up allows for two clocks, as the real providers do."""
LAG = 120.0
"""Seconds until a post shows in a list, at most."""
_SESSION = "session of "
LATE = 150.0
"""Seconds that a request may be under way, at most."""


class NoSettings(BaseModel, extra="forbid"):
    """None of them has settings."""


SPEC = base.Spec(
    name="plain",
    title="Plain",
    docs="https://plain.example",
    api="Plain 1",
    origin="https://plain.example",
    text=base.TextRule(Form.PLAIN, base.Limit(500, Unit.CODE_POINT, "https://plain.example", "2026-11-22")),
    media=base.MediaRule({}, 0, "https://plain.example", "2026-11-22"),
    credentials=("access_token",),
    settings=NoSettings,
    threads=base.Threads.CHAIN,
    comments=True,
)


class Plain:
    """A webhook: what was published can not be asked for."""

    SPEC = SPEC
    sign = staticmethod(base.no_signature)
    edit = staticmethod(base.no_edit)
    delete = staticmethod(base.no_delete)
    options = staticmethod(base.no_options)
    metrics = staticmethod(base.no_metrics)
    account_metrics = staticmethod(base.no_account_metrics)

    def spec(self, account: Account) -> base.Spec:
        rotation = account.settings.get("rotation")
        return self.SPEC if rotation is None else _renewing(self.SPEC.name, rotation)

    async def authorize(self, http: Http, account: Account) -> Mapping[str, str]:
        return await base.bearer(http, account)

    async def whoami(self, http: Http, account: Account) -> Identity:
        answer = (await http.get("/me")).json
        return Identity("1", "me", {"max": int(base.said(answer, "max", errors.Unavailable))})

    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> base.JSON:
        await http.post("/uploads", json={})
        return {"uploads": []}

    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        answer = await http.mutate("POST", "/posts", json={"posts": _bodies(dispatch)})
        ids = answer.json["ids"]
        return tuple(Receipt(i, f"https://plain.example/{i}") for i in ids)

    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        return Blind("this platform has no list of posts")


class Listing(Plain):
    """A feed: what was published shows up in a list, and is known by its text and the post that it answers."""

    SPEC = replace(
        SPEC,
        name="listing",
        origin="https://listing.example",
        lookup=base.Lookup.LISTING,
        text=replace(SPEC.text, limit=replace(SPEC.text.limit, discovered="max")),
    )

    @override
    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        since = instant(dispatch.claimed_at - SKEW)
        posts = base.rows((await http.get("/posts", params={"since": since})).json, "posts")
        parent = dispatch.answers.remote_id if dispatch.answers else None
        ids = [post["id"] for post in posts if post["text"] == dispatch.part.text and post["parent"] == parent]
        return Found((Receipt(ids[0], f"https://listing.example/{ids[0]}"),)) if ids else Absent()


class Keyed(Plain):
    """A repository of records: the key is ours, a thread is one call, and a log-in comes first."""

    SPEC = replace(
        SPEC,
        name="keyed",
        origin="https://keyed.example",
        lookup=base.Lookup.BY_KEY,
        threads=base.Threads.ATOMIC,
    )

    @override
    async def authorize(self, http: Http, account: Account) -> Mapping[str, str]:
        session = (await http.post("/session", json={"password": http.secret("access_token")})).json
        return {"Authorization": f"Bearer {base.said(session, 'token', errors.Unavailable)}"}

    @override
    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        await http.mutate("POST", "/posts", json={"posts": _bodies(dispatch), "keyed": True})
        return _named(dispatch)

    @override
    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        for part, key in zip(dispatch.parts, dispatch.keys, strict=True):
            answer = await http.get(f"/posts/{key}", expect=(404,))
            if answer.status == 404:
                return Absent()
            if answer.json["text"] != part.text:
                return Blind("another text than the approved one stands under its key")
        return Found(_named(dispatch))


class Slow(Plain):
    """Films: an upload is worked on, then what was published is, and some of it is refused in the end."""

    SPEC = replace(SPEC, name="slow", origin="https://slow.example", lookup=base.Lookup.BY_ID)

    @override
    async def prepare(self, http: Http, account: Account, dispatch: Dispatch) -> base.JSON:
        begun = dispatch.prepared or {"upload": (await http.post("/uploads", json={})).json["id"]}
        state = (await http.get(f"/uploads/{begun['upload']}")).json["state"]
        if state == "working":
            raise base.NotReady(begun, "it is still being worked on", seconds=300)
        return begun

    @override
    async def publish(self, http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
        body = {"posts": _bodies(dispatch), "upload": dispatch.prepared["upload"]}
        answer = await http.mutate("POST", "/posts", json=body)
        if answer.json["ids"]:
            return (Receipt(answer.json["ids"][0]),)
        raise errors.Unknown("it has begun to publish it", known={**dispatch.prepared, "told": True})

    @override
    async def find(self, http: Http, account: Account, dispatch: Dispatch) -> Evidence:
        upload = (await http.get(f"/uploads/{dispatch.prepared['upload']}")).json
        match upload["state"]:
            case "published":
                return Found((Receipt(upload["post"]),))
            case "publishing":
                return Processing("it is still being published")
            case "refused":
                return Refused("it could not be converted")
            case _:
                return Absent()


def _bodies(dispatch: Dispatch) -> list[dict[str, Any]]:
    answers = dispatch.answers.remote_id if dispatch.answers else None
    bodies, before, first = [], answers, dispatch.root.remote_id if dispatch.root else dispatch.keys[0]
    for part, key in zip(dispatch.parts, dispatch.keys, strict=True):
        parent = (first if dispatch.first or key != dispatch.keys[0] else None) if part.comment else before
        bodies.append({"text": part.text, "key": key, "parent": parent})
        before = before if part.comment else key
    return bodies


def _named(dispatch: Dispatch) -> tuple[Receipt, ...]:
    return tuple(Receipt(key, f"https://keyed.example/{key}") for key in dispatch.keys)


@lru_cache
def _renewing(name: str, rotation: Rotation) -> base.Spec:
    """A platform whose access tokens end."""
    docs = "https://plain.example/oauth"
    auth = OAuth2("{origin}/authorize", "{origin}/token", ("post",), docs, "2026-11-24", rotation)
    return replace(PROVIDERS[name].SPEC, auth=(auth,))


PROVIDERS = {"plain": Plain(), "listing": Listing(), "keyed": Keyed(), "slow": Slow()}


# --- the servers ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Message:
    """A post as the platform keeps it. ``shows_at`` is when lists have it."""

    id: str
    key: str
    text: str
    parent: str | None
    at: float
    shows_at: float
    deleted: bool = False


@dataclass(slots=True)
class Upload:
    """Something that a slow platform works on, until ``ready_at``; ``post`` is what it became, when that is published.

    ``refused`` is its fate after it was published: it never shows.
    """

    ready_at: float
    published_at: float | None = None
    post: str | None = None
    refused: bool = False

    def state(self, now: float) -> str:
        """How far it got."""
        if now < self.ready_at:
            return "working" if self.published_at is None else "publishing"
        if self.published_at is None:
            return "ready"
        return "refused" if self.refused else "published"


@dataclass(slots=True)
class Server:
    """One account's platform. ``password`` is what it takes; ``messages`` is the truth."""

    account: str
    kind: str
    password: str
    dice: Random
    messages: list[Message] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    limit: int = 500
    issuer: Issuer | None = None
    """Who renews its tokens, where they end."""

    def has(self, key: str) -> bool:
        """Whether somebody who looks right now sees the part."""
        return any(message.key == key and not message.deleted for message in self.messages)

    def allows(self, request: Request, now: float) -> bool:
        """Whether the request carries a credential that is good."""
        return self.takes(self.shown(request), now)

    def takes(self, credential: str, now: float) -> bool:
        """Whether a credential is good."""
        return credential == self.password if self.issuer is None else self.issuer.allows(credential, now)

    def shown(self, request: Request) -> str:
        """The credential in a request, or behind the session in it; empty without one."""
        word, _, shown = (request.headers.get("Authorization") or "").partition(" ")
        if self.kind != "keyed":
            return shown if word == "Bearer" else ""
        return shown.removeprefix(_SESSION) if shown.startswith(_SESSION) else ""

    def read(self, request: Request, path: str, now: float, since: Any) -> Response:
        """Everything that publishes nothing."""
        if path == "/session":
            credential = json.loads(request.body)["password"]
            right = self.takes(credential, now)
            return answer(200, {"token": _SESSION + credential}) if right else answer(401, {"error": "wrong"})
        if not self.allows(request, now):
            return answer(401, {"error": "no"})
        if path == "/me":
            return answer(200, {"max": str(self.limit)})
        return self._upload(path, now) if path.startswith("/uploads") else self._posts(path, now, since)

    def _upload(self, path: str, now: float) -> Response:
        if path == "/uploads":
            self.uploads.append(Upload(now + self.dice.choice((0, 0, 30, 200, 1500))))
            return answer(200, {"id": len(self.uploads) - 1})
        upload = self.uploads[int(path.rpartition("/")[2])]
        return answer(200, {"state": upload.state(now), "post": upload.post})

    def _posts(self, path: str, now: float, since: float) -> Response:
        if path == "/posts":
            shown = [m for m in self.messages if m.shows_at <= now and m.at >= since and not m.deleted]
            return answer(200, {"posts": [{"id": m.id, "text": m.text, "parent": m.parent} for m in shown]})
        found = [m for m in self.messages if f"/posts/{m.key}" == path and not m.deleted]
        return answer(200, {"text": found[0].text}) if found else answer(404, {"error": "RecordNotFound"})

    def publish(self, body: Mapping[str, Any], now: float, lag: float) -> tuple[Response, list[Message]]:
        """Keep the parts, all of them. A key that is taken is refused, with the 500 that such servers really give."""
        if body.get("keyed") and any(post["key"] == m.key for post in body["posts"] for m in self.messages):
            return answer(500, {"error": "InternalServerError"}), []
        if "upload" in body:
            return self._work(self.uploads[body["upload"]], body, now)
        made = []
        for post in body["posts"]:
            name = post["key"] if body.get("keyed") else f"{self.account}-{len(self.messages) + 1}"
            made.append(Message(name, post["key"], post["text"], post["parent"], now, now + lag))
            self.messages.append(made[-1])
        return answer(200, {"ids": [message.id for message in made]}), made

    def _work(self, upload: Upload, body: Mapping[str, Any], now: float) -> tuple[Response, list[Message]]:
        """Publish an upload; half of the time the answer says only that it has begun. What is refused never shows."""
        takes, post = self.dice.choice((0, 0, 30, 300, 1500)), body["posts"][0]
        upload.published_at, upload.ready_at = now, now + takes
        upload.refused = bool(takes) and self.dice.random() < 0.1
        name = f"{self.account}-{len(self.messages) + 1}"
        made = Message(name, post["key"], post["text"], post["parent"], now, now + takes, deleted=upload.refused)
        self.messages.append(made)
        upload.post = name
        return answer(200, {"ids": [] if takes else [name]}), [] if upload.refused else [made]


def answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """JSON with a status."""
    return Response(status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode())


TROUBLES = (
    "not sent",
    "request lost",
    *["answer lost"] * 3,
    *["late"] * 2,
    "throttled",
    "throttled for hours",
    "failed before",
    *["failed after"] * 2,
    "malformed",
    "redirected",
    "refused",
)
"""What may become of a mutation, the worst more often. ``late`` arrives when nobody waits for it any more."""
HINDRANCES = ("not sent", "request lost", "answer lost", "throttled", "failed before", "malformed")
"""What may become of every other request."""
KEPT = frozenset({"ok", "answer lost", "failed after", "malformed", "redirected"})
"""After these the post is out."""


def spoilt(trouble: str, made: Response, retry_after: int) -> Response:
    """The answer that comes back, or ``NotSent`` or ``Lost`` where none does."""
    match trouble:
        case "not sent":
            raise NotSent("no connection")
        case "request lost" | "answer lost" | "late":
            raise Lost("cut")
        case "throttled" | "throttled for hours":
            return answer(429, {"error": "slow down"}, {"retry-after": str(retry_after)})
        case "failed before" | "failed after":
            return answer(503, {"error": "sorry"})
        case "malformed":
            return Response(200, {"content-type": "application/json"}, b'{"ids": [')
        case "redirected":
            return answer(302, {}, {"location": "https://elsewhere.example"})
        case "refused":
            return answer(422, {"error": "we do not like it"})
        case _:
            return made


def since_of(query: str, start: Any) -> float:
    """The ``since`` of a list, in seconds after the start."""
    from urllib.parse import parse_qs

    return float((moment(parse_qs(query)["since"][0]) - start).total_seconds())
