from __future__ import annotations

import json
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, png

API = "https://slack.com/api"
HOOK = "https://hooks.slack.com/services/T000/B000/test-secret"
CHANNEL = "C0123456789"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def call(client: Client, method: str, **arguments: Any) -> Any:
    answer = client.call("POST", f"{API}/{method}", value=arguments)
    assert answer.status == 200
    return answer.json


def post(client: Client, text: str = "Hello", **more: Any) -> Any:
    return call(client, "chat.postMessage", channel=CHANNEL, text=text, **more)


def texts(client: Client, method: str = "conversations.history", **arguments: Any) -> list[str]:
    return [message["text"] for message in call(client, method, channel=CHANNEL, **arguments)["messages"]]


def upload(client: Client, data: bytes, name: str = "a.png", alt: str = "") -> str:
    form = {"filename": name, "length": str(len(data)), "alt_txt": alt}
    place = client.call("POST", f"{API}/files.getUploadURLExternal", form=form).json
    assert client.call("POST", place["upload_url"], body=data).status == 200
    file_id: str = place["file_id"]
    return file_id


def test_a_message_is_kept(sandbox: Sandbox, client: Client) -> None:
    answer = post(client, "*Hello* &amp; <https://example.com|you>")
    (kept,) = sandbox.posts()
    del kept["created_at"]
    assert kept == {
        "provider": "slack",
        "account": "bot_4c5dc9b7",
        "remote_id": answer["ts"],
        "url": f"https://sandbox.slack.com/archives/{CHANNEL}/p{answer['ts'].replace('.', '')}",
        "text": "*Hello* &amp; <https://example.com|you>",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    link = call(client, "chat.getPermalink", channel=CHANNEL, message_ts=answer["ts"])
    assert link == {"ok": True, "channel": CHANNEL, "permalink": kept["url"]}


def test_arguments_come_in_a_form_or_in_the_query_too(client: Client) -> None:
    form = {"channel": "#general", "text": "form", "metadata": '{"event_type": "x", "event_payload": {"key": "k"}}'}
    assert client.call("POST", f"{API}/chat.postMessage", form=form).json["channel"] == "C0SANDBOX1"
    url = f"{API}/conversations.history?channel=C0SANDBOX1&include_all_metadata=true"
    (message,) = client.call("GET", url).json["messages"]
    assert message["metadata"]["event_payload"] == {"key": "k"}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": "x", "channel": ""}, "channel_not_found"),
        ({"text": "x", "channel": "No Such Channel"}, "channel_not_found"),
        ({"text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"text": "x", "blocks": "no JSON"}, "invalid_arguments"),
    ],
)
def test_what_is_refused(sandbox: Sandbox, client: Client, arguments: dict[str, Any], error: str) -> None:
    assert call(client, "chat.postMessage", **{"channel": CHANNEL, **arguments}) == {"ok": False, "error": error}
    assert sandbox.posts() == []


def test_calls_that_are_no_calls(sandbox: Sandbox, client: Client) -> None:
    assert call(client, "chat.shout") == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}
    assert call(client, "files.upload")["error"] == "method_deprecated"
    assert call(Client(sandbox.url), "auth.test")["error"] == "not_authed"
    headers = {"Content-Type": "application/json"}
    assert client.call("POST", f"{API}/auth.test", body=b"{", headers=headers).json["error"] == "invalid_json"
    assert client.call("POST", f"{API}/auth.test", body=b"[]", headers=headers).json["error"] == "json_not_object"


def test_a_text_above_the_limit_is_cut_off_without_a_word(sandbox: Sandbox, client: Client) -> None:
    assert post(client, "x" * 40_001)["ok"] is True
    assert sandbox.posts()[0]["text"] == "x" * 40_000


def test_threads_are_flat(sandbox: Sandbox, client: Client) -> None:
    root = post(client, "one")["ts"]
    answer = post(client, "two", thread_ts=root)["ts"]
    post(client, "three", thread_ts=answer, reply_broadcast=True)
    assert [message["parent"] for message in sandbox.posts()] == [None, root, root]
    assert texts(client, "conversations.replies", ts=root) == ["one", "two", "three"]
    assert texts(client) == ["three", "one"]
    assert call(client, "conversations.replies", channel=CHANNEL, ts="1.0")["error"] == "thread_not_found"


def test_history_is_read_in_pages_and_between_times(client: Client) -> None:
    times = [post(client, text)["ts"] for text in "abcd"]
    assert texts(client) == ["d", "c", "b", "a"]
    page = call(client, "conversations.history", channel=CHANNEL, limit=3)
    assert (len(page["messages"]), page["has_more"]) == (3, True)
    assert texts(client, limit=3, cursor=page["response_metadata"]["next_cursor"]) == ["a"]
    assert texts(client, oldest=times[1]) == ["d", "c"]
    assert texts(client, oldest=times[1], latest=times[2], inclusive=True) == ["c", "b"]
    assert call(client, "conversations.history", channel=CHANNEL, limit=0)["error"] == "invalid_limit"
    assert call(client, "conversations.history", channel=CHANNEL, cursor="x")["error"] == "invalid_cursor"


def test_metadata_is_shown_when_asked_for(client: Client) -> None:
    post(client, metadata={"event_type": "x", "event_payload": {"key": "k"}})
    arguments = {"channel": CHANNEL, "include_all_metadata": True}
    assert call(client, "conversations.history", **arguments)["messages"][0]["metadata"]["event_type"] == "x"
    assert "metadata" not in call(client, "conversations.history", channel=CHANNEL)["messages"][0]


def test_a_message_is_changed_and_taken_down_by_its_author(sandbox: Sandbox, client: Client) -> None:
    place = {"channel": CHANNEL, "ts": post(client, "one")["ts"]}
    stranger = Client(sandbox.url, {"Authorization": "Bearer another-token"})
    assert call(stranger, "chat.update", **place, text="x")["error"] == "cant_update_message"
    assert call(stranger, "chat.delete", **place)["error"] == "cant_delete_message"
    assert call(client, "chat.update", **place, text="two")["text"] == "two"
    assert call(client, "conversations.history", channel=CHANNEL)["messages"][0]["edited"]["user"]
    assert sandbox.posts()[0]["text"] == "two"
    assert call(client, "chat.delete", **place) == {"ok": True, **place}
    assert sandbox.posts()[0]["deleted"] is True
    for method in ("chat.update", "chat.delete"):
        assert call(client, method, **place, text="x")["error"] == "message_not_found"


def test_channels(client: Client) -> None:
    post(client)
    channels = call(client, "conversations.list")["channels"]
    assert [channel["name"] for channel in channels] == ["general", "random", "announcements", "channel-c0123456789"]
    assert call(client, "conversations.info", channel="#random")["channel"]["id"] == "C0SANDBOX2"
    named = call(client, "chat.postMessage", channel="marketing", text="x")["channel"]
    assert call(client, "conversations.info", channel=named)["channel"]["name"] == "marketing"


def test_who_the_token_belongs_to(client: Client) -> None:
    me = call(client, "auth.test")
    assert (me["user"], me["user_id"], me["url"]) == ("bot_4c5dc9b7", "UAA4CB28DC0", "https://sandbox.slack.com/")


def test_files_are_shared_in_one_message(sandbox: Sandbox, client: Client) -> None:
    root = post(client, "one")["ts"]
    files = [upload(client, png(), "a.png", "A red square"), upload(client, MP4, "b.mp4")]
    share = {"channel_id": CHANNEL, "initial_comment": "Look", "thread_ts": root}
    answer = call(client, "files.completeUploadExternal", files=[{"id": one} for one in files], **share)
    assert answer == {"ok": True, "files": [{"id": files[0], "title": "a.png"}, {"id": files[1], "title": "b.mp4"}]}
    message = sandbox.posts()[1]
    assert (message["text"], message["parent"]) == ("Look", root)
    assert message["media"] == [
        {"type": "image/png", "alt": "A red square", "bytes": len(png())},
        {"type": "video/mp4", "alt": "", "bytes": len(MP4)},
    ]
    (_, shown) = call(client, "conversations.replies", channel=CHANNEL, ts=root)["messages"]
    assert [(file["id"], file["alt_txt"]) for file in shown["files"]] == [(files[0], "A red square"), (files[1], "")]


def test_where_a_file_was_shared_is_told_later(client: Client) -> None:
    file = upload(client, png())
    assert call(client, "files.info", file=file)["error"] == "file_not_found"
    call(client, "files.completeUploadExternal", files=[{"id": file, "title": "T"}], channel_id=CHANNEL)
    first, second = (call(client, "files.info", file=file)["file"] for _ in range(2))
    assert (first["title"], first["shares"]) == ("T", {"public": {}})
    assert [share["channel_name"] for share in second["shares"]["public"][CHANNEL]] == ["channel-c0123456789"]


def test_files_that_are_refused(sandbox: Sandbox, client: Client) -> None:
    def ask(**form: str) -> Any:
        return client.call("POST", f"{API}/files.getUploadURLExternal", form=form).json

    assert ask(filename="a.png", length="0")["error"] == "invalid_arguments"
    assert ask(filename="a.png", length=str(2**30 + 1))["error"] == "file_upload_size_restricted"
    assert ask(filename="a.png", length="5", alt_txt="x" * 1001)["error"] == "alt_txt_too_large"
    assert call(client, "files.getUploadURLExternal", filename="a.png", length=5)["error"] == "invalid_arguments"
    place = ask(filename="a.png", length="5")
    assert client.call("POST", place["upload_url"], body=b"four").status == 400
    assert client.call("POST", "https://files.slack.com/upload/v1/F0", body=b"x").status == 404
    waiting = [{"id": place["file_id"]}]
    assert call(client, "files.completeUploadExternal", files=waiting)["error"] == "file_not_found"
    sent = client.call("POST", place["upload_url"], files=[File("file", b"five!")])
    assert (sent.status, sent.body) == (200, b"OK - 5")
    stranger = Client(sandbox.url, {"Authorization": "Bearer another-token"})
    assert call(stranger, "files.completeUploadExternal", files=waiting)["error"] == "file_not_found"
    assert call(client, "files.completeUploadExternal", files=waiting)["ok"] is True
    assert call(client, "files.completeUploadExternal", files=waiting)["error"] == "file_not_found"
    assert call(client, "files.completeUploadExternal", files=[])["error"] == "invalid_arguments"
    assert sandbox.posts() == []


@pytest.mark.parametrize(("effect", "told"), [("async-fail", {"error": "file_deleted"}), ("async-never", {"ok": True})])
def test_files_that_never_arrive_in_the_channel(
    sandbox: Sandbox, client: Client, effect: str, told: dict[str, Any]
) -> None:
    sandbox.faults([{"match": {"host": "files.slack.com"}, "effect": effect}])
    file = upload(client, png())
    assert call(client, "files.completeUploadExternal", files=[{"id": file}], channel_id=CHANNEL)["ok"] is True
    assert sandbox.posts() == []
    for _ in range(3):
        info = call(client, "files.info", file=file)
        assert told.items() <= info.items()
        assert info.get("file", {}).get("shares", {"public": {}}) == {"public": {}}


@pytest.mark.parametrize("sent", [{"value": {"text": "Hi"}}, {"form": {"payload": json.dumps({"text": "Hi"})}}])
def test_a_webhook_says_ok_and_nothing_else(sandbox: Sandbox, sent: dict[str, Any]) -> None:
    answer = Client(sandbox.url).call("POST", HOOK, **sent)
    assert (answer.status, answer.body) == (200, b"ok")
    assert [(message["account"], message["text"]) for message in sandbox.posts()] == [("webhook_b1b613cc", "Hi")]


def test_a_webhooks_form_without_a_payload(client: Client) -> None:
    assert client.call("POST", HOOK, form={"text": "Hi"}).body == b"invalid_payload"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b'{"text": ""}', (400, b"no_text")),
        (b"{", (400, b"invalid_payload")),
        (b"[]", (400, b"invalid_payload")),
        (b"", (400, b"invalid_payload")),
        (b'{"text": "x", "thread_ts": "1.0"}', (400, b"thread_not_found")),
    ],
)
def test_what_a_webhook_refuses(sandbox: Sandbox, client: Client, body: bytes, answer: tuple[int, bytes]) -> None:
    got: Answer = client.call("POST", HOOK, body=body, headers={"Content-Type": "application/json"})
    assert (got.status, got.body) == answer
    assert sandbox.posts() == []
