"""Every kind of post of Meta's platforms against their stand-ins, which others wrote from the same documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.model import DraftPart, Media, MediaKind, Receipt
from postiz_ops.providers.base import Absent, Dispatch, Found, Processing, Refused
from tests.media.files import encoded, noise, sample
from tests.providers.stage import found, image, text, video
from tests.providers.test_sandbox import Sandboxed

KINDS = ("facebook", "instagram", "instagram-standalone", "threads")
PICTURE, FILM = image("https://cdn.example/a.jpg"), video("https://cdn.example/v.mp4")
OTHER = replace(PICTURE, path="https://cdn.example/b.jpg")


class Meta(Sandboxed):
    """A stage whose files are what they say."""

    @override
    def read(self, media: Media) -> bytes:
        return sample("film.mp4") if media.kind is MediaKind.VIDEO else encoded(noise(640, 640), "JPEG")

    def sent(self, dispatch: Dispatch, effect: str = "") -> tuple[Receipt, ...]:  # type: ignore[override]
        """What the engine makes of it: a receipt, or what the look at once finds."""
        try:
            return self.go(dispatch, effect)
        except errors.Unknown:
            return found(self.find(dispatch))


def usual(kind: str, words: str = "Hello") -> DraftPart:
    return text(words, media=() if kind in ("facebook", "threads") else (PICTURE,))


POSTS: Mapping[str, tuple[tuple[Media, ...], Mapping[str, Any], list[str]]] = {
    "a picture": ((PICTURE,), {}, ["image/jpeg"]),
    "two pictures": ((PICTURE, OTHER), {}, ["image/jpeg", "image/jpeg"]),
    "a video": ((FILM,), {}, ["video/mp4"]),
    "a story of a picture": ((PICTURE,), {"type": "story"}, ["image/jpeg"]),
    "a story of a video": ((FILM,), {"type": "story"}, ["video/mp4"]),
}


@pytest.mark.parametrize(
    ("kind", "what"), [(kind, what) for kind in KINDS for what in POSTS if kind != "threads" or "story" not in what]
)
def test_it_is_published_and_found_again(kind: str, what: str) -> None:
    media, settings, types = POSTS[what]
    acme = Meta(kind)
    dispatch = acme.ready(text("Look" if "story" not in what else "", media=media), settings=settings)
    (receipt,) = acme.sent(dispatch)
    (post,) = acme.posts()
    assert (receipt.remote_id, receipt.url) == (post.remote_id, post.url)
    assert [each.type for each in post.media] == types
    assert found(acme.find(dispatch)) == (receipt,)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "facebook"])
def test_a_carousel_of_a_picture_and_a_video(kind: str) -> None:
    acme = Meta(kind)
    acme.sent(acme.ready(text("Look", media=(PICTURE, FILM))))
    alt = "A clip" if kind == "threads" else ""
    assert [(each.type, each.alt) for each in acme.posts()[0].media] == [
        ("image/jpeg", "A picture"),
        ("video/mp4", alt),
    ]


def test_a_reel_of_a_page() -> None:
    acme = Meta("facebook")
    (receipt,) = acme.sent(acme.ready(text("Look", media=(FILM,)), settings={"type": "reel"}))
    assert receipt.url == acme.posts()[0].url == f"https://www.facebook.com/reel/{receipt.remote_id}"


@pytest.mark.parametrize("kind", KINDS)
def test_further_parts_and_comments_answer_the_first(kind: str) -> None:
    acme = Meta(kind)
    one, two, comment = acme.thread(usual(kind, "One"), text("Two"), text("By the way", comment=True))
    posts = acme.posts()
    assert [post.remote_id for post in posts] == [one.remote_id, two.remote_id, comment.remote_id]
    assert [post.parent for post in posts] == [None, one.remote_id, one.remote_id], "all three of them"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "instagram-standalone"])
def test_what_was_published_can_be_taken_down_twice(kind: str) -> None:
    acme = Meta(kind)
    (receipt,) = acme.thread(usual(kind))
    if acme.spec.edit:
        acme.http.may_mutate = True
        assert acme.edit(acme.ready(text("Better")), receipt) == receipt
        assert [post.text for post in acme.posts()] == ["Better"]
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(receipt)
        assert acme.posts() == []


REFUSALS = {"refuse": errors.Rejected, "unauthorized": errors.Reauthorize, "rate-limit": errors.Throttled}


@pytest.mark.parametrize("effect", REFUSALS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_told_for_what_it_is(kind: str, effect: str) -> None:
    acme = Meta(kind)
    dispatch = acme.ready(usual(kind))
    with pytest.raises(REFUSALS[effect]):
        acme.go(dispatch, effect)
    assert acme.posts() == []
    assert acme.find(dispatch) == Absent()


@pytest.mark.parametrize("effect", ["error-before", "error-after", "lost-answer", "malformed"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_doubt_is_settled_by_a_look(kind: str, effect: str) -> None:
    acme = Meta(kind)
    dispatch = acme.ready(usual(kind))
    with pytest.raises(errors.Unknown):
        acme.go(dispatch, effect)
    there = acme.posts()
    assert bool(there) is (effect != "error-before")
    evidence = acme.find(dispatch)
    assert (evidence.receipts[0].remote_id == there[0].remote_id) if isinstance(evidence, Found) else not there


@pytest.mark.parametrize(("effect", "evidence"), [("async-fail", Refused), ("async-never", Processing)])
def test_a_reel_that_fails_or_never_ends(effect: str, evidence: type[object]) -> None:
    acme = Meta("facebook")
    dispatch = acme.ready(text("Look", media=(FILM,)), settings={"type": "reel"})
    with pytest.raises(errors.Unknown):
        acme.go(dispatch, effect)
    assert isinstance(acme.find(dispatch), evidence)
    assert acme.posts() == []
