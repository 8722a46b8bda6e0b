from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import Answer, Client, File, png

API = "https://discord.com/api/v10"
HOOK = f"{API}/webhooks/1234567890/test-token"
CHANNEL = f"{API}/channels/1000000000000000010"
MESSAGES = f"{CHANNEL}/messages"


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bot test-token"})


def send(client: Client, text: str = "Hello", **more: Any) -> Answer:
    return client.call("POST", MESSAGES, value={"content": text, **more})


def attach(client: Client, url: str, payload: dict[str, Any], *data: bytes) -> Answer:
    files = [File(f"files[{at}]", one, f"{at}.png", "image/png") for at, one in enumerate(data)]
    return client.call("POST", url, form={"payload_json": json.dumps(payload)}, files=files)


def refusal(answer: Answer) -> tuple[int, int]:
    return answer.status, answer.json["code"]


def complaint(answer: Answer, *path: str) -> str:
    place = answer.json["errors"]
    for name in path:
        place = place[name]
    return f"{place['_errors'][0]['code']}: {place['_errors'][0]['message']}"


def test_a_bots_message_is_kept(sandbox: Sandbox, client: Client) -> None:
    message = send(client, " **Hello** \n").json
    (kept,) = sandbox.posts()
    del kept["created_at"]
    assert kept == {
        "provider": "discord",
        "account": "bot_4c5dc9b7",
        "remote_id": message["id"],
        "url": f"https://discord.com/channels/1000000000000000001/1000000000000000010/{message['id']}",
        "text": "**Hello**",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    assert client.call("GET", f"{MESSAGES}/{message['id']}").json == message


def test_a_webhook_waits_or_does_not(sandbox: Sandbox, client: Client) -> None:
    silent = client.call("POST", HOOK, value={"content": "one"})
    assert (silent.status, silent.body) == (204, b"")
    loud = client.call("POST", f"{HOOK}?wait=true", value={"content": "two", "username": "Acme"}).json
    assert (loud["author"]["username"], loud["webhook_id"]) == ("Acme", "1234567890")
    assert [(post["text"], post["account"]) for post in sandbox.posts()] == [
        ("one", "webhook_afa40444"),
        ("two", "webhook_afa40444"),
    ]


@pytest.mark.parametrize("place", [MESSAGES, HOOK])
def test_what_is_refused(sandbox: Sandbox, client: Client, place: str) -> None:
    def post(**value: Any) -> Answer:
        return client.call("POST", place, value=value)

    assert refusal(post(content="")) == (400, 50006)
    assert refusal(post(content=" \n ")) == (400, 50006)
    too_long = "BASE_TYPE_MAX_LENGTH: Must be {} or fewer in length."
    assert complaint(post(content="x" * 2001), "content") == too_long.format(2000)
    assert complaint(post(content=["x"]), "content").startswith("STRING_TYPE_CONVERT")
    assert complaint(post(embeds=[{"title": "x"}] * 11), "embeds") == too_long.format(10)
    described = post(content="x", attachments=[{"id": "0", "description": "x" * 1025}])
    assert complaint(described, "attachments", "0", "description") == too_long.format(1024)
    assert complaint(attach(client, place, {}, *[png()] * 11), "attachments") == too_long.format(10)
    assert refusal(attach(client, place, {}, bytes(10_485_761))) == (413, 40005)
    assert refusal(attach(client, place, {}, *[bytes(9_000_000)] * 3)) == (413, 40005)
    assert refusal(client.call("POST", place, value=[])) == (400, 50035)
    assert refusal(client.call("POST", place, body=b"{", headers={"Content-Type": "application/json"})) == (400, 50109)
    assert refusal(client.call("POST", place, form={"payload_json": "{"}, files=[])) == (400, 50109)
    assert complaint(post(content="x", username=""), "username").startswith("BASE_TYPE_BAD_LENGTH")
    assert sandbox.posts() == []


def test_white_space_around_a_text_is_not_counted(client: Client) -> None:
    assert send(client, " " * 50 + "x" * 2000 + "\n").json["content"] == "x" * 2000


def test_a_bot_needs_its_token(sandbox: Sandbox) -> None:
    for headers in ({}, {"Authorization": "Bearer test-token"}):
        stranger = Client(sandbox.url, headers)
        assert refusal(send(stranger)) == (401, 0)
        assert refusal(stranger.call("GET", f"{API}/users/@me")) == (401, 0)


def test_a_channel_is_a_number(client: Client) -> None:
    answer = client.call("POST", f"{API}/channels/general/messages", value={"content": "x"})
    assert complaint(answer, "channel_id") == 'NUMBER_TYPE_COERCE: Value "general" is not snowflake.'


def test_an_enforced_nonce_gives_the_first_message_again(sandbox: Sandbox, client: Client) -> None:
    def message(nonce: str, **more: Any) -> str:
        message_id: str = send(client, nonce=nonce, **more).json["id"]
        return message_id

    first = message("a", enforce_nonce=True)
    assert message("a", enforce_nonce=True) == first
    assert message("b", enforce_nonce=True) != first
    assert message("a") != first
    real = sandbox.world.clock
    sandbox.world.clock = lambda: real() + timedelta(minutes=6)
    assert message("a", enforce_nonce=True) != first
    assert refusal(send(client, nonce="x" * 26)) == (400, 50035)


def test_a_reply_names_its_message(sandbox: Sandbox, client: Client) -> None:
    first = send(client, "one").json
    reply = send(client, "two", message_reference={"message_id": first["id"]}).json
    assert (reply["type"], reply["message_reference"]["message_id"]) == (19, first["id"])
    assert reply["referenced_message"]["content"] == "one"
    assert sandbox.posts()[1]["parent"] == first["id"]
    unknown = send(client, "x", message_reference={"message_id": "1"})
    assert complaint(unknown, "message_reference") == "REPLIES_UNKNOWN_MESSAGE: Unknown message"
    loose = {"message_id": "1", "fail_if_not_exists": False}
    assert send(client, "x", message_reference=loose).json["type"] == 0


@pytest.mark.parametrize("place", [MESSAGES, f"{HOOK}?wait=true"])
def test_files_with_alt_text(sandbox: Sandbox, client: Client, place: str) -> None:
    payload = {
        "content": "Look",
        "attachments": [{"id": "1", "filename": "second.png"}, {"id": "0", "description": "A red square"}],
    }
    message = attach(client, place, payload, png(), png(8, 8)).json
    assert [(one["filename"], one.get("description"), one["width"]) for one in message["attachments"]] == [
        ("0.png", "A red square", 4),
        ("second.png", None, 8),
    ]
    assert [(one["type"], one["alt"]) for one in sandbox.posts()[0]["media"]] == [
        ("image/png", "A red square"),
        ("image/png", ""),
    ]
    assert attach(client, place, {}, png()).status == 200


def test_messages_are_listed_newest_first(client: Client) -> None:
    ids = [send(client, str(number)).json["id"] for number in range(4)]

    def read(query: str) -> list[str]:
        return [message["id"] for message in client.call("GET", f"{MESSAGES}?{query}").json]

    assert read("") == ids[::-1]
    assert read("limit=2") == [ids[3], ids[2]]
    assert read(f"before={ids[2]}") == [ids[1], ids[0]]
    assert read(f"after={ids[0]}&limit=2") == [ids[2], ids[1]]
    assert refusal(client.call("GET", f"{MESSAGES}?limit=101")) == (400, 50035)


def test_a_message_is_changed_and_taken_down(sandbox: Sandbox, client: Client) -> None:
    message = attach(client, MESSAGES, {"content": "one"}, png(), png()).json
    url = f"{MESSAGES}/{message['id']}"
    edited = client.call("PATCH", url, value={"content": "two"}).json
    assert (edited["content"], len(edited["attachments"]), edited["edited_timestamp"] is None) == ("two", 2, False)
    kept = [{"id": message["attachments"][1]["id"], "description": "New"}]
    edited = client.call("PATCH", url, value={"attachments": kept}).json
    assert [one["description"] for one in edited["attachments"]] == ["New"]
    assert refusal(client.call("PATCH", url, value={"content": "", "attachments": []})) == (400, 50006)
    assert sandbox.posts()[0]["text"] == "two"
    assert client.call("DELETE", url).status == 204
    assert sandbox.posts()[0]["deleted"] is True
    for method in ("GET", "PATCH", "DELETE"):
        assert refusal(client.call(method, url, value={"content": "x"})) == (404, 10008)


def test_a_webhook_changes_what_it_wrote_and_nothing_else(client: Client) -> None:
    mine = client.call("POST", f"{HOOK}?wait=true", value={"content": "one"}).json["id"]
    assert client.call("PATCH", f"{HOOK}/messages/{mine}", value={"content": "two"}).json["content"] == "two"
    assert refusal(client.call("DELETE", f"{HOOK}x/messages/{mine}")) == (404, 10008)
    assert client.call("DELETE", f"{HOOK}/messages/{mine}").status == 204
    foreign = send(client).json["id"]
    assert refusal(client.call("DELETE", f"{HOOK}/messages/{foreign}")) == (404, 10008)
    stranger = {"Authorization": "Bot another-token"}
    assert refusal(client.call("DELETE", f"{MESSAGES}/{foreign}", headers=stranger)) == (403, 50005)


def test_a_webhook_opens_a_thread_in_a_forum_and_goes_on_there(sandbox: Sandbox, client: Client) -> None:
    first = client.call("POST", f"{HOOK}?wait=true", value={"content": "one", "thread_name": "News"}).json
    thread = first["channel_id"]
    assert thread == first["id"]
    second = client.call("POST", f"{HOOK}?wait=true&thread_id={thread}", value={"content": "two"}).json
    assert second["channel_id"] == thread
    assert [post["parent"] for post in sandbox.posts()] == [None, first["id"]]
    assert client.call("GET", f"{API}/channels/{thread}").json["name"] == "News"


def test_a_bot_starts_threads(sandbox: Sandbox, client: Client) -> None:
    message = send(client, "one").json["id"]
    thread = client.call("POST", f"{MESSAGES}/{message}/threads", value={"name": "More"})
    assert (thread.status, thread.json["id"]) == (201, message)
    again = client.call("POST", f"{MESSAGES}/{message}/threads", value={"name": "More"})
    assert refusal(again) == (400, 160004)
    client.call("POST", f"{API}/channels/{message}/messages", value={"content": "two"})
    assert sandbox.posts()[1]["parent"] == message
    plain = client.call("POST", f"{CHANNEL}/threads", value={"name": "Plain", "type": 11}).json
    assert client.call("GET", f"{API}/channels/{plain['id']}").json == plain
    assert refusal(client.call("POST", f"{CHANNEL}/threads", value={"name": ""})) == (400, 50035)


def test_a_poll(client: Client) -> None:
    answers = [{"poll_media": {"text": text}} for text in ("Yes", "No")]
    poll = send(client, "", poll={"question": {"text": "Good?"}, "answers": answers, "duration": 1}).json["poll"]
    assert [answer["answer_id"] for answer in poll["answers"]] == [1, 2]
    for broken in (
        {"question": {"text": ""}, "answers": answers},
        {"question": {"text": "Good?"}, "answers": []},
        {"question": {"text": "Good?"}, "answers": [{"poll_media": {"text": "x" * 56}}]},
        {"question": {"text": "Good?"}, "answers": answers, "duration": 769},
    ):
        assert refusal(send(client, "", poll=broken)) == (400, 50035)


def test_what_a_bot_can_see(client: Client) -> None:
    me = client.call("GET", f"{API}/users/@me").json
    assert (me["username"], me["id"]) == ("bot_4c5dc9b7", send(client).json["author"]["id"])
    (guild,) = client.call("GET", f"{API}/users/@me/guilds").json
    client.call("POST", f"{API}/channels/42/messages", value={"content": "x"})
    channels = client.call("GET", f"{API}/guilds/{guild['id']}/channels").json
    assert [channel["name"] for channel in channels] == ["general", "announcements", "channel-42"]
    assert client.call("GET", CHANNEL).json["guild_id"] == guild["id"]


def test_a_webhook_tells_who_it_is(client: Client) -> None:
    hook = client.call("GET", HOOK).json
    assert (hook["id"], hook["name"], hook["type"]) == ("1234567890", "webhook_afa40444", 1)
    assert client.call("GET", f"{API}/webhooks/any/thing").json["id"].isdecimal()
