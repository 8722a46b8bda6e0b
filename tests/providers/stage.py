"""A stage for one provider: the real session over a wire that is a script, every request held against the specs."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from postiz_ops import errors
from postiz_ops.model import Account, Draft, DraftPart, LinkCard, Media, MediaKind, Receipt, Schedule
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.base import Blob, Dispatch, Evidence, Found, Identity, Spec, Title
from postiz_ops.publish.effects import Effects, Request, Response
from postiz_ops.publish.session import Fitter, Session
from tests.specs import check_request
from tests.specs.exchange import FORM, JSON, MULTIPART, Call

T = TypeVar("T")
Reply = Response | Exception
Script = Mapping[str, Reply | Sequence[Reply] | Callable[[Call], Reply]]
"""``"METHOD /path"`` -> the answer, the answers in turn (the last one stays), or what makes one."""

CLAIMED = datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)
KEYS = tuple(f"{number:032x}" for number in (0xABC0FFEE << 96 | 12345, 0xBEEF << 100 | 67890, 0xF00D << 104 | 4242))

ACCOUNTS: Mapping[str, tuple[str, str, Mapping[str, Any], Mapping[str, str]]] = {
    "mastodon": ("mastodon", "https://social.example", {}, {"access_token": "test-token"}),
    "bluesky": ("bluesky", "https://bsky.social", {}, {"identifier": "acme.example", "password": "test-password"}),
    "discord": ("discord", "https://discord.com", {"channel": "200"}, {"bot_token": "test-token"}),
    "discord webhook": (
        "discord",
        "https://discord.com",
        {},
        {"webhook_url": "https://discord.com/api/webhooks/300/test-token"},
    ),
    "slack": ("slack", "https://slack.com", {"channel": "C0TEST"}, {"bot_token": "test-token"}),
    "slack webhook": (
        "slack",
        "https://hooks.slack.com",
        {},
        {"webhook_url": "https://hooks.slack.com/services/T0/B0/test-token"},
    ),
    "linkedin": ("linkedin", "https://api.linkedin.com", {}, {"access_token": "test-token"}),
    "linkedin page": (
        "linkedin-page",
        "https://api.linkedin.com",
        {"organization": "123"},
        {"access_token": "test-token"},
    ),
    "x": (
        "x",
        "https://api.x.com",
        {},
        {
            "access_token": "test-token",
            "api_key": "test-key",
            "api_secret": "test-secret",
            "access_token_secret": "test-token-secret",
        },
    ),
    "dribbble": ("dribbble", "https://api.dribbble.com", {}, {"access_token": "test-token"}),
    "pinterest": ("pinterest", "https://api.pinterest.com", {"board": "9"}, {"access_token": "test-token"}),
    "reddit": ("reddit", "https://oauth.reddit.com", {"subreddit": "python"}, {"access_token": "test-token"}),
    "tiktok": ("tiktok", "https://open.tiktokapis.com", {"privacy": "SELF_ONLY"}, {"access_token": "test-token"}),
    "youtube": ("youtube", "https://www.googleapis.com", {}, {"access_token": "test-token"}),
    "threads": ("threads", "https://graph.threads.net", {"user": "42"}, {"access_token": "test-token"}),
    "instagram": ("instagram", "https://graph.facebook.com", {"user": "42"}, {"access_token": "test-token"}),
    "instagram-standalone": (
        "instagram-standalone",
        "https://graph.instagram.com",
        {"user": "42"},
        {"access_token": "test-token"},
    ),
    "facebook": ("facebook", "https://graph.facebook.com", {"page": "42"}, {"access_token": "test-token"}),
}
"""Every kind of account: provider, origin, settings, credentials."""


def answer(value: Any = None, status: int = 200, **headers: str) -> Response:
    """An answer in JSON, or in plain text where the value is text."""
    kind, body = ("text/plain", value) if isinstance(value, str) else ("application/json", json.dumps(value))
    return Response(status, {"content-type": kind, **headers}, b"" if value is None else body.encode())


@dataclass
class Clock:
    """Time that passes only when somebody waits."""

    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return CLAIMED

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class AsTheyAre(Fitter):
    """Files go out as they are."""

    def fit(self, media: Media, data: bytes, spec: Spec) -> Blob:
        name = media.path.rpartition("/")[2]
        return Blob(data, media.type, name, media.width, media.height, media.alt, media.kind)


class Stage:
    """One account, and everything that it has sent."""

    def __init__(
        self, kind: str, script: Script, *, settings: Mapping[str, Any] | None = None, checked: bool = True
    ) -> None:
        name, origin, declared, credentials = ACCOUNTS[kind]
        self.script, self.clock, self.checked = script, Clock(), checked
        self.credentials = dict(credentials)
        self.calls: list[Call] = []
        self.files: dict[str, bytes] = {}
        self.account = Account("acme", name, origin, settings={**declared, **(settings or {})})
        self.provider = PROVIDERS[name]
        self.spec = self.provider.spec(self.account)
        effects = cast("Effects", self)
        self.http = Session(effects, AsTheyAre(), self.provider, self.account, self.spec)
        self.http.may_mutate = True

    # --- the effects that a session needs

    safe = None

    def token(self) -> str:
        return "0" * 32

    @property
    def wire(self) -> Stage:
        return self

    @property
    def vault(self) -> Stage:
        return self

    @property
    def library(self) -> Stage:
        return self

    @property
    def host(self) -> Stage:
        return self

    async def url(self, media: Media, data: bytes, type: str) -> str:
        return f"https://media.example/{media.path}"

    def secret(self, account: str, name: str) -> str | None:
        return self.credentials.get(name)

    def redact(self, words: str) -> str:
        return words

    def read(self, media: Media) -> bytes:
        return self.files.get(media.path) or f"bytes of {media.path}".encode()

    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        call = Call.of(request.method, request.url, request.headers, request.body)
        self.calls.append(call)
        if self.checked:
            check_request(self.account.provider, request.method, request.url, request.headers, request.body)
        reply = self._reply(call)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _reply(self, call: Call) -> Reply:
        told = self.script.get(f"{call.method} {call.path}")
        assert told is not None, f"nothing is said about {call.method} {call.path}"
        if callable(told):
            return told(call)
        if isinstance(told, Response | Exception):
            return told
        before = sum((call.method, call.path) == (other.method, other.path) for other in self.calls[:-1])
        return told[min(before, len(told) - 1)]

    # --- what a test does

    def dispatch(self, *parts: DraftPart, prepared: Any = None, **changes: Any) -> Dispatch:
        """A dispatch of these parts, prepared as the engine does it."""
        chosen = {
            name: changes.pop(name)
            for name in ("link", "content_warning", "settings", "hashtags", "title")
            if name in changes
        }
        chosen["settings"] = {**self.account.settings, **chosen.get("settings", {})}
        if self.spec.post_title is not Title.ABSENT:
            chosen.setdefault("title", "A title")
        draft = Draft("post", "content/post.md", "acme", self.account.provider, Schedule("now"), parts, **chosen)
        first = changes.get("first", 0)
        keys = KEYS[first : first + len(parts)]
        return Dispatch(draft, parts, keys, CLAIMED, prepared=prepared, **changes)

    def prepare(self, *parts: DraftPart, **changes: Any) -> Dispatch:
        """A dispatch after its ``prepare``, whose result has been through the ledger."""
        dispatch = self.dispatch(*parts, **changes)
        prepared = self.run(self.provider.prepare(self.http, self.account, dispatch))
        return self.dispatch(*parts, prepared=json.loads(json.dumps(prepared)), **changes)

    def publish(self, *parts: DraftPart, **changes: Any) -> tuple[Receipt, ...]:
        """Prepare, then publish; what an answer leaves open and names is looked up, as the engine does."""
        dispatch = self.prepare(*parts, **changes)
        try:
            return self.run(self.provider.publish(self.http, self.account, dispatch))
        except errors.Unknown as unknown:
            evidence = unknown.known and self.find(replace(dispatch, prepared=unknown.known))
            if isinstance(evidence, Found):
                return evidence.receipts
            raise

    def find(self, dispatch: Dispatch) -> Evidence:
        return self.run(self.provider.find(self.http, self.account, dispatch))

    def edit(self, dispatch: Dispatch, receipt: Receipt) -> Receipt:
        return self.run(self.provider.edit(self.http, self.account, dispatch, receipt))

    def delete(self, receipt: Receipt) -> None:
        self.run(self.provider.delete(self.http, self.account, receipt))

    def whoami(self) -> Identity:
        return self.run(self.provider.whoami(self.http, self.account))

    def options(self) -> Mapping[str, str]:
        return self.run(self.provider.options(self.http, self.account, None))

    def run(self, job: Coroutine[Any, Any, T]) -> T:
        """Step a coroutine that waits for nothing."""
        try:
            job.send(None)
        except StopIteration as end:
            return cast("T", end.value)
        raise AssertionError("it waits for something that is no effect")

    def sent(self, *hidden: str) -> list[tuple[str, str, Any]]:
        """Method, path and content of every request, without those to paths that end so."""
        shown = [call for call in self.calls if not (hidden and call.path.endswith(hidden))]
        return [(call.method, call.path, content(call)) for call in shown]

    def last(self) -> Any:
        """The content of the last request."""
        return content(self.calls[-1])


def content(call: Call) -> Any:
    """A request's body, or its query where it has none: JSON parsed, a file as ``(filename, type, bytes)``."""
    if call.content_type == JSON:
        return call.json()
    if call.content_type == FORM:
        return dict(call.form())
    if call.content_type == MULTIPART:
        return {
            part.name: (part.filename, part.type, part.data) if part.filename else part.data.decode()
            for part in call.parts()
        }
    return call.body or dict(call.query)


def text(words: str = "Hello", **more: Any) -> DraftPart:
    return DraftPart(words, len(words), **more)


def image(path: str = "a.jpg", alt: str = "A picture", **more: Any) -> Media:
    return Media(path, "0" * 64, MediaKind.IMAGE, "image/jpeg", 10, 640, 480, alt=alt, **more)


def video(path: str = "clip.mp4", alt: str = "A clip", **more: Any) -> Media:
    return Media(path, "1" * 64, MediaKind.VIDEO, "video/mp4", 10, 1280, 720, duration=3.0, alt=alt, **more)


def card(**more: Any) -> LinkCard:
    return LinkCard("https://example.com/launch", **more)


def usual(kind: str) -> DraftPart:
    """A part that every account of this kind takes: a text, with media where nothing goes without."""
    media = PROVIDERS[ACCOUNTS[kind][0]].SPEC.media
    needed = {MediaKind.IMAGE: replace(image(), width=800, height=600), MediaKind.VIDEO: video(thumbnail=None)}
    return text(media=(needed[next(iter(media.kinds))],) if media.required else ())


def found(evidence: Evidence) -> tuple[Receipt, ...]:
    assert isinstance(evidence, Found), evidence
    return evidence.receipts
