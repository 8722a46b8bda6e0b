from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

API = "https://api.pinterest.com/v5"
STORAGE = "https://pinterest-media-upload.s3-accelerate.amazonaws.com/"
IMAGE = {"source_type": "image_base64", "content_type": "image/png", "data": "aGk="}
PIN = {"board_id": "9", "media_source": IMAGE}


def test_a_pin_passes() -> None:
    assert request_findings("pinterest", "POST", f"{API}/pins", value=PIN | {"title": "T", "link": None}) == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"board_id": "news"}, "body: `board_id`: 'news' does not match"),
        ({"titel": "T"}, "body: unknown key `titel`"),
        ({"title": "x" * 101}, "body: `title`: 'xxx"),
        (
            {"media_source": IMAGE | {"content_type": "image/webp"}},
            "body: `media_source.content_type`: 'image/webp' is",
        ),
        ({"media_source": IMAGE | {"alt": "x"}}, "body: unknown key `media_source.alt`"),
        (
            {"media_source": {"source_type": "multiple_image_base64", "items": [{"content_type": "image/png"}]}},
            "body: `media_source",
        ),
    ],
)
def test_pins_that_do_not_pass(changes: dict[str, Any], start: str) -> None:
    finding, *_ = request_findings("pinterest", "POST", f"{API}/pins", value=PIN | changes)
    assert finding.startswith(start)


def test_a_pin_has_a_board_and_media() -> None:
    assert request_findings("pinterest", "POST", f"{API}/pins", value={"title": "T"}) == [
        "body: a pin without `board_id`",
        "body: a pin without `media_source`",
    ]


@pytest.mark.parametrize(
    ("query", "start"),
    [
        ("page_size=100&bookmark=b", None),
        ("page_size=251", "query `page_size`: 251 is greater"),
        ("page=2", "unknown qu"),
    ],
)
def test_queries(query: str, start: str | None) -> None:
    found = request_findings("pinterest", "GET", f"{API}/boards/9/pins?{query}")
    assert [finding[: len(start or "")] for finding in found] == ([start] if start else [])


def test_handwritten_storage() -> None:
    headers, body = multipart(("key", None, None, b"k"), ("policy", None, None, b"p"), ("file", "a.mp4", None, b"x"))
    assert request_findings("pinterest", "POST", STORAGE, body=body, headers=headers) == [
        "the form is its own authorization; the token must not go there"
    ]
    del headers["Authorization"]
    assert request_findings("pinterest", "POST", STORAGE, body=body, headers=headers) == []
    assert request_findings("pinterest", "POST", STORAGE, body=b"x", headers={}) == [
        "storage takes a POST with a form and a file"
    ]
    headers, body = multipart(("key", None, None, b"k"))
    assert request_findings("pinterest", "POST", STORAGE, body=body, headers=headers)[1:] == [
        "the file is not the last part, or has another name than `file`",
        "the field `policy` is missing",
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "start"),
    [
        ("GET", "/media/5", 200, {"media_id": "5", "media_type": "video", "status": "processing"}, None),
        ("GET", "/media/5", 200, {"media_id": "5", "media_type": "video", "status": "done"}, "body: `status`: 'done'"),
        ("POST", "/pins", 201, {"id": "7", "title": None}, None),
        ("POST", "/pins", 400, {"code": 1, "message": "no"}, None),
        ("POST", "/pins", 400, {"error": "no"}, "body: 'code' is a required property"),
        ("DELETE", "/pins/7", 204, b"", None),
    ],
)
def test_answers(method: str, path: str, status: int, value: Any, start: str | None) -> None:
    found = response_findings("pinterest", method, f"{API}{path}", status, value)
    assert found[0].startswith(start) if start else found == [], found
