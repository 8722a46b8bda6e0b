from __future__ import annotations

from typing import Any

import pytest

from postiz_ops import errors
from postiz_ops.model import DraftPart, Receipt
from postiz_ops.providers.base import Absent, Blind, Dispatch, Lookup, Threads
from postiz_ops.publish.effects import Response
from tests.providers.stage import CLAIMED, KEYS, Script, Stage, answer, found, image, text, video
from tests.specs.exchange import Call

TEST = "GET /api/auth.test"
POST = "POST /api/chat.postMessage"
PLACE = "POST /api/files.getUploadURLExternal"
SHARE = "POST /api/files.completeUploadExternal"
HISTORY = "GET /api/conversations.history"
REPLIES = "GET /api/conversations.replies"

ME = {"ok": True, "url": "https://acme.slack.com/", "team": "Acme", "user": "bot", "user_id": "U1"}
TS = "1796115600.000100"
URL = "https://acme.slack.com/archives/C0TEST/p1796115600000100"


def said(**more: Any) -> Response:
    return answer({"ok": True, **more})


def refused(code: str) -> Response:
    return answer({"ok": False, "error": code})


def shared(ts: str | None) -> Response:
    shares = {"public": {"C0TEST": [{"ts": ts}]}} if ts else {}
    return said(files=[{"id": "F1", "title": "a.jpg", "shares": shares}])


def bot(**more: Any) -> Stage:
    """A workspace that takes everything, save where ``more`` says otherwise."""
    places = [
        said(upload_url=f"https://files.slack.com/upload/v1/{name}", file_id=f"F{name}") for name in ("1", "2", "3")
    ]
    script: Script = {
        TEST: answer(ME),
        POST: more.get("post", said(ts=TS, channel="C0TEST")),
        PLACE: places,
        "POST /upload/v1/1": answer("OK - 14"),
        "POST /upload/v1/2": answer("OK - 14"),
        SHARE: more.get("share", shared(TS)),
        HISTORY: more.get("history", said(messages=[])),
        REPLIES: more.get("replies", said(messages=[])),
        "POST /api/chat.update": said(ts=TS),
        "POST /api/chat.delete": more.get("delete", said(ts=TS)),
    }
    return Stage("slack", script)


# --- a bot: what is sent --------------------------------------------------------------------------------------------


def test_a_text() -> None:
    acme = bot()
    assert acme.publish(text("*Hello* &amp; more")) == (Receipt(TS, URL, {"channel": "C0TEST"}),)
    body = {
        "channel": "C0TEST",
        "text": "*Hello* &amp; more",
        "metadata": {"event_type": "postiz_ops_post", "event_payload": {"key": KEYS[0]}},
    }
    assert acme.sent() == [("GET", "/api/auth.test", {}), ("POST", "/api/chat.postMessage", body)]
    assert acme.calls[-1].headers["authorization"] == "Bearer test-token"


def test_no_section_of_3000_characters_limits_a_text() -> None:
    """Trap: a section block takes 3,000 characters, and a message 40,000: none is made of blocks."""
    acme = bot()
    acme.publish(text("x" * 40_000))
    assert (len(acme.last()["text"]), "blocks" in acme.last()) == (40_000, False)
    assert acme.spec.text.limit.max == 40_000


def test_nothing_is_scheduled_at_slack_where_metadata_would_be_lost() -> None:
    """Trap: a message that Slack schedules has no ``metadata``, and so no key that it could be found by."""
    acme = bot()
    acme.publish(text())
    assert acme.calls[-1].path == "/api/chat.postMessage"
    assert acme.last()["metadata"]["event_payload"] == {"key": KEYS[0]}
    assert "post_at" not in acme.last()


def test_previews_are_slacks_default_unless_the_post_says() -> None:
    acme = bot()
    acme.publish(text(), settings={"unfurl_links": True, "unfurl_media": False})
    assert (acme.last()["unfurl_links"], acme.last()["unfurl_media"]) == (True, False)


@pytest.mark.parametrize("part", [text("Three"), text("Note", comment=True)])
def test_parts_and_comments_stand_in_the_thread_of_the_first(part: DraftPart) -> None:
    acme = bot()
    (receipt,) = acme.publish(part, first=2, root=Receipt("1.1"), parent=Receipt("2.2"))
    assert acme.last()["thread_ts"] == "1.1"
    assert receipt.url == f"{URL}?thread_ts=1.1&cid=C0TEST"


def test_files_are_uploaded_and_then_shared_with_the_text() -> None:
    acme = bot()
    assert acme.publish(text("Look", media=(image("a.jpg", alt="One"), video()))) == (
        Receipt(TS, URL, {"channel": "C0TEST"}),
    )
    assert acme.sent("auth.test") == [
        ("POST", "/api/files.getUploadURLExternal", {"filename": "a.jpg", "length": "14", "alt_txt": "One"}),
        ("POST", "/upload/v1/1", b"bytes of a.jpg"),
        ("POST", "/api/files.getUploadURLExternal", {"filename": "clip.mp4", "length": "17"}),
        ("POST", "/upload/v1/2", b"bytes of clip.mp4"),
        (
            "POST",
            "/api/files.completeUploadExternal",
            {
                "channel_id": "C0TEST",
                "files": [{"id": "F1", "title": "a.jpg"}, {"id": "F2", "title": "clip.mp4"}],
                "initial_comment": "Look",
            },
        ),
    ]


def test_the_token_does_not_go_to_the_upload_address() -> None:
    acme = bot()
    acme.publish(text(media=(image(),)))
    (upload,) = [call for call in acme.calls if call.host == "files.slack.com"]
    assert "authorization" not in upload.headers
    assert upload.content_type == "image/jpeg"


def test_a_picture_alone_in_a_thread() -> None:
    acme = bot()
    acme.publish(text("", media=(image(),)), first=1, root=Receipt("1.1"), parent=Receipt("1.1"))
    assert acme.last() == {"channel_id": "C0TEST", "files": [{"id": "F1", "title": "a.jpg"}], "thread_ts": "1.1"}


def test_files_that_are_not_in_the_channel_yet_are_in_doubt() -> None:
    with pytest.raises(errors.Unknown, match="not yet put them into the channel"):
        bot(share=shared(None)).publish(text(media=(image(),)))


@pytest.mark.parametrize("reply", [said(files=None), said(), answer("maintenance")])
def test_an_odd_answer_to_the_sharing_is_in_doubt(reply: Response) -> None:
    with pytest.raises(errors.Unknown):
        bot(share=reply).publish(text(media=(image(),)))


# --- a bot: was it published? ---------------------------------------------------------------------------------------


def sought(acme: Stage, *files: str, **changes: Any) -> Dispatch:
    media = tuple(image() for _ in files)
    prepared = {"workspace": "https://acme.slack.com/", "files": [{"id": name, "title": name} for name in files]}
    return acme.dispatch(text(media=media), prepared=prepared, **changes)


def message(key: str) -> dict[str, Any]:
    return {"ts": TS, "text": "Hello", "metadata": {"event_type": "postiz_ops_post", "event_payload": {"key": key}}}


def test_it_is_found_by_the_key_in_its_metadata() -> None:
    acme = bot(history=said(messages=[{"ts": "9.9", "text": "Hello"}, message(KEYS[1]), message(KEYS[0])]))
    assert found(acme.find(sought(acme))) == (Receipt(TS, URL, {"channel": "C0TEST"}),)
    assert acme.last() == {
        "channel": "C0TEST",
        "oldest": f"{CLAIMED.timestamp() - 120:.6f}",
        "limit": "200",
        "include_all_metadata": "true",
    }
    assert acme.clock.slept == [0]


def test_files_are_waited_for() -> None:
    there = said(messages=[{"ts": TS, "text": "", "files": [{"id": "F1"}]}])
    acme = bot(history=[said(messages=[]), said(messages=[{"ts": "9.9", "files": [{"id": "F7"}]}]), there])
    assert found(acme.find(sought(acme, "F1")))[0].remote_id == TS
    assert acme.clock.slept == [0, 2, 5]


def test_files_that_never_come_are_absent() -> None:
    acme = bot()
    assert acme.find(sought(acme, "F1")) == Absent()
    assert sum(acme.clock.slept) == 17


def test_a_reply_is_looked_for_in_its_thread() -> None:
    acme = bot(replies=said(messages=[message(KEYS[1])]))
    (receipt,) = found(acme.find(sought(acme, first=1, root=Receipt("1.1"), parent=Receipt("1.1"))))
    assert acme.last()["ts"] == "1.1"
    assert receipt.url == f"{URL}?thread_ts=1.1&cid=C0TEST"


def test_it_reads_on_page_by_page() -> None:
    more = said(messages=[], response_metadata={"next_cursor": "c2"})
    acme = bot(history=[more, said(messages=[message(KEYS[0])], response_metadata={"next_cursor": ""})])
    assert found(acme.find(sought(acme)))
    assert acme.last()["cursor"] == "c2"


def test_it_says_when_there_is_too_much_to_read() -> None:
    acme = bot(history=said(messages=[], response_metadata={"next_cursor": "more"}))
    assert acme.find(sought(acme)) == Blind("the channel has had more than 2000 messages since")


def test_trouble_is_no_absence() -> None:
    acme = bot(history=refused("internal_error"))
    with pytest.raises(errors.Unavailable):
        acme.find(sought(acme))


# --- a bot: the rest ------------------------------------------------------------------------------------------------


def test_edit_and_delete() -> None:
    acme, receipt = bot(), Receipt(TS, extra={"channel": "C0TEST"})
    assert acme.edit(acme.dispatch(text("Better")), receipt) == receipt
    acme.http.may_mutate = True
    acme.delete(receipt)
    assert acme.sent() == [
        ("POST", "/api/chat.update", {"channel": "C0TEST", "ts": TS, "text": "Better"}),
        ("POST", "/api/chat.delete", {"channel": "C0TEST", "ts": TS}),
    ]


def test_what_is_gone_is_deleted() -> None:
    acme = bot(delete=refused("message_not_found"))
    acme.delete(Receipt(TS, extra={"channel": "C0TEST"}))
    assert len(acme.calls) == 1


def test_who_it_is() -> None:
    identity = bot().whoami()
    assert (identity.remote_id, identity.name) == ("U1", "bot (Acme)")


def test_the_channels_that_it_may_choose() -> None:
    def listed(call: Call) -> Response:
        if ("cursor", "c2") in call.query:
            return said(channels=[{"id": "C2", "name": "random"}], response_metadata={"next_cursor": ""})
        return said(channels=[{"id": "C1", "name": "general"}], response_metadata={"next_cursor": "c2"})

    acme = Stage("slack", {"GET /api/conversations.list": listed})
    assert acme.options() == {"C1": "#general", "C2": "#random"}


def test_a_workspace_without_end_is_not_read_for_ever() -> None:
    page = said(channels=[{"id": "C1", "name": "general"}], response_metadata={"next_cursor": "more"})
    acme = Stage("slack", {"GET /api/conversations.list": page})
    assert acme.options() == {"C1": "#general"}
    assert len(acme.calls) == 10


@pytest.mark.parametrize(
    ("code", "failure"),
    [
        ("invalid_auth", errors.Reauthorize),
        ("missing_scope", errors.Reauthorize),
        ("token_revoked", errors.Reauthorize),
        ("ratelimited", errors.Throttled),
        ("channel_not_found", errors.Rejected),
        ("not_in_channel", errors.Rejected),
        ("is_archived", errors.Rejected),
        ("something_new", errors.Rejected),
        ("fatal_error", errors.Unknown),
        ("internal_error", errors.Unknown),
        ("service_unavailable", errors.Unknown),
    ],
)
def test_ok_false_is_a_failure(code: str, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure, match=rf"Slack: .*HTTP 200, {code}"):
        bot(post=refused(code)).publish(text())


def test_a_success_without_an_address_is_no_success() -> None:
    with pytest.raises(errors.Unknown, match="it has no `ts`"):
        bot(post=said(channel="C0TEST")).publish(text())


# --- a webhook ------------------------------------------------------------------------------------------------------


def hook(reply: Response | None = None) -> Stage:
    return Stage("slack webhook", {"POST /services/T0/B0/test-token": reply or answer("ok")})


def test_a_webhook_posts_text() -> None:
    acme = hook()
    assert acme.publish(text("Hello"), settings={"unfurl_links": False}) == (Receipt(f"webhook:{KEYS[0]}"),)
    assert acme.sent() == [("POST", "/services/T0/B0/test-token", {"text": "Hello", "unfurl_links": False})]
    assert acme.calls[0].host == "hooks.slack.com"
    assert "authorization" not in acme.calls[0].headers


def test_a_webhook_has_no_media_replies_or_look_up() -> None:
    spec = hook().spec
    assert (spec.media.max_items, spec.threads, spec.comments, spec.lookup) == (0, Threads.NONE, False, Lookup.NONE)
    assert "use a bot" in spec.no_threads_help
    acme = hook()
    assert acme.find(acme.dispatch(text())) == Blind("an incoming webhook cannot read its channel: look there")


def test_a_webhook_that_says_something_else_is_in_doubt() -> None:
    with pytest.raises(errors.Unknown, match="something else than `ok`"):
        hook(answer("<html>")).publish(text())


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (400, errors.Rejected),
        (403, errors.Reauthorize),
        (404, errors.Reauthorize),
        (410, errors.Reauthorize),
        (429, errors.Throttled),
        (500, errors.Unknown),
    ],
)
def test_a_refused_webhook(status: int, failure: type[errors.Failure]) -> None:
    with pytest.raises(failure):
        hook(answer("no_service", status)).publish(text())


def test_a_webhook_knows_its_workspace() -> None:
    assert hook().whoami().remote_id == "T0/B0"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/services/T0/B0/test-token",
        "http://hooks.slack.com/services/T0/B0/test-token",
        "https://hooks.slack.com/workflows/T0/B0/test-token",
        "https://hooks.slack.com/services/T0/B0/../test-token",
    ],
)
def test_what_is_no_webhook_goes_nowhere(url: str) -> None:
    acme = hook()
    acme.credentials["webhook_url"] = url
    with pytest.raises(errors.Reauthorize, match="not the URL of an incoming webhook"):
        acme.publish(text())
    assert acme.calls == []


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_a_webhook_cannot_change_what_it_said(change: str) -> None:
    acme = hook()
    with pytest.raises(errors.Rejected, match="cannot"):
        acme.edit(acme.dispatch(text()), Receipt("x")) if change == "edit" else acme.delete(Receipt("x"))
