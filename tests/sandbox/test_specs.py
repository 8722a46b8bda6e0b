"""Every answer of a tour through each stand-in, asked of the platform's own description."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, gif, png
from tests.sandbox.test_bluesky import LATER, POST, REPO, RKEY, XRPC, Account, Video, creation, images, record
from tests.specs import check_response

UNDESCRIBED = {
    "200 https://video.bsky.app/xrpc/app.bsky.video.uploadVideo": "the service leaves out the lexicon's `jobStatus`",
    "206 https://mastodon.example/api/v1/media": "the description has no body here; Mastodon sends the attachment",
    "200 https://slack.com/api/chat.shout": "it is no method",
    "200 https://slack.com/api/files.upload": "it is retired",
}
"""Answers that the descriptions do not have, each with its reason."""


def mastodon(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, {"Authorization": "Bearer test-token"}), "https://mastodon.example/api"
    me = client.call("GET", f"{api}/v1/accounts/verify_credentials").json["id"]
    client.call("GET", f"{api}/v2/instance")
    picture, clip, moving = (
        client.call("POST", f"{api}/v2/media", form={"description": "Alt"}, files=[File("file", data)]).json["id"]
        for data in (png(), MP4, gif())
    )
    for media in (clip, clip, moving, moving, picture, "1"):
        client.call("GET", f"{api}/v1/media/{media}")
    client.call("PUT", f"{api}/v1/media/{picture}", value={"description": "Other"})
    client.call("POST", f"{api}/v2/media", files=[File("file", b"text")])
    text = "Hello #tag @alice@hachyderm.io https://example.com"
    root = client.call("POST", f"{api}/v1/statuses", value={"status": text, "media_ids": [picture]}).json["id"]
    for more in (
        {"in_reply_to_id": root, "media_ids": [clip], "spoiler_text": "Careful", "language": "en"},
        {"media_ids": [moving], "visibility": "direct"},
        {"poll": {"options": ["a", "b"], "expires_in": 300}},
        {"in_reply_to_id": "1"},
        {"visibility": "all"},
    ):
        client.call("POST", f"{api}/v1/statuses", value={"status": "More", **more})
    client.call("PUT", f"{api}/v1/statuses/{root}", value={"status": "Edited"})
    client.call("POST", f"{api}/v1/statuses", value={"status": "x"}, headers={"Authorization": ""})
    for path in (f"statuses/{root}", f"statuses/{root}/context", f"statuses/{root}/source", f"accounts/{me}/statuses"):
        client.call("GET", f"{api}/v1/{path}")
    client.call("DELETE", f"{api}/v1/statuses/{root}")
    client.call("GET", f"{api}/v1/statuses/{root}")
    return client.seen


def bluesky(sandbox: Sandbox) -> list[Answer]:
    client = Client(sandbox.url)
    alice = Account(client)
    post = record("Hello", embed=images(alice.upload(png())), langs=["en"], tags=["x"])
    alice.write("createRecord", rkey=RKEY, record=post)
    for method in ("createRecord", "putRecord"):
        alice.write(method, rkey=RKEY, record=post)
    alice.write("putRecord", rkey=RKEY, record=post, swapRecord=None)
    alice.apply(creation(LATER, record()))
    alice.get(RKEY)
    update = {"$type": "com.atproto.repo.applyWrites#update", "collection": POST, "rkey": LATER, "value": record("2")}
    delete = {"$type": "com.atproto.repo.applyWrites#delete", "collection": POST, "rkey": LATER}
    alice.apply(update)
    alice.apply(delete)
    for path in (
        f"com.atproto.repo.listRecords?repo={alice.did}&collection={POST}&limit=1",
        f"com.atproto.sync.getLatestCommit?did={alice.did}",
        "com.atproto.server.describeServer",
        "com.atproto.identity.resolveHandle?handle=alice.example.com",
        f"app.bsky.actor.getProfile?actor={alice.did}",
        f"app.bsky.feed.getAuthorFeed?actor={alice.did}",
        f"app.bsky.feed.getPosts?uris=at://{alice.did}/{POST}/{RKEY}",
    ):
        client.call("GET", f"{XRPC}/{path}")
    client.call("GET", f"{XRPC}/com.atproto.server.getSession", headers=alice.token)
    refresh = {"Authorization": f"Bearer {alice.session['refreshJwt']}"}
    client.call("POST", f"{XRPC}/com.atproto.server.refreshSession", headers=refresh)
    video = Video(alice)
    job = video.upload().json["jobId"]
    video.status(job)
    video.status(job)
    client.call("GET", f"{XRPC}/app.bsky.video.getUploadLimits", headers=video.token)
    alice.write("createRecord", rkey="no-tid", record=record())
    client.call("POST", f"{REPO}.createRecord", value={})
    alice.write("deleteRecord", rkey=RKEY)
    alice.write("deleteRecord", rkey=RKEY)
    alice.get(RKEY)
    return client.seen


def discord(sandbox: Sandbox) -> list[Answer]:
    client = Client(sandbox.url, {"Authorization": "Bot test-token"})
    api = "https://discord.com/api/v10"
    channel, hook = f"{api}/channels/1000000000000000010", f"{api}/webhooks/1234567890/test-token"
    first = client.call("POST", f"{channel}/messages", value={"content": "one"}).json["id"]
    reply = {"content": "two", "message_reference": {"message_id": first}, "embeds": [{"title": "x"}]}
    client.call("POST", f"{channel}/messages", value=reply)
    payload = {"payload_json": json.dumps({"attachments": [{"id": "0", "description": "A red square"}]})}
    client.call("POST", f"{channel}/messages", form=payload, files=[File("files[0]", png(), "a.png")])
    poll = {"question": {"text": "Good?"}, "answers": [{"poll_media": {"text": "Yes"}}]}
    client.call("POST", f"{channel}/messages", value={"poll": poll})
    client.call("POST", f"{channel}/messages", value={"content": ""})
    client.call("POST", f"{channel}/messages", value={"content": "x" * 2001})
    client.call("POST", f"{channel}/messages/{first}/threads", value={"name": "Thread"})
    thread = client.call("POST", f"{channel}/threads", value={"name": "Plain", "type": 11}).json["id"]
    client.call("PATCH", f"{channel}/messages/{first}", value={"content": "changed"})
    (guild,) = client.call("GET", f"{api}/users/@me/guilds").json
    for url in (
        f"{api}/users/@me",
        f"{api}/guilds/{guild['id']}/channels",
        channel,
        f"{api}/channels/{thread}",
        f"{channel}/messages",
        f"{channel}/messages/{first}",
        f"{channel}/messages/1",
    ):
        client.call("GET", url)
    client.call("DELETE", f"{channel}/messages/{first}")
    client.call("GET", hook)
    client.call("POST", hook, value={"content": "four"})
    mine = client.call("POST", f"{hook}?wait=true", value={"content": "five", "thread_name": "News"}).json["id"]
    client.call("GET", f"{hook}/messages/{mine}")
    client.call("PATCH", f"{hook}/messages/{mine}", value={"content": "six"})
    client.call("DELETE", f"{hook}/messages/{mine}")
    return client.seen


def slack(sandbox: Sandbox) -> list[Answer]:
    client, api, channel = Client(sandbox.url, {"Authorization": "Bearer test-token"}), "https://slack.com/api", "C1"

    def call(method: str, **arguments: object) -> Answer:
        return client.call("POST", f"{api}/{method}", value=arguments)

    metadata = {"event_type": "x", "event_payload": {"key": "k"}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hi"}}]
    root = call("chat.postMessage", channel=channel, text="one", metadata=metadata, blocks=blocks).json["ts"]
    call("chat.postMessage", channel=channel, text="two", thread_ts=root, username="Acme")
    call("chat.update", channel=channel, ts=root, text="changed")
    call("chat.getPermalink", channel=channel, message_ts=root)
    form = {"filename": "a.png", "length": str(len(png())), "alt_txt": "A red square"}
    place = client.call("POST", f"{api}/files.getUploadURLExternal", form=form).json
    client.call("POST", place["upload_url"], body=png(), headers={"Content-Type": "image/png", "Authorization": ""})
    call("files.completeUploadExternal", files=[{"id": place["file_id"]}], channel_id=channel)
    call("files.info", file=place["file_id"])
    call("files.info", file=place["file_id"])
    for method in ("auth.test", "conversations.list", "chat.shout", "files.upload"):
        call(method)
    call("conversations.info", channel=channel)
    call("conversations.history", channel=channel, include_all_metadata=True)
    call("conversations.replies", channel=channel, ts=root)
    call("chat.postMessage", channel=channel)
    call("chat.delete", channel=channel, ts=root)
    client.call("POST", "https://hooks.slack.com/services/T/B/test-secret", value={"text": "Hi"})
    client.call("POST", "https://hooks.slack.com/services/T/B/test-secret", value={"text": ""})
    return client.seen


def judge(platform: str, answer: Answer) -> Iterator[str]:
    """What the description has against an answer.

    Discord's says that the codes in ``errors`` are numbers; Discord and its documentation have words there.
    """
    body = answer.body
    if platform == "discord" and answer.status == 400:
        body = json.dumps({name: value for name, value in answer.json.items() if name != "errors"}).encode()
    try:
        check_response(platform, answer.method, answer.url, answer.status, body)
    except AssertionError as problem:
        yield str(problem)


@pytest.mark.parametrize("tour", [mastodon, bluesky, discord, slack], ids=lambda tour: tour.__name__)
def test_answers_are_what_the_platform_describes(sandbox: Sandbox, tour: Callable[[Sandbox], list[Answer]]) -> None:
    seen = tour(sandbox)
    assert len(seen) >= 20
    judged = [answer for answer in seen if not f"{answer.status} {answer.url}".startswith(tuple(UNDESCRIBED))]
    assert "\n".join(problem for answer in judged for problem in judge(tour.__name__, answer)) == ""


@pytest.mark.parametrize("effect", ["refuse", "unauthorized", "rate-limit"])
@pytest.mark.parametrize("tour", [mastodon, bluesky, discord, slack], ids=lambda tour: tour.__name__)
def test_refusals_that_are_asked_for_too(
    sandbox: Sandbox, effect: str, tour: Callable[[Sandbox], list[Answer]]
) -> None:
    urls = {
        "mastodon": "https://mastodon.example/api/v1/statuses",
        "bluesky": f"{REPO}.createRecord",
        "discord": "https://discord.com/api/v10/channels/1/messages",
        "slack": "https://slack.com/api/chat.postMessage",
    }
    sandbox.faults([{"effect": effect}])
    answer = Client(sandbox.url).call("POST", urls[tour.__name__], value={})
    assert list(judge(tour.__name__, answer)) == []
