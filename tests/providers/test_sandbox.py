"""The whole life of a post, against the stand-ins of the sandbox, which refuse what the platforms refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.commands.accounts.bluesky import new_key
from postiz_ops.model import DraftPart, Media, MediaKind, Receipt
from postiz_ops.providers.base import Absent, Blind, Dispatch, Lookup, Threads
from postiz_ops.publish.effects import Lost, Request, Response
from postiz_ops.sandbox import exchange
from postiz_ops.sandbox.endpoint import Cut, Endpoint
from postiz_ops.sandbox.faults import Strike
from postiz_ops.sandbox.world import Post
from tests.providers.stage import Clock, Stage, found, image, text
from tests.specs.exchange import Call

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
KINDS = ("mastodon", "bluesky", "discord", "discord webhook", "slack", "slack webhook")
"""Every kind of account that the sandbox has a stand-in for."""

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Sandboxed(Stage):
    """A stage whose wire ends in the sandbox."""

    def __init__(self, kind: str, settings: Mapping[str, Any] | None = None) -> None:
        super().__init__(kind, {}, settings=settings)
        self.endpoint, self.strike = Endpoint(), ""

    @override
    def read(self, media: Media) -> bytes:
        return PIXEL

    @override
    async def send(self, request: Request, *, deadline: float | None = None) -> Response:
        self.script = {f"{request.method} {Call.of(request.method, request.url, {}, b'').path}": Response(200)}
        await super().send(request)  # which holds it against the specs
        call = self.calls[-1]
        there = exchange.Request(call.method, call.host, call.path or "/", call.query, call.headers, call.body)
        effect, self.strike = (self.strike, "") if not self.http.may_mutate else ("", self.strike)
        try:
            kept = self.endpoint.answer(there, Strike(effect))
        except Cut:
            raise Lost("the connection was cut") from None
        return Response(kept.status, {name.lower(): value for name, value in kept.headers.items()}, kept.body)

    def posts(self) -> list[Post]:
        """What stands there, oldest first."""
        return [post for post in self.endpoint.world.posts if not post.deleted]

    def go(self, dispatch: Dispatch, effect: str = "") -> tuple[Receipt, ...]:
        """Publish, with a fault in the way of the one mutation."""
        self.http.may_mutate, self.strike = True, effect
        return self.run(self.provider.publish(self.http, self.account, dispatch))

    def ready(self, *parts: DraftPart, **changes: Any) -> Dispatch:
        """A prepared dispatch, claimed before the sandbox was there."""
        return replace(self.prepare(*parts, **changes), claimed_at=LONG_AGO)

    def thread(self, *parts: DraftPart) -> list[Receipt]:
        """Publish a thread as the engine does, looking each step up again."""
        receipts: list[Receipt] = []
        while len(receipts) < len(parts):
            first = len(receipts)
            last = len(parts) if self.spec.threads is Threads.ATOMIC else first + 1
            before = {"root": receipts[0], "parent": receipts[-1]} if receipts else {}
            dispatch = self.ready(*parts[first:last], first=first, **before)
            receipts += self.sent_or_found(dispatch)
        return receipts

    def sent_or_found(self, dispatch: Dispatch) -> tuple[Receipt, ...]:
        """What the platform said, which a look must confirm; or, where it did not say yet, what the look finds."""
        try:
            told = self.go(dispatch)
        except errors.Unknown:
            return found(self.find(dispatch))
        assert self.spec.lookup is Lookup.NONE or found(self.find(dispatch)) == told
        return told


def picture() -> Media:
    return Media("pixel.png", "0" * 64, MediaKind.IMAGE, "image/png", len(PIXEL), 1, 1, alt="A pixel")


THREADED = {"mastodon": {}, "bluesky": {}, "discord": {}, "discord webhook": {"thread_id": "500"}, "slack": {}}


@pytest.mark.parametrize("kind", THREADED)
def test_a_thread_with_a_picture_and_a_comment(kind: str) -> None:
    acme = Sandboxed(kind, THREADED[kind])
    one, two, comment = acme.thread(text("One", media=(picture(),)), text("Two"), text("By the way", comment=True))
    posts = acme.posts()
    assert [post.remote_id for post in posts] == [one.remote_id, two.remote_id, comment.remote_id]
    assert [post.text for post in posts] == ["One", "Two", "By the way"]
    assert [(file.type, file.alt) for file in posts[0].media] == [("image/png", "A pixel")]
    if kind != "discord webhook":  # which follows itself in a thread, and cannot reply
        assert [post.parent for post in posts] == [None, one.remote_id, one.remote_id]
        assert all(receipt.url == post.url for receipt, post in zip((one, two, comment), posts, strict=True))


def test_a_webhook_of_slack_posts_text() -> None:
    acme = Sandboxed("slack webhook")
    acme.thread(text("One"))
    assert [post.text for post in acme.posts()] == ["One"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("bluesky", "slack webhook")])
def test_what_was_published_can_be_changed_and_taken_down_twice(kind: str) -> None:
    acme = Sandboxed(kind)
    (receipt,) = acme.thread(text("Hello"))
    acme.http.may_mutate = True
    assert acme.edit(acme.ready(text("Better")), receipt).remote_id == receipt.remote_id
    assert [post.text for post in acme.posts()] == ["Better"]
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(receipt)
        assert acme.posts() == []


class Present(Clock):
    """Proofs are of now."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)


def test_bluesky_by_oauth_from_the_upload_to_the_end() -> None:
    acme = Sandboxed("bluesky")
    acme.credentials, acme.clock = {"access_token": "test-token", "dpop_key": new_key()}, Present()
    dispatch = acme.ready(text(media=(replace(image(), width=1, height=1),)), text("And a reply."))
    receipts = acme.go(dispatch)
    assert len(acme.posts()) == 2
    assert found(acme.find(dispatch)) == receipts
    for receipt in receipts:
        acme.http.may_mutate = True
        acme.delete(receipt)
    assert isinstance(acme.find(dispatch), Absent)
    assert {call.headers["authorization"] for call in acme.calls} == {"DPoP test-token"}


def test_bluesky_takes_down_twice() -> None:
    acme = Sandboxed("bluesky")
    (receipt,) = acme.thread(text("Hello"))
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(receipt)
        assert acme.posts() == []


OUTCOMES: dict[str, tuple[type[errors.Failure], bool]] = {
    "refuse": (errors.Rejected, False),
    "unauthorized": (errors.Reauthorize, False),
    "rate-limit": (errors.Throttled, False),
    "error-before": (errors.Unknown, False),
    "error-after": (errors.Unknown, True),
    "lost-answer": (errors.Unknown, True),
    "malformed": (errors.Unknown, True),
}
"""Fault -> what it is to the engine, and whether the post is there."""


@pytest.mark.parametrize("effect", OUTCOMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_told_for_what_it_is_and_settled_by_a_look(kind: str, effect: str) -> None:
    acme = Sandboxed(kind)
    dispatch = acme.ready(text("Hello"))
    failure, there = OUTCOMES[effect]
    with pytest.raises(failure):
        acme.go(dispatch, effect)
    assert [post.text for post in acme.posts()] == ["Hello"] * there
    evidence = acme.find(dispatch)
    if acme.spec.lookup is Lookup.NONE:
        assert isinstance(evidence, Blind)
    elif there:
        assert found(evidence)[0].remote_id == acme.posts()[0].remote_id
    else:
        assert evidence == Absent()


@pytest.mark.parametrize("kind", ["mastodon", "bluesky", "discord"])
def test_a_key_keeps_a_second_call_from_making_a_second_post(kind: str) -> None:
    """Mastodon and Discord give the first post again, for a while; Bluesky refuses its key for ever."""
    acme = Sandboxed(kind)
    dispatch = acme.ready(text("Hello"))
    receipts = acme.go(dispatch)
    if acme.spec.lookup is Lookup.BY_KEY:
        with pytest.raises(errors.Unknown):
            acme.go(dispatch)
    else:
        assert acme.go(dispatch) == receipts
    assert len(acme.posts()) == 1
    assert found(acme.find(dispatch)) == receipts
