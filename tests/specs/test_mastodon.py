from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

HOST = "https://example.social"
STATUSES = f"{HOST}/api/v1/statuses"
KNOWN = (
    "in_reply_to_id, language, media_ids, poll, quote_approval_policy, quoted_status_id, scheduled_at, sensitive, "
    "spoiler_text, status, visibility"
)


@pytest.mark.parametrize(
    "value",
    [
        {"status": "hello"},
        {"status": "hello", "media_ids": ["1"], "visibility": "unlisted", "language": "en", "sensitive": True},
        {"media_ids": ["1"]},
        {"status": "which?", "poll": {"options": ["a", "b"], "expires_in": 3600, "multiple": False}},
        {"status": "hello", "in_reply_to_id": "1", "spoiler_text": "careful"},
    ],
)
def test_statuses_that_pass(value: Any) -> None:
    assert request_findings("mastodon", "POST", STATUSES, value=value) == []


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ({}, "body: 'status' is a required property"),
        ([], "body: [] is not of type 'object'"),
        ({"status": 1}, "body: `status`: 1 is not of type 'string'"),
        ({"status": "x", "visiblity": "public"}, f"body: unknown key `visiblity`; the description has {KNOWN}"),
        (
            {"status": "x", "visibility": "all"},
            "body: `visibility`: 'all' is not one of ['public', 'unlisted', 'private', 'direct']",
        ),
        (
            {"status": "x", "poll": {"choices": ["a"]}},
            "body: unknown key `poll.choices`; the description has expires_in, hide_totals, multiple, options",
        ),
        (
            {"media_ids": ["1"], "poll": {"options": ["a", "b"], "expires_in": 60}},
            "body: `media_ids` and `poll` exclude each other",
        ),
    ],
)
def test_statuses_that_do_not(value: Any, finding: str) -> None:
    assert request_findings("mastodon", "POST", STATUSES, value=value) == [finding]


def test_form_is_read_by_the_json_schema() -> None:
    form = "status=hi&media_ids[]=1&media_ids[]=2&sensitive=true"
    assert request_findings("mastodon", "POST", STATUSES, form=form) == []
    assert request_findings("mastodon", "POST", STATUSES, form="status=hi&poll[options][]=a&poll[expires_in]=60") == []
    assert request_findings("mastodon", "POST", STATUSES, form="status=hi&poll[expires_in]=soon&poll[options][]=a") == [
        "body: key `poll` does not fit: `expires_in`: 'soon' is not of type 'integer'"
    ]


def test_idempotency_key_belongs_to_a_new_status_alone() -> None:
    headers = {"Authorization": "Bearer test-token", "Idempotency-Key": "0123456789abcdef"}
    assert request_findings("mastodon", "POST", STATUSES, value={"status": "x"}, headers=headers) == []
    assert request_findings("mastodon", "GET", f"{STATUSES}/1", headers=headers) == ["unknown header `idempotency-key`"]


def test_token() -> None:
    findings = request_findings("mastodon", "POST", STATUSES, value={"status": "x"}, headers={})
    assert findings == ["the header `authorization` is missing"]
    headers = {"Authorization": "test-token"}
    findings = request_findings("mastodon", "POST", STATUSES, value={"status": "x"}, headers=headers)
    assert findings == ["the header `authorization` is not `Bearer` and a token"]
    assert request_findings("mastodon", "GET", f"{HOST}/api/v2/instance", headers={}) == []


def test_upload() -> None:
    headers, body = multipart(
        ("file", "a.png", "image/png", b"\x89PNG\xff"),
        ("description", None, None, b"A chart"),
        ("focus", None, None, b"0.0,0.5"),
    )
    assert request_findings("mastodon", "POST", f"{HOST}/api/v2/media", headers=headers, body=body) == []


@pytest.mark.parametrize(
    ("part", "finding"),
    [
        (("file", None, "image/png", b"x"), "the part `file` is a file and has no filename"),
        (("file", "a.png", None, b"x"), "the part `file` has no media type"),
        (
            ("image", "a.png", "image/png", b"x"),
            "body: unknown key `image`; the description has description, file, focus, thumbnail",
        ),
    ],
)
def test_uploads_that_do_not_pass(part: tuple[str, str | None, str | None, bytes], finding: str) -> None:
    headers, body = multipart(part)
    findings = request_findings("mastodon", "POST", f"{HOST}/api/v2/media", headers=headers, body=body)
    assert finding in findings


def test_a_field_is_no_file() -> None:
    headers, body = multipart(("file", "a.png", "image/png", b"x"), ("description", "a.txt", "text/plain", b"x"))
    findings = request_findings("mastodon", "POST", f"{HOST}/api/v2/media", headers=headers, body=body)
    assert findings == ["the part `description` is a field and has a filename"]


def test_upload_as_json_is_refused() -> None:
    findings = request_findings("mastodon", "POST", f"{HOST}/api/v2/media", value={"file": "x"})
    assert findings == ["it takes no body of type `application/json`"]


@pytest.mark.parametrize(
    ("method", "path", "findings"),
    [
        ("GET", "/api/v1/accounts/1/statuses?limit=40&exclude_reblogs=true", []),
        ("GET", "/api/v1/statuses?id[]=1&id[]=2", []),
        ("GET", "/api/v1/accounts/1/statuses?limit=many", ["query `limit`: 'many' is not of type 'integer'"]),
        ("GET", "/api/v1/accounts/1/statuses?limit=1&limit=2", ["the query key `limit` is sent 2 times"]),
        ("GET", "/api/v1/accounts/lookup", ["the query key `acct` is missing"]),
        ("GET", "/api/v1/statuses/1?x=1", ["unknown query key `x`; the description has none here"]),
        ("GET", "/api/v2/instance/", ["unknown path `/api/v2/instance/`"]),
        ("PATCH", "/api/v1/statuses/1", ["unknown method `PATCH`; the description has DELETE, GET, PUT"]),
        ("POST", "/api/v1/statuses", ["the body is missing"]),
    ],
)
def test_urls(method: str, path: str, findings: list[str]) -> None:
    assert request_findings("mastodon", method, HOST + path) == findings


def test_get_takes_no_body() -> None:
    assert request_findings("mastodon", "GET", f"{STATUSES}/1", value={}) == ["it takes no body"]


def test_broken_json_is_a_finding() -> None:
    headers = {"Authorization": "Bearer test-token", "Content-Type": "application/json"}
    (finding,) = request_findings("mastodon", "POST", STATUSES, headers=headers, body=b"{")
    assert finding.startswith("the body is not JSON: ")


MEDIA: dict[str, Any] = {
    "id": "1",
    "type": "image",
    "url": None,
    "preview_url": "https://example.social/small.png",
    "remote_url": None,
    "meta": {},
    "description": "A chart",
    "blurhash": None,
}


def test_answers() -> None:
    assert response_findings("mastodon", "POST", f"{HOST}/api/v2/media", 202, MEDIA) == []
    assert response_findings("mastodon", "POST", STATUSES, 422, {"error": "Validation failed"}) == []
    assert response_findings("mastodon", "POST", STATUSES, 418, {}) == [
        "unknown status; the description has 200, 401, 404, 410, 422, 429, 503"
    ]
    assert response_findings("mastodon", "POST", STATUSES, 422, b"<html>") == [
        "the body is not JSON: Expecting value: line 1 column 1 (char 0)"
    ]


def test_answer_with_a_key_of_our_own() -> None:
    url, answer = f"{HOST}/api/v2/media", {**MEDIA, "ours": 1}
    (finding,) = response_findings("mastodon", "POST", url, 200, answer)
    assert finding.startswith("body: unknown key `ours`; the description has blurhash, ")
    assert response_findings("mastodon", "POST", url, 200, answer, allow_unknown=True) == []
