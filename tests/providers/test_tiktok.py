from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import ValidationError

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers._tiktok_posts import Settings
from postiz_ops.providers._tiktok_upload import CHUNK, division, last_chunk
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence, NotReady, Processing, Refused
from postiz_ops.publish.effects import Lost, NotSent, Response
from tests.providers.stage import Reply, Script, Stage, answer, card, found, image, text, video
from tests.specs.exchange import Call

FINE = {"code": "ok", "message": "", "log_id": "l1"}
UPLOAD = "https://open-upload.tiktokapis.com/video/?upload_id=1&upload_token=t"
TASK = {"publish_id": "v1", "upload_url": UPLOAD}
LARGE = bytes(25_000_007)
"""Two chunks: the last one takes the rest."""

ALL = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
URL = "https://www.tiktok.com/@acme/video/7300000000000000001"


def said(**data: Any) -> Response:
    return answer({"data": data, "error": FINE})


def refused(code: str, status: int = 200) -> Response:
    return answer({"data": {}, "error": {"code": code, "message": f"It is {code}.", "log_id": "l1"}}, status)


@dataclass
class Task:
    """TikTok's side of an upload: keeps what arrives in order, and posts once all is there."""

    size: int = 17
    at: int = 0
    ends: str = "PUBLISH_COMPLETE"
    more: dict[str, Any] = field(default_factory=dict)
    troubles: list[Reply | None] = field(default_factory=list)

    def put(self, call: Call) -> Reply:
        if self.troubles and (trouble := self.troubles.pop(0)) is not None:
            return trouble
        span, _, size = call.headers["content-range"].removeprefix("bytes ").partition("/")
        assert int(size) == self.size
        assert int(span.partition("-")[0]) == self.at, "a chunk out of turn"
        self.at += len(call.body)
        return answer(status=201 if self.at == self.size else 206)

    def look(self, call: Call) -> Reply:
        if self.at < self.size:
            return said(status="PROCESSING_UPLOAD", uploaded_bytes=self.at)
        return said(status=self.ends, **self.more)


def creator(task: Task | None = None, /, **more: Any) -> Stage:
    """A creator who may post everything, save where ``more`` says otherwise."""
    task = task or Task()
    info = {"creator_username": "acme", "privacy_level_options": ALL, "max_video_post_duration_sec": 300}
    script: Script = {
        "POST /v2/post/publish/creator_info/query/": more.get("info", said(**(info | more.get("creator", {})))),
        "POST /v2/post/publish/video/init/": more.get("begin", said(**TASK)),
        "POST /v2/post/publish/inbox/video/init/": said(**TASK),
        "POST /v2/post/publish/content/init/": more.get("photos", said(publish_id="p1")),
        "POST /v2/post/publish/status/fetch/": more.get("look", task.look),
        "PUT /video/": more.get("put", task.put),
        "GET /v2/user/info/": said(user={"open_id": "o1", "display_name": "Acme"}),
    }
    acme = Stage("tiktok", script)
    if task.size == len(LARGE):
        acme.files["clip.mp4"] = LARGE
    return acme


def film(words: str = "Look #GitOps", **more: Any) -> DraftPart:
    return text(words, media=(video(**more),))


def puts(acme: Stage) -> list[str]:
    return [call.headers["content-range"] for call in acme.calls if call.method == "PUT"]


# --- a film: held against the handwritten description -----------------------------------------------------------------


def test_handwritten_a_film() -> None:
    acme = creator(Task(more={"publicaly_available_post_id": [7300000000000000001]}))
    settings = {"privacy": "PUBLIC_TO_EVERYONE", "is_aigc": True, "video_cover_timestamp_ms": 500, "disable_duet": True}
    assert acme.publish(film(), settings=settings) == (
        Receipt("7300000000000000001", URL, {"kind": "video", "publish_id": "v1"}),
    )
    assert acme.sent() == [
        ("POST", "/v2/post/publish/creator_info/query/", {}),
        (
            "POST",
            "/v2/post/publish/video/init/",
            {
                "post_info": {
                    "title": "Look #GitOps",
                    "privacy_level": "PUBLIC_TO_EVERYONE",
                    "disable_comment": False,
                    "disable_duet": True,
                    "disable_stitch": False,
                    "brand_content_toggle": False,
                    "brand_organic_toggle": False,
                    "is_aigc": True,
                    "video_cover_timestamp_ms": 500,
                },
                "source_info": {
                    "source": "FILE_UPLOAD",
                    "video_size": 17,
                    "chunk_size": 17,
                    "total_chunk_count": 1,
                },
            },
        ),
        ("PUT", "/video/", b"bytes of clip.mp4"),
        ("POST", "/v2/post/publish/status/fetch/", {"publish_id": "v1"}),
    ]
    upload = acme.calls[2]
    assert upload.headers["content-range"] == "bytes 0-16/17"
    assert "authorization" not in upload.headers


def test_privacy_must_be_one_of_what_creator_info_offers() -> None:
    acme = creator(creator={"privacy_level_options": ["MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]})
    with pytest.raises(errors.Rejected, match="may not choose the privacy `PUBLIC_TO_EVERYONE`") as caught:
        acme.publish(film(), settings={"privacy": "PUBLIC_TO_EVERYONE"})
    assert str(caught.value.help).startswith("choose one of `MUTUAL_FOLLOW_FRIENDS`, `SELF_ONLY`;")
    assert len(acme.calls) == 1


def test_a_film_that_is_longer_than_this_creator_may_post() -> None:
    with pytest.raises(errors.Rejected, match="lasts 3 seconds, and this creator may post 2"):
        creator(creator={"max_video_post_duration_sec": 2}).publish(film())


def test_what_the_creator_has_turned_off_stays_off() -> None:
    acme = creator(creator={"comment_disabled": True, "duet_disabled": True, "stitch_disabled": True})
    acme.publish(film())
    info = acme.calls[1].json()["post_info"]
    assert (info["disable_comment"], info["disable_duet"], info["disable_stitch"]) == (True, True, True)


def test_a_paid_partnership_is_seen_by_others() -> None:
    with pytest.raises(ValidationError, match="cannot be seen by its creator alone"):
        Settings(privacy="SELF_ONLY", brand_content_toggle=True)


def test_handwritten_a_draft_goes_to_the_inbox() -> None:
    acme = creator(Task(ends="SEND_TO_USER_INBOX"))
    assert acme.publish(film(), settings={"mode": "inbox"}) == (Receipt("v1", None, {"kind": "video"}),)
    assert [call.path for call in acme.calls][:2] == ["/v2/post/publish/inbox/video/init/", "/video/"]
    assert list(acme.calls[0].json()) == ["source_info"]


@pytest.mark.parametrize(
    ("size", "chunk", "count"),
    [
        (1, 1, 1),
        (4_999_999, 4_999_999, 1),
        (19_999_999, 19_999_999, 1),
        (20_000_000, CHUNK, 2),
        (29_999_999, CHUNK, 2),
        (30_000_000, CHUNK, 3),
        (4_294_967_296, CHUNK, 429),
    ],
)
def test_the_number_of_chunks_is_floor_of_size_by_chunk(size: int, chunk: int, count: int) -> None:
    assert division(size) == {"video_size": size, "chunk_size": chunk, "total_chunk_count": count}
    assert count <= 1000
    assert last_chunk(size) == chunk * (count - 1)
    assert size - last_chunk(size) < 2 * CHUNK


# --- the upload -----------------------------------------------------------------------------------------------------


def test_handwritten_the_last_chunk_is_the_one_mutation() -> None:
    acme = creator(Task(len(LARGE)))
    dispatch = acme.prepare(film())
    assert dispatch.prepared == {"creator": "acme", **TASK, "size": len(LARGE), "at": CHUNK}
    assert puts(acme) == ["bytes 0-9999999/25000007"]
    assert acme.http.may_mutate is True
    with pytest.raises(errors.Unknown, match="TikTok has it"):
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert puts(acme)[1:] == ["bytes 10000000-25000006/25000007"]
    assert acme.http.may_mutate is False


@pytest.mark.parametrize("trouble", [Lost("cut"), NotSent("down"), answer(status=503), answer(status=416)])
def test_a_broken_chunk_is_sent_again(trouble: Reply) -> None:
    acme = creator(Task(len(LARGE), troubles=[trouble]))
    assert acme.publish(film())
    assert puts(acme) == ["bytes 0-9999999/25000007"] * 2 + ["bytes 10000000-25000006/25000007"]
    assert acme.clock.slept[0] == 2


def test_an_upload_that_keeps_breaking_is_gone_on_with_by_a_later_run() -> None:
    task = Task(len(LARGE), troubles=[Lost("cut")] * 4)
    with pytest.raises(NotReady, match=r"breaks off at byte 0 of 25,000,007") as waiting:
        creator(task).prepare(film())
    acme = creator(task)
    dispatch = acme.dispatch(film(), prepared=waiting.value.prepared)
    assert acme.run(acme.provider.prepare(acme.http, acme.account, dispatch))["at"] == CHUNK
    assert not any(call.path.endswith("/init/") for call in acme.calls), "never begun twice"


def test_an_expired_address_is_begun_anew() -> None:
    task = Task(len(LARGE), troubles=[answer(status=403)])
    acme = creator(task)
    assert acme.publish(film())
    assert sum(call.path.endswith("/init/") for call in acme.calls) == 2


def test_an_address_that_expires_before_the_last_chunk_is_begun_anew_by_the_next_try() -> None:
    acme = creator(put=answer(status=403))
    dispatch = acme.prepare(film())
    with pytest.raises(errors.Unknown, match="the upload has expired") as caught:
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    kept = replace(dispatch, prepared=caught.value.known)
    assert acme.find(kept) == Refused("the end of the film did not arrive: the upload goes on", again=True)
    again = creator()
    assert again.run(again.provider.prepare(again.http, again.account, kept))["upload_url"] == UPLOAD
    assert any(call.path.endswith("/init/") for call in again.calls)


def test_a_film_that_has_arrived_is_not_sent_again() -> None:
    acme = creator(Task(at=17))
    prepared = {"creator": "acme", **TASK, "size": 17, "at": 0}
    dispatch = acme.dispatch(film(), prepared=prepared)
    dispatch = replace(dispatch, prepared=acme.run(acme.provider.prepare(acme.http, acme.account, dispatch)))
    with pytest.raises(errors.Unknown) as caught:
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert puts(acme) == []
    assert found(acme.find(replace(dispatch, prepared=caught.value.known))) == (Receipt("v1", None, {"kind": "video"}),)


@pytest.mark.parametrize("status", ["FAILED", "UNKNOWN"])
def test_a_task_that_failed_is_begun_anew(status: str) -> None:
    look = said(status="FAILED", fail_reason="internal") if status == "FAILED" else refused("invalid_publish_id", 400)
    acme = creator(look=look)
    dispatch = acme.dispatch(film(), prepared={"creator": "acme", **TASK, "size": 17, "at": 0})
    acme.run(acme.provider.prepare(acme.http, acme.account, dispatch))
    assert any(call.path.endswith("/init/") for call in acme.calls)


# --- photos ---------------------------------------------------------------------------------------------------------

HOSTED = image("https://media.example.com/a.jpg")


def test_handwritten_photos_by_url_only() -> None:
    acme = creator(look=said(status="PUBLISH_COMPLETE"))
    settings = {"auto_add_music": True, "photo_cover_index": 1}
    part = text("About them", media=(HOSTED, replace(HOSTED, path="https://media.example.com/b.jpg")))
    assert acme.publish(part, title="Two photos", settings=settings) == (Receipt("p1", None, {"kind": "photo"}),)
    assert acme.calls[1].json() == {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST",
        "post_info": {
            "title": "Two photos",
            "description": "About them",
            "privacy_level": "SELF_ONLY",
            "disable_comment": False,
            "brand_content_toggle": False,
            "brand_organic_toggle": False,
            "auto_add_music": True,
        },
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": ["https://media.example.com/a.jpg", "https://media.example.com/b.jpg"],
            "photo_cover_index": 1,
        },
    }


def test_handwritten_a_draft_of_photos_has_its_words_alone() -> None:
    acme = creator(look=said(status="SEND_TO_USER_INBOX"))
    acme.publish(text("About it", media=(HOSTED,)), title="A photo", settings={"mode": "inbox"})
    body = acme.calls[0].json()
    assert (body["post_mode"], body["post_info"]) == ("MEDIA_UPLOAD", {"title": "A photo", "description": "About it"})


def test_the_id_of_photos_is_kept_for_the_look_up() -> None:
    acme = creator(look=said(status="PROCESSING_DOWNLOAD"))
    dispatch = acme.prepare(text(media=(HOSTED,)))
    with pytest.raises(errors.Unknown) as caught:
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert caught.value.known == dispatch.prepared | {"publish_id": "p1"}
    assert acme.find(replace(dispatch, prepared=caught.value.known)) == Processing("TikTok processes it")


def test_photos_whose_answer_was_lost_cannot_be_looked_up() -> None:
    acme = creator(photos=Lost("cut"))
    dispatch = acme.prepare(text(media=(HOSTED,)))
    with pytest.raises(errors.Unknown):
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))
    assert acme.find(dispatch) == Blind(
        "TikTok tells of photos by an id alone, which was lost with the answer: look at the profile"
    )


# --- what became of it ----------------------------------------------------------------------------------------------


def sought(acme: Stage) -> Dispatch:
    return acme.dispatch(film(), prepared={"creator": "acme", **TASK, "size": 17, "at": 0})


@pytest.mark.parametrize(
    ("data", "evidence"),
    [
        ({"status": "PUBLISH_COMPLETE"}, Receipt("v1", None, {"kind": "video"})),
        (
            {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": [7300000000000000001]},
            Receipt("7300000000000000001", URL, {"kind": "video", "publish_id": "v1"}),
        ),
        ({"status": "SEND_TO_USER_INBOX"}, Receipt("v1", None, {"kind": "video"})),
        ({"status": "PROCESSING_DOWNLOAD"}, Processing("TikTok processes it")),
        ({"status": "PROCESSING_UPLOAD"}, Processing("TikTok processes it")),
        ({"status": "PROCESSING_UPLOAD", "uploaded_bytes": 17}, Processing("TikTok processes it")),
        (
            {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 16},
            Refused("the end of the film did not arrive: the upload goes on", again=True),
        ),
        (
            {"status": "FAILED", "fail_reason": "frame_rate_check_failed"},
            Refused("TikTok says that it failed (frame_rate_check_failed)"),
        ),
        ({"status": "FAILED", "fail_reason": "spam_risk"}, Refused("TikTok says that it failed (spam_risk)")),
        (
            {"status": "FAILED", "fail_reason": "video_pull_failed"},
            Refused("TikTok says that it failed (video_pull_failed)", again=True),
        ),
        ({"status": "FAILED"}, Refused("TikTok says that it failed (no reason given)")),
    ],
)
def test_the_status_of_the_publish_id_is_the_evidence(data: dict[str, Any], evidence: Evidence | Receipt) -> None:
    acme = creator(look=said(**data))
    seen = acme.find(sought(acme))
    assert (found(seen) == (evidence,)) if isinstance(evidence, Receipt) else seen == evidence
    assert sum(acme.clock.slept) == (30 if isinstance(evidence, Processing) else 0)


def test_processing_is_waited_for() -> None:
    acme = creator(look=[said(status="PROCESSING_UPLOAD"), said(status="PUBLISH_COMPLETE")])
    assert found(acme.find(sought(acme)))
    assert acme.clock.slept == [0, 1]


def test_an_id_that_tiktok_does_not_know_proves_nothing() -> None:
    acme = creator(look=refused("invalid_publish_id", 400))
    assert acme.find(sought(acme)) == Absent()


# --- the rest -------------------------------------------------------------------------------------------------------


def test_there_is_no_way_to_change_delete_or_comment() -> None:
    acme = creator()
    with pytest.raises(errors.Rejected, match="cannot edit"):
        acme.edit(acme.dispatch(film()), Receipt("1"))
    with pytest.raises(errors.Rejected, match="cannot delete"):
        acme.delete(Receipt("1"))
    assert (acme.spec.edit, acme.spec.delete, acme.spec.comments) == (False, False, False)


def test_the_privacy_that_it_may_choose() -> None:
    assert creator().options() == {
        "PUBLIC_TO_EVERYONE": "everyone",
        "MUTUAL_FOLLOW_FRIENDS": "friends",
        "SELF_ONLY": "only the creator",
    }


def test_who_it_is() -> None:
    identity = creator().whoami()
    assert (identity.remote_id, identity.name) == ("o1", "Acme")


@pytest.mark.parametrize(
    ("code", "status", "failure"),
    [
        ("access_token_invalid", 401, errors.Reauthorize),
        ("scope_not_authorized", 401, errors.Reauthorize),
        ("rate_limit_exceeded", 429, errors.Throttled),
        ("spam_risk_too_many_posts", 200, errors.Throttled),
        ("spam_risk_too_many_posts", 403, errors.Throttled),
        ("spam_risk_user_banned_from_posting", 403, errors.Rejected),
        ("unaudited_client_can_only_post_to_private_accounts", 403, errors.Rejected),
        ("privacy_level_option_mismatch", 403, errors.Rejected),
        ("url_ownership_unverified", 403, errors.Rejected),
        ("something_new", 200, errors.Rejected),
        ("internal_error", 500, errors.Unknown),
    ],
)
def test_the_code_tells_the_failure_whatever_the_status(code: str, status: int, failure: type[errors.Failure]) -> None:
    acme = creator(photos=refused(code, status))
    dispatch = acme.prepare(text(media=(HOSTED,)))
    with pytest.raises(failure, match=rf"TikTok: .*HTTP {status}, {code}, It is {code}"):
        acme.run(acme.provider.publish(acme.http, acme.account, dispatch))


def test_a_link_has_no_card() -> None:
    acme = creator()
    acme.publish(film(), link=card())
    assert acme.spec.link_card is False
