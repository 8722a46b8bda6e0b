from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers import _resumable
from postiz_ops.providers._youtube_video import Settings, tags_length
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence, NotReady, Processing, Refused
from postiz_ops.publish.effects import Lost, NotSent, Response
from tests.providers.stage import CLAIMED, Reply, Script, Stage, answer, found, image, text, video
from tests.specs.exchange import Call

VIDEOS = "/upload/youtube/v3/videos"
SESSION = f"https://www.googleapis.com{VIDEOS}?upload_id=u1&uploadType=resumable"
URL = "https://www.youtube.com/watch?v=v1"
MIB = 1024**2
FILM = bytes(20 * MIB + 5)
"""Three chunks, the last one short."""

WATCHABLE = {"uploadStatus": "processed", "privacyStatus": "public"}
COVERED = video(thumbnail=image("cover.jpg", alt=""))


def error(reason: str, status: int) -> Response:
    return answer({"error": {"code": status, "message": f"It is {reason}.", "errors": [{"reason": reason}]}}, status)


def status(**fields: str) -> Response:
    return answer({"items": [{"id": "v1", "status": fields}]})


@dataclass
class Session:
    """YouTube's side of an upload: keeps what arrives in order, and has a video once all is there."""

    size: int = len(FILM)
    at: int = 0
    video: dict[str, Any] = field(default_factory=lambda: {"id": "v1", "status": WATCHABLE})
    troubles: list[Reply | None] = field(default_factory=list)
    forgotten: int | None = None

    def __call__(self, call: Call) -> Reply:
        if self.forgotten:
            return answer(status=self.forgotten)
        if call.body and self.troubles and (trouble := self.troubles.pop(0)) is not None:
            return trouble
        span, _, size = call.headers["content-range"].removeprefix("bytes ").partition("/")
        assert int(size) == self.size
        if span != "*":
            assert int(span.partition("-")[0]) == self.at, "a chunk out of turn"
            self.at += len(call.body)
        if self.at == self.size:
            return answer(self.video)
        return answer(status=308, **({"range": f"bytes=0-{self.at - 1}"} if self.at else {}))


def channel(session: Session | None = None, /, **more: Any) -> Stage:
    """A channel that takes everything, save where ``more`` says otherwise."""
    session = session or Session(size=len(b"bytes of clip.mp4"))
    script: Script = {
        f"POST {VIDEOS}": more.get("begin", answer(status=200, location=SESSION)),
        f"PUT {VIDEOS}": more.get("put", session),
        "GET /youtube/v3/videos": more.get("look", status(**WATCHABLE)),
        "POST /upload/youtube/v3/thumbnails/set": more.get("thumbnail", answer({"items": []})),
        "GET /youtube/v3/playlistItems": more.get("items", answer({"items": []})),
        "POST /youtube/v3/playlistItems": more.get("add", answer({"id": "i1"})),
        "GET /youtube/v3/channels": answer(
            {"items": [{"id": "UC1", "contentDetails": {"relatedPlaylists": {"uploads": "UU1"}}}]}
        ),
        "POST /youtube/v3/commentThreads": answer({"id": "c1"}),
        "GET /youtube/v3/commentThreads": more.get("comments", answer({"items": []})),
        "PUT /youtube/v3/comments": answer({"id": "c1"}),
        "PUT /youtube/v3/videos": answer({"id": "v1"}),
        "DELETE /youtube/v3/videos": more.get("delete", answer(status=204)),
        "DELETE /youtube/v3/comments": answer(status=204),
    }
    acme = Stage("youtube", script)
    if session.size == len(FILM):
        acme.files["clip.mp4"] = FILM
    return acme


def film(words: str = "About it.\n\n#GitOps", **more: Any) -> DraftPart:
    return text(words, media=(video(**more),))


def ranges(acme: Stage) -> list[str]:
    return [call.headers["content-range"] for call in acme.calls if call.method == "PUT"]


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_video() -> None:
    acme = channel()
    settings = {"privacy": "unlisted", "tags": ["release notes"], "language": "en", "notify_subscribers": False}
    session = Session(17, video={"id": "v1", "status": {"uploadStatus": "processed", "privacyStatus": "unlisted"}})
    acme = channel(session)
    receipts = acme.publish(film(), title="We are live", hashtags=("GitOps",), settings=settings)
    assert receipts == (Receipt("v1", URL),)
    begin, last = acme.calls
    assert begin.query == (
        ("uploadType", "resumable"),
        ("part", "snippet,status"),
        ("notifySubscribers", "false"),
    )
    assert (begin.headers["x-upload-content-type"], begin.headers["x-upload-content-length"]) == ("video/mp4", "17")
    assert begin.json() == {
        "snippet": {
            "title": "We are live",
            "description": "About it.\n\n#GitOps",
            "categoryId": "22",
            "tags": ["release notes", "GitOps"],
            "defaultLanguage": "en",
        },
        "status": {
            "privacyStatus": "unlisted",
            "selfDeclaredMadeForKids": False,
            "containsSyntheticMedia": False,
            "license": "youtube",
            "embeddable": True,
        },
    }
    assert (last.headers["content-range"], last.body) == ("bytes 0-16/17", b"bytes of clip.mp4")


def test_privacy_is_always_sent() -> None:
    acme = channel()
    acme.publish(film())
    assert acme.calls[0].json()["status"]["privacyStatus"] == "public"


def test_the_description_is_counted_in_bytes() -> None:
    limit = channel().spec.text.limit
    assert (limit.max, limit.unit) == (5000, "utf8_byte")


def test_a_title_has_at_most_100_characters_and_no_angle_brackets() -> None:
    spec = channel().spec
    assert spec.title_limit is not None
    assert (spec.title_limit.max, spec.text.forbidden) == (100, "<>")


@pytest.mark.parametrize(
    ("tags", "length"), [([], 0), (["a"], 1), (["a", "b c"], 7), (["x" * 250, "y" * 249], 500), (["ä"], 1)]
)
def test_tags_are_counted_with_commas_and_quotes(tags: list[str], length: int) -> None:
    assert tags_length(tags) == length


def test_too_many_tags_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValidationError, match="the tags have 501 characters together, and YouTube takes 500"):
        Settings(tags=["x" * 250, "y" * 250])


def test_hashtags_are_tags_as_far_as_they_fit() -> None:
    acme = channel()
    acme.publish(film(), settings={"tags": ["x" * 490]}, hashtags=("GitOps", "Kubernetes", "ci", "GitOps"))
    assert acme.calls[0].json()["snippet"]["tags"] == ["x" * 490, "GitOps", "ci"]


# --- the upload -----------------------------------------------------------------------------------------------------


def test_the_last_chunk_is_the_one_mutation() -> None:
    acme = channel(Session())
    dispatch = acme.prepare(film())
    assert dispatch.prepared == {"session": SESSION, "size": len(FILM), "at": 16 * MIB}
    assert ranges(acme) == ["bytes 0-8388607/20971525", "bytes 8388608-16777215/20971525"]
    assert acme.http.may_mutate is True
    acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert ranges(acme)[2:] == ["bytes 16777216-20971524/20971525"]
    assert acme.http.may_mutate is False


@pytest.mark.parametrize("trouble", [Lost("cut"), NotSent("down"), answer({}, 500), answer({}, 503), answer({}, 502)])
def test_resume_after_a_broken_chunk(trouble: Reply) -> None:
    acme = channel(Session(troubles=[None, trouble]))
    assert acme.publish(film()) == (Receipt("v1", URL),)
    assert ranges(acme) == [
        "bytes 0-8388607/20971525",
        "bytes 8388608-16777215/20971525",
        "bytes */20971525",
        "bytes 8388608-16777215/20971525",
        "bytes 16777216-20971524/20971525",
    ]
    assert acme.clock.slept == [2]


def test_a_chunk_that_was_kept_in_part_is_gone_on_from_there() -> None:
    session = Session()

    def half(call: Call) -> Reply:
        if session.at == 0 and call.body:
            session.at = 262_144
            return answer(status=308, range="bytes=0-262143")
        return session(call)

    acme = channel(session, put=half)
    assert acme.publish(film())
    assert ranges(acme)[1] == "bytes 262144-8650751/20971525"


def test_an_upload_that_keeps_breaking_is_gone_on_with_by_a_later_run() -> None:
    session = Session(troubles=[None, *[Lost("cut")] * 4])
    acme = channel(session)
    with pytest.raises(NotReady, match=r"the upload breaks off at byte 8,388,608 of 20,971,525") as waiting:
        acme.prepare(film())
    assert acme.clock.slept == [2, 10, 30]
    assert acme.http.may_mutate is True, "nothing was published"
    again = channel(session)
    assert again.run(
        again.provider.prepare(again.http, again.account, again.dispatch(film(), prepared=waiting.value.prepared))
    ) == {"session": SESSION, "size": len(FILM), "at": 16 * MIB}
    assert ranges(again) == ["bytes */20971525", "bytes 8388608-16777215/20971525"]
    assert [call.method for call in again.calls] == ["PUT", "PUT"], "no second session"


@pytest.mark.parametrize("gone", [404, 410])
def test_a_forgotten_session_begins_again(gone: int) -> None:
    old, new = [answer(status=gone)], Session()
    acme = channel(Session(), put=lambda call: old.pop() if old else new(call))
    dispatch = acme.dispatch(film(), prepared={"session": f"{SESSION}&old", "size": len(FILM), "at": 0})
    assert acme.run(acme.provider.prepare(acme.http, acme.account, dispatch))["session"] == SESSION
    assert [call.method for call in acme.calls] == ["PUT", "POST", "PUT", "PUT"]


def test_a_session_that_has_its_video_already_makes_no_second_one() -> None:
    session = Session(at=len(FILM))
    acme = channel(session)
    prepared = {"session": SESSION, "size": len(FILM), "at": 16 * MIB}
    dispatch = acme.dispatch(film(), prepared=prepared)
    prepared = acme.run(acme.provider.prepare(acme.http, acme.account, dispatch))
    assert prepared["at"] == len(FILM)
    dispatch = acme.dispatch(film(), prepared=prepared)
    assert acme.run(acme.provider.publish(acme.http, acme.account, dispatch)) == (Receipt("v1", URL),)
    assert ranges(acme) == ["bytes */20971525"] * 2
    assert not any(call.body for call in acme.calls)


def test_a_last_chunk_that_was_kept_in_part_is_no_publication() -> None:
    acme = channel(put=answer(status=308, range="bytes=0-3"))
    with pytest.raises(errors.Unavailable, match="a part of the file did not arrive"):
        acme.publish(film())


def test_without_an_address_for_the_upload_nothing_is_published() -> None:
    with pytest.raises(errors.Unavailable, match="it has no `Location`"):
        channel(begin=answer(status=200)).publish(film())


# --- what became of it ----------------------------------------------------------------------------------------------


def sought(acme: Stage, part: DraftPart | None = None, **changes: Any) -> Dispatch:
    return acme.dispatch(part or film(), prepared={"session": SESSION, "size": 17, "at": 0}, **changes)


def test_an_unknown_outcome_is_settled_by_asking_the_session() -> None:
    acme = channel(Session(17, at=17))
    assert found(acme.find(sought(acme))) == (Receipt("v1", URL),)
    assert ranges(acme) == ["bytes */17"]


def test_a_session_whose_end_did_not_arrive_is_gone_on_with() -> None:
    acme = channel(Session(17))
    evidence = acme.find(sought(acme))
    assert evidence == Refused("the end of the file did not arrive: the upload goes on", again=True)


def test_a_video_that_is_being_processed_is_not_published_yet() -> None:
    processing = {"uploadStatus": "uploaded", "privacyStatus": "public"}
    acme = channel(Session(17, video={"id": "v1", "status": processing}), look=status(**processing))
    with pytest.raises(errors.Unknown, match=f"{URL} is uploaded, and YouTube processes it".replace("?", r"\?")):
        acme.publish(film())
    assert acme.find(sought(acme)) == Processing(f"YouTube processes {URL}")
    assert sum(acme.clock.slept) == 30


def test_processing_is_waited_for() -> None:
    processing = status(uploadStatus="uploaded", privacyStatus="public")
    acme = channel(Session(17, at=17), look=[answer({"items": []}), processing, status(**WATCHABLE)])
    assert found(acme.find(sought(acme)))
    assert acme.clock.slept == [0, 1, 2]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"uploadStatus": "failed", "failureReason": "codec"}, "failed (codec)"),
        ({"uploadStatus": "rejected", "rejectionReason": "duplicate"}, "rejected (duplicate)"),
        ({"uploadStatus": "deleted"}, "deleted (no reason given)"),
    ],
)
def test_a_failed_processing_is_a_refusal(fields: dict[str, str], why: str) -> None:
    acme = channel(Session(17, at=17), look=status(**fields))
    assert acme.find(sought(acme)) == Refused(f"YouTube says of {URL}: {why}")


def test_privacy_is_read_back() -> None:
    private = {"uploadStatus": "processed", "privacyStatus": "private"}
    acme = channel(Session(17, video={"id": "v1", "status": private}), look=status(**private))
    with pytest.raises(errors.Unknown, match="it is `private` instead of `public`"):
        acme.publish(film())
    assert acme.find(sought(acme)) == Blind(
        f"{URL} is up, but `private` instead of `public`: change it in YouTube Studio"
    )


def uploads(title: str, at: str) -> Response:
    return answer({"items": [{"snippet": {"title": title, "publishedAt": at, "resourceId": {"videoId": "v1"}}}]})


@pytest.mark.parametrize(
    ("items", "there"),
    [
        (uploads("A title", "2026-12-01T09:00:04Z"), True),
        (uploads("A title", "2026-12-01T08:57:00Z"), False),
        (uploads("Another", "2026-12-01T09:00:04Z"), False),
        (answer({"items": []}), False),
    ],
)
def test_once_the_session_is_forgotten_the_channels_uploads_tell(items: Response, there: bool) -> None:
    acme = channel(Session(17, forgotten=410), items=items)
    evidence = acme.find(sought(acme))
    assert found(evidence) == (Receipt("v1", URL),) if there else evidence == Absent()
    assert ("playlistId", "UU1") in next(call for call in acme.calls if call.path.endswith("Items")).query


# --- what comes after the video -------------------------------------------------------------------------------------


def test_a_thumbnail_is_set_before_it_counts_as_published() -> None:
    acme = channel()
    with pytest.raises(errors.Unknown, match="its thumbnail and playlist are due"):
        acme.publish(text(media=(COVERED,)))
    assert not any("thumbnails" in call.path for call in acme.calls), "publishing is one mutation"
    assert found(acme.find(sought(acme, text(media=(COVERED,)))))
    (call,) = [call for call in acme.calls if "thumbnails" in call.path]
    assert (call.body, call.content_type) == (b"bytes of cover.jpg", "image/jpeg")
    assert ("videoId", "v1") in call.query


def test_a_thumbnail_that_could_not_be_set_is_set_by_the_next_look() -> None:
    acme = channel(Session(17, at=17), thumbnail=[answer({}, 503), answer({"items": []})])
    part = text(media=(COVERED,))
    with pytest.raises(errors.Unavailable):
        acme.find(sought(acme, part))
    assert found(acme.find(sought(acme, part)))


def test_a_refused_thumbnail_is_told_with_the_video() -> None:
    acme = channel(Session(17, at=17), thumbnail=error("forbidden", 403))
    evidence = acme.find(sought(acme, text(media=(COVERED,))))
    assert evidence == Blind(f"{URL} is up, but its thumbnail was refused (It is forbidden.)")


def test_a_used_up_quota_is_no_refusal_of_the_thumbnail() -> None:
    acme = channel(Session(17, at=17), thumbnail=error("quotaExceeded", 403))
    with pytest.raises(errors.Throttled):
        acme.find(sought(acme, text(media=(COVERED,))))


PLAYLIST = {"playlist": "PL1"}


def test_a_playlist() -> None:
    acme = channel(Session(17, at=17))
    assert found(acme.find(sought(acme, settings=PLAYLIST)))
    (call,) = [call for call in acme.calls if call.method == "POST"]
    assert call.json() == {"snippet": {"playlistId": "PL1", "resourceId": {"kind": "youtube#video", "videoId": "v1"}}}


def test_a_playlist_gets_a_video_once() -> None:
    acme = channel(Session(17, at=17), items=answer({"items": [{"id": "i1"}]}))
    assert found(acme.find(sought(acme, settings=PLAYLIST)))
    assert not any(call.method == "POST" for call in acme.calls)


def test_a_playlist_that_is_not_there_is_told_with_the_video() -> None:
    gone = error("playlistNotFound", 404)
    acme = channel(Session(17, at=17), items=gone, add=gone)
    why = f"{URL} is up, but playlist `PL1` did not take it (It is playlistNotFound.)"
    assert acme.find(sought(acme, settings=PLAYLIST)) == Blind(why)


# --- comments -------------------------------------------------------------------------------------------------------

ROOT = Receipt("v1", URL)
COMMENT = Receipt("c1", f"{URL}&lc=c1", {"video": "v1"})


@pytest.mark.parametrize("part", [text("Two"), text("First!", comment=True)])
def test_further_parts_are_comments(part: DraftPart) -> None:
    acme = channel()
    assert acme.publish(part, first=2, root=ROOT, parent=COMMENT) == (COMMENT,)
    assert acme.sent() == [
        (
            "POST",
            "/youtube/v3/commentThreads",
            {"snippet": {"videoId": "v1", "topLevelComment": {"snippet": {"textOriginal": part.text}}}},
        )
    ]


def thread(words: str, *, by: str = "UC1", at: str = "2026-12-01T09:00:05Z") -> dict[str, Any]:
    comment = {"textOriginal": words, "authorChannelId": {"value": by}, "publishedAt": at}
    return {"id": "c1", "snippet": {"topLevelComment": {"id": "c1", "snippet": comment}}}


@pytest.mark.parametrize(
    ("pages", "evidence"),
    [
        ([answer({"items": [thread("Other"), thread("First!")]})], COMMENT),
        ([answer({"items": [thread("First!", by="UC2")]})], Absent()),
        ([answer({"items": [thread("First!", at="2026-12-01T08:57:00Z")]})], Absent()),
        ([answer({"items": [], "nextPageToken": "p2"}), answer({"items": [thread("First!")]})], COMMENT),
        ([answer({"items": [], "nextPageToken": "p"})], Blind("the video has had more than 500 comments since")),
    ],
)
def test_a_comment_is_found_among_the_newest(pages: list[Response], evidence: Evidence | Receipt) -> None:
    acme = channel(comments=pages)
    seen = acme.find(acme.dispatch(text("First!", comment=True), first=1, root=ROOT, parent=ROOT))
    assert (found(seen) == (evidence,)) if isinstance(evidence, Receipt) else seen == evidence


# --- the rest -------------------------------------------------------------------------------------------------------


def test_edit_changes_the_words_and_keeps_the_film() -> None:
    acme = channel()
    assert acme.edit(acme.dispatch(film("Better"), title="New"), ROOT) == ROOT
    (call,) = acme.calls
    assert call.query == (("part", "snippet,status"),)
    assert (call.json()["id"], call.json()["snippet"]["description"], call.json()["snippet"]["title"]) == (
        "v1",
        "Better",
        "New",
    )


def test_a_comment_is_changed_and_taken_down_as_one() -> None:
    acme = channel()
    acme.edit(acme.dispatch(text("Better"), first=1, root=ROOT), COMMENT)
    acme.http.may_mutate = True
    acme.delete(COMMENT)
    assert acme.sent() == [
        ("PUT", "/youtube/v3/comments", {"id": "c1", "snippet": {"textOriginal": "Better"}}),
        ("DELETE", "/youtube/v3/comments", {"id": "c1"}),
    ]


@pytest.mark.parametrize("reply", [answer(status=204), error("videoNotFound", 404)])
def test_what_is_gone_is_deleted(reply: Response) -> None:
    acme = channel(delete=reply)
    acme.delete(ROOT)
    assert acme.sent() == [("DELETE", "/youtube/v3/videos", {"id": "v1"})]


def test_the_playlists_that_it_may_choose() -> None:
    def listed(call: Call) -> Response:
        if ("pageToken", "p2") in call.query:
            return answer({"items": [{"id": "PL2", "snippet": {"title": "Talks"}}]})
        return answer({"items": [{"id": "PL1", "snippet": {"title": "News"}}], "nextPageToken": "p2"})

    acme = Stage("youtube", {"GET /youtube/v3/playlists": listed})
    assert acme.options() == {"PL1": "News", "PL2": "Talks"}


def test_the_categories_that_it_may_choose() -> None:
    page = answer({"items": [{"id": "28", "snippet": {"title": "Science & Technology"}}]})
    acme = Stage("youtube", {"GET /youtube/v3/videoCategories": page})
    job: Callable[..., Any] = acme.provider.options
    assert acme.run(job(acme.http, acme.account, "category")) == {"28": "Science & Technology"}


def test_an_account_without_a_channel_needs_a_person() -> None:
    acme = Stage(
        "youtube", {"GET /youtube/v3/channels": answer({"kind": "youtube#channelListResponse"} | {"items": []})}
    )
    with pytest.raises(errors.Reauthorize, match="has no YouTube channel"):
        acme.whoami()


@pytest.mark.parametrize(
    ("reason", "code", "failure"),
    [
        ("uploadLimitExceeded", 400, errors.Throttled),
        ("quotaExceeded", 403, errors.Throttled),
        ("userRateLimitExceeded", 403, errors.Throttled),
        ("authError", 401, errors.Reauthorize),
        ("youtubeSignupRequired", 401, errors.Reauthorize),
        ("insufficientPermissions", 403, errors.Reauthorize),
        ("invalidTitle", 400, errors.Rejected),
        ("invalidTags", 400, errors.Rejected),
        ("invalidCategoryId", 400, errors.Rejected),
        ("somethingNew", 400, errors.Rejected),
        ("backendError", 500, errors.Unavailable),
    ],
)
def test_the_reason_tells_the_failure(reason: str, code: int, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure, match=rf"YouTube: .*HTTP {code}, {reason}, It is {reason}"):
        channel(begin=error(reason, code)).publish(film())


def test_a_used_up_quota_waits_for_midnight_in_california() -> None:
    with pytest.raises(errors.Throttled) as throttled:
        channel(begin=error("quotaExceeded", 403)).publish(film())
    until = throttled.value.until
    assert until is not None
    assert until.utcoffset() == timedelta(0)
    there = until.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (there.hour, there.minute) == (0, 0)
    assert timedelta(0) < until - CLAIMED <= timedelta(days=1)


def test_chunks_are_multiples_of_what_google_asks_for() -> None:
    assert _resumable.CHUNK % 262_144 == 0
    assert CLAIMED.tzinfo is not None
