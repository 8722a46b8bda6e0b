from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

API = "https://slack.com/api"
WEBHOOK = "https://hooks.slack.com/services/T0/B0/test-token"
UPLOAD = "https://files.slack.com/upload/v1/test-token"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hi"}}


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "hi", "thread_ts": "1.2", "unfurl_links": False}),
        ("chat.postMessage", {"channel": "C1", "text": "hi", "blocks": [SECTION]}),
        ("chat.update", {"channel": "C1", "ts": "1.2", "text": "hi"}),
        ("chat.delete", {"channel": "C1", "ts": "1.2"}),
        ("files.completeUploadExternal", {"files": [{"id": "F1", "title": "t"}], "channel_id": "C1"}),
    ],
)
def test_methods_with_json(method: str, value: Any) -> None:
    assert request_findings("slack", "POST", f"{API}/{method}", value=value) == []


@pytest.mark.parametrize(
    ("method", "value", "start"),
    [
        ("chat.postMessage", {"channel": "C1"}, "argument 'text' is a required property"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "client_msg_id": "1"}, "argument unknown key `client_msg_"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "token": "t"}, "argument `token`: the token belongs into"),
        (
            "chat.postMessage",
            {"channel": "C1", "text": "x" * 40_001},
            "argument `text` has 40001 characters; above 40000",
        ),
        (
            "chat.postMessage",
            {"channel": "C1", "text": "x", "blocks": [{"type": "section", "txt": {}}]},
            "argument unknown key `blocks[0].txt`",
        ),
        (
            "files.completeUploadExternal",
            {"files": [{"id": "F1", "alt_text": "x"}]},
            "argument unknown key `files[0].alt_text`; the description has highlight_type, id, title",
        ),
        ("files.completeUploadExternal", {"files": []}, "argument `files`: [] should be non-empty"),
        ("files.upload", {}, "retired method `files.upload`"),
        ("chat.shout", {}, "unknown method `chat.shout`"),
        ("chat.postMessage", [], "the body is not a JSON object"),
    ],
)
def test_methods_that_do_not_pass(method: str, value: Any, start: str) -> None:
    (finding,) = request_findings("slack", "POST", f"{API}/{method}", value=value)
    assert finding.startswith(start)


def test_arguments_in_a_form_are_read_by_their_types() -> None:
    url = f"{API}/files.getUploadURLExternal"
    assert request_findings("slack", "POST", url, form="filename=a.png&length=3&alt_text=A+chart") == []
    assert request_findings("slack", "POST", url, form="filename=a.png&length=big") == [
        "argument `length`: 'big' is not of type 'number'"
    ]
    form = urlencode({"channel": "C1", "text": "hi", "blocks": json.dumps([SECTION])})
    assert request_findings("slack", "POST", f"{API}/chat.postMessage", form=form) == []
    assert request_findings("slack", "POST", url, form="filename=a&filename=b") == ["an argument is sent twice"]


def test_handwritten_reading_of_methods_without_json() -> None:
    (finding,) = request_findings(
        "slack", "POST", f"{API}/files.getUploadURLExternal", value={"filename": "a.png", "length": 3}
    )
    assert finding == (
        "it takes no body of type `application/json`; the description has application/x-www-form-urlencoded"
    )


@pytest.mark.parametrize(
    ("http_method", "path", "findings"),
    [
        ("GET", "conversations.replies?channel=C1&ts=1.2&limit=10&inclusive=true", []),
        ("GET", "conversations.history?channel=C1&oldest=1.2", []),
        ("GET", "chat.getPermalink?channel=C1&message_ts=1.2", []),
        ("POST", "auth.test", []),
        ("GET", "conversations.replies?channel=C1", ["argument 'ts' is a required property"]),
        ("GET", "chat.postMessage?channel=C1&text=hi", ["unknown method `GET`; it is POST"]),
        ("DELETE", "auth.test", ["unknown method `DELETE`; it is GET or POST"]),
        (
            "POST",
            "auth.test?pretty=1",
            [
                "arguments of a POST belong into the body",
                "argument unknown key `pretty`; the description has none here",
            ],
        ),
    ],
)
def test_reads(http_method: str, path: str, findings: list[str]) -> None:
    assert request_findings("slack", http_method, f"{API}/{path}") == findings


def test_get_takes_no_body() -> None:
    findings = request_findings("slack", "GET", f"{API}/auth.test", form="")
    assert findings == []
    assert "it takes no body" in request_findings("slack", "GET", f"{API}/auth.test", form="a=b")


def test_token() -> None:
    assert request_findings("slack", "POST", f"{API}/auth.test", headers={}) == [
        "the header `authorization` is not `Bearer` and a token"
    ]


@pytest.mark.parametrize("url", ["http://slack.com/api/auth.test", "https://example.com/api/auth.test"])
def test_host(url: str) -> None:
    assert request_findings("slack", "POST", url) == [f"unknown host `{_host(url)}`"]


@pytest.mark.parametrize(
    ("value", "findings"),
    [
        ({"text": "hi", "unfurl_links": False}, []),
        ({"blocks": [SECTION]}, []),
        ({}, ["body: 'text' is a required property"]),
        (
            {"text": "hi", "channel": "C1"},
            [
                (
                    "body: unknown key `channel`; the description has attachments, blocks, mrkdwn, text, thread_ts, "
                    "unfurl_links, unfurl_media"
                ),
            ],
        ),
    ],
)
def test_handwritten_reading_of_webhooks(value: Any, findings: list[str]) -> None:
    assert request_findings("slack", "POST", WEBHOOK, headers={}, value=value) == findings


def test_handwritten_reading_of_webhook_addresses() -> None:
    assert request_findings("slack", "POST", "https://hooks.slack.com/x", headers={}, value={"text": "x"}) == [
        "unknown path `/x`"
    ]
    assert request_findings("slack", "POST", WEBHOOK, headers={}, form="payload={}") == [
        "a webhook takes POST with a JSON body"
    ]


def test_handwritten_reading_of_uploads() -> None:
    octets = {"Content-Type": "application/octet-stream"}
    assert request_findings("slack", "POST", UPLOAD, headers=octets, body=b"x") == []
    assert request_findings("slack", "POST", UPLOAD, headers=octets) == ["the body is missing"]
    assert request_findings("slack", "PUT", UPLOAD, headers=octets, body=b"x") == ["unknown method `PUT`; it is POST"]
    headers, body = multipart(("file", "a.png", "image/png", b"x"))
    assert request_findings("slack", "POST", UPLOAD, headers=headers, body=body) == [
        "the address is its own authorization; the token must not go there"
    ]
    headers, body = multipart(("filename", None, None, b"a.png"))
    del headers["Authorization"]
    assert request_findings("slack", "POST", UPLOAD, headers=headers, body=body) == [
        "0 files; an upload address takes one"
    ]
    url = "https://files.slack.com/elsewhere"
    assert request_findings("slack", "POST", url, headers=octets, body=b"x") == ["unknown path `/elsewhere`"]


@pytest.mark.parametrize(
    ("url", "status", "value", "findings"),
    [
        (f"{API}/chat.postMessage", 200, {"ok": True, "channel": "C1", "ts": "1.2"}, []),
        (f"{API}/chat.postMessage", 200, {"ok": True, "ts": 1.2}, ["`ts`: 1.2 is not of type 'string'"]),
        (f"{API}/chat.postMessage", 200, {"ok": False, "error": "channel_not_found"}, []),
        (f"{API}/chat.postMessage", 200, {"ok": False}, ["the answer is not `ok` and has no `error`"]),
        (f"{API}/chat.postMessage", 200, {}, ["the answer has no `ok`"]),
        (f"{API}/chat.postMessage", 200, b"", ["the body is not JSON: Expecting value: line 1 column 1 (char 0)"]),
        (f"{API}/chat.shout", 200, {"ok": True}, ["unknown method `chat.shout`"]),
        (f"{API}/users.list", 200, {"ok": True, "members": [{"id": "U1", "new_field": 1}]}, []),
        (f"{API}/chat.postMessage", 400, {}, ["unknown status; Slack answers 200, or 429 when limited"]),
        (f"{API}/chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, []),
        (f"{API}/conversations.replies", 200, {"ok": True, "messages": [{"ts": "1.2", "new_field": 1}]}, []),
        (f"{API}/conversations.replies", 200, {"ok": True, "messages": 1}, ["`messages`: 1 is not of type 'array'"]),
        (WEBHOOK, 200, b"ok", []),
        (WEBHOOK, 200, b'{"ok":true}', ["a webhook answers `ok` as plain text"]),
        (WEBHOOK, 403, b"invalid_token", []),
        (UPLOAD, 200, b"OK - 3", []),
        (UPLOAD, 200, b"{}", ["this host answers in plain text"]),
        ("https://example.com/", 200, b"", ["unknown host `example.com`"]),
    ],
)
def test_answers(url: str, status: int, value: Any, findings: list[str]) -> None:
    assert response_findings("slack", "POST", url, status, value) == findings


def test_answer_with_a_key_of_our_own() -> None:
    answer = {"ok": True, "ours": 1}
    (finding,) = response_findings("slack", "POST", f"{API}/chat.postMessage", 200, answer)
    assert finding.startswith("unknown key `ours`; the description has channel, ")
    assert response_findings("slack", "POST", f"{API}/chat.postMessage", 200, answer, allow_unknown=True) == []


def _host(url: str) -> str:
    return url.split("/")[2] if url.startswith("https") else url.removesuffix("/api/auth.test")
