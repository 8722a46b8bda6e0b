from __future__ import annotations

from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, MediaKind, Receipt
from postiz_ops.providers.base import Absent, Dispatch, NotReady, Processing, Refused
from postiz_ops.publish.effects import Lost, Response
from tests.providers.stage import Reply, Script, Stage, answer, card, found, image, text, video
from tests.specs.exchange import Call

MAKE = "POST /v1.0/42/threads"
PUBLISH = "POST /v1.0/42/threads_publish"
LINK = "https://www.threads.net/@acme/post/T1"


def state(status: str, why: str | None = None) -> Response:
    return answer({"id": "x", "status": status} | ({"error_message": why} if why else {}))


def failed(code: int, subcode: int | None = None, status: int = 400) -> Response:
    error: dict[str, Any] = {"message": "It failed", "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return answer({"error": error | ({"error_subcode": subcode} if subcode else {})}, status)


def acme(**more: Any) -> Stage:
    """A profile for which all goes well, save where ``more`` says otherwise."""
    script: Script = {
        MAKE: more.get("make", [answer({"id": name}) for name in ("71", "72", "73", "74")]),
        **{f"GET /v1.0/{name}": more.get(f"state{name}", state("FINISHED")) for name in ("71", "72", "73", "74")},
        PUBLISH: more.get("publish", answer({"id": "10"})),
        "GET /v1.0/10": more.get("link", answer({"id": "10", "permalink": LINK})),
        "GET /v1.0/42/threads": more.get("posts", answer({"data": []})),
        "GET /v1.0/42/replies": more.get("replies", answer({"data": []})),
        "DELETE /v1.0/10": more.get("delete", answer({"success": True, "deleted_id": "10"})),
        "GET /v1.0/me": answer({"id": "42", "username": "acme"}),
    }
    return Stage("threads", script)


def made(stage: Stage) -> list[dict[str, str]]:
    """What every container was made of."""
    return [dict(call.query) for call in stage.calls if f"{call.method} {call.path}" == MAKE]


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text_is_a_container_that_is_published_when_it_is_ready() -> None:
    stage = acme(state71=[state("IN_PROGRESS"), state("FINISHED")])
    assert stage.publish(text("Hello")) == (Receipt("10", LINK),)
    assert stage.sent() == [
        ("POST", "/v1.0/42/threads", {"text": "Hello", "media_type": "TEXT"}),
        ("GET", "/v1.0/71", {"fields": "status,error_message"}),
        ("GET", "/v1.0/71", {"fields": "status,error_message"}),
        ("POST", "/v1.0/42/threads_publish", {"creation_id": "71"}),
        ("GET", "/v1.0/10", {"fields": "permalink"}),
    ]
    assert stage.clock.slept == [0, 1]
    assert all(call.headers["authorization"] == "Bearer test-token" for call in stage.calls)


def test_everything_that_a_post_may_say() -> None:
    said = {
        "reply_control": "mentioned_only",
        "topic_tag": "Git",
        "quote_post_id": 9,
        "location_id": "8",
        "ghost": True,
    }
    stage = acme()
    stage.publish(text("Hello"), settings=said)
    assert made(stage) == [
        {
            "text": "Hello",
            "reply_control": "mentioned_only",
            "topic_tag": "Git",
            "quote_post_id": "9",
            "location_id": "8",
            "media_type": "TEXT",
            "is_ghost_post": "true",
        }
    ]


def test_a_link_is_a_card() -> None:
    stage = acme()
    stage.publish(text("Hello"), link=card(title="Launch"))
    assert made(stage)[0]["link_attachment"] == "https://example.com/launch"


def test_a_poll() -> None:
    stage = acme()
    stage.publish(text("Which?"), settings={"poll": ["Gît", "svn", "hg"]})
    assert made(stage)[0]["poll_attachment"] == '{"option_a": "Gît", "option_b": "svn", "option_c": "hg"}'


def test_a_poll_excludes_a_card() -> None:
    stage = acme()
    with pytest.raises(errors.Rejected, match="both a poll and a link card"):
        stage.prepare(text(), settings={"poll": ["a", "b"]}, link=card())
    assert stage.calls == []


@pytest.mark.parametrize(
    ("media", "said"),
    [
        (
            image("a b.jpg", alt="A cat"),
            {"media_type": "IMAGE", "image_url": "https://media.example/a b.jpg", "alt_text": "A cat"},
        ),
        (video(alt=""), {"media_type": "VIDEO", "video_url": "https://media.example/clip.mp4"}),
        (image("https://cdn.example/c.jpg", alt=""), {"media_type": "IMAGE", "image_url": "https://cdn.example/c.jpg"}),
    ],
)
def test_one_medium(media: Any, said: dict[str, str]) -> None:
    stage = acme()
    stage.publish(text("Look", media=(media,)), settings={"spoiler": True}, link=card())
    assert made(stage) == [{"text": "Look", **said, "is_spoiler_media": "true"}], "and the card gives way"


def test_several_media_are_a_carousel_of_children() -> None:
    stage = acme()
    stage.publish(text("Look", media=(image(), video())))
    assert made(stage) == [
        {
            "media_type": "IMAGE",
            "image_url": "https://media.example/a.jpg",
            "alt_text": "A picture",
            "is_carousel_item": "true",
        },
        {
            "media_type": "VIDEO",
            "video_url": "https://media.example/clip.mp4",
            "alt_text": "A clip",
            "is_carousel_item": "true",
        },
        {"text": "Look", "media_type": "CAROUSEL", "children": "71,72"},
    ]
    paths = [call.path for call in stage.calls]
    assert paths.index("/v1.0/72", 2) < paths.index("/v1.0/42/threads", 2), "children are ready before they are joined"


@pytest.mark.parametrize(
    ("part", "answered"),
    [(text("Third"), "2"), (text("By the way", comment=True), "1")],
)
def test_a_part_answers_the_one_before_and_a_comment_the_first(part: DraftPart, answered: str) -> None:
    stage = acme()
    said = {"topic_tag": "Git", "poll": ["a", "b"]}
    stage.publish(part, first=2, root=Receipt("1"), parent=Receipt("2"), settings=said, link=card())
    assert made(stage) == [{"text": part.text, "reply_to_id": answered, "media_type": "TEXT"}]


def test_what_has_no_address_that_can_be_told_is_published_all_the_same() -> None:
    for reply in (failed(1, status=500), Lost("cut"), answer("<html>")):
        assert acme(link=reply).publish(text()) == (Receipt("10", None),)


# --- what takes its time --------------------------------------------------------------------------------------------


def test_a_container_that_is_not_ready_is_recorded_and_gone_on_from() -> None:
    stage = acme(state72=state("IN_PROGRESS"))
    with pytest.raises(NotReady) as caught:
        stage.prepare(text(media=(image(), video())))
    assert caught.value.prepared == {"children": ["71", "72"]}
    assert sum(stage.clock.slept) < 300

    later = acme(make=answer({"id": "73"}))
    prepared = later.run(
        later.provider.prepare(
            later.http, later.account, later.dispatch(text(media=(image(), video())), prepared=caught.value.prepared)
        )
    )
    assert prepared == {"children": ["71", "72"], "container": "73"}
    assert len(made(later)) == 1, "nothing is made anew"


def again(stage: Stage, prepared: Any) -> Any:
    return stage.run(stage.provider.prepare(stage.http, stage.account, stage.dispatch(text(), prepared=prepared)))


def test_a_container_that_has_been_published_since_is_not_published_again() -> None:
    stage = acme(state71=state("PUBLISHED"))
    prepared = again(stage, {"children": [], "container": "71"})
    assert prepared == {"children": [], "container": "71", "published": True}
    with pytest.raises(errors.Unknown, match="has published it"):
        stage.run(stage.provider.publish(stage.http, stage.account, stage.dispatch(text(), prepared=prepared)))
    assert stage.http.may_mutate, "nothing left"


@pytest.mark.parametrize("lost", [state("EXPIRED"), state("ERROR", "UNKNOWN"), failed(100, 33)])
def test_a_container_that_was_lost_in_the_meantime_is_made_anew(lost: Response) -> None:
    stage = acme(state71=lost, make=answer({"id": "72"}))
    assert again(stage, {"children": [], "container": "71"}) == {"children": [], "container": "72"}


def test_what_cannot_be_processed_is_refused_with_the_platforms_word() -> None:
    with pytest.raises(errors.Rejected, match=r"cannot process the media \(INVALID_DURATION\)"):
        acme(state71=state("ERROR", "INVALID_DURATION")).prepare(text(media=(video(),)))


# --- was it published? ----------------------------------------------------------------------------------------------


def sought(stage: Stage, words: str = "Hello", **changes: Any) -> Dispatch:
    return stage.dispatch(text(words), prepared={"children": [], "container": "71"}, **changes)


def post(words: str | None = "Hello", at: str = "2026-12-01T09:00:01+0000", **more: Any) -> dict[str, Any]:
    return {"id": "10", "timestamp": at, "permalink": LINK} | ({"text": words} if words else {}) | more


def listed(*posts: dict[str, Any]) -> Response:
    return answer({"data": list(posts)})


def test_a_published_container_is_found_among_the_posts() -> None:
    stage = acme(state71=state("PUBLISHED"), posts=listed(post("Other", id="11"), post()))
    assert found(stage.find(sought(stage))) == (Receipt("10", LINK),)
    assert stage.last() == {"fields": "id,text,timestamp,permalink", "limit": "100"}


def test_a_reply_is_found_among_the_replies_to_what_it_answers() -> None:
    other, mine = post(id="12", replied_to={"id": "3"}), post(replied_to={"id": "2"})
    stage = acme(state71=state("PUBLISHED"), replies=listed(other, mine))
    sent = sought(stage, first=1, root=Receipt("1"), parent=Receipt("2"))
    assert found(stage.find(sent))[0].remote_id == "10"


def test_the_only_post_since_is_it_even_in_other_words() -> None:
    stage = acme(
        state71=state("PUBLISHED"), posts=listed(post("as Threads likes it"), post(at="2026-11-30T09:00:00+0000"))
    )
    assert found(stage.find(sought(stage)))


def test_of_several_in_other_words_none_is_it_yet() -> None:
    stage = acme(state71=state("PUBLISHED"), posts=listed(post("a"), post("b", id="11")))
    assert isinstance(stage.find(sought(stage)), Processing)
    assert stage.clock.slept == [0, 2, 5, 10]


@pytest.mark.parametrize(
    ("status", "evidence"),
    [
        (state("FINISHED"), Absent()),
        (state("IN_PROGRESS"), Processing("Threads is still processing it")),
        (state("ERROR", "FAILED_DOWNLOADING_VIDEO"), Refused("Threads did not publish it (FAILED_DOWNLOADING_VIDEO)")),
        (state("EXPIRED"), Refused("Threads did not publish it (EXPIRED)")),
    ],
)
def test_the_container_says_what_became_of_it(status: Response, evidence: object) -> None:
    stage = acme(state71=status)
    assert stage.find(sought(stage)) == evidence


def test_a_container_that_nobody_knows_leaves_the_list_of_posts() -> None:
    stage = acme(state71=failed(100, 33), posts=listed(post()))
    assert found(stage.find(sought(stage)))
    assert acme().find(acme().dispatch(text())) == Absent(), "and what was never prepared is not there"


# --- failures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (failed(4, 2207051, 403), errors.Unknown),
        (failed(1), errors.Unknown),
        (failed(2, status=500), errors.Unknown),
        (failed(9007, 2207027), errors.Unavailable),
        (failed(24, 2207006), errors.Unavailable),
        (failed(9, 2207042), errors.Throttled),
        (failed(4, status=403), errors.Throttled),
        (failed(25, 2207050), errors.Reauthorize),
        (failed(190, 463), errors.Reauthorize),
        (failed(10), errors.Reauthorize),
        (failed(100), errors.Rejected),
        (failed(100, 4279013), errors.Rejected),
        (failed(99999), errors.Rejected),
        (answer({"success": False}), errors.Unknown),
    ],
)
def test_errors_are_matched_as_codes(reply: Reply, failure: type[errors.Failure]) -> None:
    stage = acme(publish=reply)
    with pytest.raises(failure):
        stage.publish(text())


def test_a_number_in_the_words_of_an_error_is_no_code() -> None:
    """Postiz disconnects a channel where 490 stands anywhere in an answer."""
    message = answer({"error": {"message": "490 190 is not a post", "type": "x", "code": 100}}, 400)
    with pytest.raises(errors.Rejected, match="490 190 is not a post"):
        acme(publish=message).publish(text())


# --- the rest -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reply", [answer({"success": True, "deleted_id": "10"}), failed(100, 33)])
def test_what_is_gone_is_deleted(reply: Response) -> None:
    stage = acme(delete=reply)
    stage.delete(Receipt("10"))
    assert stage.sent() == [("DELETE", "/v1.0/10", {})]


def test_who_it_is_and_what_can_be_chosen() -> None:
    assert (acme().whoami().remote_id, acme().whoami().name) == ("42", "@acme")
    assert acme().options() == {"42": "@acme"}


def test_media_need_a_public_address() -> None:
    rule = acme().spec.media
    assert set(rule.public) == {MediaKind.IMAGE, MediaKind.VIDEO}

    def refused(call: Call) -> Response:
        raise AssertionError(call.path)

    stage = acme(make=refused)
    stage.http._effects = Homeless(stage)  # type: ignore[assignment]
    with pytest.raises(errors.Rejected, match="fetches media from a public address"):
        stage.prepare(text(media=(image(),)))


class Homeless:
    """A stage without a place for media."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.host = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)
