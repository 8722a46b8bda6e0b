"""LinkedIn's members and pages. Every request is held against a description that we wrote by hand (``handwritten``)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from postiz_ops import errors
from postiz_ops.model import LinkCard, Media, MediaKind, Receipt
from postiz_ops.providers import _linkedin, linkedin, linkedin_page
from postiz_ops.providers.base import Absent, Blind, Dispatch, Lookup, NotReady
from postiz_ops.publish.effects import Lost, Response
from tests.providers.stage import CLAIMED, Reply, Script, Stage, answer, card, found, image, text, video
from tests.specs.exchange import Call

POST = "POST /rest/posts"
LIST = "GET /rest/posts"
URN = "urn:li:share:10"
PUBLISHED = Receipt(URN, f"https://www.linkedin.com/feed/update/{URN}")
FIRST = Receipt("urn:li:share:1", "https://www.linkedin.com/feed/update/urn:li:share:1")
COMMENT = "urn:li:comment:(urn:li:activity:1,2)"
PLACE = "https://www.linkedin.com/dms-uploads/sp"
PERSON, PAGE = "urn:li:person:me", "urn:li:organization:123"
FILM = b"a" * 76_800 + b"tail"

BODY = {
    "author": PERSON,
    "commentary": "Hello",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
    "lifecycleState": "PUBLISHED",
    "isReshareDisabledByAuthor": False,
}


def made(urn: str = URN) -> Response:
    return answer(None, 201, **{"x-restli-id": urn})


def refused(status: int, code: str, message: str = "no") -> Response:
    return answer({"status": status, "code": code, "message": message}, status)


def status(name: str, **more: Any) -> Response:
    return answer({"id": "urn", "status": name, **more})


DUPLICATE = answer(
    {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "message": f"com.linkedin.BadRequestResponseException: Content is a duplicate of {URN}",
        "errorDetails": {"inputErrors": [{"description": "Duplicate", "input": {}, "code": "DUPLICATE_POST"}]},
        "status": 422,
    },
    422,
)
"""As it was seen in the wild."""


def place(call: Call) -> Response:
    kind = call.path.rpartition("/")[2].removesuffix("s")
    return answer({"value": {"uploadUrl": f"{PLACE}/{kind}", kind: f"urn:li:{kind}:1", "uploadUrlExpiresAt": 1}})


def film(call: Call) -> Response:
    if dict(call.query)["action"] == "finalizeUpload":
        return answer({})
    parts = [
        {"uploadUrl": f"{PLACE}/video-part/0", "firstByte": 0, "lastByte": 76_799},
        {"uploadUrl": f"{PLACE}/video-part/1", "firstByte": 76_800, "lastByte": len(FILM) - 1},
    ]
    more = {"thumbnailUploadUrl": f"{PLACE}/thumbnail", "uploadToken": "t"}
    return answer({"value": {"video": "urn:li:video:1", "uploadInstructions": parts, **more}})


def stage(kind: str = "linkedin", **more: Reply | list[Reply]) -> Stage:
    """A token that may do everything, save where ``more`` says otherwise."""
    comments = "socialActions/urn:li:share:1/comments"
    script: Script = {
        "GET /v2/userinfo": answer({"sub": "me", "name": "Alice"}),
        "GET /rest/organizations/123": more.get("organization", answer({"id": 123, "localizedName": "Acme"})),
        POST: more.get("post", made()),
        LIST: more.get("list", answer({"elements": []})),
        "POST /rest/images": place,
        "POST /rest/documents": place,
        "POST /rest/videos": film,
        "PUT /dms-uploads/sp/image": answer(None, 201),
        "PUT /dms-uploads/sp/document": answer(None, 201),
        "PUT /dms-uploads/sp/thumbnail": answer(None, 201),
        "PUT /dms-uploads/sp/video-part/0": answer(None, 200, etag='"e0"'),
        "PUT /dms-uploads/sp/video-part/1": answer(None, 200, etag="e1"),
        "GET /rest/images/urn:li:image:1": more.get("image", status("AVAILABLE")),
        "GET /rest/documents/urn:li:document:1": more.get("document", status("AVAILABLE")),
        "GET /rest/videos/urn:li:video:1": more.get("video", status("AVAILABLE")),
        f"POST /rest/{comments}": more.get(
            "comment", answer({"id": "2", "commentUrn": COMMENT}, 201, **{"x-restli-id": "2"})
        ),
        f"POST /v2/{comments}": answer({"id": "2"}, 201, **{"x-restli-id": "2"}),
        f"GET /rest/{comments}": more.get("comments", answer({"elements": []})),
        f"DELETE /rest/{comments}/2": answer(None, 204),
        f"GET /rest/posts/{URN}": more.get("known", answer({"id": URN, "author": PERSON})),
        f"POST /rest/posts/{URN}": answer(None, 204),
        f"DELETE /rest/posts/{URN}": more.get("delete", answer(None, 204)),
    }
    acme = Stage(kind, script)
    acme.files["clip.mp4"] = FILM
    return acme


def slides(path: str = "slides.pdf") -> Media:
    return Media(path, "3" * 64, MediaKind.DOCUMENT, "application/pdf", 10)


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_text_handwritten() -> None:
    acme = stage()
    assert acme.publish(text("Hello")) == (PUBLISHED,)
    assert acme.sent() == [("GET", "/v2/userinfo", {}), ("POST", "/rest/posts", BODY)]
    assert acme.calls[-1].headers["linkedin-version"] == "202609"
    assert acme.calls[-1].headers["x-restli-protocol-version"] == "2.0.0"


def test_a_page_posts_as_itself_handwritten() -> None:
    acme = stage("linkedin page")
    assert acme.publish(text("Hello")) == (PUBLISHED,)
    assert acme.sent() == [("POST", "/rest/posts", BODY | {"author": PAGE})]


def test_the_version_is_current_and_its_end_is_declared() -> None:
    """Trap: a version lives for about a year. Ours was served on the day of the facts and for months more."""
    for spec in (linkedin.SPEC, linkedin_page.SPEC):
        assert spec.api == "LinkedIn Posts API, version 202609"
        assert spec.sunset is not None
        assert (date.fromisoformat(spec.sunset) - date(2026, 11, 22)).days > 180


def test_a_picture_handwritten() -> None:
    acme = stage()
    acme.publish(text("Hello", media=(image(alt="One"),)))
    assert acme.sent("userinfo") == [
        ("POST", "/rest/images", {"initializeUploadRequest": {"owner": PERSON}}),
        ("PUT", "/dms-uploads/sp/image", b"bytes of a.jpg"),
        ("GET", "/rest/images/urn:li:image:1", {}),
        ("POST", "/rest/posts", BODY | {"content": {"media": {"id": "urn:li:image:1", "altText": "One"}}}),
    ]
    assert acme.calls[2].headers["authorization"] == "Bearer test-token"
    assert "linkedin-version" not in acme.calls[2].headers


def test_a_picture_without_an_alt_text_has_none_rather_than_a_blank_one_handwritten() -> None:
    acme = stage()
    acme.publish(text(media=(image(alt=""),)))
    assert acme.last()["content"] == {"media": {"id": "urn:li:image:1"}}


def test_several_pictures_handwritten() -> None:
    acme = stage()
    acme.publish(text(media=(image("a.jpg", alt="One"), image("b.jpg", alt=""))))
    assert acme.last()["content"] == {
        "multiImage": {"images": [{"id": "urn:li:image:1", "altText": "One"}, {"id": "urn:li:image:1"}]}
    }


def test_every_part_of_a_video_goes_to_its_own_address_without_the_token_handwritten() -> None:
    """Trap: each part has an address of its own, which wants no token; the parts' names are told in their order."""
    acme = stage()
    acme.publish(text(media=(video(),)))
    uploads = [call for call in acme.calls if call.host == "www.linkedin.com"]
    assert [(call.path, call.body) for call in uploads] == [
        ("/dms-uploads/sp/video-part/0", FILM[:76_800]),
        ("/dms-uploads/sp/video-part/1", b"tail"),
    ]
    assert not any("authorization" in call.headers for call in uploads)
    begun, done = [call for call in acme.sent() if call[1] == "/rest/videos"]
    assert begun[2]["initializeUploadRequest"] == {
        "owner": PERSON,
        "fileSizeBytes": len(FILM),
        "uploadCaptions": False,
        "uploadThumbnail": False,
    }
    finalized = {"video": "urn:li:video:1", "uploadToken": "t", "uploadedPartIds": ["e0", "e1"]}
    assert done[2] == {"finalizeUploadRequest": finalized}
    assert acme.last()["content"] == {"media": {"id": "urn:li:video:1"}}


def test_a_video_with_a_thumbnail_handwritten() -> None:
    acme = stage()
    acme.publish(text(media=(video(thumbnail=image("cover.jpg")),)))
    (thumbnail,) = [call for call in acme.calls if call.path.endswith("/thumbnail")]
    assert thumbnail.body == b"bytes of cover.jpg"
    assert thumbnail.headers["media-type-family"] == "STILLIMAGE"


def test_a_video_that_is_too_small_is_refused() -> None:
    acme = stage()
    acme.files["clip.mp4"] = b"tiny"
    with pytest.raises(errors.Rejected, match=r"`clip.mp4` is smaller than LinkedIn takes: 76,800 bytes"):
        acme.publish(text(media=(video(),)))


@pytest.mark.parametrize(
    ("settings", "title", "expected"),
    [({"document_title": "Deck"}, "A title", "Deck"), ({}, "A title", "A title"), ({}, None, "slides")],
)
def test_a_document_always_has_a_title_handwritten(settings: dict[str, Any], title: str | None, expected: str) -> None:
    """Trap: without a title LinkedIn refuses it."""
    acme = stage()
    acme.publish(text(media=(slides(),)), settings=settings, title=title)
    assert acme.last()["content"] == {"media": {"id": "urn:li:document:1", "title": expected}}


@pytest.mark.parametrize(
    ("link", "title", "expected"),
    [
        (card(title="Launch", description="Now"), "A title", {"title": "Launch", "description": "Now"}),
        (card(), "A title", {"title": "A title"}),
        (card(), None, {"title": "https://example.com/launch"}),
        (card(title="x" * 500), None, {"title": "x" * 399}),
    ],
)
def test_a_card_always_has_a_title_handwritten(link: LinkCard, title: str | None, expected: dict[str, str]) -> None:
    """Trap: without a title LinkedIn refuses it, and it does not read the page."""
    acme = stage()
    acme.publish(text(), link=link, title=title)
    assert acme.last()["content"] == {"article": {"source": "https://example.com/launch"} | expected}


def test_a_card_with_a_picture_handwritten() -> None:
    acme = stage()
    acme.publish(text(), link=card(title="Launch", image=image("cover.jpg", alt="Cover")))
    article = {"thumbnail": "urn:li:image:1", "thumbnailAltText": "Cover"}
    assert acme.last()["content"]["article"] == {"source": "https://example.com/launch", "title": "Launch"} | article
    assert ("PUT", "/dms-uploads/sp/image", b"bytes of cover.jpg") in acme.sent()


def test_a_card_gives_way_to_media_handwritten() -> None:
    acme = stage()
    acme.publish(text(media=(image(alt=""),)), link=card(title="Launch", image=image("cover.jpg")))
    assert acme.last()["content"] == {"media": {"id": "urn:li:image:1"}}
    assert "cover" not in str(acme.sent())


def test_a_poll_handwritten() -> None:
    poll = {"question": "Which?", "options": ["Yes", "No"], "duration": "ONE_DAY"}
    acme = stage()
    acme.publish(text(), settings={"poll": poll})
    assert acme.last()["content"] == {
        "poll": {
            "question": "Which?",
            "options": [{"text": "Yes"}, {"text": "No"}],
            "settings": {"duration": "ONE_DAY", "voteSelectionType": "SINGLE_VOTE", "isVoterVisibleToAuthor": True},
        }
    }


def test_sharing_another_post_handwritten() -> None:
    acme = stage()
    acme.publish(text(), settings={"reshare": "urn:li:activity:9", "visibility": "CONNECTIONS"}, link=card())
    assert acme.last() == BODY | {"visibility": "CONNECTIONS", "reshareContext": {"parent": "urn:li:activity:9"}}


def test_nobody_may_share_it_on_handwritten() -> None:
    acme = stage("linkedin page")
    acme.publish(text(), settings={"disable_reshare": True, "visibility": "LOGGED_IN"})
    assert acme.last() == BODY | {"author": PAGE, "isReshareDisabledByAuthor": True, "visibility": "LOGGED_IN"}


def test_settings_that_do_not_go_together() -> None:
    with pytest.raises(ValidationError, match="both have a poll and share"):
        linkedin.Settings.model_validate(
            {"poll": {"question": "?", "options": ["a", "b"]}, "reshare": "urn:li:share:1"}
        )
    with pytest.raises(ValidationError, match="CONNECTIONS"):
        linkedin_page.Settings.model_validate({"organization": "1", "visibility": "CONNECTIONS"})
    with pytest.raises(ValidationError, match="organization"):
        linkedin_page.Settings.model_validate({"organization": "urn:li:organization:1"})


# --- comments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("comment", [True, False])
def test_a_comment_is_no_little_text_handwritten(comment: bool) -> None:
    """Trap: it goes out as people read it (the facts dispute that; LinkedIn's page describes plain text)."""
    words = "Hi Alice (Doe), see (this) #git_ops"
    acme = stage()
    (receipt,) = acme.publish(text(words, comment=comment), first=1, root=FIRST, parent=Receipt("9"))
    assert acme.last() == {
        "actor": PERSON,
        "object": "urn:li:share:1",
        "message": {"text": "Hi Alice (Doe), see (this) #git_ops"},
    }
    assert receipt == Receipt(
        "2",
        "https://www.linkedin.com/feed/update/urn:li:share:1"
        "?commentUrn=urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A1%2C2%29",
        {"actor": PERSON, "post": "urn:li:share:1"},
    )


def test_a_comment_with_a_picture_handwritten() -> None:
    acme = stage()
    acme.publish(text("Look", media=(image(),)), first=1, root=FIRST, parent=FIRST)
    assert acme.last()["content"] == [{"entity": {"image": "urn:li:image:1"}}]


def test_a_comment_takes_no_video() -> None:
    with pytest.raises(errors.Rejected, match="one picture and no other media"):
        stage().publish(text("Look", media=(video(),)), first=1, root=FIRST, parent=FIRST)


def test_the_old_call_for_apps_without_the_scope_handwritten() -> None:
    """Trap: first comments need another scope than apps get that anybody can make."""
    acme = stage()
    (receipt,) = acme.publish(text("Hi"), first=1, root=FIRST, parent=FIRST, settings={"comments": "v2"})
    assert acme.calls[-1].path == "/v2/socialActions/urn:li:share:1/comments"
    assert "linkedin-version" not in acme.calls[-1].headers
    assert receipt.url == FIRST.url
    assert any("`comments: v2`" in note for note in linkedin.SPEC.notes)


def test_a_comment_without_its_scope_needs_a_person() -> None:
    denied = refused(403, "ACCESS_DENIED", "Not enough permissions to access: partnerApiSocialActions.CREATE.20260901")
    with pytest.raises(errors.Reauthorize, match="lacks a scope"):
        stage(comment=denied).publish(text("Hi"), first=1, root=FIRST, parent=FIRST)


# --- what takes its time --------------------------------------------------------------------------------------------


def test_a_video_is_waited_for_and_gone_on_with_handwritten() -> None:
    acme = stage(video=status("PROCESSING"))
    with pytest.raises(NotReady, match=r"still processing `clip`") as caught:
        acme.prepare(text(media=(video(),)))
    assert 290 <= sum(acme.clock.slept) <= 300
    later = stage()
    dispatch = later.dispatch(text(media=(video(),)), prepared=caught.value.prepared)
    assert later.run(later.provider.prepare(later.http, later.account, dispatch)) == caught.value.prepared
    assert [call.path for call in later.calls] == ["/v2/userinfo", "/rest/videos/urn:li:video:1"]


def test_an_attempt_that_a_person_approved_uploads_anew_handwritten() -> None:
    acme = stage()
    begun = {
        "author": PERSON,
        "media": [{"id": "urn:li:video:9", "kind": "video", "alt": "", "name": "clip"}],
        "thumbnail": None,
    }
    dispatch = acme.dispatch(text(media=(video(),)), prepared=begun, again=True)
    prepared = acme.run(acme.provider.prepare(acme.http, acme.account, dispatch))
    assert prepared["media"][0]["id"] == "urn:li:video:1"


def test_a_video_that_failed_is_refused() -> None:
    failed = status("PROCESSING_FAILED", processingFailureReason="codec")
    with pytest.raises(errors.Rejected, match=r"could not process `clip` \(codec\)"):
        stage(video=failed).publish(text(media=(video(),)))


def test_what_the_token_may_not_look_at_is_given_a_moment_handwritten() -> None:
    """Pictures and documents answer 403 to members' tokens; videos do not."""
    acme = stage(image=refused(403, "ACCESS_DENIED"))
    acme.publish(text(media=(image(),)))
    assert acme.clock.slept == [3]


def test_a_post_with_a_file_that_is_not_ready_is_tried_again() -> None:
    with pytest.raises(errors.Unavailable, match="not ready yet"):
        stage(post=refused(400, "MEDIA_ASSET_WAITING_UPLOAD")).publish(text(media=(image(),)))


def test_a_part_that_breaks_off_is_tried_again() -> None:
    acme = stage()
    acme.script = {**acme.script, "PUT /dms-uploads/sp/video-part/1": Lost("cut")}
    with pytest.raises(errors.Unavailable):
        acme.publish(text(media=(video(),)))


# --- was it published? ----------------------------------------------------------------------------------------------


def sought(acme: Stage, words: str = "Hello", *media: str, **changes: Any) -> Dispatch:
    uploaded = [{"id": urn, "kind": "image", "alt": "", "name": "a"} for urn in media]
    prepared = {"author": PAGE, "media": uploaded, "thumbnail": None}
    return acme.dispatch(text(words), prepared=prepared, **changes)


def listed(*posts: dict[str, Any], count: int = 0) -> Response:
    now = int(CLAIMED.timestamp() * 1000)
    usual = {"id": URN, "commentary": "Hello", "createdAt": now, "lastModifiedAt": now, "author": PAGE}
    rows = [usual | {"lifecycleState": "PUBLISHED", "visibility": "PUBLIC"} | post for post in posts]
    return answer({"elements": rows + [rows[0]] * count})


def test_a_members_posts_cannot_be_listed() -> None:
    """Trap: the scope for it is closed, so doubt is the honest end."""
    acme = stage()
    assert linkedin.SPEC.lookup is Lookup.NONE
    evidence = acme.find(sought(acme))
    assert evidence == Blind("LinkedIn does not let apps list a member's posts: look at the profile")
    assert acme.calls == []


def test_a_page_finds_its_post_by_its_words_handwritten() -> None:
    acme = stage("linkedin page", list=listed({"id": "urn:li:share:9", "commentary": "Other"}, {}))
    assert found(acme.find(sought(acme))) == (PUBLISHED,)
    assert acme.last() == {"q": "author", "author": PAGE, "sortBy": "LAST_MODIFIED", "count": "100", "start": "0"}


def test_hashtags_are_read_back_as_templates_handwritten() -> None:
    acme = stage("linkedin page", list=listed({"commentary": r"Hi {hashtag|\#|GitOps} \(x\)"}))
    assert found(acme.find(sought(acme, r"Hi #GitOps \(x\)")))


def test_a_page_finds_its_post_by_its_media_handwritten() -> None:
    several = {"multiImage": {"images": [{"id": "urn:li:image:1"}, {"id": "urn:li:image:2"}]}}
    acme = stage("linkedin page", list=listed({"content": several}))
    assert found(acme.find(sought(acme, "Hello", "urn:li:image:1", "urn:li:image:2")))
    assert acme.find(sought(acme, "Hello", "urn:li:image:1", "urn:li:image:3")) == Absent()
    assert acme.find(sought(acme, "Hello")) == Absent()
    one = stage("linkedin page", list=listed({"content": {"media": {"id": "urn:li:video:1"}}}))
    assert found(one.find(sought(one, "Hello", "urn:li:video:1")))


def test_an_older_post_is_another_handwritten() -> None:
    old = int(CLAIMED.timestamp() * 1000) - 180_000
    acme = stage("linkedin page", list=listed({"createdAt": old, "lastModifiedAt": old}))
    assert acme.find(sought(acme)) == Absent()


def test_it_reads_on_page_by_page_handwritten() -> None:
    full = listed({"commentary": "Other"}, count=99)
    acme = stage("linkedin page", list=[full, listed({})])
    assert found(acme.find(sought(acme)))
    assert acme.last()["start"] == "100"
    endless = stage("linkedin page", list=full)
    assert endless.find(sought(endless)) == Blind("the page has changed more than 300 posts since")


def test_a_page_without_the_scope_says_so() -> None:
    acme = stage("linkedin page", list=refused(403, "ACCESS_DENIED"))
    with pytest.raises(errors.Reauthorize):
        acme.find(sought(acme))


def test_a_comment_is_looked_for_under_its_post_handwritten() -> None:
    now = int(CLAIMED.timestamp() * 1000)
    comment = {"id": "2", "commentUrn": COMMENT, "actor": PAGE, "message": {"text": "(Hi)"}, "created": {"time": now}}
    acme = stage("linkedin page", comments=answer({"elements": [comment | {"actor": PERSON, "id": "1"}, comment]}))
    dispatch = sought(acme, "(Hi)", first=1, root=FIRST, parent=FIRST)
    (receipt,) = found(acme.find(dispatch))
    assert (receipt.remote_id, receipt.extra) == ("2", {"actor": PAGE, "post": "urn:li:share:1"})
    empty = stage("linkedin page")
    assert empty.find(sought(empty, "Hi", first=1, root=FIRST, parent=FIRST)) == Absent()
    full = stage("linkedin page", comments=answer({"elements": [comment | {"id": "1", "actor": PERSON}] * 100}))
    evidence = full.find(sought(full, "Hi", first=1, root=FIRST, parent=FIRST))
    assert evidence == Blind("the post has more than 300 comments")


# --- duplicates -----------------------------------------------------------------------------------------------------

PLAIN = refused(422, "UNPROCESSABLE_ENTITY", f"Content is a duplicate of {URN}")


@pytest.mark.parametrize("reply", [DUPLICATE, PLAIN])
def test_a_duplicate_on_the_first_attempt_is_a_refusal_that_names_the_post(reply: Response) -> None:
    with pytest.raises(errors.Rejected, match=rf"very text already.*{URN}"):
        stage(post=reply).publish(text("Hello"))


@pytest.mark.parametrize("known", [answer({"id": URN, "author": PERSON}), refused(403, "ACCESS_DENIED")])
@pytest.mark.parametrize("reply", [DUPLICATE, PLAIN])
def test_a_422_duplicate_after_an_unknown_attempt_names_the_post_handwritten(reply: Response, known: Response) -> None:
    """Trap: the post that it names is the one of the attempt before; where it can be looked at it is."""
    assert stage(post=reply, known=known).publish(text("Hello"), again=True) == (PUBLISHED,)


@pytest.mark.parametrize(
    "known", [refused(404, "NOT_FOUND"), answer({"id": URN, "author": "urn:li:person:other"}), answer({}, 500)]
)
def test_a_duplicate_of_a_post_that_is_not_there_stays_a_doubt(known: Response) -> None:
    """LinkedIn may name a post that was deleted a day ago."""
    with pytest.raises((errors.Unknown, errors.Unavailable)):
        stage(post=DUPLICATE, known=known).publish(text("Hello"), again=True)


def test_a_422_that_names_no_post_stays_a_doubt_after_a_doubt() -> None:
    with pytest.raises(errors.Unknown, match="does not say as a duplicate of which post"):
        stage(post=refused(422, "UNPROCESSABLE_ENTITY")).publish(text("Hello"), again=True)


# --- the rest -------------------------------------------------------------------------------------------------------


def test_an_edit_changes_the_words_handwritten() -> None:
    acme = stage()
    assert acme.edit(acme.dispatch(text("Better")), PUBLISHED) == PUBLISHED
    assert acme.sent() == [("POST", f"/rest/posts/{URN}", {"patch": {"$set": {"commentary": "Better"}}})]
    assert acme.calls[0].headers["x-restli-method"] == "PARTIAL_UPDATE"


def test_a_comment_is_not_edited() -> None:
    acme = stage()
    with pytest.raises(errors.Rejected, match="a comment is not edited"):
        acme.edit(acme.dispatch(text("Better")), Receipt("2", extra={"actor": PERSON, "post": "urn:li:share:1"}))
    assert acme.calls == []


def test_a_post_is_taken_down_twice_handwritten() -> None:
    acme = stage(delete=[answer(None, 204), refused(404, "NOT_FOUND")])
    for _ in range(2):
        acme.http.may_mutate = True
        acme.delete(PUBLISHED)
    assert [call.method for call in acme.calls] == ["DELETE", "DELETE"]


def test_a_comment_is_taken_down_handwritten() -> None:
    acme = stage("linkedin page")
    acme.delete(Receipt("2", extra={"actor": PAGE, "post": "urn:li:share:1"}))
    assert acme.sent() == [("DELETE", "/rest/socialActions/urn:li:share:1/comments/2", {"actor": PAGE})]


def test_who_it_is_handwritten() -> None:
    assert (stage().whoami().remote_id, stage().whoami().name) == (PERSON, "Alice")
    assert (stage("linkedin page").whoami().remote_id, stage("linkedin page").whoami().name) == (PAGE, "Acme")
    assert stage("linkedin page", organization=refused(403, "ACCESS_DENIED")).whoami().name == "123"


def test_the_pages_that_a_member_may_post_for_handwritten() -> None:
    roles = [
        {"role": "ADMINISTRATOR", "organization": PAGE},
        {"role": "CONTENT_ADMINISTRATOR", "organizationTarget": PAGE},
        {"role": "ANALYST", "organization": "urn:li:organization:9"},
    ]
    acme = stage("linkedin page")
    acme.script = {**acme.script, "GET /rest/organizationAcls": answer({"elements": roles})}
    assert acme.options() == {"123": "Acme"}


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (refused(400, "FIELD_LENGTH_TOO_LONG"), errors.Rejected),
        (refused(400, "INVALID_VALUE_BLANK_FIELD"), errors.Rejected),
        (refused(400, "MEDIA_ASSET_PROCESSING_FAILED"), errors.Rejected),
        (refused(401, "REVOKED_ACCESS_TOKEN"), errors.Reauthorize),
        (refused(403, "ACCESS_DENIED"), errors.Reauthorize),
        (refused(409, "CONFLICT"), errors.Unavailable),
        (refused(429, "TOO_MANY_REQUESTS"), errors.Throttled),
        (refused(500, "INTERNAL"), errors.Unknown),
        (answer(None, 201), errors.Unknown),
    ],
)
@pytest.mark.parametrize("kind", ["linkedin", "linkedin page"])
def test_refusals(kind: str, reply: Response, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        stage(kind, post=reply).publish(text())


def test_a_version_that_ended_is_tried_again_after_an_update() -> None:
    """Trap: 426. The draft is fine and nothing was sent: a newer postiz-ops can send it."""
    with pytest.raises(errors.Unavailable, match=rf"no longer serves version {_linkedin.VERSION}.*update postiz-ops"):
        stage(post=refused(426, "NONEXISTENT_VERSION")).publish(text())
