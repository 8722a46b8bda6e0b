from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers.base import Absent, Blind, Dispatch, NotReady
from postiz_ops.publish.effects import Response
from tests.providers.stage import Script, Stage, answer, card, content, found, image, text, video
from tests.specs.exchange import Call

STORAGE = "https://pinterest-media-upload.s3-accelerate.amazonaws.com/"
PIN = Receipt("77", "https://www.pinterest.com/pin/77/")
FILM = video(thumbnail=image("cover.jpg"))


def encoded(name: str) -> str:
    return b64encode(f"bytes of {name}".encode()).decode()


def state(status: str) -> Response:
    return answer({"media_id": "55", "media_type": "video", "status": status})


def board(**more: Any) -> Stage:
    """A board that takes everything, save where ``more`` says otherwise."""
    place = {
        "media_id": "55",
        "media_type": "video",
        "upload_url": STORAGE,
        "upload_parameters": {"key": "k", "policy": "p", "Content-Type": "multipart/form-data"},
    }
    script: Script = {
        "POST /v5/pins": more.get("pins", answer({"id": "77"}, 201)),
        "POST /v5/media": answer(place, 201),
        "POST /": answer(status=204),
        "GET /v5/media/55": more.get("media", state("succeeded")),
        "GET /v5/boards/9/pins": more.get("listed", answer({"items": [], "bookmark": None})),
        "PATCH /v5/pins/77": answer({"id": "77"}),
        "DELETE /v5/pins/77": more.get("delete", answer(status=204)),
        "GET /v5/user_account": answer({"id": "1", "username": "acme"}),
    }
    return Stage("pinterest", script)


def pinned(words: str = "Hello", **more: Any) -> DraftPart:
    return text(words, media=(image(**more),))


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_a_picture_goes_along_with_the_pin() -> None:
    acme = board()
    settings = {"section": "8", "dominant_color": "#6E7874"}
    assert acme.publish(pinned(), title="We are live", link=card(), settings=settings) == (PIN,)
    assert acme.sent() == [
        (
            "POST",
            "/v5/pins",
            {
                "board_id": "9",
                "board_section_id": "8",
                "title": "We are live",
                "description": "Hello",
                "link": "https://example.com/launch",
                "alt_text": "A picture",
                "dominant_color": "#6E7874",
                "media_source": {"source_type": "image_base64", "content_type": "image/jpeg", "data": encoded("a.jpg")},
            },
        )
    ]


def test_several_images_of_equal_size() -> None:
    acme = board()
    acme.publish(text(media=(image("a.jpg", alt="One"), image("b.jpg", alt="Two"))))
    assert acme.last()["media_source"] == {
        "source_type": "multiple_image_base64",
        "items": [{"content_type": "image/jpeg", "data": encoded(name)} for name in ("a.jpg", "b.jpg")],
    }
    assert acme.last()["alt_text"] == "One / Two"


def test_several_images_of_another_size_are_refused_before_anything_is_published() -> None:
    acme = board()
    with pytest.raises(errors.Rejected, match="the pictures of one pin must have the same size"):
        acme.publish(text(media=(image("a.jpg"), replace(image("b.jpg"), width=10))))
    assert acme.calls == []
    assert acme.spec.media.same_size is True


def test_alt_texts_that_are_too_long_together() -> None:
    acme = board()
    acme.publish(text(media=(image("a.jpg", alt="x" * 300), image("b.jpg", alt="y" * 300))))
    assert acme.last()["alt_text"] == "x" * 300


# --- films ----------------------------------------------------------------------------------------------------------


def test_a_film_is_uploaded_processed_and_then_pinned_with_its_cover() -> None:
    acme = board(media=[state("registered"), state("processing"), state("succeeded")])
    assert acme.publish(text(media=(FILM,))) == (PIN,)
    assert [f"{call.method} {call.path}" for call in acme.calls] == [
        "POST /v5/media",
        "POST /",
        "GET /v5/media/55",
        "GET /v5/media/55",
        "GET /v5/media/55",
        "POST /v5/pins",
    ]
    storage = acme.calls[1]
    assert list(content(storage)) == ["key", "policy", "Content-Type", "file"]
    assert content(storage)["file"] == ("clip.mp4", "video/mp4", b"bytes of clip.mp4")
    assert "authorization" not in storage.headers
    assert acme.last()["media_source"] == {
        "source_type": "video_id",
        "media_id": "55",
        "cover_image_content_type": "image/jpeg",
        "cover_image_data": encoded("cover.jpg"),
    }
    assert acme.clock.slept == [1, 2, 4]


def test_cover_for_video() -> None:
    acme = board()
    with pytest.raises(errors.Rejected, match="a film needs a picture of its own on Pinterest"):
        acme.publish(text(media=(video(),)))
    assert acme.calls == []


def test_a_film_that_takes_long_is_waited_for_by_a_later_run() -> None:
    acme = board(media=state("processing"))
    with pytest.raises(NotReady, match=r"Pinterest processes `clip\.mp4`") as waiting:
        acme.prepare(text(media=(FILM,)))
    assert waiting.value.prepared == {"media": "55"}
    assert sum(acme.clock.slept) == 60
    again = board()
    dispatch = again.dispatch(text(media=(FILM,)), prepared=waiting.value.prepared)
    assert again.run(again.provider.prepare(again.http, again.account, dispatch)) == {"media": "55"}
    assert [call.method for call in again.calls] == ["GET"], "nothing is uploaded again"


def test_a_film_that_cannot_be_processed_is_refused() -> None:
    with pytest.raises(errors.Rejected, match=r"Pinterest could not process `clip\.mp4`"):
        board(media=state("failed")).publish(text(media=(FILM,)))


def test_an_upload_that_is_forgotten_is_made_again_once() -> None:
    gone = answer({"code": 40, "message": "not found"}, 404)
    acme = board(media=[gone, state("succeeded")])
    dispatch = acme.dispatch(text(media=(FILM,)), prepared={"media": "55"})
    assert acme.run(acme.provider.prepare(acme.http, acme.account, dispatch)) == {"media": "55"}
    with pytest.raises(errors.Unavailable, match="has forgotten the upload"):
        board(media=gone).publish(text(media=(FILM,)))


# --- was it published? ----------------------------------------------------------------------------------------------


def pin(**changes: Any) -> dict[str, Any]:
    return {"id": "77", "title": "A title", "description": "Hello", "created_at": "2026-12-01T09:00:05"} | changes


def page(*pins: dict[str, Any], bookmark: str | None = None) -> Response:
    return answer({"items": pins, "bookmark": bookmark})


def sought(acme: Stage, **changes: Any) -> Dispatch:
    return acme.dispatch(pinned(), prepared={"media": None}, **changes)


@pytest.mark.parametrize(
    ("pages", "there"),
    [
        ([page(pin(description="Other"), pin())], True),
        ([page(pin(created_at="2026-12-01T08:57:00"))], False),
        ([page(pin(title=None))], False),
        ([page(pin(link="https://example.com/other"))], False),
        ([page(pin(title="x"), bookmark="b2"), page(pin())], True),
        ([page()], False),
    ],
)
def test_a_pin_is_found_on_its_board(pages: list[Response], there: bool) -> None:
    acme = board(listed=pages)
    evidence = acme.find(sought(acme))
    assert found(evidence) == (PIN,) if there else evidence == Absent()


def test_a_board_of_many_pins_cannot_be_told() -> None:
    acme = board(listed=page(bookmark="more"))
    assert acme.find(sought(acme)) == Blind("the board has more than 500 pins, and they come in no certain order")


# --- the rest -------------------------------------------------------------------------------------------------------


def test_edit_and_delete() -> None:
    acme = board()
    assert acme.edit(acme.dispatch(pinned("Better"), title="New"), PIN) == PIN
    assert acme.last() == {"board_id": "9", "title": "New", "description": "Better", "alt_text": "A picture"}
    acme.http.may_mutate = True
    acme.delete(PIN)
    assert f"{acme.calls[-1].method} {acme.calls[-1].path}" == "DELETE /v5/pins/77"


def test_what_is_gone_is_deleted() -> None:
    acme = board(delete=answer({"code": 50, "message": "Pin not found"}, 404))
    acme.delete(PIN)
    assert len(acme.calls) == 1


def test_who_it_is() -> None:
    identity = board().whoami()
    assert (identity.remote_id, identity.name) == ("1", "@acme")


def test_the_boards_and_sections_that_it_may_choose() -> None:
    def listed(call: Call) -> Response:
        if ("bookmark", "b2") in call.query:
            return page({"id": "10", "name": "Talks"})
        return page({"id": "9", "name": "News"}, bookmark="b2")

    sections = page({"id": "8", "name": "2026"})
    acme = Stage("pinterest", {"GET /v5/boards": listed, "GET /v5/boards/9/sections": sections})
    assert acme.options() == {"9": "News", "10": "Talks"}
    assert acme.run(acme.provider.options(acme.http, acme.account, "section")) == {"8": "2026"}


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, 1, errors.Rejected),
        (401, 2, errors.Reauthorize),
        (403, 29, errors.Reauthorize),
        (404, 40, errors.Rejected),
        (429, 8, errors.Throttled),
        (500, 0, errors.Unknown),
    ],
)
def test_the_code_tells_the_failure(status: int, code: int, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure, match=rf"Pinterest: .*HTTP {status}, {code}, It said so"):
        board(pins=answer({"code": code, "message": "It said so."}, status)).publish(pinned())


def test_the_description_is_warned_of_above_what_the_product_page_says() -> None:
    limit = board().spec.text.limit
    assert (limit.max, limit.warn_above) == (800, 500)
