"""Whatever JSON stands where a platform expects something else: it is refused, and nothing stumbles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.endpoint import Endpoint
from postiz_ops.sandbox.exchange import Request
from postiz_ops.sandbox.faults import Strike

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-1, 1) | st.sampled_from(["", "x", "1", "[", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "text", "options", "poll_media", "answers", "$type", "ref"]), inner)
    ),
    max_leaves=6,
)

MASTODON = (
    "status",
    "media_ids",
    "poll",
    "visibility",
    "spoiler_text",
    "in_reply_to_id",
    "media_attributes",
    "language",
)
MESSAGE = (
    "content",
    "embeds",
    "attachments",
    "message_reference",
    "poll",
    "nonce",
    "enforce_nonce",
    "flags",
    "username",
)
SLACK = ("channel", "text", "blocks", "metadata", "thread_ts", "files", "channel_id", "ts", "limit", "cursor", "oldest")
RECORD = ("repo", "collection", "rkey", "record", "swapRecord", "swapCommit", "writes", "identifier", "password")
POST = ("$type", "text", "createdAt", "facets", "embed", "reply", "langs", "tags", "labels")

TOKEN = {"authorization": "Bearer test-token"}
BOT = {"authorization": "Bot test-token"}


def some(names: tuple[str, ...], **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), anything).map(lambda given: {**fixed, **given})


def ask(endpoint: Endpoint, method: str, url: str, value: Any, headers: Mapping[str, str]) -> tuple[int, bytes]:
    host, _, path = url.partition("/")
    sent = {"content-type": "application/json", **headers}
    answer = endpoint.answer(Request(method, host, f"/{path}", (), sent, json.dumps(value).encode()), Strike())
    return answer.status, answer.body


@given(some(MASTODON, status="x") | anything)
def test_mastodon(value: Any) -> None:
    endpoint = Endpoint()
    status_id = json.loads(ask(endpoint, "POST", "x.example/api/v1/statuses", {"status": "x"}, TOKEN)[1])["id"]
    for method, path in (("POST", "statuses"), ("PUT", f"statuses/{status_id}")):
        assert ask(endpoint, method, f"x.example/api/v1/{path}", value, TOKEN)[0] in (200, 400, 404, 422)


@given(some(MESSAGE, content="x") | anything)
def test_discord(value: Any) -> None:
    endpoint = Endpoint()
    messages = "discord.com/api/v10/channels/1/messages"
    message_id = json.loads(ask(endpoint, "POST", messages, {"content": "x"}, BOT)[1])["id"]
    for method, url, allowed in (
        ("POST", messages, (200, 400)),
        ("PATCH", f"{messages}/{message_id}", (200, 400)),
        ("POST", f"{messages}/{message_id}/threads", (201, 400)),
        ("POST", "discord.com/api/webhooks/1/test-token", (204, 400)),
    ):
        assert ask(endpoint, method, url, value, BOT)[0] in allowed


@pytest.mark.parametrize(
    "method",
    [
        "chat.postMessage",
        "chat.update",
        "chat.delete",
        "conversations.history",
        "conversations.replies",
        "conversations.list",
        "files.completeUploadExternal",
        "files.info",
    ],
)
@given(value=some(SLACK, channel="C1", text="x") | anything)
def test_slack(method: str, value: Any) -> None:
    endpoint = Endpoint()
    ts = json.loads(ask(endpoint, "POST", "slack.com/api/chat.postMessage", {"channel": "C1", "text": "x"}, TOKEN)[1])[
        "ts"
    ]
    value = {"ts": ts, **value} if isinstance(value, dict) else value
    assert ask(endpoint, "POST", f"slack.com/api/{method}", value, TOKEN)[0] == 200


@given(some(SLACK, text="x") | anything)
def test_slacks_webhook(value: Any) -> None:
    assert ask(Endpoint(), "POST", "hooks.slack.com/services/T/B/x", value, {})[0] in (200, 400)


@pytest.mark.parametrize("name", ["createRecord", "putRecord", "deleteRecord", "applyWrites"])
@given(data=st.data())
def test_bluesky(name: str, data: st.DataObject) -> None:
    endpoint, xrpc = Endpoint(), "pds.example/xrpc/com.atproto"
    login = {"identifier": "alice.example.com", "password": "x"}
    session = json.loads(ask(endpoint, "POST", f"{xrpc}.server.createSession", login, {})[1])
    post = data.draw(some(POST, text="x", createdAt="2026-12-01T09:00:00Z"))
    create = {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.post", "value": post}
    whole = {"repo": session["did"], "collection": "app.bsky.feed.post", "record": post, "writes": [create]}
    value = data.draw(some(RECORD, **whole) | anything)
    headers = {"authorization": f"Bearer {session['accessJwt']}"}
    assert ask(endpoint, "POST", f"{xrpc}.repo.{name}", value, headers)[0] in (200, 400, 401, 403)
    assert ask(endpoint, "POST", f"{xrpc}.server.createSession", value, {})[0] in (200, 400, 401)
