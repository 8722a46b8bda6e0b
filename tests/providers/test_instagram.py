"""Instagram by both of its logins, which publish in the same way on two hosts."""

from __future__ import annotations

import json
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers.base import Absent, Dispatch, NotReady, Processing, Refused
from postiz_ops.publish.effects import Response
from tests.providers.stage import Script, Stage, answer, found, image, text, video
from tests.providers.test_threads import failed

MAKE = "POST /v26.0/42/media"
LINK = "https://www.instagram.com/p/C1/"
KINDS = ("instagram", "instagram-standalone")

both = pytest.mark.parametrize("kind", KINDS)


def state(status: str, why: str | None = None) -> Response:
    return answer({"id": "x", "status_code": status} | ({"status": why} if why else {}))


def acme(kind: str = "instagram", **more: Any) -> Stage:
    """An account for which all goes well, save where ``more`` says otherwise."""
    names = ("71", "72", "73")
    script: Script = {
        MAKE: more.get("make", [answer({"id": name}) for name in names]),
        **{f"GET /v26.0/{name}": more.get(f"state{name}", state("FINISHED")) for name in names},
        "POST /v26.0/42/media_publish": more.get("publish", answer({"id": "10"})),
        "GET /v26.0/10": more.get("link", answer({"id": "10", "permalink": LINK})),
        "GET /v26.0/42/media": more.get("posts", answer({"data": []})),
        "GET /v26.0/42/stories": more.get("stories", answer({"data": []})),
        "POST /v26.0/10/comments": more.get("comment", answer({"id": "99"})),
        "GET /v26.0/10/comments": more.get("comments", answer({"data": []})),
        "DELETE /v26.0/10": more.get("delete", answer({"success": True})),
        "GET /v26.0/42": answer({"id": "42", "username": "acme"}),
        "GET /v26.0/me": answer({"user_id": "42", "id": "7", "username": "acme"}),
        "GET /v26.0/me/accounts": more.get("accounts", answer({"data": []})),
    }
    return Stage(kind, script)


def made(stage: Stage) -> list[dict[str, str]]:
    return [dict(call.form()) for call in stage.calls if f"{call.method} {call.path}" == MAKE]


def listed(*rows: dict[str, Any]) -> Response:
    return answer({"data": list(rows)})


def post(caption: str | None = "Hello", at: str = "2026-12-01T09:00:01+0000", **more: Any) -> dict[str, Any]:
    return {"id": "10", "timestamp": at, "permalink": LINK} | ({"caption": caption} if caption else {}) | more


# --- what is sent ---------------------------------------------------------------------------------------------------


@both
def test_a_picture(kind: str) -> None:
    stage = acme(kind)
    said = {"collaborators": ["bob"], "location_id": 5, "ai_generated": True}
    tags = [{"username": "bob", "x": 0.5, "y": 0.25}]
    assert stage.publish(text("Hello", media=(image(),)), settings={**said, "user_tags": tags}) == (
        Receipt("10", LINK),
    )
    assert made(stage) == [
        {
            "image_url": "https://media.example/a.jpg",
            "alt_text": "A picture",
            "user_tags": '[{"username": "bob", "x": 0.5, "y": 0.25}]',
            "caption": "Hello",
            "collaborators": '["bob"]',
            "location_id": "5",
            "is_ai_generated": "true",
        }
    ]
    assert [f"{call.method} {call.path}" for call in stage.calls] == [
        MAKE,
        "GET /v26.0/71",
        "POST /v26.0/42/media_publish",
        "GET /v26.0/10",
    ]
    assert {call.host for call in stage.calls} == {f"graph.{'facebook' if kind == 'instagram' else 'instagram'}.com"}


@both
def test_a_lone_video_is_a_reel(kind: str) -> None:
    stage = acme(kind)
    said = {"share_to_feed": False, "thumb_offset": 0, "audio_name": "Song", "trial": "MANUAL"}
    stage.publish(
        text("Hello", media=(video(),)), settings={**said, "user_tags": [{"username": "bob", "x": 1, "y": 1}]}
    )
    assert made(stage) == [
        {
            "media_type": "REELS",
            "video_url": "https://media.example/clip.mp4",
            "user_tags": '[{"username": "bob"}]',
            "share_to_feed": "false",
            "thumb_offset": "0",
            "audio_name": "Song",
            "trial_params": '{"graduation_strategy": "MANUAL"}',
            "caption": "Hello",
        }
    ], "and a reel has no alt text"


@both
def test_a_cover_goes_before_an_offset(kind: str) -> None:
    stage = acme(kind)
    stage.publish(text(media=(video(thumbnail=image("cover.jpg")),)), settings={"thumb_offset": 5})
    assert made(stage)[0]["cover_url"] == "https://media.example/cover.jpg"
    assert "thumb_offset" not in made(stage)[0]


def test_a_sound_of_the_library() -> None:
    stage = acme()
    stage.publish(text(media=(video(),)), settings={"audio": {"id": 8, "video_volume": 0}})
    said = json.loads(made(stage)[0]["audio_configuration"])
    assert said == {"audio_id": "8", "audio_volume": 100, "video_volume": 0}


@both
def test_a_carousel_waits_for_its_children(kind: str) -> None:
    stage = acme(kind, state72=[state("IN_PROGRESS"), state("FINISHED")])
    tags = [{"username": "bob", "x": 0.5, "y": 0.5}]
    stage.publish(text("Hello", media=(image(), video())), settings={"user_tags": tags})
    assert made(stage) == [
        {
            "image_url": "https://media.example/a.jpg",
            "alt_text": "A picture",
            "user_tags": '[{"username": "bob", "x": 0.5, "y": 0.5}]',
            "is_carousel_item": "true",
        },
        {"media_type": "VIDEO", "video_url": "https://media.example/clip.mp4", "is_carousel_item": "true"},
        {"media_type": "CAROUSEL", "caption": "Hello", "children": "71,72"},
    ], "and the caption is the parent's alone"


@both
@pytest.mark.parametrize(
    ("medium", "said"),
    [
        (image(), {"image_url": "https://media.example/a.jpg"}),
        (video(), {"video_url": "https://media.example/clip.mp4"}),
    ],
)
def test_a_story(kind: str, medium: Any, said: dict[str, str]) -> None:
    stage = acme(kind)
    stage.publish(text("not shown", media=(medium,)), settings={"type": "story"})
    assert made(stage) == [{"media_type": "STORIES"} | said]


def test_a_story_is_one_at_a_time_and_takes_no_comments() -> None:
    stage = acme()
    with pytest.raises(errors.Rejected, match="one picture or one video"):
        stage.prepare(text(media=(image(), image("b.jpg"))), settings={"type": "story"})
    with pytest.raises(errors.Rejected, match="cannot be commented on"):
        stage.prepare(text("Hi", comment=True), first=1, root=Receipt("10"), settings={"type": "story"})
    assert stage.calls == []


@both
def test_further_parts_are_comments_on_the_first(kind: str) -> None:
    stage = acme(kind)
    (receipt,) = stage.publish(text("More"), first=2, root=Receipt("10", LINK), parent=Receipt("98"))
    assert receipt == Receipt("99", LINK)
    assert stage.sent() == [("POST", "/v26.0/10/comments", {"message": "More"})]


def test_a_comment_has_no_media() -> None:
    with pytest.raises(errors.Rejected, match="has no media"):
        acme().prepare(text(media=(image(),)), first=1, root=Receipt("10"), parent=Receipt("10"))


# --- what takes its time --------------------------------------------------------------------------------------------


def test_a_container_must_be_finished_before_it_is_published() -> None:
    stage = acme(state71=state("IN_PROGRESS"))
    with pytest.raises(NotReady, match="still processing") as caught:
        stage.publish(text(media=(video(),)))
    assert caught.value.prepared == {"children": [], "container": "71"}
    assert not [call for call in stage.calls if call.path.endswith("media_publish")]


def test_a_video_that_cannot_be_converted_is_refused() -> None:
    with pytest.raises(errors.Rejected, match="2207026"):
        acme(state71=state("ERROR", "Error: 2207026, unsupported format")).prepare(text(media=(video(),)))


# --- was it published? ----------------------------------------------------------------------------------------------


def sought(stage: Stage, **changes: Any) -> Dispatch:
    prepared = {"children": [], "container": "71"}
    return stage.dispatch(text("Hello", media=(image(),)), prepared=prepared, **changes)


@both
def test_2207051_may_have_been_published_and_the_container_knows(kind: str) -> None:
    """Seen in the wild: code 4, subcode 2207051, "action is blocked", and the post was there."""
    stage = acme(
        kind, publish=failed(4, 2207051, 403), state71=[state("FINISHED"), state("PUBLISHED")], posts=listed(post())
    )
    dispatch = stage.prepare(text("Hello", media=(image(),)))
    with pytest.raises(errors.Unknown):
        stage.run(stage.provider.publish(stage.http, stage.account, dispatch))
    assert found(stage.find(dispatch)) == (Receipt("10", LINK),)


def test_the_newest_post_is_not_taken_for_it_by_its_place() -> None:
    stage = acme(state71=state("PUBLISHED"), posts=listed(post("Other", id="12"), post("Hello\n", id="10")))
    assert found(stage.find(sought(stage)))[0].remote_id == "10"


def test_a_story_is_found_among_the_stories() -> None:
    stage = acme(state71=state("PUBLISHED"), stories=listed(post(None, id="13")))
    assert found(stage.find(sought(stage, settings={"type": "story"})))[0].remote_id == "13"


@pytest.mark.parametrize(
    ("status", "evidence"),
    [
        (state("FINISHED"), Absent()),
        (state("IN_PROGRESS"), Processing("Instagram is still processing it")),
        (state("ERROR"), Refused("Instagram did not publish it (ERROR)")),
        (state("EXPIRED"), Refused("Instagram did not publish it (EXPIRED)")),
    ],
)
def test_the_container_says_what_became_of_it(status: Response, evidence: object) -> None:
    stage = acme(state71=status)
    assert stage.find(sought(stage)) == evidence


@both
def test_a_comment_is_found_among_the_comments(kind: str) -> None:
    rows = [{"id": "98", "text": "More", "timestamp": "2026-11-01T09:00:01+0000"}]
    stage = acme(kind, comments=listed(*rows, {"id": "99", "text": "More", "timestamp": "2026-12-01T09:00:01+0000"}))
    comment = stage.dispatch(text("More"), first=1, root=Receipt("10", LINK), parent=Receipt("10"))
    assert found(stage.find(comment)) == (Receipt("99", LINK),)
    absent = acme(kind, comments=listed(*rows))
    assert absent.find(comment) == Absent()


# --- the rest -------------------------------------------------------------------------------------------------------


@both
def test_who_it_is(kind: str) -> None:
    assert (acme(kind).whoami().remote_id, acme(kind).whoami().name) == ("42", "@acme")


def test_what_can_be_chosen() -> None:
    pages = [
        answer(
            {
                "data": [{"id": "1", "name": "P", "instagram_business_account": {"id": "42", "username": "acme"}}],
                "paging": {"cursors": {"after": "c2"}, "next": "https://graph.facebook.com/next?access_token=x"},
            }
        ),
        answer({"data": [{"id": "2", "name": "Q"}], "paging": {"cursors": {"after": "c3"}}}),
    ]
    stage = acme(accounts=pages)
    assert stage.options() == {"42": "@acme"}
    assert stage.last()["after"] == "c2", "a page is asked for by its cursor: the address of the next holds the token"
    assert acme("instagram-standalone").options() == {"42": "@acme"}


@pytest.mark.parametrize("reply", [answer({"success": True}), failed(100, 33)])
def test_what_is_gone_is_deleted(reply: Response) -> None:
    stage = acme(delete=reply)
    stage.delete(Receipt("10"))
    assert stage.sent() == [("DELETE", "/v26.0/10", {})]
    with pytest.raises(errors.Rejected, match="cannot delete"):
        acme("instagram-standalone").delete(Receipt("10"))


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (failed(36003, 2207009), errors.Rejected),
        (failed(100, 2207028), errors.Rejected),
        (failed(-2, 2207003), errors.Unavailable),
        (failed(9004, 2207052), errors.Unavailable),
        (failed(-1, 2207001, 500), errors.Unavailable),
        (failed(25, 2207050), errors.Reauthorize),
        (failed(80002), errors.Throttled),
    ],
)
def test_a_container_that_cannot_be_made(reply: Response, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        acme(make=reply).prepare(text(media=(image(),)))
