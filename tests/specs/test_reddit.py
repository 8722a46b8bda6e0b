from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

API = "https://oauth.reddit.com"
STORAGE = "https://reddit-uploaded-media.s3-accelerate.amazonaws.com/"
HEADERS = {"Authorization": "Bearer test-token", "User-Agent": "a client"}
POST = {"api_type": "json", "kind": "self", "sr": "python", "title": "T", "text": "x"}


def submitted(**changes: str) -> list[str]:
    return request_findings("reddit", "POST", f"{API}/api/submit", form=urlencode(POST | changes), headers=HEADERS)


def test_handwritten_a_post_passes() -> None:
    assert submitted() == []
    assert submitted(nsfw="true", flair_id="f") == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"kind": "essay"}, "body: `kind`: 'essay' is not one of"),
        ({"title": "x" * 301}, "body: `title`: 'xxx"),
        ({"nsfw": "yes"}, "body: `nsfw`: 'yes' is not one of"),
        ({"falir_id": "f"}, "body: unknown key `falir_id`"),
    ],
)
def test_handwritten_posts_that_do_not_pass(changes: dict[str, str], start: str) -> None:
    (finding,) = submitted(**changes)
    assert finding.startswith(start)


def test_handwritten_a_user_agent_is_demanded() -> None:
    findings = request_findings("reddit", "GET", f"{API}/api/v1/me")
    assert "the header `user-agent` is missing" in findings


def test_handwritten_a_gallery_has_at_least_two() -> None:
    value = {"sr": "python", "title": "T", "api_type": "json", "items": [{"media_id": "m"}]}
    (finding,) = request_findings("reddit", "POST", f"{API}/api/submit_gallery_post.json", value=value, headers=HEADERS)
    assert finding.startswith("body: `items`: [{'media_id': 'm'}] is too short")


@pytest.mark.parametrize("where", ["submitted", "comments"])
def test_lists_take_what_reddits_page_says(where: str) -> None:
    url = f"{API}/user/acme/{where}"
    assert request_findings("reddit", "GET", f"{url}?sort=new&limit=100&after=t3_a", headers=HEADERS) == []
    (finding,) = request_findings("reddit", "GET", f"{url}?since=1", headers=HEADERS)
    assert finding.startswith("unknown query key `since`; the description has after, before, context, count")


@pytest.mark.parametrize(
    ("parts", "findings"),
    [
        ((("key", None, None, b"k"), ("file", "a.jpg", "image/jpeg", b"x")), []),
        ((("file", "a.jpg", "image/jpeg", b"x"),), ["the field `key` is missing"]),
        (
            (("file", "a.jpg", "image/jpeg", b"x"), ("key", None, None, b"k")),
            ["the file is not the last part, or has another name than `file`"],
        ),
    ],
)
def test_handwritten_storage(parts: Any, findings: list[str]) -> None:
    headers, body = multipart(*parts)
    del headers["Authorization"]
    assert request_findings("reddit", "POST", STORAGE, body=body, headers=headers) == findings
    headers |= HEADERS
    assert request_findings("reddit", "POST", STORAGE, body=body, headers=headers) == [
        "the form is its own authorization; the token must not go there",
        *findings,
    ]


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "found"),
    [
        ("POST", "/api/submit", 200, {"json": {"errors": [], "data": {"id": "a", "name": "t3_a"}}}, []),
        ("POST", "/api/submit", 200, {"json": {"errors": [["NO_SELFS", "no", "sr"]]}}, []),
        ("POST", "/api/submit", 200, {"json": {}}, ["body: `json`: 'errors' is a required property"]),
        ("POST", "/api/submit", 400, {"message": "Bad Request", "reason": "SUBMIT_VALIDATION_FLAIR_REQUIRED"}, []),
        ("GET", "/api/v1/me", 200, {"id": "a"}, ["body: 'name' is a required property"]),
    ],
)
def test_handwritten_answers(method: str, path: str, status: int, value: Any, found: list[str]) -> None:
    assert response_findings("reddit", method, f"{API}{path}", status, value) == found
