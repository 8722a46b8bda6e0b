from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from postiz_ops import errors
from postiz_ops.model import DraftPart, Facet, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import x
from postiz_ops.providers._x_media import PIECE
from postiz_ops.providers._x_settings import Settings
from postiz_ops.providers.base import Absent, Blind, Dispatch, NotReady, Threads, Title, with_limits
from postiz_ops.publish.effects import Lost, Response
from tests.providers.stage import Reply, Script, Stage, answer, found, image, text, video

ME = "GET /2/users/me"
POST = "POST /2/tweets"
LIST = "GET /2/users/7/tweets"
UPLOAD = "POST /2/media/upload"
STATUS = "GET /2/media/upload"
BEGIN = "POST /2/media/upload/initialize"
PUBLISHED = Receipt("10", "https://x.com/acme/status/10")

SECRET = {"access_token": "test-token"}


def data(**fields: Any) -> Response:
    return answer({"data": fields})


def problem(status: int, detail: str, **headers: str) -> Response:
    return answer({"title": "Forbidden", "detail": detail, "type": "about:blank", "status": status}, status, **headers)


def state(name: str, **more: Any) -> Response:
    return data(id="21", processing_info={"state": name, **more})


def account(**more: Reply | list[Reply]) -> Stage:
    """An account with an OAuth 2 token that may do everything, save where ``more`` says otherwise."""
    script: Script = {
        ME: more.get("me", data(id="7", username="acme", name="Acme")),
        POST: more.get("post", answer({"data": {"id": "10", "text": "Hello"}}, 201)),
        LIST: more.get("list", answer({"meta": {"result_count": 0}})),
        UPLOAD: [data(id=str(number)) for number in (11, 12, 13, 14)],
        BEGIN: data(id="21"),
        "POST /2/media/upload/21/append": data(expires_at=1),
        "POST /2/media/upload/21/finalize": more.get("finalize", state("pending", check_after_secs=1)),
        STATUS: more.get("status", state("succeeded")),
        "POST /2/media/metadata": data(id="11"),
        "DELETE /2/tweets/10": more.get("delete", data(deleted=True)),
    }
    stage = Stage("x", script)
    stage.credentials = dict(SECRET)
    return stage


def gif(path: str = "a.gif", alt: str = "A loop") -> Media:
    return Media(path, "2" * 64, MediaKind.GIF, "image/gif", 10, 320, 240, alt=alt)


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text() -> None:
    acme = account()
    assert acme.publish(text("Hello #GitOps")) == (PUBLISHED,)
    assert acme.sent() == [("GET", "/2/users/me", {}), ("POST", "/2/tweets", {"text": "Hello #GitOps"})]
    assert acme.calls[-1].headers["authorization"] == "Bearer test-token"


def test_oauth1_signs_every_request_with_a_nonce_of_its_own() -> None:
    acme = account()
    acme.credentials |= {"api_key": "test-key", "api_secret": "test-secret", "access_token_secret": "test-ts"}
    acme.publish(text(media=(image(),)))
    headers = [call.headers["authorization"] for call in acme.calls]
    assert len(headers) == 4
    assert all(value.startswith('OAuth oauth_consumer_key="test-key", ') for value in headers)
    assert len({re.findall(r'oauth_signature="([^"]+)"', value)[0] for value in headers}) == 4
    assert "secret" not in "".join(headers)


@pytest.mark.parametrize("missing", ["api_secret", "access_token", "access_token_secret"])
def test_oauth1_needs_all_four_keys(missing: str) -> None:
    acme = account()
    acme.credentials |= {"api_key": "k", "api_secret": "s", "access_token_secret": "ts"}
    del acme.credentials[missing]
    with pytest.raises(errors.Reauthorize, match=f"`POSTIZ_ACME_{missing.upper()}` is not set"):
        acme.publish(text())
    assert acme.calls == []


def test_pictures_go_up_whole_with_their_alt_texts_by_a_call_of_their_own() -> None:
    """Trap: alt text is no field of a post, nor of an upload."""
    acme = account()
    acme.publish(text("Look", media=(image("a.jpg", alt="One"), image("b.jpg", alt=""))))
    assert acme.sent("me") == [
        (
            "POST",
            "/2/media/upload",
            {"media_category": "tweet_image", "media": ("a.jpg", "image/jpeg", b"bytes of a.jpg")},
        ),
        ("POST", "/2/media/metadata", {"id": "11", "metadata": {"alt_text": {"text": "One"}}}),
        (
            "POST",
            "/2/media/upload",
            {"media_category": "tweet_image", "media": ("b.jpg", "image/jpeg", b"bytes of b.jpg")},
        ),
        ("POST", "/2/tweets", {"text": "Look", "media": {"media_ids": ["11", "12"]}}),
    ]


def test_a_picture_without_words() -> None:
    acme = account()
    acme.publish(text("", media=(image(),)))
    assert acme.last() == {"media": {"media_ids": ["11"]}}


def test_a_film_goes_up_in_pieces_and_is_waited_for() -> None:
    acme = account(status=[state("in_progress", check_after_secs=7), state("succeeded")])
    acme.files["clip.mp4"] = b"a" * PIECE + b"b"
    acme.publish(text("Look", media=(video(),)))
    pieces = [
        (call[2]["segment_index"], len(call[2]["media"][2])) for call in acme.sent() if call[1].endswith("append")
    ]
    assert pieces == [("0", PIECE), ("1", 1)]
    assert acme.sent("me", "append", "/2/media/upload") == [
        (
            "POST",
            "/2/media/upload/initialize",
            {"media_category": "tweet_video", "media_type": "video/mp4", "total_bytes": PIECE + 1},
        ),
        ("POST", "/2/media/upload/21/finalize", {}),
        ("POST", "/2/tweets", {"text": "Look", "media": {"media_ids": ["21"]}}),
    ]
    assert acme.clock.slept == [7]


def test_a_gif_goes_up_in_pieces_with_its_alt_text() -> None:
    acme = account(finalize=data(id="21"))
    acme.publish(text(media=(gif(),)))
    assert ("POST", "/2/media/metadata", {"id": "21", "metadata": {"alt_text": {"text": "A loop"}}}) in acme.sent()
    assert "tweet_gif" in str(acme.sent())
    assert acme.sent()[-2][1] != "/2/media/upload", "what is ready is not waited for"


def test_warnings_stand_before_the_media() -> None:
    acme = account()
    acme.publish(text(media=(image(alt=""),)), settings={"sensitive": ["graphic_violence"]})
    metadata = {"sensitive_media_warning": {"graphic_violence": True}}
    assert ("POST", "/2/media/metadata", {"id": "11", "metadata": metadata}) in acme.sent()


@pytest.mark.parametrize("part", [text("Two"), text("Note", comment=True)])
def test_parts_and_comments_are_replies(part: DraftPart) -> None:
    acme = account()
    acme.publish(part, first=1, root=Receipt("1"), parent=Receipt("2"))
    assert acme.last()["reply"] == {"in_reply_to_tweet_id": "1" if part.comment else "2"}


def test_what_the_first_part_says_for_all() -> None:
    settings = {
        "reply_settings": "mentionedUsers",
        "community_id": "1493446837214187523",
        "quote": "99",
        "paid_partnership": True,
        "made_with_ai": True,
    }
    acme = account()
    acme.publish(text("One", media=(image(),)), settings=settings)
    assert acme.last() == {
        "text": "One",
        "media": {"media_ids": ["11"]},
        "made_with_ai": True,
        "paid_partnership": True,
        "reply_settings": "mentionedUsers",
        "community_id": "1493446837214187523",
        "quote_tweet_id": "99",
    }
    acme.http.may_mutate = True
    acme.publish(text("Two"), settings=settings, first=1, root=Receipt("1"), parent=Receipt("1"))
    assert acme.last() == {"text": "Two", "paid_partnership": True, "reply": {"in_reply_to_tweet_id": "1"}}


def test_a_poll() -> None:
    poll = {"options": ["Yes", "No"], "duration_minutes": 60}
    acme = account()
    acme.publish(text("Which?"), settings={"poll": poll})
    assert acme.last() == {"text": "Which?", "poll": poll}


def test_a_poll_excludes_media_and_a_quote() -> None:
    poll = {"options": ["Yes", "No"], "duration_minutes": 60}
    acme = account()
    with pytest.raises(errors.Rejected, match="both a poll and media"):
        acme.publish(text(media=(image(),)), settings={"poll": poll})
    assert acme.calls == []
    with pytest.raises(ValidationError, match="both a poll and a quote"):
        Settings.model_validate({"poll": poll, "quote": "1"})


def test_four_pictures_or_one_gif_or_one_film() -> None:
    """Trap: at most 4 images or 1 video or 1 GIF."""
    media = x.SPEC.media
    most = {kind: rule.max_items or media.max_items for kind, rule in media.kinds.items()}
    assert most == {MediaKind.IMAGE: 4, MediaKind.GIF: 1, MediaKind.VIDEO: 1}
    assert media.mixed is False


def test_one_cashtag_and_weighted_characters() -> None:
    """Trap: weighted length, one cashtag."""
    assert (x.SPEC.text.limit.max, x.SPEC.text.limit.unit) == (280, Unit.X_WEIGHTED)
    assert [(count.what, count.max) for count in x.SPEC.text.counts] == [("cashtags", 1)]


def test_premium_by_the_setting_or_by_what_x_says() -> None:
    assert Stage("x", {}, settings={"premium": True}).spec.text.limit.max == 25_000
    for told, most in (("Premium", 25_000), ("None", 280)):
        identity = account(me=data(id="7", username="acme", subscription_type=told)).whoami()
        assert (identity.remote_id, identity.name) == ("7", "@acme")
        assert with_limits(x.SPEC, identity.limits).text.limit.max == most
    assert account().whoami().limits == {}


# --- articles -------------------------------------------------------------------------------------------------------

DRAFT = "POST /2/articles/draft"
ISSUE = "POST /2/articles/55/publish"


def writer(**more: Reply | list[Reply]) -> Stage:
    """An account entry that publishes articles."""
    base = account(**more)
    script = {**base.script, DRAFT: data(id="55", title="News"), ISSUE: more.get("issue", data(post_id="10"))}
    stage = Stage("x", script, settings={"article": True})
    stage.credentials = dict(SECRET)
    return stage


def test_an_article_is_a_draft_and_then_published() -> None:
    acme = writer()
    words = "See this 🦋 page\n\n• one\n2) two\n> said"
    part = text(words, facets=(Facet(4, 8, "link", "https://e.com"), Facet(11, 15, "link", "https://f.com")))
    assert acme.publish(part, title="News") == (PUBLISHED,)
    blocks = [
        {
            "text": "See this 🦋 page",
            "type": "unstyled",
            "entity_ranges": [{"key": 0, "offset": 4, "length": 4}, {"key": 1, "offset": 12, "length": 4}],
        },
        {"text": "one", "type": "unordered-list-item"},
        {"text": "two", "type": "ordered-list-item"},
        {"text": "said", "type": "blockquote"},
    ]
    links = [
        {"key": key, "value": {"type": "link", "mutability": "mutable", "data": {"url": url}}}
        for key, url in (("0", "https://e.com"), ("1", "https://f.com"))
    ]
    assert acme.sent("me") == [
        ("POST", "/2/articles/draft", {"title": "News", "content_state": {"blocks": blocks, "entities": links}}),
        ("POST", "/2/articles/55/publish", {}),
    ]


def test_the_first_picture_of_an_article_is_its_cover() -> None:
    acme = writer()
    acme.publish(text("Hi", media=(image("a.jpg", alt=""), image("b.jpg", alt=""))), title="News")
    (body,) = [call[2] for call in acme.sent() if call[1] == "/2/articles/draft"]
    second = {"media_category": "tweet_image", "media_id": "12"}
    assert body["cover_media"] == {"media_category": "tweet_image", "media_id": "11"}
    assert body["content_state"]["blocks"][1] == {
        "text": " ",
        "type": "atomic",
        "entity_ranges": [{"key": 0, "offset": 0, "length": 1}],
    }
    assert body["content_state"]["entities"] == [
        {"key": "0", "value": {"type": "image", "mutability": "immutable", "data": {"media_items": [second]}}}
    ]


def test_an_article_needs_a_title() -> None:
    with pytest.raises(errors.Rejected, match="needs a title"):
        writer().publish(text("Hi"), title=None)
    spec = writer().spec
    assert (spec.post_title, spec.threads, spec.comments) == (Title.REQUIRED, Threads.NONE, False)


def test_an_article_is_found_by_its_title() -> None:
    acme = writer(list=listed({"id": "9", "article": {"title": "Other"}}, {"article": {"title": "News"}}))
    prepared = {"user": "7", "name": "acme", "media": [], "processing": False, "article": "55"}
    assert found(acme.find(acme.dispatch(text("Hi"), prepared=prepared, title="News"))) == (PUBLISHED,)
    assert acme.last()["post.fields"] == "article,note_post"


@pytest.mark.parametrize("reply", [data(), answer({}, 500), Lost("cut")])
def test_an_article_whose_answer_is_lost_is_in_doubt(reply: Reply) -> None:
    with pytest.raises(errors.Unknown):
        writer(issue=reply).publish(text("Hi"), title="News")


# --- what takes its time --------------------------------------------------------------------------------------------


def test_a_film_that_takes_long_is_gone_on_with_and_not_uploaded_again() -> None:
    acme = account(status=state("in_progress", check_after_secs=30))
    with pytest.raises(NotReady, match=r"still processing `clip.mp4`") as caught:
        acme.prepare(text(media=(video(),)))
    begun = caught.value.prepared
    assert begun == {"user": "7", "name": "acme", "media": ["21"], "processing": True}
    assert sum(acme.clock.slept) == 300
    later = account()
    dispatch = later.dispatch(text(media=(video(),)), prepared=begun)
    assert later.run(x.prepare(later.http, later.account, dispatch)) == begun | {"processing": False}
    assert {call[:2] for call in later.sent()} == {("GET", "/2/media/upload")}


def test_what_x_has_forgotten_is_uploaded_again() -> None:
    acme = account(status=[problem(404, "not found"), state("succeeded")])
    begun = {"user": "7", "name": "acme", "media": ["20"], "processing": True}
    dispatch = acme.dispatch(text(media=(video(),)), prepared=begun)
    assert acme.run(x.prepare(acme.http, acme.account, dispatch)) == begun | {"media": ["21"], "processing": False}


def test_a_film_that_x_cannot_process_is_refused() -> None:
    acme = account(status=state("failed"))
    with pytest.raises(errors.Rejected, match=r"could not process `clip.mp4`"):
        acme.publish(text(media=(video(),)))
    assert "/2/tweets" not in [call.path for call in acme.calls]


def test_a_break_in_the_upload_can_be_tried_again() -> None:
    acme = account()
    acme.script = {**acme.script, "POST /2/media/upload/21/append": Lost("cut")}
    with pytest.raises(errors.Unavailable):
        acme.publish(text(media=(video(),)))


# --- was it published? ----------------------------------------------------------------------------------------------


def sought(acme: Stage, words: str = "Hello", media: tuple[str, ...] = (), **changes: Any) -> Dispatch:
    prepared = {"user": "7", "name": "acme", "media": list(media), "processing": False}
    return acme.dispatch(text(words, media=tuple(image() for _ in media)), prepared=prepared, **changes)


def listed(*posts: dict[str, Any], **meta: Any) -> Response:
    return answer({"data": [{"id": "10", "text": "Hello", **post} for post in posts], "meta": meta})


def test_it_is_found_among_the_accounts_own_posts() -> None:
    acme = account(list=listed({"id": "9", "text": "Other"}, {}))
    assert found(acme.find(sought(acme))) == (PUBLISHED,)
    assert acme.last() == {
        "start_time": "2026-12-01T08:58:00Z",
        "max_results": "100",
        "post.fields": "attachments,conversation_id,entities,note_post",
    }


def test_the_list_is_asked_for_by_its_other_name_too() -> None:
    """Trap: X's description says ``post.fields``, its prose ``tweet.fields``."""
    acme = account(list=[problem(400, "unknown parameter"), listed({})])
    assert found(acme.find(sought(acme))) == (PUBLISHED,)
    assert acme.last()["tweet.fields"] == "attachments,conversation_id,entities,note_tweet"


def test_addresses_are_compared_as_they_were_written() -> None:
    urls = [{"start": 0, "end": 23, "url": "https://t.co/abc", "expanded_url": "http://example.com/a?b&c"}]
    post = {"text": "See https://t.co/abc &amp; more", "entities": {"urls": urls}}
    acme = account(list=listed(post))
    assert found(acme.find(sought(acme, "See example.com/a?b&c & more")))
    other = account(list=listed(post))
    assert other.find(sought(other, "See example.com/other & more")) == Absent()


def test_a_post_with_media_is_found_by_the_media_that_were_uploaded_for_it() -> None:
    pictures = {"start": 6, "end": 29, "url": "https://t.co/pic", "media_key": "3_11"}
    post = {"text": "Hello https://t.co/pic", "attachments": {"media_keys": ["3_11", "3_12"]}}
    acme = account(list=listed(post | {"entities": {"urls": [pictures]}}))
    assert found(acme.find(sought(acme, "Hello", ("11", "12"))))
    assert acme.find(sought(acme, "Hello", ("11", "13"))) == Absent()
    assert acme.find(sought(acme, "Hello")) == Absent(), "the same words with pictures are another post"


def test_a_long_post_is_read_whole() -> None:
    words = "long " * 100
    post = {"text": "long long…", "note_post": {"text": words.strip()}}
    acme = account(list=listed(post))
    assert found(acme.find(sought(acme, words)))


def test_a_quote_ends_with_the_address_of_what_it_quotes() -> None:
    quoted = {"start": 6, "end": 29, "url": "https://t.co/q", "expanded_url": "https://x.com/other/status/99"}
    acme = account(list=listed({"text": "Hello https://t.co/q", "entities": {"urls": [quoted]}}))
    assert found(acme.find(sought(acme, settings={"quote": "99"})))
    assert acme.find(sought(acme)) == Absent()


def test_a_reply_is_looked_for_in_its_conversation() -> None:
    acme = account(list=listed({"id": "8", "conversation_id": "8"}, {"conversation_id": "1"}))
    assert found(acme.find(sought(acme, first=1, root=Receipt("1"), parent=Receipt("1")))) == (PUBLISHED,)
    assert found(acme.find(sought(acme)))[0].remote_id == "8"


def test_it_reads_on_page_by_page() -> None:
    acme = account(list=[listed({"text": "Other"}, next_token="n2"), listed({})])
    assert found(acme.find(sought(acme)))
    assert acme.last()["pagination_token"] == "n2"


def test_it_says_when_there_is_too_much_to_read() -> None:
    acme = account(list=listed({"text": "Other"}, next_token="more"))
    assert acme.find(sought(acme)) == Blind("the account has published more than 500 posts since")


@pytest.mark.parametrize(
    "reply", [answer({}), answer({"meta": {}}), answer([]), answer({"data": None}), problem(400, "no")]
)
def test_what_cannot_be_read_is_no_absence(reply: Response) -> None:
    acme = account(list=reply)
    with pytest.raises(errors.Unavailable):
        acme.find(sought(acme))


# --- duplicates -----------------------------------------------------------------------------------------------------

SAME = problem(403, "You are not allowed to create a Tweet with duplicate content.")


@pytest.mark.parametrize("reply", [SAME, answer({"code": 187, "message": "Status is a duplicate."}, 403)])
def test_a_duplicate_on_the_first_attempt_is_a_refusal(reply: Response) -> None:
    with pytest.raises(errors.Rejected, match="posted this very text already"):
        account(post=reply).publish(text())


@pytest.mark.parametrize("reply", [SAME, answer({"code": 187, "message": "Status is a duplicate."}, 403)])
def test_a_403_duplicate_after_an_unknown_attempt_is_evidence(reply: Response) -> None:
    """Trap: it says that the attempt before went through, which a look at the account's posts confirms."""
    acme = account(post=reply, list=listed({}))
    with pytest.raises(errors.Unknown, match="perhaps by the attempt before"):
        acme.publish(text(), again=True)
    assert found(acme.find(sought(acme))) == (PUBLISHED,)


def test_another_403_on_a_later_attempt_is_what_it_is() -> None:
    with pytest.raises(errors.Reauthorize):
        account(post=problem(403, "You are not permitted to perform this action.")).publish(text(), again=True)


# --- the rest -------------------------------------------------------------------------------------------------------


def test_a_post_is_taken_down_twice() -> None:
    acme = account(delete=[data(deleted=True), problem(404, "not found")])
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(PUBLISHED)
    assert acme.sent() == [("DELETE", "/2/tweets/10", {})] * 2


def test_posts_are_not_edited_and_the_page_says_why() -> None:
    acme = account()
    with pytest.raises(errors.Rejected, match="cannot edit"):
        acme.edit(acme.dispatch(text()), PUBLISHED)
    assert any(note.startswith("Posts are not edited: ") for note in x.SPEC.notes)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (problem(401, "Unauthorized"), errors.Reauthorize),
        (problem(402, "no credits"), errors.Throttled),
        (problem(403, "You are not permitted to perform this action."), errors.Reauthorize),
        (problem(400, "One or more parameters to your request was invalid."), errors.Rejected),
        (problem(429, "Too Many Requests"), errors.Throttled),
        (problem(500, "oops"), errors.Unknown),
        (problem(503, "over capacity"), errors.Unknown),
        (answer({"data": {}}, 201), errors.Unknown),
        (answer({"errors": []}, 200), errors.Unknown),
    ],
)
def test_refusals(reply: Response, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        account(post=reply).publish(text())


def test_a_limit_says_until_when_in_xs_own_header() -> None:
    with pytest.raises(errors.Throttled) as caught:
        account(post=problem(429, "Too Many Requests", **{"x-rate-limit-reset": "1796120000"})).publish(text())
    assert caught.value.until is not None
    assert caught.value.until.timestamp() == 1796120000


def test_an_app_without_credits_is_told_so() -> None:
    with pytest.raises(errors.Throttled, match="has no credits left"):
        account(post=problem(402, "Your enrolled account does not have any credits.")).publish(text())
