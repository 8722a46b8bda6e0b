from __future__ import annotations

import json
from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

API = "https://discord.com/api/v10"
WEBHOOK = f"{API}/webhooks/1/test-token"
MESSAGES = f"{API}/channels/2/messages"
BOT = {"Authorization": "Bot test-token"}


@pytest.mark.parametrize(
    ("url", "headers", "value"),
    [
        (f"{WEBHOOK}?wait=true&thread_id=5", {}, {"content": "hi", "allowed_mentions": {"parse": []}, "flags": 4}),
        (WEBHOOK, {}, {"embeds": [{"title": "t", "url": "https://example.com"}]}),
        (MESSAGES, BOT, {"content": "hi", "nonce": "0123456789abcdef012345678", "enforce_nonce": True}),
        (MESSAGES, BOT, {"content": "hi", "message_reference": {"message_id": "3"}}),
        (MESSAGES, BOT, {"poll": {"question": {"text": "?"}, "answers": [{"poll_media": {"text": "a"}}]}}),
        (f"{API}/channels/2/messages/3/threads", BOT, {"name": "more", "auto_archive_duration": 1440}),
    ],
)
def test_messages_that_pass(url: str, headers: dict[str, str], value: Any) -> None:
    assert request_findings("discord", "POST", url, headers=headers, value=value) == []


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        ({"content": "x" * 2001}, "body: `content` has 2001 characters; bots have 2000"),
        ({"content": "hi", "nonce": "x" * 26}, f"body: `nonce`: '{'x' * 26}' is too long"),
        ({"content": "hi", "enforce_nonce": True}, "body: `enforce_nonce` without a `nonce`"),
        ({"content": "hi", "embeds": [{}] * 11}, f"body: `embeds`: {[{}] * 11} is too long"),
        (
            {"content": "hi", "embeds": [{"titel": "t"}]},
            (
                "body: unknown key `embeds[0].titel`; the description has author, color, description, fields, footer, "
                "image, provider, thumbnail, timestamp, title, type, url, video"
            ),
        ),
        (
            {"content": "hi", "allowed_mentions": {"pars": []}},
            "body: unknown key `allowed_mentions.pars`; the description has parse, replied_user, roles, users",
        ),
        (
            {"content": ""},
            "body: an empty message: none of content, embeds, attachments, components, poll, sticker_ids",
        ),
    ],
)
def test_messages_that_do_not(value: Any, finding: str) -> None:
    assert request_findings("discord", "POST", MESSAGES, headers=BOT, value=value) == [finding]


def test_webhook_limits_are_its_own() -> None:
    assert request_findings("discord", "POST", WEBHOOK, headers={}, value={"content": "hi", "nonce": "1"})
    assert request_findings("discord", "POST", MESSAGES, headers=BOT, value={"content": "hi", "username": "x"})


@pytest.mark.parametrize(
    ("url", "finding"),
    [
        ("https://discord.com/api/webhooks/1/test-token", "unknown path `/api/webhooks/1/test-token`"),
        ("https://example.com/api/v10/webhooks/1/test-token", "unknown host `https://example.com`"),
        ("http://discord.com/api/v10/webhooks/1/test-token", "unknown host `http://discord.com`"),
        (f"{WEBHOOK}?wait=yes", "query `wait`: 'yes' is not of type 'boolean'"),
        (f"{API}/webhooks/x/test-token", "path `webhook_id`: 'x' does not match '^(0|[1-9][0-9]*)$'"),
        (
            f"{WEBHOOK}?nonce=1",
            "unknown query key `nonce`; the description has thread_id, wait, with_components",
        ),
    ],
)
def test_urls_that_do_not_pass(url: str, finding: str) -> None:
    assert request_findings("discord", "POST", url, headers={}, value={"content": "hi"}) == [finding]


def test_bots_need_a_token_that_says_bot() -> None:
    assert request_findings("discord", "POST", MESSAGES, headers={}, value={"content": "hi"}) == [
        "the header `authorization` is missing"
    ]
    headers = {"Authorization": "test-token"}
    assert request_findings("discord", "POST", MESSAGES, headers=headers, value={"content": "hi"}) == [
        "the header `authorization` is neither `Bot` nor `Bearer` and a token"
    ]


def test_files_with_their_alt_texts() -> None:
    assert (
        _upload({"content": "hi", "attachments": [{"id": "0", "description": "A chart"}]}, ("files[0]", "a.png")) == []
    )
    assert _upload({}, ("files[0]", "a.png")) == [
        "body: an empty message: none of content, embeds, attachments, components, poll, sticker_ids"
    ]


@pytest.mark.parametrize(
    ("payload", "files", "finding"),
    [
        ({"content": "x"}, [("file", "a.png")], "unknown part `file`; the description has payload_json, files[n]"),
        ({"content": "x"}, [("files[0]", None)], "the part `files[0]` has no filename"),
        (
            {"content": "x", "attachments": [{"id": "1"}]},
            [("files[0]", "a.png")],
            "`attachments` speak of files ['1'], the body has ['0']",
        ),
        ({"content": "x"}, [(f"files[{n}]", "a.png") for n in range(11)], "11 files; at most 10 go into one message"),
        (
            {"content": "x", "attachments": [{"id": 0}]},
            [("files[0]", "a.png")],
            "body: `attachments[0].id`: 0 is not of type 'string'",
        ),
    ],
)
def test_files_that_do_not_pass(payload: Any, files: list[tuple[str, str | None]], finding: str) -> None:
    assert _upload(payload, *files) == [finding]


@pytest.mark.parametrize(
    ("kind", "payload", "finding"),
    [
        ("text/plain", b"{}", "the part `payload_json` is of type `text/plain`"),
        (None, b"[]", "the part `payload_json` is no object"),
        (
            None,
            b"{",
            "the body is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
    ],
)
def test_payloads_that_do_not_pass(kind: str | None, payload: bytes, finding: str) -> None:
    headers, body = multipart(("payload_json", None, kind, payload))
    assert request_findings("discord", "POST", MESSAGES, headers={**headers, **BOT}, body=body) == [finding]


def test_multipart_needs_its_payload() -> None:
    headers, body = multipart(("files[0]", "a.png", "image/png", b"x"))
    assert request_findings("discord", "POST", MESSAGES, headers=headers, body=body) == [
        "a multipart message has exactly one part `payload_json`"
    ]


def test_url_encoded_messages_are_refused() -> None:
    assert request_findings("discord", "POST", WEBHOOK, headers={}, form="content=hi") == [
        "it takes no body of type `application/x-www-form-urlencoded`"
    ]


@pytest.mark.parametrize(
    ("url", "status", "value", "findings"),
    [
        (WEBHOOK, 204, b"", []),
        (f"{WEBHOOK}?wait=true", 204, b"", ["unknown status; with this `wait` it is 200"]),
        (WEBHOOK, 400, {"code": 50006, "message": "Cannot send an empty message"}, []),
        (WEBHOOK, 400, {"message": "no"}, ["body: 'code' is a required property"]),
        (WEBHOOK, 429, {"code": 0, "message": "slow down", "retry_after": 1.5, "global": False}, []),
        (WEBHOOK, 302, b"", ["unknown status; the description has 200, 204, 429, 4XX"]),
    ],
)
def test_answers(url: str, status: int, value: Any, findings: list[str]) -> None:
    assert response_findings("discord", "POST", url, status, value) == findings


def test_a_message_must_be_whole() -> None:
    findings = response_findings("discord", "POST", f"{WEBHOOK}?wait=true", 200, {"id": "1"})
    assert "body: 'channel_id' is a required property" in findings


def _upload(payload: Any, *files: tuple[str, str | None]) -> list[str]:
    json_part = ("payload_json", None, "application/json", json.dumps(payload).encode())
    headers, body = multipart(json_part, *((name, filename, "image/png", b"x") for name, filename in files))
    return request_findings("discord", "POST", MESSAGES, headers={**headers, **BOT}, body=body)
