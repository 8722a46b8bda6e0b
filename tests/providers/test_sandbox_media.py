"""YouTube, TikTok, Reddit, Pinterest and Dribbble against their stand-ins, which others wrote from the same pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from postiz_ops import errors
from postiz_ops.model import DraftPart, LinkCard, Media, MediaKind, Receipt
from postiz_ops.providers.base import Absent, Dispatch, Found, Processing, Refused
from tests.media.files import encoded, noise, sample
from tests.providers.stage import found, image, text, usual, video
from tests.providers.test_sandbox import Sandboxed

KINDS = ("youtube", "tiktok", "reddit", "pinterest", "dribbble")
PICTURE, FILM = image(), video(thumbnail=image("cover.jpg"))


class Studio(Sandboxed):
    """A stage whose files are what they say."""

    @override
    def read(self, media: Media) -> bytes:
        if media.kind is MediaKind.VIDEO:
            return sample("film.mp4")
        return encoded(noise(media.width or 640, media.height or 480), "JPEG")

    def sent(self, dispatch: Dispatch, effect: str = "") -> tuple[Receipt, ...]:  # type: ignore[override]
        """What the engine makes of it: a receipt, or what looks find; the first may be too early."""
        try:
            return self.go(dispatch, effect)
        except errors.Unknown as unknown:
            asked = replace(dispatch, prepared=unknown.known or dispatch.prepared)
            looks = (self.find(asked) for _ in range(3))
            return found(next((each for each in looks if isinstance(each, Found)), Absent()))


POSTS: Mapping[str, tuple[str, DraftPart, Mapping[str, Any], list[str]]] = {
    "a video": ("youtube", text("About it", media=(FILM,)), {}, ["video/mp4"]),
    "a video of TikTok": ("tiktok", text("Look", media=(FILM,)), {}, ["video/mp4"]),
    "photos": ("tiktok", text("Look", media=(PICTURE, image("b.jpg"))), {}, ["image/jpeg", "image/jpeg"]),
    "a text": ("reddit", text("Hello"), {}, []),
    "a picture of Reddit": ("reddit", text("", media=(PICTURE,)), {}, ["image/jpeg"]),
    "a gallery": ("reddit", text("", media=(PICTURE, image("b.jpg"))), {}, ["image/jpeg", "image/jpeg"]),
    "a video of Reddit": ("reddit", text("", media=(FILM,)), {}, ["video/mp4"]),
    "a link": ("reddit", text(""), {"link": LinkCard("https://example.com/launch")}, []),
    "a pin": ("pinterest", text("About it", media=(PICTURE,)), {}, ["image/jpeg"]),
    "a pin of two": ("pinterest", text("Look", media=(PICTURE, image("b.jpg"))), {}, ["image/jpeg", "image/jpeg"]),
    "a pin of a video": ("pinterest", text("Look", media=(FILM,)), {}, ["video/mp4"]),
    "a shot": ("dribbble", usual("dribbble"), {}, ["image/jpeg"]),
}


@pytest.mark.parametrize("what", POSTS)
def test_it_is_published_and_found_again(what: str) -> None:
    kind, part, more, types = POSTS[what]
    acme = Studio(kind)
    dispatch = acme.ready(part, **more)
    (receipt,) = acme.sent(dispatch)
    (post,) = acme.posts()
    assert [each.type for each in post.media] == types
    assert post.text == part.text
    assert receipt.url in (post.url, None)
    assert receipt.url or kind == "tiktok", "which tells the address after moderation, and of public posts alone"


@pytest.mark.parametrize("kind", ["youtube", "reddit"])
def test_comments_answer_the_first(kind: str) -> None:
    acme = Studio(kind)
    dispatch = acme.ready(usual(kind))
    (one,) = acme.sent(dispatch)
    (two,) = acme.sent(acme.ready(text("By the way", comment=True), first=1, root=one, parent=one))
    posts = acme.posts()
    assert [post.remote_id for post in posts] == [one.remote_id, two.remote_id]
    assert [(post.text, post.parent) for post in posts][1] == ("By the way", one.remote_id)
    assert two.url == posts[1].url


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tiktok"])
def test_what_was_published_can_be_changed_and_taken_down_twice(kind: str) -> None:
    acme = Studio(kind)
    part = usual(kind)
    (receipt,) = acme.sent(acme.ready(part))
    acme.http.may_mutate = True
    assert acme.edit(acme.ready(replace(part, text="Better")), receipt).remote_id == receipt.remote_id
    assert [post.text for post in acme.posts()] == ["Better"]
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(receipt)
        assert acme.posts() == []


REFUSALS = {"refuse": errors.Rejected, "unauthorized": errors.Reauthorize, "rate-limit": errors.Throttled}


@pytest.mark.parametrize("effect", REFUSALS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_is_told_for_what_it_is(kind: str, effect: str) -> None:
    acme = Studio(kind)
    dispatch = acme.ready(usual(kind))
    told = errors.Unknown if (kind, effect) == ("tiktok", "unauthorized") else REFUSALS[effect]
    with pytest.raises(told):  # bytes of TikTok's go without a token: there it is the address that is not good any more
        acme.go(dispatch, effect)
    assert acme.posts() == []


@pytest.mark.parametrize("effect", ["error-before", "error-after", "lost-answer", "malformed"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_doubt_is_settled_by_looks(kind: str, effect: str) -> None:
    acme = Studio(kind)
    dispatch = acme.ready(usual(kind))
    with pytest.raises(errors.Unknown):
        acme.go(dispatch, effect)
    there = acme.posts()
    assert bool(there) is (effect != "error-before")
    evidence = [acme.find(dispatch) for _ in range(3)]
    assert any(isinstance(each, Found) for each in evidence) is bool(there)


@pytest.mark.parametrize(("effect", "evidence"), [("async-fail", Refused), ("async-never", Processing)])
@pytest.mark.parametrize("kind", ["youtube", "tiktok"])
def test_a_video_that_fails_or_never_ends(kind: str, effect: str, evidence: type[object]) -> None:
    acme = Studio(kind)
    dispatch = acme.ready(usual(kind))
    with pytest.raises(errors.Unknown):
        acme.go(dispatch, effect)
    assert isinstance(acme.find(dispatch), evidence)
    assert acme.posts() == []


def test_what_an_account_may_choose_is_told() -> None:
    told = {kind: Studio(kind).options() for kind in ("youtube", "tiktok", "reddit", "pinterest", "dribbble")}
    assert all(told.values()), told
