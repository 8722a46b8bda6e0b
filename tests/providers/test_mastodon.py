from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers.base import Absent, Blind, Dispatch
from postiz_ops.publish.effects import Response
from tests.providers.stage import KEYS, Script, Stage, answer, found, image, text, video

STATUS = {"id": "10", "url": "https://social.example/@acme/10"}
STATUSES = "POST /api/v1/statuses"
UPLOAD = "POST /api/v2/media"
ME = "GET /api/v1/accounts/verify_credentials"
MINE = "GET /api/v1/accounts/7/statuses"


def uploads(*names: str) -> list[Response]:
    return [answer({"id": name}) for name in names]


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text() -> None:
    stage = Stage("mastodon", {STATUSES: answer(STATUS)})
    assert stage.publish(text("Hello https://example.com")) == (Receipt("10", "https://social.example/@acme/10"),)
    assert stage.sent() == [("POST", "/api/v1/statuses", {"status": "Hello https://example.com"})]
    assert stage.calls[0].headers["idempotency-key"] == KEYS[0]
    assert stage.calls[0].headers["authorization"] == "Bearer test-token"


def test_everything_that_a_post_may_say() -> None:
    poll = {"options": ["yes", "no"], "expires_in": 300, "multiple": True}
    said = {"visibility": "unlisted", "language": "de", "sensitive": True, "quote_policy": "nobody", "poll": poll}
    stage = Stage("mastodon", {STATUSES: answer(STATUS)})
    stage.publish(text("Hello"), settings=said, content_warning="spoilers")
    assert stage.last() == {
        "status": "Hello",
        "spoiler_text": "spoilers",
        "sensitive": True,
        "language": "de",
        "visibility": "unlisted",
        "quote_approval_policy": "nobody",
        "poll": {"options": ["yes", "no"], "expires_in": 300, "multiple": True, "hide_totals": False},
    }


def test_images_with_alt_text() -> None:
    stage = Stage("mastodon", {UPLOAD: uploads("m1", "m2"), STATUSES: answer(STATUS)})
    (receipt,) = stage.publish(text("Hello", media=(image("a.jpg", alt="One"), image("b.jpg", alt=""))))
    assert stage.sent() == [
        ("POST", "/api/v2/media", {"description": "One", "file": ("a.jpg", "image/jpeg", b"bytes of a.jpg")}),
        ("POST", "/api/v2/media", {"file": ("b.jpg", "image/jpeg", b"bytes of b.jpg")}),
        ("POST", "/api/v1/statuses", {"status": "Hello", "media_ids": ["m1", "m2"]}),
    ]
    assert receipt.extra == {"media": "m1,m2"}


def test_a_picture_alone() -> None:
    stage = Stage("mastodon", {UPLOAD: uploads("m1"), STATUSES: answer(STATUS)})
    stage.publish(text("", media=(image(),)))
    assert stage.last() == {"media_ids": ["m1"]}


def test_a_video_is_waited_for() -> None:
    """202 on upload, 206 while it is converted, 200 when it is done."""
    states = [answer({"id": "m1"}, 206), answer({"id": "m1"}, 206), answer({"id": "m1"})]
    script: Script = {UPLOAD: answer({"id": "m1"}, 202), "GET /api/v1/media/m1": states, STATUSES: answer(STATUS)}
    stage = Stage("mastodon", script)
    stage.publish(text("Look", media=(video(thumbnail=image("cover.jpg")),)))
    assert stage.sent("/m1") == [
        (
            "POST",
            "/api/v2/media",
            {
                "description": "A clip",
                "file": ("clip.mp4", "video/mp4", b"bytes of clip.mp4"),
                "thumbnail": ("cover.jpg", "image/jpeg", b"bytes of cover.jpg"),
            },
        ),
        ("POST", "/api/v1/statuses", {"status": "Look", "media_ids": ["m1"]}),
    ]
    assert stage.clock.slept == [1, 2, 3]


def test_a_video_that_is_never_ready_can_be_tried_again() -> None:
    processing = answer({"id": "m1"}, 206)
    stage = Stage("mastodon", {UPLOAD: answer({"id": "m1"}, 202), "GET /api/v1/media/m1": processing})
    with pytest.raises(errors.Unavailable, match=r"still converting `clip\.mp4`"):
        stage.prepare(text(media=(video(),)))
    assert sum(stage.clock.slept) == 291


def test_a_video_that_cannot_be_converted_is_refused() -> None:
    broken = answer({"error": "Error processing thumbnail"}, 422)
    stage = Stage("mastodon", {UPLOAD: answer({"id": "m1"}, 202), "GET /api/v1/media/m1": broken})
    with pytest.raises(errors.Rejected, match="Error processing thumbnail"):
        stage.prepare(text(media=(video(),)))


def test_a_part_of_a_thread_answers_the_one_before() -> None:
    stage = Stage("mastodon", {STATUSES: answer(STATUS)})
    poll = {"poll": {"options": ["yes", "no"], "expires_in": 300}}
    stage.publish(text("Third"), first=2, root=Receipt("1"), parent=Receipt("2"), settings=poll)
    assert stage.last() == {"status": "Third", "in_reply_to_id": "2"}, "and the poll is the first part's alone"


def test_a_comment_answers_the_first_part() -> None:
    stage = Stage("mastodon", {STATUSES: answer(STATUS)})
    stage.publish(text("By the way", comment=True), first=2, root=Receipt("1"), parent=Receipt("2"))
    assert stage.last()["in_reply_to_id"] == "1"


def test_a_poll_excludes_media() -> None:
    stage = Stage("mastodon", {})
    with pytest.raises(errors.Rejected, match="both a poll and media"):
        stage.prepare(text(media=(image(),)), settings={"poll": {"options": ["a", "b"], "expires_in": 300}})
    assert stage.calls == []


def test_an_answer_without_an_id_is_no_success() -> None:
    stage = Stage("mastodon", {STATUSES: answer({"url": "https://social.example/@acme/10"})})
    with pytest.raises(errors.Unknown, match="it has no `id`"):
        stage.publish(text())


# --- was it published? ----------------------------------------------------------------------------------------------


def status(content: str = "<p>Hello</p>", at: str = "2026-12-01T09:00:01.000Z", **more: Any) -> dict[str, Any]:
    return {"id": "10", "url": None, "created_at": at, "content": content, "media_attachments": []} | more


def search(*pages: list[dict[str, Any]]) -> Stage:
    return Stage("mastodon", {ME: answer({"id": "7"}), MINE: [answer(page) for page in pages]})


def sought(stage: Stage, *media: str, **changes: Any) -> Dispatch:
    files = tuple(image(name) for name in media)
    return stage.dispatch(text("Hello", media=files), prepared={"media": list(media)}, **changes)


def test_it_is_found_among_the_accounts_own_posts() -> None:
    stage = search([status("<p>Other</p>", id="11"), status()])
    assert found(stage.find(sought(stage))) == (Receipt("10"),)
    assert stage.last() == {"limit": "40", "exclude_reblogs": "true"}


WRITTEN = {
    "Mentions @bob@far.example and @alice": (
        '<p>Mentions <span class="h-card"><a href="https://far.example/@bob" class="u-url">@<span>bob</span></a></span>'
        ' and <span class="h-card"><a href="https://social.example/@alice">@<span>alice</span></a></span></p>'
    ),
    "A & B <c>\nnext line\n\nnew paragraph": "<p>A &amp; B &lt;c&gt;<br />next line</p><p>new paragraph</p>",
    "See https://example.com/a/very/long/path #GitOps": (
        '<p>See <a href="https://example.com/a/very/long/path" title="a > b"><span class="invisible">https://</span>'
        '<span class="ellipsis">example.com/a/very/long</span><span class="invisible">/path</span></a> '
        '<a href="https://social.example/tags/GitOps" class="mention hashtag">#<span>GitOps</span></a></p>'
    ),
}


@pytest.mark.parametrize("words", WRITTEN)
def test_it_is_known_again_in_the_html_that_instances_make(words: str) -> None:
    stage = search([status(WRITTEN[words])])
    assert found(stage.find(stage.dispatch(text(words), prepared={"media": []})))


@pytest.mark.parametrize(
    "other",
    [
        status("<p>Hello!</p>"),
        status(at="2026-12-01T08:57:59.999Z"),
        status(in_reply_to_id="3"),
        status(media_attachments=[{"id": "m1"}]),
    ],
    ids=["other words", "too old", "an answer to something", "with a picture"],
)
def test_another_post_is_not_it(other: dict[str, Any]) -> None:
    stage = search([other], [])
    assert stage.find(sought(stage)) == Absent()


def test_uploaded_files_are_better_evidence_than_words() -> None:
    stage = search(
        [status("<p>Hello</p>"), status("<p>as the server likes it</p>", id="12", media_attachments=[{"id": "m1"}])]
    )
    assert found(stage.find(sought(stage, "m1")))[0].remote_id == "12"


def test_a_reply_is_looked_for_as_a_reply() -> None:
    stage = search([status(), status(id="12", in_reply_to_id="2")])
    changes = {"first": 1, "root": Receipt("1"), "parent": Receipt("2")}
    assert found(stage.find(sought(stage, **changes)))[0].remote_id == "12"


def test_it_reads_on_until_the_time_of_the_claim() -> None:
    stage = search([status("<p>x</p>", id="30")], [status("<p>y</p>", id="20"), status(at="2026-11-30T00:00:00.000Z")])
    assert stage.find(sought(stage)) == Absent()
    assert stage.last() == {"limit": "40", "exclude_reblogs": "true", "max_id": "30"}


def test_it_says_when_there_is_too_much_to_read() -> None:
    stage = search([status("<p>x</p>")])
    assert stage.find(sought(stage)) == Blind("the account has published more than 200 posts since")


def test_a_look_up_that_is_not_understood_is_no_absence() -> None:
    stage = Stage("mastodon", {ME: answer({"id": "7"}), MINE: answer({"posts": []})})
    with pytest.raises(errors.Unavailable, match="it is no list"):
        stage.find(sought(stage))


# --- afterwards -----------------------------------------------------------------------------------------------------


def test_an_edit_keeps_the_media() -> None:
    stage = Stage("mastodon", {"PUT /api/v1/statuses/10": answer(STATUS)})
    receipt = stage.edit(stage.dispatch(text("Better"), content_warning="cw"), Receipt("10", extra={"media": "m1,m2"}))
    body = {"status": "Better", "spoiler_text": "cw", "media_ids": ["m1", "m2"]}
    assert stage.sent() == [("PUT", "/api/v1/statuses/10", body)]
    assert receipt.extra == {"media": "m1,m2"}


def test_an_edit_with_new_media_takes_those() -> None:
    stage = Stage("mastodon", {UPLOAD: uploads("m9"), "PUT /api/v1/statuses/10": answer(STATUS)})
    stage.edit(stage.prepare(text("Better", media=(image(),))), Receipt("10", extra={"media": "m1,m2"}))
    assert stage.last()["media_ids"] == ["m9"]


@pytest.mark.parametrize("reply", [answer(STATUS), answer({"error": "Record not found"}, 404)])
def test_what_is_gone_is_deleted(reply: Response) -> None:
    stage = Stage("mastodon", {"DELETE /api/v1/statuses/10": reply})
    stage.delete(Receipt("10"))
    assert stage.sent() == [("DELETE", "/api/v1/statuses/10", {})]


def test_the_instance_tells_its_limits() -> None:
    configuration = {
        "statuses": {"max_characters": 5000, "max_media_attachments": 6},
        "media_attachments": {"description_limit": 420},
    }
    stage = Stage(
        "mastodon",
        {ME: answer({"id": "7", "acct": "acme"}), "GET /api/v2/instance": answer({"configuration": configuration})},
    )
    identity = stage.whoami()
    assert (identity.remote_id, identity.name) == ("7", "@acme")
    assert identity.limits == {"max_characters": 5000, "max_media": 6, "max_alt": 420}


def test_an_instance_that_tells_nothing_keeps_the_declared_limits() -> None:
    stage = Stage(
        "mastodon", {ME: answer({"id": "7"}), "GET /api/v2/instance": answer({"configuration": {"statuses": {}}})}
    )
    assert stage.whoami().limits == {}


def test_a_server_under_a_port() -> None:
    stage = Stage("mastodon", {STATUSES: answer(STATUS)}, checked=False)
    stage.account = replace(stage.account, origin="http://127.0.0.1:8091")
    stage.http._account = stage.account
    stage.publish(text())
    assert (stage.calls[0].scheme, stage.calls[0].host) == ("http", "127.0.0.1:8091")
