from __future__ import annotations

import json
from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt, Unit
from postiz_ops.providers.base import Absent, Blind, Dispatch, Lookup, Threads
from postiz_ops.publish.effects import Response
from tests.providers.stage import KEYS, Script, Stage, answer, found, image, text, video

CHANNEL = "GET /api/v10/channels/200"
SEND = "POST /api/v10/channels/200/messages"
READ = "GET /api/v10/channels/200/messages"
ME = "GET /api/v10/users/@me"
HOOK = "/api/v10/webhooks/300/test-token"

QUIET = {"parse": [], "replied_user": False}
MESSAGE = answer({"id": "400", "channel_id": "200"})
OPEN: Script = {CHANNEL: answer({"id": "200", "guild_id": "100"}), SEND: MESSAGE}


# --- a bot ----------------------------------------------------------------------------------------------------------


def test_a_text() -> None:
    bot = Stage("discord", OPEN)
    url = "https://discord.com/channels/100/200/400"
    assert bot.publish(text("**Hello** https://example.com")) == (Receipt("400", url, {"channel": "200"}),)
    body = {
        "content": "**Hello** https://example.com",
        "allowed_mentions": QUIET,
        "flags": 4,
        "nonce": KEYS[0][:25],
        "enforce_nonce": True,
    }
    assert bot.sent() == [("GET", "/api/v10/channels/200", {}), ("POST", "/api/v10/channels/200/messages", body)]
    assert bot.calls[-1].headers["authorization"] == "Bot test-token"


@pytest.mark.parametrize("kind", ["discord", "discord webhook"])
def test_2000_characters_for_bots(kind: str) -> None:
    """Trap: Discord's own description says 4,000, which is what people who pay may write."""
    limit = Stage(kind, OPEN).spec.text.limit
    assert (limit.max, limit.unit) == (2000, Unit.CODE_POINT)


def test_more_than_2000_characters_fail_against_the_description() -> None:
    bot = Stage("discord", OPEN)
    bot.publish(text("x" * 2000))
    with pytest.raises(AssertionError, match="2000"):
        Stage("discord", OPEN).publish(text("x" * 2001))


def test_everything_that_a_post_may_say() -> None:
    bot = Stage("discord", OPEN)
    bot.publish(text(), settings={"embeds": True, "silent": True, "mentions": ["users", "roles"]})
    assert bot.last()["flags"] == 4096
    assert bot.last()["allowed_mentions"] == {"parse": ["users", "roles"], "replied_user": False}


def test_with_embeds_and_sound_there_are_no_flags() -> None:
    bot = Stage("discord", OPEN)
    bot.publish(text(), settings={"embeds": True})
    assert "flags" not in bot.last()


def test_a_channel_that_yaml_reads_as_a_number() -> None:
    bot = Stage("discord", OPEN, settings={"channel": 200})
    assert bot.publish(text())[0].extra == {"channel": "200"}


def test_files_go_beside_the_message_with_their_alt_text() -> None:
    bot = Stage("discord", OPEN)
    bot.publish(text("Look", media=(image("a.jpg", alt="One"), image("b.jpg", alt=""), video())))
    body = bot.last()
    assert json.loads(body.pop("payload_json"))["attachments"] == [
        {"id": "0", "filename": "a.jpg", "description": "One"},
        {"id": "1", "filename": "b.jpg"},
        {"id": "2", "filename": "clip.mp4", "description": "A clip"},
    ]
    assert body == {
        "files[0]": ("a.jpg", "image/jpeg", b"bytes of a.jpg"),
        "files[1]": ("b.jpg", "image/jpeg", b"bytes of b.jpg"),
        "files[2]": ("clip.mp4", "video/mp4", b"bytes of clip.mp4"),
    }


@pytest.mark.parametrize(("part", "answered"), [(text("Three"), "2"), (text("Note", comment=True), "1")])
def test_parts_and_comments_are_replies(part: DraftPart, answered: str) -> None:
    bot = Stage("discord", OPEN)
    bot.publish(part, first=2, root=Receipt("1"), parent=Receipt("2"))
    assert bot.last()["message_reference"] == {"message_id": answered}


def test_a_direct_message_has_an_address_too() -> None:
    bot = Stage("discord", {CHANNEL: answer({"id": "200"}), SEND: MESSAGE})
    assert bot.publish(text())[0].url == "https://discord.com/channels/@me/200/400"


def message(**more: Any) -> dict[str, Any]:
    return {"id": "400", "author": {"id": "9"}, "content": "Hello", "attachments": []} | more


def reading(*pages: list[dict[str, Any]]) -> Stage:
    return Stage("discord", {ME: answer({"id": "9"}), READ: [answer(page) for page in pages]})


def sought(bot: Stage, **changes: Any) -> Dispatch:
    return bot.dispatch(text("  Hello\n"), prepared={"guild": "100"}, **changes)


def test_it_is_found_in_the_channel() -> None:
    bot = reading([message(id="399", content="Other"), message()])
    url = "https://discord.com/channels/100/200/400"
    assert found(bot.find(sought(bot))) == (Receipt("400", url, {"channel": "200"}),)


def test_it_reads_from_two_minutes_before_the_claim() -> None:
    bot = reading([])
    assert bot.find(sought(bot)) == Absent()
    after = int(bot.last()["after"])
    assert bot.last() == {"after": str(after), "limit": "100"}
    assert (after >> 22) + 1_420_070_400_000 == 1_796_115_480_123, "2026-12-01T08:58:00.123Z"


@pytest.mark.parametrize(
    "other",
    [
        message(content="Hello!"),
        message(author={"id": "8"}),
        message(attachments=[{"id": "1"}]),
        message(message_reference={"message_id": "1"}),
    ],
    ids=["other words", "another author", "a file", "a reply"],
)
def test_another_message_is_not_it(other: dict[str, Any]) -> None:
    bot = reading([other])
    assert bot.find(sought(bot)) == Absent()


def test_a_reply_is_looked_for_as_a_reply() -> None:
    bot = reading([message(), message(id="401", message_reference={"message_id": "2"})])
    assert found(bot.find(sought(bot, first=1, root=Receipt("1"), parent=Receipt("2"))))[0].remote_id == "401"


def test_it_reads_on_page_by_page() -> None:
    full = [message(id=str(1000 + number), content="x") for number in range(100)]
    bot = reading(full, [message()])
    assert found(bot.find(sought(bot)))
    assert bot.last()["after"] == "1099"


def test_it_says_when_there_is_too_much_to_read() -> None:
    bot = reading([message(content="x")] * 100)
    assert bot.find(sought(bot)) == Blind("the channel has had more than 1000 messages since")


def test_edit_and_delete() -> None:
    where = "/api/v10/channels/200/messages/400"
    bot = Stage("discord", {f"PATCH {where}": MESSAGE, f"DELETE {where}": answer(status=204)})
    receipt = Receipt("400", extra={"channel": "200"})
    assert bot.edit(bot.dispatch(text("Better")), receipt) == receipt
    bot.http.may_mutate = True
    bot.delete(receipt)
    assert bot.sent() == [
        ("PATCH", where, {"content": "Better", "allowed_mentions": QUIET}),
        ("DELETE", where, {}),
    ]


def test_what_is_gone_is_deleted() -> None:
    gone = answer({"code": 10008, "message": "Unknown Message"}, 404)
    bot = Stage("discord", {"DELETE /api/v10/channels/200/messages/400": gone})
    bot.delete(Receipt("400", extra={"channel": "200"}))
    assert len(bot.calls) == 1


def test_the_channels_that_it_may_choose() -> None:
    channels = [{"id": "1", "type": 0, "name": "general"}, {"id": "2", "type": 2, "name": "voice"}]
    bot = Stage(
        "discord",
        {
            "GET /api/v10/users/@me/guilds": answer([{"id": "100", "name": "Acme"}]),
            "GET /api/v10/guilds/100/channels": answer(channels),
        },
    )
    assert bot.options() == {"1": "#general (Acme)"}


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (401, 0, errors.Reauthorize),
        (403, 50001, errors.Reauthorize),
        (403, 50013, errors.Reauthorize),
        (404, 10003, errors.Rejected),
        (400, 50035, errors.Rejected),
        (429, 20028, errors.Throttled),
        (500, 0, errors.Unknown),
    ],
)
def test_a_refused_message(status: int, code: int, failure: type[errors.Failure]) -> None:
    bot = Stage("discord", {**OPEN, SEND: answer({"code": code, "message": "No"}, status)})
    with pytest.raises(failure, match=r"Discord: .*No"):
        bot.publish(text())


# --- a webhook ------------------------------------------------------------------------------------------------------


def hook(settings: dict[str, Any] | None = None, reply: Response = MESSAGE) -> Stage:
    return Stage("discord webhook", {f"POST {HOOK}": reply}, settings=settings)


def test_a_webhook_posts_and_has_no_url() -> None:
    acme = hook()
    assert acme.publish(text("Hello")) == (Receipt("400"),)
    assert acme.sent() == [("POST", HOOK, {"content": "Hello", "allowed_mentions": QUIET, "flags": 4})]
    assert acme.calls[0].query == (("wait", "true"),)
    assert "authorization" not in acme.calls[0].headers


def test_a_webhook_under_another_name() -> None:
    acme = hook()
    acme.publish(text(), settings={"username": "Acme", "avatar_url": "https://example.com/a.png"})
    assert acme.last()["username"] == "Acme"
    assert acme.last()["avatar_url"] == "https://example.com/a.png"


def test_a_webhook_sends_files() -> None:
    acme = hook()
    acme.publish(text("", media=(image(),)))
    assert acme.last()["files[0]"] == ("a.jpg", "image/jpeg", b"bytes of a.jpg")
    assert json.loads(acme.last()["payload_json"])["attachments"][0]["description"] == "A picture"


def test_a_webhook_follows_itself_in_a_thread() -> None:
    acme = hook({"thread_id": "500"})
    assert acme.publish(text())[0].extra == {"thread": "500"}
    acme.http.may_mutate = True
    acme.publish(text("Two"), first=1, root=Receipt("1"), parent=Receipt("1"))
    assert [call.query for call in acme.calls] == [(("wait", "true"), ("thread_id", "500"))] * 2


def test_the_first_message_of_a_forum_opens_the_thread() -> None:
    acme = hook({"thread_name": "Launch"}, answer({"id": "400", "channel_id": "600"}))
    (first,) = acme.publish(text("One"))
    assert acme.last()["thread_name"] == "Launch"
    assert first.extra == {"thread": "600"}
    acme.http.may_mutate = True
    acme.publish(text("Two"), first=1, root=first, parent=first)
    assert "thread_name" not in acme.last()
    assert acme.calls[-1].query == (("wait", "true"), ("thread_id", "600"))


def test_a_webhook_can_have_parts_in_a_thread_alone() -> None:
    assert hook().spec.threads is Threads.NONE
    assert "use a bot" in hook().spec.no_threads_help
    assert hook({"thread_id": "500"}).spec.threads is Threads.CHAIN
    assert hook().spec.lookup is Lookup.NONE


def test_a_webhook_is_blind() -> None:
    acme = hook()
    assert acme.find(acme.dispatch(text())) == Blind("a webhook cannot read its channel: look there")
    assert acme.calls == []


def test_a_webhook_edits_and_deletes_its_own() -> None:
    where = f"{HOOK}/messages/400"
    acme = Stage("discord webhook", {f"PATCH {where}": MESSAGE, f"DELETE {where}": answer(status=204)})
    receipt = Receipt("400", extra={"thread": "500"})
    acme.edit(acme.dispatch(text("Better")), receipt)
    acme.http.may_mutate = True
    acme.delete(receipt)
    assert acme.sent()[0] == ("PATCH", where, {"content": "Better", "allowed_mentions": QUIET})
    assert [call.query for call in acme.calls] == [(("thread_id", "500"),)] * 2


def test_a_webhook_knows_itself() -> None:
    acme = Stage("discord webhook", {f"GET {HOOK}": answer({"id": "300", "name": "News"})})
    assert (acme.whoami().remote_id, acme.whoami().name) == ("300", "News")


@pytest.mark.parametrize(
    "url",
    [
        "https://discordapp.com/api/webhooks/300/test-token",
        "https://ptb.discord.com/api/v9/webhooks/300/test-token/",
        " https://canary.discord.com/api/webhooks/300/test-token\n",
    ],
)
def test_other_spellings_of_a_webhook_reach_the_same_server(url: str) -> None:
    acme = hook()
    acme.credentials["webhook_url"] = url
    acme.publish(text())
    assert (acme.calls[0].host, acme.calls[0].path) == ("discord.com", HOOK)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/api/webhooks/300/test-token",
        "https://discord.com.example.com/api/webhooks/300/test-token",
        "http://discord.com/api/webhooks/300/test-token",
        "https://discord.com/api/webhooks/300/../../users",
        "https://user@discord.com/api/webhooks/300/test-token",
        "https://discord.com/api/webhooks/300",
    ],
)
def test_what_is_no_webhook_goes_nowhere(url: str) -> None:
    acme = hook()
    acme.credentials["webhook_url"] = url
    with pytest.raises(errors.Reauthorize, match="not the URL of a Discord webhook") as caught:
        acme.publish(text())
    assert acme.calls == []
    assert url not in str(caught.value), "a credential is not shown"


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (404, 10015, errors.Reauthorize),
        (401, 50027, errors.Reauthorize),
        (400, 220001, errors.Rejected),
        (404, 10003, errors.Rejected),
        (429, 0, errors.Throttled),
    ],
)
def test_a_refused_webhook(status: int, code: int, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        hook(reply=answer({"code": code, "message": "No"}, status)).publish(text())
