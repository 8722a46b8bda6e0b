from __future__ import annotations

import pytest

from tests.specs.samples import request_findings, response_findings

HOST = "https://graph.threads.net/v1.0"
MAKE = f"{HOST}/42/threads"


@pytest.mark.parametrize(
    "query",
    [
        "media_type=TEXT&text=hello&reply_to_id=1",
        "media_type=IMAGE&image_url=https://x.example/a.jpg&alt_text=A&is_carousel_item=true",
        "media_type=CAROUSEL&children=1,2&text=hello",
    ],
)
def test_containers_that_pass(query: str) -> None:
    assert request_findings("threads", "POST", f"{MAKE}?{query}") == []


@pytest.mark.parametrize(
    ("query", "finding"),
    [
        ("media_type=STORY", "query `media_type` is `STORY`; it is one of TEXT, IMAGE, VIDEO, CAROUSEL"),
        ("media_type=VIDEO", "query `video_url` is missing beside `media_type` VIDEO"),
        ("media_type=CAROUSEL&children=1", "query `children` is not 2 to 20 containers"),
        (
            "media_type=CAROUSEL&children=1,2&is_carousel_item=true",
            "query `is_carousel_item` is for what is in a carousel",
        ),
        (
            "media_type=IMAGE&image_url=x&link_attachment=y",
            "query `link_attachment` is for text posts alone",
        ),
        (
            "media_type=TEXT&link_attachment=x&poll_attachment=y",
            "query `link_attachment` and `poll_attachment` exclude each other",
        ),
    ],
)
def test_containers_that_do_not(query: str, finding: str) -> None:
    assert request_findings("threads", "POST", f"{MAKE}?{query}") == [finding]


def test_places_and_tokens() -> None:
    assert request_findings("threads", "GET", "https://graph.threads.net/v2.0/me") == ["unknown path `/v2.0/me`"]
    (finding,) = request_findings("threads", "GET", "https://graph.facebook.com/v1.0/me")
    assert finding == "unknown host `https://graph.facebook.com`"
    (finding,) = request_findings("threads", "GET", f"{HOST}/me", headers={})
    assert finding == "the header `authorization` is not `Bearer` and a token"
    (finding,) = request_findings("threads", "POST", f"{HOST}/42/threads_publish")
    assert finding == "query `creation_id` is missing"
    (finding,) = request_findings("threads", "GET", f"{HOST}/42?access_token=x")
    assert finding.startswith("unknown query key `access_token`")


def test_answers() -> None:
    assert response_findings("threads", "POST", MAKE, 200, {"id": "1"}) == []
    assert response_findings("threads", "POST", MAKE, 400, {"error": {"message": "m", "type": "t", "code": 1}}) == []
    assert response_findings("threads", "POST", MAKE, 400, {"error": "m"}) == ["an error has no `error`"]
