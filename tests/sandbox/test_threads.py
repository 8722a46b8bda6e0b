from __future__ import annotations

import json
from datetime import timedelta

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import Client
from tests.sandbox.meta import CLIP, PHOTO, Graph, refusal

USER = "17841400000000009"
BASE = "https://graph.threads.net/v1.0"


@pytest.fixture
def user(client: Client) -> Graph:
    return Graph(client, BASE, USER)


def state(user: Graph, container: str) -> str:
    status: str = user.get(container, fields="status").json["status"]
    return status


def publish(user: Graph, **parameters: str) -> str:
    container = user.made("threads", **{"media_type": "TEXT", **parameters})
    while state(user, container) == "IN_PROGRESS":
        pass
    return user.made("threads_publish", creation_id=container)


def test_a_text_is_ready_at_once(sandbox: Sandbox, user: Graph) -> None:
    container = user.made(
        "threads", media_type="TEXT", text="Hello", topic_tag="GitOps", reply_control="mentioned_only"
    )
    post = user.made("threads_publish", creation_id=container)
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    shown = user.get(post, fields="permalink,text,media_type,topic_tag,username,is_reply,shortcode").json
    assert kept == {
        "provider": "threads",
        "account": USER,
        "remote_id": post,
        "url": shown["permalink"],
        "text": "Hello",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    assert shown == {
        "id": post,
        "permalink": f"https://www.threads.com/@{shown['username']}/post/{shown['shortcode']}",
        "text": "Hello",
        "media_type": "TEXT_POST",
        "topic_tag": "GitOps",
        "username": shown["username"],
        "is_reply": False,
        "shortcode": shown["shortcode"],
    }
    assert user.made("threads_publish", creation_id=container) == post
    assert len(sandbox.posts()) == 1


def test_media_have_to_be_finished(sandbox: Sandbox, user: Graph) -> None:
    container = user.made("threads", media_type="VIDEO", video_url=CLIP, alt_text="A clip")
    assert refusal(user.post(f"{USER}/threads_publish", creation_id=container))[1:3] == (9007, 2207027)
    assert [state(user, container) for _ in range(2)] == ["IN_PROGRESS", "FINISHED"]
    post = user.made("threads_publish", creation_id=container)
    assert state(user, container) == "PUBLISHED"
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "A clip", "bytes": None}]
    assert user.get(post, fields="media_url,alt_text").json == {"id": post, "media_url": CLIP, "alt_text": "A clip"}


def test_a_container_lives_for_a_day(sandbox: Sandbox, user: Graph) -> None:
    container = user.made("threads", media_type="TEXT", text="x")
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(days=1)
    assert refusal(user.post(f"{USER}/threads_publish", creation_id=container))[1] == 9007
    assert state(user, container) == "EXPIRED"


@pytest.mark.parametrize(("effect", "status"), [("async-fail", "ERROR"), ("async-never", "IN_PROGRESS")])
@pytest.mark.parametrize("kind", ["TEXT", "VIDEO"])
def test_processing_that_does_not_end_well(sandbox: Sandbox, user: Graph, effect: str, status: str, kind: str) -> None:
    sandbox.faults([{"match": {"path": "threads$"}, "effect": effect}])
    container = user.made("threads", media_type=kind, text="x", video_url=CLIP)
    assert [state(user, container) for _ in range(3)] == [status] * 3
    assert refusal(user.post(f"{USER}/threads_publish", creation_id=container))[1] == 9007
    told = user.get(container, fields="status,error_message").json.get("error_message")
    failed = {"TEXT": "UNKNOWN", "VIDEO": "FAILED_PROCESSING_VIDEO"}[kind]
    assert told == (failed if status == "ERROR" else None)
    assert sandbox.posts() == []


def test_a_carousel(sandbox: Sandbox, user: Graph) -> None:
    items = [user.made("threads", media_type="IMAGE", image_url=PHOTO, is_carousel_item="true") for _ in range(2)]
    post = publish(user, media_type="CAROUSEL", children=",".join(items), text="Two")
    album = user.get(post, fields="media_type,children").json
    assert (album["media_type"], len(album["children"]["data"])) == ("CAROUSEL_ALBUM", 2)
    item = album["children"]["data"][0]["id"]
    assert user.get(item, fields="media_type,media_url").json == {"id": item, "media_type": "IMAGE", "media_url": PHOTO}
    assert len(sandbox.posts()[0]["media"]) == 2


def test_a_thread_is_a_chain_of_replies(sandbox: Sandbox, user: Graph) -> None:
    first = publish(user, text="one")
    second = publish(user, text="two", reply_to_id=first)
    third = publish(user, text="three", reply_to_id=second)
    assert [kept["parent"] for kept in sandbox.posts()] == [None, first, second]
    shown = user.get(third, fields="is_reply,replied_to,root_post,is_reply_owned_by_me").json
    assert (shown["replied_to"], shown["root_post"], shown["is_reply"]) == ({"id": second}, {"id": first}, True)
    assert [one["id"] for one in user.get(f"{USER}/threads", fields="text").json["data"]] == [first]
    assert [one["id"] for one in user.get(f"{USER}/replies").json["data"]] == [third, second]
    assert [one["id"] for one in user.get(f"{first}/replies").json["data"]] == [second]
    assert [one["id"] for one in user.get(f"{first}/conversation").json["data"]] == [third, second]


POLL = {"option_a": "Yes", "option_b": "No"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, 100),
        ({"media_type": "STICKER", "text": "x"}, 100),
        ({"text": "x" * 501}, 100),
        ({"text": "🎉" * 126}, 100),
        ({"text": " ".join(f"https://example.com/{number}" for number in range(6))}, 100),
        ({"text": "x", "reply_to_id": "7"}, 24),
        ({"text": "x", "quote_post_id": "7"}, 24),
        ({"text": "x", "topic_tag": "a.b"}, 100),
        ({"text": "x", "reply_control": "nobody"}, 100),
        ({"text": "x", "link_attachment": "nowhere"}, 100),
        ({"text": "x", "poll_attachment": json.dumps({"option_a": "Yes"})}, 100),
        ({"text": "x", "poll_attachment": json.dumps({**POLL, "option_c": "x" * 26})}, 100),
        ({"text": "x", "poll_attachment": json.dumps(POLL), "link_attachment": "https://example.com"}, 100),
        ({"text": "x", "text_attachment": "{}"}, 100),
        ({"text": "x", "text_entities": "[" + ",".join(["{}"] * 11) + "]"}, 100),
        ({"media_type": "IMAGE"}, 100),
        ({"media_type": "IMAGE", "image_url": PHOTO, "alt_text": "x" * 1001}, 100),
        ({"media_type": "IMAGE", "image_url": PHOTO, "link_attachment": "https://example.com"}, 100),
        ({"media_type": "CAROUSEL", "children": "1"}, 100),
        ({"media_type": "CAROUSEL", "children": "1,2"}, 100),
    ],
)
def test_what_is_refused(sandbox: Sandbox, user: Graph, given: dict[str, str], code: int) -> None:
    status, found, *_ = refusal(user.post(f"{USER}/threads", **{"media_type": "TEXT", **given}))
    assert (status, found) == (400, code)


def test_the_refusal_of_links_has_its_word(user: Graph) -> None:
    links = " ".join(f"https://example.com/{number}" for number in range(5))
    assert user.made("threads", media_type="TEXT", text=links, link_attachment="https://example.com/0")
    answer = user.post(f"{USER}/threads", media_type="TEXT", text=links, link_attachment="https://example.com/5")
    assert refusal(answer)[3] == "THREADS_API__LINK_LIMIT_EXCEEDED: a post has at most 5 links"


def test_what_goes_with_a_text(user: Graph) -> None:
    quoted = publish(user, text="one")
    post = publish(user, text="two", quote_post_id=quoted, poll_attachment=json.dumps(POLL))
    shown = user.get(post, fields="poll_attachment,quoted_post,is_quote_post").json
    assert shown == {"id": post, "poll_attachment": POLL, "quoted_post": {"id": quoted}, "is_quote_post": True}
    linked = publish(user, link_attachment="https://example.com")
    assert user.get(linked, fields="link_attachment_url").json["link_attachment_url"] == "https://example.com"
    assert publish(user, text_attachment=json.dumps({"plaintext": "Long"}))
    answer = user.post(f"{USER}/threads", media_type="TEXT", text="x", auto_publish_text="true")
    assert (answer.status, answer.json["error"]) == (501, "the sandbox does not imitate auto_publish_text")


def test_a_post_is_deleted(sandbox: Sandbox, user: Graph) -> None:
    post = publish(user, text="one")
    assert user.delete(post).json == {"success": True, "deleted_id": post}
    assert refusal(user.delete(post))[1:3] == (100, 33)
    assert refusal(user.get(post))[1:3] == (100, 33)
    assert sandbox.posts()[0]["deleted"] is True
    fields = "quota_usage,reply_quota_usage,delete_quota_usage,config,reply_config"
    (quota,) = user.get(f"{USER}/threads_publishing_limit", fields=fields).json["data"]
    assert quota == {
        "quota_usage": 1,
        "reply_quota_usage": 0,
        "delete_quota_usage": 1,
        "config": {"quota_total": 250, "quota_duration": 86400},
        "reply_config": {"quota_total": 1000, "quota_duration": 86400},
    }


def test_profiles_and_figures(client: Client, user: Graph) -> None:
    me = Graph(client, BASE, "me").get("me", fields="id,username,name").json
    assert me["username"].startswith("user_")
    assert refusal(Graph(client, BASE, "nobody").get("nobody"))[1:3] == (100, 33)
    post = publish(user, text="one")
    assert user.get(f"{post}/insights", metric="views,likes").json["data"][0]["values"] == [{"value": 0}]
    assert user.get(f"{USER}/threads_insights", metric="views").status == 200
    assert refusal(user.get("7/insights", metric="views"))[1:3] == (100, 33)
    assert refusal(client.call("GET", f"{BASE}/me"))[1] == 104
