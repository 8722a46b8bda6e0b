from __future__ import annotations

import json
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers.base import Absent, Dispatch, Found, Processing, Refused
from postiz_ops.publish.effects import Lost, Response
from tests.providers.stage import CLAIMED, Reply, Script, Stage, answer, card, found, image, text, video
from tests.providers.test_threads import failed
from tests.specs.exchange import Call

FEED = "POST /v26.0/42/feed"
URL = "https://www.facebook.com/42/posts/10"
REEL = "https://www.facebook.com/reel/500"


def phases(**states: str) -> Response:
    return answer({"status": {f"{name}_phase": {"status": state} for name, state in states.items()}})


NOT_YET = phases(uploading="complete", processing="not_started", publishing="not_started")
WORKING = phases(uploading="complete", processing="in_progress", publishing="in_progress")
OUT = phases(uploading="complete", processing="complete", publishing="complete")
BROKEN = answer(
    {
        "status": {
            "video_status": "error",
            "processing_phase": {"status": "error", "errors": [{"code": 1, "message": "The codec is not known"}]},
        }
    }
)


def started(call: Call) -> Response:
    """The three phases of a page's video, three bytes at a time, and those of a reel and a story."""
    form = (
        dict(call.form())
        if call.content_type.endswith("urlencoded")
        else {p.name: p.data.decode() for p in call.parts()}
    )
    match form["upload_phase"]:
        case "START":
            return answer({"video_id": "500", "upload_url": "https://rupload.facebook.com/video-upload/v26.0/500"})
        case "start":
            return answer({"video_id": "500", "upload_session_id": "s1", "start_offset": "0", "end_offset": "10"})
        case "transfer":
            at = int(form["start_offset"]) + len(form["video_file_chunk"])
            return answer({"start_offset": str(at), "end_offset": str(min(at + 10, 17))})
        case _:
            return answer({"success": True})


def acme(**more: Any) -> Stage:
    """A page for which all goes well, save where ``more`` says otherwise."""
    script: Script = {
        "GET /v26.0/42": more.get("token", answer({"id": "42", "name": "Acme", "access_token": "test-page-token"})),
        FEED: more.get("feed", answer({"id": "42_10"})),
        "POST /v26.0/42/photos": [answer({"id": name}) for name in ("p1", "p2")],
        "POST /v26.0/42/photo_stories": answer({"success": True, "post_id": "42_11"}),
        "POST /v26.0/42/videos": more.get("videos", started),
        "POST /v26.0/42/video_reels": more.get("reels", started),
        "POST /v26.0/42/video_stories": started,
        "POST /video-upload/v26.0/500": more.get("upload", answer({"success": True})),
        "GET /v26.0/500": more.get("status", OUT),
        "POST /v26.0/42_10/comments": answer({"id": "10_99"}),
        "GET /v26.0/42_10/comments": more.get("comments", answer({"data": []})),
        "GET /v26.0/42/published_posts": more.get("posts", answer({"data": []})),
        "GET /v26.0/42/stories": more.get("stories", answer({"data": []})),
        "POST /v26.0/42_10": answer({"success": True}),
        "POST /v26.0/500": answer({"success": True}),
        "DELETE /v26.0/42_10": more.get("delete", answer({"success": True})),
        "GET /v26.0/me/accounts": answer({"data": [{"id": "42", "name": "Acme"}]}),
    }
    return Stage("facebook", script)


def sent(stage: Stage) -> list[tuple[str, str, Any]]:
    """All but the question for the page's token."""
    return [each for each in stage.sent() if each[2] != {"fields": "access_token"}]


# --- whose token ----------------------------------------------------------------------------------------------------


def test_the_page_speaks_with_its_own_token_not_the_users() -> None:
    stage = acme()
    stage.publish(text())
    asked, posted = stage.calls
    assert (asked.method, asked.path, dict(asked.query)) == ("GET", "/v26.0/42", {"fields": "access_token"})
    assert asked.headers["authorization"] == "Bearer test-token"
    assert posted.headers["authorization"] == "Bearer test-page-token"
    assert all("test-" not in str(call.query) for call in stage.calls), "and no token stands in an address"


@pytest.mark.parametrize("told", [answer({"id": "42"}), failed(100)])
def test_where_no_other_token_is_told_the_given_one_is_the_pages(told: Response) -> None:
    stage = acme(token=told)
    stage.publish(text())
    assert stage.calls[-1].headers["authorization"] == "Bearer test-token"


def test_a_token_that_has_expired_needs_a_person() -> None:
    with pytest.raises(errors.Reauthorize):
        acme(token=failed(190, 463)).publish(text())


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text_with_a_link() -> None:
    stage = acme()
    said = {"place": 5, "text_format_preset_id": "9"}
    assert stage.publish(text("Hello"), link=card(), settings=said) == (Receipt("42_10", URL),)
    assert sent(stage) == [
        (
            "POST",
            "/v26.0/42/feed",
            {"message": "Hello", "place": "5", "link": "https://example.com/launch", "text_format_preset_id": "9"},
        )
    ]


def test_photos_are_uploaded_unseen_and_shown_by_one_post() -> None:
    stage = acme()
    stage.publish(text("Look", media=(image(), image("b.jpg", alt=""))), link=card())
    assert sent(stage) == [
        (
            "POST",
            "/v26.0/42/photos",
            {
                "published": "false",
                "alt_text_custom": "A picture",
                "source": ("a.jpg", "image/jpeg", b"bytes of a.jpg"),
            },
        ),
        ("POST", "/v26.0/42/photos", {"published": "false", "source": ("b.jpg", "image/jpeg", b"bytes of b.jpg")}),
        (
            "POST",
            "/v26.0/42/feed",
            {"message": "Look", "attached_media": json.dumps([{"media_fbid": "p1"}, {"media_fbid": "p2"}])},
        ),
    ]


def test_a_video_is_transferred_in_the_stretches_that_facebook_asks_for() -> None:
    stage = acme()
    dispatch = stage.prepare(text("Look", media=(video(),)), title="Title")
    assert dispatch.prepared == {"video": "500", "kind": "post", "session": "s1"}
    with pytest.raises(errors.Unknown, match="still processes it"):
        stage.run(stage.provider.publish(stage.http, stage.account, dispatch))
    sent_to = [each[2] for each in sent(stage)]
    assert sent_to == [
        {"upload_phase": "start", "file_size": "17"},
        {
            "upload_phase": "transfer",
            "upload_session_id": "s1",
            "start_offset": "0",
            "video_file_chunk": ("clip.mp4", "video/mp4", b"bytes of c"),
        },
        {
            "upload_phase": "transfer",
            "upload_session_id": "s1",
            "start_offset": "10",
            "video_file_chunk": ("clip.mp4", "video/mp4", b"lip.mp4"),
        },
        {
            "upload_phase": "finish",
            "upload_session_id": "s1",
            "published": "true",
            "description": "Look",
            "title": "Title",
        },
    ]
    assert found(stage.find(dispatch)) == (Receipt("500", "https://www.facebook.com/42/videos/500", {"kind": "video"}),)


def test_a_transfer_that_does_not_advance_ends() -> None:
    stuck = answer({"video_id": "500", "upload_session_id": "s1", "start_offset": "0", "end_offset": "10"})
    with pytest.raises(errors.Unavailable, match="again and again"):
        acme(videos=stuck).prepare(text(media=(video(),)))


@pytest.mark.parametrize(
    ("kind", "edge", "words"),
    [
        ("reel", "video_reels", {"description": "Look", "title": "A title"}),
        ("story", "video_stories", {}),
    ],
)
def test_a_reel_and_a_video_story_have_three_phases(kind: str, edge: str, words: dict[str, str]) -> None:
    stage = acme(status=[WORKING, OUT])
    dispatch = stage.prepare(text("Look", media=(video(),)), settings={"type": kind})
    assert dispatch.prepared == {"video": "500", "kind": kind}, "known before the one mutation"
    with pytest.raises(errors.Unknown):
        stage.run(stage.provider.publish(stage.http, stage.account, dispatch))
    assert sent(stage) == [
        ("POST", f"/v26.0/42/{edge}", {"upload_phase": "START"}),
        ("POST", "/video-upload/v26.0/500", b"bytes of clip.mp4"),
        (
            "POST",
            f"/v26.0/42/{edge}",
            {"upload_phase": "FINISH", "video_id": "500", "video_state": "PUBLISHED", **words},
        ),
    ]
    (upload,) = [call for call in stage.calls if call.host == "rupload.facebook.com"]
    assert upload.headers["authorization"] == "OAuth test-page-token"
    assert found(stage.find(dispatch))[0].remote_id == "500"


def test_a_reel_has_an_address() -> None:
    stage = acme()
    prepared = {"video": "500", "kind": "reel"}
    assert found(stage.find(stage.dispatch(text(media=(video(),)), prepared=prepared))) == (
        Receipt("500", REEL, {"kind": "video"}),
    )


def test_a_photo_story() -> None:
    stage = acme()
    receipts = stage.publish(text("not shown", media=(image(),)), settings={"type": "story"})
    assert receipts == (Receipt("42_11", "https://www.facebook.com/stories/42/42_11"),)
    assert sent(stage)[-1] == ("POST", "/v26.0/42/photo_stories", {"photo_id": "p1"})


def test_further_parts_are_comments_with_a_picture_at_most() -> None:
    stage = acme()
    after = {"first": 2, "root": Receipt("42_10", URL), "parent": Receipt("10_98")}
    (receipt,) = stage.publish(text("More", media=(image(),)), **after)
    assert receipt == Receipt("10_99", f"{URL}?comment_id=99")
    assert sent(stage)[-1] == ("POST", "/v26.0/42_10/comments", {"message": "More", "attachment_id": "p1"})
    with pytest.raises(errors.Rejected, match="one picture at most"):
        stage.prepare(text(media=(video(),)), **after)
    with pytest.raises(errors.Rejected, match="cannot be commented on"):
        stage.prepare(text("More"), **after, settings={"type": "story"})


@pytest.mark.parametrize(
    ("kind", "media", "why"),
    [
        ("reel", (image(),), "a reel is one video"),
        ("reel", (), "a reel is one video"),
        ("story", (), "one picture or one video"),
        ("story", (image(), image("b.jpg")), "one picture or one video"),
    ],
)
def test_what_a_type_cannot_be_made_of(kind: str, media: tuple[Any, ...], why: str) -> None:
    stage = acme()
    with pytest.raises(errors.Rejected, match=why):
        stage.prepare(text(media=media), settings={"type": kind})
    assert stage.calls == []


def test_an_upload_that_is_not_confirmed_can_be_tried_again() -> None:
    with pytest.raises(errors.Unavailable, match="did not say"):
        acme(upload=answer({"h": "x"})).prepare(text(media=(video(),)), settings={"type": "reel"})


# --- once only ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "doubt", [failed(1), failed(2), failed(2, status=500), answer("oops", 500), Lost("cut"), failed(-1, 1363047)]
)
def test_codes_1_and_2_and_http_500_may_mean_that_it_is_out(doubt: Reply) -> None:
    """A blind retry after a 500 with code 2 has made seven copies."""
    stage = acme(feed=doubt)
    with pytest.raises(errors.Unknown):
        stage.publish(text())
    assert not stage.http.may_mutate


def again(stage: Stage, prepared: Any) -> Dispatch:
    part, settings = text(media=(video(),)), {"type": "reel"}
    dispatch = stage.dispatch(part, prepared=prepared, settings=settings)
    told = stage.run(stage.provider.prepare(stage.http, stage.account, dispatch))
    return stage.dispatch(part, prepared=told, settings=settings)


def test_a_video_that_is_uploaded_already_is_not_uploaded_again() -> None:
    stage = acme(status=NOT_YET)
    assert again(stage, {"video": "500", "kind": "reel"}).prepared == {"video": "500", "kind": "reel"}
    assert [call.path for call in stage.calls if call.method == "POST"] == []


def test_a_video_that_went_out_in_the_meantime_is_not_published_again() -> None:
    stage = acme()
    dispatch = again(stage, {"video": "500", "kind": "reel"})
    with pytest.raises(errors.Unknown, match="an earlier attempt"):
        stage.run(stage.provider.publish(stage.http, stage.account, dispatch))
    assert stage.http.may_mutate, "nothing left"
    assert isinstance(stage.find(dispatch), Found)


def test_a_video_that_broke_in_the_meantime_is_uploaded_anew() -> None:
    stage = acme(status=BROKEN)
    assert again(stage, {"video": "400", "kind": "reel"} | {"video": "500"}).prepared == {
        "video": "500",
        "kind": "reel",
    }
    assert "POST /video-upload/v26.0/500" in {f"{call.method} {call.path}" for call in stage.calls}


# --- was it published? ----------------------------------------------------------------------------------------------


def post(words: str = "Hello", at: str = "2026-12-01T09:00:01+0000", photos: tuple[str, ...] = ()) -> dict[str, Any]:
    shown = [{"target": {"id": "album"}, "subattachments": {"data": [{"target": {"id": each}} for each in photos]}}]
    return {"id": "42_10", "message": words, "created_time": at} | ({"attachments": {"data": shown}} if photos else {})


def listed(*rows: dict[str, Any]) -> Response:
    return answer({"data": list(rows)})


def test_it_is_found_among_the_pages_posts() -> None:
    stage = acme(posts=listed(post("Other") | {"id": "42_11"}, post()))
    assert found(stage.find(stage.dispatch(text("Hello"), prepared={"photos": []}))) == (Receipt("42_10", URL),)


@pytest.mark.parametrize("other", [post("Hello!"), post(at=f"{CLAIMED:%Y-%m-%d}T08:57:59+0000")])
def test_another_post_is_not_it(other: dict[str, Any]) -> None:
    stage = acme(posts=listed(other))
    assert stage.find(stage.dispatch(text("Hello"), prepared={"photos": []})) == Absent()


def test_photos_are_better_evidence_than_words() -> None:
    rows = (post("Hello", photos=("p7", "p8")) | {"id": "42_11"}, post("as Facebook likes it", photos=("p1", "p2")))
    stage = acme(posts=listed(*rows))
    dispatch = stage.dispatch(text("Hello", media=(image(),)), prepared={"photos": ["p1", "p2"]})
    assert found(stage.find(dispatch))[0].remote_id == "42_10"


def test_stories_are_found_by_what_they_show() -> None:
    rows = listed({"post_id": "42_12", "media_id": "p9"}, {"post_id": "42_11", "media_id": "500"})
    stage = acme(stories=rows)
    said = {"settings": {"type": "story"}}
    one = stage.dispatch(text(media=(image(),)), prepared={"photos": ["p9"]}, **said)
    two = stage.dispatch(text(media=(video(),)), prepared={"video": "500", "kind": "story"}, **said)
    assert [found(stage.find(each))[0].remote_id for each in (one, two)] == ["42_12", "42_11"]
    none = stage.dispatch(text(media=(image(),)), prepared={"photos": ["p1"]}, **said)
    assert stage.find(none) == Absent()


def test_a_comment_is_found_under_its_post() -> None:
    row = {"id": "10_99", "message": "More", "created_time": "2026-12-01T09:00:01+0000"}
    stage = acme(comments=listed(row))
    comment = stage.dispatch(text("More"), prepared={"photos": []}, first=1, root=Receipt("42_10"))
    assert found(stage.find(comment))[0].remote_id == "10_99"
    other = stage.dispatch(text("Else"), prepared={"photos": []}, first=1, root=Receipt("42_10"))
    assert stage.find(other) == Absent()


@pytest.mark.parametrize(
    ("status", "evidence"),
    [
        (NOT_YET, Absent()),
        (WORKING, Processing("Facebook is still processing the video")),
        (
            phases(processing="in_progress", publishing="not_started"),
            Processing("Facebook is still processing the video"),
        ),
        (phases(processing="complete", publishing="not_started"), Absent()),
        (BROKEN, Refused("Facebook could not process the video (The codec is not known)")),
        (failed(100, 33), Absent()),
        (answer({"status": {"video_status": "processing"}}), Processing("Facebook is still processing the video")),
        (answer({"status": {"video_status": "upload_complete"}}), Absent()),
    ],
)
def test_the_video_says_what_became_of_it(status: Response, evidence: object) -> None:
    stage = acme(status=status)
    part = text(media=(video(),))
    assert stage.find(stage.dispatch(part, prepared={"video": "500", "kind": "reel"})) == evidence
    assert sum(stage.clock.slept) < 300


def test_a_status_that_is_not_understood_is_no_absence() -> None:
    stage = acme(status=answer({"id": "500"}))
    with pytest.raises(errors.Unavailable, match="no `status`"):
        stage.find(stage.dispatch(text(media=(video(),)), prepared={"video": "500", "kind": "reel"}))


# --- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (failed(506), errors.Rejected),
        (failed(368), errors.Rejected),
        (failed(100, 1366046), errors.Rejected),
        (failed(100, 490), errors.Rejected),
        (failed(32, status=403), errors.Throttled),
        (failed(80001), errors.Throttled),
        (failed(9, 1390008), errors.Throttled),
        (failed(200, status=403), errors.Reauthorize),
        (failed(100, 1404078), errors.Reauthorize),
    ],
)
def test_errors_are_matched_as_codes(reply: Reply, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        acme(feed=reply).publish(text())


# --- the rest -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("receipt", "field"),
    [(Receipt("42_10", URL), "message"), (Receipt("500", REEL, {"kind": "video"}), "description")],
)
def test_an_edit_changes_the_words(receipt: Receipt, field: str) -> None:
    stage = acme()
    assert stage.edit(stage.dispatch(text("Better")), receipt) == receipt
    assert sent(stage) == [("POST", f"/v26.0/{receipt.remote_id}", {field: "Better"})]


@pytest.mark.parametrize("reply", [answer({"success": True}), failed(100, 33)])
def test_what_is_gone_is_deleted(reply: Response) -> None:
    stage = acme(delete=reply)
    stage.delete(Receipt("42_10"))
    assert sent(stage) == [("DELETE", "/v26.0/42_10", {})]


def test_who_it_is_and_what_can_be_chosen() -> None:
    identity = acme().whoami()
    assert (identity.remote_id, identity.name) == ("42", "Acme")
    stage = acme()
    assert stage.options() == {"42": "Acme"}
    assert [call.headers["authorization"] for call in stage.calls] == ["Bearer test-token"], "only a user has pages"
