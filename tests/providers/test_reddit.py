from __future__ import annotations

from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence
from postiz_ops.publish.effects import Response
from tests.providers.stage import CLAIMED, Script, Stage, answer, card, content, found, image, text, video
from tests.specs.exchange import Call

SUBMIT = "POST /api/submit"
GALLERY = "POST /api/submit_gallery_post.json"
POLL = "POST /api/submit_poll_post"
STORAGE = "https://reddit-uploaded-media.s3-accelerate.amazonaws.com"
URL = "https://www.reddit.com/r/python/comments/p1/a_title/"
POST = Receipt("t3_p1", URL, {"kind": "self"})
FLAIR = "0a1b2c3d-0000-4000-8000-000000000001"


def said(**data: Any) -> Response:
    return answer({"json": {"errors": [], "data": data}})


def refused(code: str, words: str = "that is not allowed") -> Response:
    return answer({"json": {"errors": [[code, words, "sr"]]}})


def lease(call: Call) -> Response:
    name = dict(call.form())["filepath"]
    fields = [{"name": "acl", "value": "private"}, {"name": "key", "value": f"k/{name}"}]
    args = {"action": STORAGE.removeprefix("https:"), "fields": fields}
    return answer({"args": args, "asset": {"asset_id": f"asset-{name}", "websocket_url": "wss://ws.example"}})


def listed(*things: dict[str, Any], after: str | None = None) -> Response:
    return answer({"kind": "Listing", "data": {"children": [{"data": each} for each in things], "after": after}})


def account(**more: Any) -> Stage:
    """An account in r/python that may post everything, save where ``more`` says otherwise."""
    page = "https://www.reddit.com/user/acme/submitted/"
    script: Script = {
        SUBMIT: more.get("submit", said(id="p1", name="t3_p1", url=URL)),
        GALLERY: said(id="t3_p1", url=URL),
        POLL: said(id="t3_p1", url=URL),
        "POST /api/media/asset.json": more.get("lease", lease),
        "POST ": more.get("storage", Response(201, {}, b"<PostResponse><Location>x</Location></PostResponse>")),
        "GET /api/v1/me": answer({"id": "u1", "name": "acme"}),
        "GET /user/acme/submitted": more.get("submitted", listed()),
        "GET /user/acme/comments": more.get("comments", listed()),
        "GET /r/python/api/link_flair_v2": more.get(
            "flairs", answer([{"id": FLAIR, "text": "Show & Tell"}, {"id": "f2", "text": "News"}])
        ),
        "POST /api/comment": more.get(
            "comment",
            said(things=[{"kind": "t1", "data": {"name": "t1_c1", "permalink": "/r/python/comments/p1/_/c1/"}}]),
        ),
        "POST /api/editusertext": said(things=[]),
        "POST /api/del": answer({}),
        "_": answer({"page": page}),
    }
    return Stage("reddit", script)


USUAL = {
    "api_type": "json",
    "sr": "python",
    "title": "A title",
    "text": "Hello",
    "nsfw": "false",
    "spoiler": "false",
    "sendreplies": "true",
    "resubmit": "true",
    "validate_on_submit": "true",
}


# --- what is sent: held against the handwritten description ---------------------------------------------------------


def test_handwritten_a_text() -> None:
    acme = account()
    assert acme.publish(text("Hello")) == (POST,)
    assert acme.sent() == [("POST", "/api/submit", USUAL | {"kind": "self"})]


def test_reddit_gets_a_user_agent_of_the_accounts_own() -> None:
    acme = account()
    acme.publish(text())
    agent = acme.calls[0].headers["user-agent"]
    assert agent == "python:postiz-ops:1 (account acme; +https://github.com/postiz-ops/postiz-ops)"


def test_handwritten_a_link_with_a_text() -> None:
    acme = account()
    (receipt,) = acme.publish(text("Why"), link=card())
    assert acme.last() == USUAL | {"kind": "link", "url": "https://example.com/launch", "text": "Why"}
    assert receipt.extra == {"kind": "link"}


def test_handwritten_flags() -> None:
    acme = account()
    acme.publish(text(), settings={"nsfw": True, "spoiler": True, "send_replies": False, "resubmit": False})
    assert acme.last() == USUAL | {
        "kind": "self",
        "nsfw": "true",
        "spoiler": "true",
        "sendreplies": "false",
        "resubmit": "false",
    }


def test_handwritten_a_crosspost() -> None:
    acme = account()
    acme.publish(text(), settings={"crosspost": "t3_abc"})
    assert acme.last() == USUAL | {"kind": "crosspost", "crosspost_fullname": "t3_abc"}


def test_handwritten_a_poll() -> None:
    acme = account()
    assert acme.publish(text(), settings={"poll": {"options": ["Yes", "No"], "duration": 2}}) == (
        Receipt("t3_p1", URL, {"kind": "poll"}),
    )
    body = acme.last()
    assert acme.calls[-1].path == "/api/submit_poll_post"
    assert (body["options"], body["duration"], body["nsfw"], body["text"]) == (["Yes", "No"], 2, False, "Hello")


def test_handwritten_a_gallery_names_assets() -> None:
    acme = account()
    pictures = (image("a.jpg"), image("b.jpg"))
    assert acme.publish(text(media=pictures)) == (Receipt("t3_p1", URL, {"kind": "gallery"}),)
    assert acme.last()["items"] == [{"media_id": "asset-a.jpg"}, {"media_id": "asset-b.jpg"}]


@pytest.mark.parametrize("asked", [FLAIR, "Show & Tell", "show & tell"])
def test_handwritten_a_flair_by_id_or_text(asked: str) -> None:
    acme = account()
    acme.publish(text(), settings={"flair": asked, "flair_text": "Mine"})
    assert (acme.last()["flair_id"], acme.last()["flair_text"]) == (FLAIR, "Mine")


def test_a_flair_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(errors.Rejected, match="r/python has no flair `Shows`") as caught:
        account().publish(text(), settings={"flair": "Shows"})
    assert caught.value.help == "choose one of those it has: `Show & Tell`, `News`"


def test_flair_required_by_some_subreddits() -> None:
    rules = {
        "error_type": "SUBMIT_VALIDATION_ERROR",
        "reason": "SUBMIT_VALIDATION_FLAIR_REQUIRED",
        "explanation": "Your post must contain post flair.",
        "message": "Bad Request",
        "fields": ["flair"],
    }
    with pytest.raises(errors.Rejected, match=r"this community wants a flair: set `flair` .*Your post must contain"):
        account(submit=answer(rules, 400)).publish(text())


# --- media ----------------------------------------------------------------------------------------------------------


MADE = said(user_submitted_page="https://www.reddit.com/user/acme/submitted/", websocket_url="wss://ws.example")


def test_handwritten_media_posts_return_no_id() -> None:
    acme = account(submit=MADE)
    with pytest.raises(errors.Unknown, match="makes the post of it now"):
        acme.publish(text(media=(image(),)))
    assert acme.last()["kind"] == "image"
    assert acme.last()["url"] == f"{STORAGE}/k/a.jpg"
    storage = acme.calls[1]
    assert [part.name for part in storage.parts()] == ["acl", "key", "file"]
    assert content(storage)["file"] == ("a.jpg", "image/jpeg", b"bytes of a.jpg")
    assert "authorization" not in storage.headers


def test_handwritten_a_film_has_its_picture() -> None:
    acme = account(submit=MADE)
    with pytest.raises(errors.Unknown):
        acme.publish(text(media=(video(thumbnail=image("cover.jpg")),)))
    assert acme.last()["kind"] == "video"
    assert acme.last()["video_poster_url"] == f"{STORAGE}/k/cover.jpg"


def test_a_film_without_a_picture_is_refused_before_anything_is_published() -> None:
    with pytest.raises(errors.Rejected, match="a film needs a picture of its own"):
        account().publish(text(media=(video(),)))


def test_storage_that_takes_no_such_file_refuses() -> None:
    too_large = Response(400, {}, b"<Error><Code>EntityTooLarge</Code></Error>")
    with pytest.raises(errors.Rejected):
        account(storage=too_large).publish(text(media=(image(),)))


# --- was it published? ----------------------------------------------------------------------------------------------

AT = CLAIMED.timestamp()


def entry(**changes: Any) -> dict[str, Any]:
    permalink = "/r/python/comments/p1/a_title/"
    return {
        "name": "t3_p1",
        "title": "A title",
        "subreddit": "Python",
        "created_utc": AT + 3,
        "permalink": permalink,
    } | changes


def sought(acme: Stage, part: DraftPart | None = None, **changes: Any) -> Dispatch:
    prepared = {"media": [], "poster": "", "flair": ""}
    return acme.dispatch(part or text(), prepared=prepared, **changes)


@pytest.mark.parametrize(
    ("pages", "there"),
    [
        ([listed(entry(title="Other"), entry())], True),
        ([listed(entry(title="A &amp; B"))], False),
        ([listed(entry(subreddit="rust"))], False),
        ([listed(entry(created_utc=AT - 200))], False),
        ([listed(entry(title="x"), after="t3_x"), listed(entry())], True),
        ([listed()], False),
    ],
)
def test_a_post_is_found_in_the_accounts_own_list(pages: list[Response], there: bool) -> None:
    acme = account(submitted=pages)
    evidence = acme.find(sought(acme))
    assert found(evidence) == (POST,) if there else evidence == Absent()
    assert acme.calls[1].query[:2] == (("sort", "new"), ("limit", "100"))


def test_lists_escape_titles() -> None:
    acme = account(submitted=listed(entry(title="A &amp; B &lt;3")))
    assert found(acme.find(sought(acme, title="A & B <3")))


def test_a_post_with_media_is_waited_for() -> None:
    acme = account(submitted=[listed(), listed(), listed(entry())])
    assert found(acme.find(sought(acme, text(media=(image(),)))))
    assert acme.clock.slept == [0, 1, 2]


def test_too_much_to_read_is_said() -> None:
    acme = account(submitted=listed(entry(title="x"), after="more"))
    assert acme.find(sought(acme)) == Blind("the account has written more than 500 times since")


def comment(**changes: Any) -> dict[str, Any]:
    return {
        "name": "t1_c1",
        "body": "Two &amp; three",
        "parent_id": "t3_p1",
        "created_utc": AT + 3,
        "permalink": "/c1",
    } | changes


@pytest.mark.parametrize(
    ("thing", "evidence"),
    [
        (comment(), Receipt("t1_c1", "https://www.reddit.com/c1", {"kind": "comment"})),
        (comment(parent_id="t3_p2"), Absent()),
        (comment(body="Two"), Absent()),
    ],
)
def test_a_comment_is_found_by_its_words_and_place(thing: dict[str, Any], evidence: Evidence | Receipt) -> None:
    acme = account(comments=listed(thing))
    seen = acme.find(acme.dispatch(text("Two & three"), first=1, root=POST, parent=POST))
    assert (found(seen) == (evidence,)) if isinstance(evidence, Receipt) else seen == evidence


# --- comments, changes, choices -------------------------------------------------------------------------------------

COMMENT = Receipt("t1_c1", "https://www.reddit.com/r/python/comments/p1/_/c1/", {"kind": "comment"})


@pytest.mark.parametrize(("part", "parent"), [(text("Three"), "t1_c0"), (text("By the way", comment=True), "t3_p1")])
def test_handwritten_further_parts_are_comments(part: DraftPart, parent: str) -> None:
    acme = account()
    assert acme.publish(part, first=2, root=POST, parent=Receipt("t1_c0")) == (COMMENT,)
    assert acme.sent() == [("POST", "/api/comment", {"api_type": "json", "thing_id": parent, "text": part.text})]


@pytest.mark.parametrize("reply", [said(), said(things=[]), said(things=[{}]), answer({"json": {"errors": []}})])
def test_an_odd_answer_to_a_comment_is_in_doubt(reply: Response) -> None:
    acme = account(comment=reply)
    with pytest.raises((errors.Unknown, AttributeError)):
        acme.publish(text(), first=1, root=POST, parent=POST)
    assert acme.http.accepted is True, "which makes it a doubt to the engine, whatever is raised"


@pytest.mark.parametrize("receipt", [POST, COMMENT])
def test_handwritten_edit_and_delete(receipt: Receipt) -> None:
    acme = account()
    assert acme.edit(acme.dispatch(text("Better")), receipt) == receipt
    acme.http.may_mutate = True
    acme.delete(receipt)
    assert acme.sent() == [
        ("POST", "/api/editusertext", {"api_type": "json", "thing_id": receipt.remote_id, "text": "Better"}),
        ("POST", "/api/del", {"id": receipt.remote_id}),
    ]


@pytest.mark.parametrize("kind", ["link", "image", "gallery", "poll", "crosspost"])
def test_what_reddit_cannot_change_is_said(kind: str) -> None:
    acme = account()
    with pytest.raises(errors.Rejected, match=f"this is of the kind `{kind}`"):
        acme.edit(acme.dispatch(text()), Receipt("t3_p1", extra={"kind": kind}))
    assert acme.calls == []


def test_the_flairs_that_it_may_choose() -> None:
    assert account().options() == {FLAIR: "Show & Tell", "f2": "News"}


def test_the_communities_that_it_may_choose() -> None:
    def page(call: Call) -> Response:
        if ("after", "t5_a") in call.query:
            return listed({"display_name": "rust", "title": "Rust"})
        return listed({"display_name": "python", "title": "Python"}, after="t5_a")

    acme = Stage("reddit", {"GET /subreddits/mine/subscriber": page})
    job = acme.provider.options(acme.http, acme.account, "subreddit")
    assert acme.run(job) == {"python": "Python", "rust": "Rust"}


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (refused("RATELIMIT", "you are doing that too much. try again in 9 minutes."), errors.Throttled),
        (refused("QUOTA_FILLED"), errors.Throttled),
        (refused("USER_REQUIRED"), errors.Reauthorize),
        (refused("SUBREDDIT_NOEXIST"), errors.Rejected),
        (refused("NO_SELFS"), errors.Rejected),
        (refused("SOMETHING_NEW"), errors.Rejected),
        (answer({"reason": "private", "message": "Forbidden", "error": 403}, 403), errors.Rejected),
        (answer({"message": "Forbidden", "error": 403}, 403), errors.Reauthorize),
        (answer({"message": "Unauthorized", "error": 401}, 401), errors.Reauthorize),
        (answer({"message": "Not Found", "error": 404}, 404), errors.Rejected),
    ],
)
def test_errors_come_as_http_200_or_as_what_they_are(reply: Response, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        account(submit=reply).publish(text())


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("SUBMIT_VALIDATION_FLAIR_REQUIRED", "this community wants a flair: set `flair`"),
        ("SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING", "no such words here"),
    ],
)
def test_a_communitys_own_rules_come_as_http_400(reason: str, words: str) -> None:
    """Trap: with ``validate_on_submit`` they are a SUBMIT_VALIDATION_ERROR, in another form than all other errors."""
    body = {"fields": ["title"], "explanation": "no such words here", "error_type": "SUBMIT_VALIDATION_ERROR"}
    refusal = answer({**body, "message": "Bad Request", "reason": reason}, 400)
    with pytest.raises(errors.Rejected, match=words):
        account(submit=refusal).publish(text())


def test_reddits_own_words_are_told() -> None:
    with pytest.raises(errors.Rejected, match=r"Reddit: it refused \(HTTP 200, SOMETHING_NEW, that is not allowed\)"):
        account(submit=refused("SOMETHING_NEW")).publish(text())
