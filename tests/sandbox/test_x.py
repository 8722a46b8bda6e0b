from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, File, gif, png

API = "https://api.x.com/2"
SIGNED = (
    'OAuth oauth_consumer_key="key", oauth_nonce="n", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1", '
    'oauth_token="test-token", oauth_version="1.0", oauth_signature="s"'
)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def post(client: Client, **value: Any) -> Answer:
    return client.call("POST", f"{API}/tweets", value=value)


def posted(client: Client, **value: Any) -> str:
    answer = post(client, **value)
    assert answer.status == 201, answer.body
    post_id: str = answer.json["data"]["id"]
    return post_id


def upload(client: Client, data: bytes | None = None, category: str = "tweet_image") -> Answer:
    files = [File("media", png() if data is None else data)]
    return client.call("POST", f"{API}/media/upload", form={"media_category": category}, files=files)


def picture(client: Client, colour: str = "red") -> str:
    media_id: str = upload(client, png(colour=colour)).json["data"]["id"]
    return media_id


def film(client: Client, total: int = len(MP4), cut: int = 100) -> str:
    begun = {"media_type": "video/mp4", "media_category": "tweet_video", "total_bytes": total}
    media_id: str = client.call("POST", f"{API}/media/upload/initialize", value=begun).json["data"]["id"]
    for number, data in reversed(list(enumerate((MP4[:cut], MP4[cut:])))):
        url = f"{API}/media/upload/{media_id}/append"
        assert client.call("POST", url, form={"segment_index": str(number)}, files=[File("media", data)]).status == 200
    return media_id


def finalize(client: Client, media_id: str) -> Answer:
    return client.call("POST", f"{API}/media/upload/{media_id}/finalize")


def state(client: Client, media_id: str) -> str:
    answer = client.call("GET", f"{API}/media/upload?media_id={media_id}&command=STATUS")
    found: str = answer.json["data"]["processing_info"]["state"]
    return found


def refusal(answer: Answer) -> tuple[int, str]:
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert {"title", "type"} <= set(answer.json)
    return answer.status, answer.json["detail"]


def test_a_post_is_kept_as_it_was_written(sandbox: Sandbox, client: Client) -> None:
    answer = post(client, text="Hello & https://example.com/path")
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    post_id = answer.json["data"]["id"]
    assert kept == {
        "provider": "x",
        "account": "user_4c5dc9b7",
        "remote_id": post_id,
        "url": f"https://x.com/user_4c5dc9b7/status/{post_id}",
        "text": "Hello & https://example.com/path",
        "parent": None,
        "media": [],
        "deleted": False,
    }
    assert answer.json["data"]["edit_history_post_ids"] == [post_id]


def test_the_api_tells_another_text_than_people_see(client: Client) -> None:
    answer = post(client, text="Hi & https://example.com/a.", media={"media_ids": [picture(client)]})
    text = answer.json["data"]["text"]
    hello, amp, link, medium = text.split(" ")
    assert (hello, amp, link[:13], link[-1], medium[:13]) == ("Hi", "&amp;", "https://t.co/", ".", "https://t.co/")
    shown = client.call("GET", f"{API}/tweets/{answer.json['data']['id']}?post.fields=entities").json["data"]
    (url,) = shown["entities"]["urls"]
    assert (url["expanded_url"], url["display_url"], text[url["start"] : url["end"]]) == (
        "https://example.com/a",
        "example.com/a",
        url["url"],
    )


@pytest.mark.parametrize(
    ("value", "status", "detail"),
    [
        ({}, 400, "A post must have a text or media"),
        ({"text": " "}, 400, "A post must have a text or media"),
        ({"text": "x" * 281}, 400, "Your Tweet text is too long."),
        ({"text": "猫" * 141}, 400, "Your Tweet text is too long."),
        ({"text": "$TSLA and $AAPL"}, 400, "A post can have one cashtag at most."),
        ({"text": 1}, 400, "$.text: int found, str expected"),
        (
            {"status": "x"},
            400,
            "$.status: is not defined in the schema and the schema does not allow additional properties",
        ),
        (
            {"text": "x", "reply_settings": "all"},
            400,
            "$.reply_settings: must be one of following, mentionedUsers, subscribers, verified",
        ),
        ({"text": "x", "media": {"media_ids": ["7"]}}, 400, "Your media IDs are invalid."),
        ({"text": "x", "media": {}}, 400, "Your media IDs are invalid."),
        ({"text": "x", "poll": {"options": ["a"]}}, 400, "$.poll.options: there must be 2 to 4"),
        ({"poll": {"options": ["a", "b" * 26]}}, 400, "$.poll.options: each must be 1 to 25 characters long"),
        (
            {"poll": {"options": ["a", "b"], "duration_minutes": 1}},
            400,
            "$.poll.duration_minutes: must be from 5 to 10080",
        ),
        (
            {"text": "x", "reply": {"in_reply_to_tweet_id": "7"}},
            403,
            "You attempted to reply to a Tweet that is deleted or not visible to you.",
        ),
        (
            {"text": "x", "quote_tweet_id": "7"},
            403,
            "You attempted to quote a Tweet that is deleted or not visible to you.",
        ),
    ],
)
def test_what_is_refused(sandbox: Sandbox, client: Client, value: dict[str, Any], status: int, detail: str) -> None:
    assert refusal(client.call("POST", f"{API}/tweets", value=value)) == (status, detail)
    assert sandbox.posts() == []


def test_length_is_weighted(client: Client) -> None:
    assert post(client, text=f"https://example.com/{'x' * 300} " + "猫" * 128).status == 201
    assert post(client, text=f"https://example.com/{'x' * 300} " + "猫" * 129).status == 400


def test_the_same_again_is_a_duplicate(sandbox: Sandbox, client: Client) -> None:
    duplicate = (403, "You are not allowed to create a Tweet with duplicate content.")
    first = posted(client, text="Hi")
    assert refusal(post(client, text="Hi")) == duplicate
    assert post(client, text="Hi", reply={"in_reply_to_tweet_id": first}).status == 201
    assert post(client, text="Hi", media={"media_ids": [picture(client)]}).status == 201
    assert refusal(post(client, text="Hi", media={"media_ids": [picture(client)]})) == duplicate
    assert post(client, text="Hi", media={"media_ids": [picture(client, "blue")]}).status == 201
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(days=1)
    assert post(client, text="Hi").status == 201


def test_who_asks(sandbox: Sandbox, client: Client) -> None:
    nobody = Client(sandbox.url)
    for header in ("", 'OAuth oauth_token="test-token"', "Basic x"):
        answer = nobody.call("POST", f"{API}/tweets", value={"text": "x"}, headers={"Authorization": header})
        assert refusal(answer) == (401, "Unauthorized")
    signed = nobody.call("GET", f"{API}/users/me", headers={"Authorization": SIGNED})
    me = client.call("GET", f"{API}/users/me?user.fields=verified,subscription_type").json["data"]
    assert signed.json["data"]["id"] == me["id"]
    assert sorted(me) == ["id", "name", "subscription_type", "username", "verified"]


def test_a_thread_is_a_chain_of_replies_to_oneself(sandbox: Sandbox, client: Client) -> None:
    first = posted(client, text="one")
    second = posted(client, text="two", reply={"in_reply_to_tweet_id": first})
    assert [kept["parent"] for kept in sandbox.posts()] == [None, first]
    fields = "tweet.fields=referenced_tweets,conversation_id,in_reply_to_user_id,public_metrics"
    shown = client.call("GET", f"{API}/tweets/{second}?{fields}").json["data"]
    assert shown["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert (shown["conversation_id"], "retweet_count" in shown["public_metrics"]) == (first, True)
    other = Client(sandbox.url, {"Authorization": "Bearer other"})
    uninvited = post(other, text="three", reply={"in_reply_to_tweet_id": first})
    assert refusal(uninvited)[1].startswith("Reply to this conversation is not allowed because you have not been")
    name = other.call("GET", f"{API}/users/me").json["data"]["username"]
    invited = posted(client, text=f"What says @{name}?")
    assert post(other, text="four", reply={"in_reply_to_tweet_id": invited}).status == 201


def test_pictures_with_alt_texts(sandbox: Sandbox, client: Client) -> None:
    ids = [picture(client, colour) for colour in ("red", "blue")]
    alt = {"id": ids[0], "metadata": {"alt_text": {"text": "A red square"}}}
    answer = client.call("POST", f"{API}/media/metadata", value=alt)
    assert answer.json == {"data": {"id": ids[0], "associated_metadata": alt["metadata"]}}
    made = posted(client, media={"media_ids": ids})
    assert [file["alt"] for file in sandbox.posts()[0]["media"]] == ["A red square", ""]
    fields = "expansions=attachments.media_keys,author_id&media.fields=alt_text,width&post.fields=attachments"
    shown = client.call("GET", f"{API}/tweets/{made}?{fields}").json
    assert shown["data"]["attachments"]["media_keys"] == [f"3_{one}" for one in ids]
    assert shown["includes"]["media"][0] == {
        "media_key": f"3_{ids[0]}",
        "type": "photo",
        "alt_text": "A red square",
        "width": 4,
    }
    assert shown["includes"]["users"][0]["username"] == "user_4c5dc9b7"
    for wrong in ({"text": "x" * 1001}, {}, "x"):
        value = {"id": ids[0], "metadata": {"alt_text": wrong}}
        assert client.call("POST", f"{API}/media/metadata", value=value).status == 400


def test_four_pictures_or_one_that_moves(client: Client) -> None:
    moving = upload(client, gif(), "tweet_gif").json["data"]
    assert moving["processing_info"] == {"state": "pending", "check_after_secs": 1}
    assert [state(client, moving["id"]) for _ in range(2)] == ["in_progress", "succeeded"]
    pictures = [picture(client) for _ in range(5)]
    assert post(client, media={"media_ids": pictures[:4]}).status == 201
    for ids in (pictures, [pictures[0], moving["id"]]):
        expected = (400, "A post has up to 4 photos, or 1 animated GIF, or 1 video.")
        assert refusal(post(client, text="x", media={"media_ids": ids})) == expected
    assert post(client, media={"media_ids": [moving["id"]]}).status == 201
    poll = {"options": ["a", "b"], "duration_minutes": 60}
    assert refusal(post(client, poll=poll, media={"media_ids": pictures[:1]}))[1] == "A post has either a poll or media"


def test_a_film_comes_in_pieces_and_is_processed(sandbox: Sandbox, client: Client) -> None:
    media_id = film(client)
    assert refusal(client.call("GET", f"{API}/media/upload?media_id={media_id}"))[1] == "The upload is not finalized."
    assert finalize(client, media_id).json["data"]["processing_info"]["state"] == "pending"
    unready = (400, "Your media IDs are invalid.")
    assert refusal(post(client, text="x", media={"media_ids": [media_id]})) == unready
    assert [state(client, media_id) for _ in range(3)] == ["in_progress", "succeeded", "succeeded"]
    assert finalize(client, media_id).json["data"]["processing_info"]["state"] == "succeeded"
    posted(client, media={"media_ids": [media_id]})
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}]
    again = client.call(
        "POST",
        f"{API}/media/upload/{media_id}/append",
        value={"segment_index": 0, "media": base64.b64encode(MP4).decode()},
    )
    assert refusal(again) == (400, "The upload is finalized.")


@pytest.mark.parametrize(("effect", "last"), [("async-fail", "failed"), ("async-never", "in_progress")])
@pytest.mark.parametrize("path", ["finalize$", "upload$"])
def test_processing_that_does_not_end_well(sandbox: Sandbox, client: Client, effect: str, last: str, path: str) -> None:
    media_id = film(client)
    sandbox.faults([{"match": {"path": path}, "effect": effect}])
    finalize(client, media_id)
    assert [state(client, media_id) for _ in range(3)] == [last] * 3
    assert post(client, media={"media_ids": [media_id]}).status == 400
    assert sandbox.posts() == []


def test_uploads_that_are_refused(sandbox: Sandbox, client: Client) -> None:
    assert refusal(upload(client, b"text"))[1] == "media type unrecognized."
    assert refusal(upload(client, png(), "tweet_gif"))[1] == "media type unrecognized."
    assert upload(client, png(), "avatar").json["parameter"] == "media_category"
    assert refusal(upload(client, png() + b"\0" * (5 * 1024**2)))[1] == "File size exceeds 5242880 bytes."
    short = film(client, total=7)
    assert refusal(finalize(client, short))[1] == "Segments do not add up to provided total file size."
    begun = {"media_category": "tweet_video"}
    assert client.call("POST", f"{API}/media/upload/initialize", value=begun).json["parameter"] == "total_bytes"
    for given in ({"segment_index": "1000"}, {}):
        answer = client.call("POST", f"{API}/media/upload/{short}/append", form=given, files=[File("media", b"x")])
        assert answer.json["parameter"] == "segment_index"
    nothing = client.call("POST", f"{API}/media/upload", form={"media_category": "tweet_image"}, files=[])
    assert nothing.json["parameter"] == "media"
    other = Client(sandbox.url, {"Authorization": "Bearer other"})
    assert refusal(finalize(other, short)) == (400, "Invalid media id.")
    garbled = client.call("POST", f"{API}/media/upload", value={"media": "!", "media_category": "tweet_image"})
    assert refusal(garbled)[1] == "$.media: is not base64"


def test_posts_of_an_account_come_in_pages(client: Client) -> None:
    made = [posted(client, text=str(number)) for number in range(6)]
    answer = posted(client, text="reply", reply={"in_reply_to_tweet_id": made[0]})
    me = client.call("GET", f"{API}/users/me").json["data"]["id"]
    url = f"{API}/users/{me}/tweets?max_results=5"
    first = client.call("GET", f"{url}&exclude=replies&post.fields=created_at,public_metrics").json
    assert [one["id"] for one in first["data"]] == made[:0:-1]
    assert first["data"][0]["public_metrics"]["repost_count"] == 0
    assert first["meta"] == {"result_count": 5, "newest_id": made[-1], "oldest_id": made[1], "next_token": "5"}
    second = client.call("GET", f"{url}&exclude=replies&pagination_token=5").json
    assert [one["id"] for one in second["data"]] == made[:1]
    assert client.call("GET", f"{url}&since_id={made[-1]}").json["data"][0]["id"] == answer
    assert client.call("GET", f"{url}&until_id={made[0]}").json == {"meta": {"result_count": 0}}
    assert client.call("GET", f"{url}&start_time=2999-01-01T00:00:00Z").json == {"meta": {"result_count": 0}}
    for wrong in ("max_results=4", "start_time=soon", "since_id=x"):
        assert client.call("GET", f"{API}/users/{me}/tweets?{wrong}").status == 400
    nobody = client.call("GET", f"{API}/users/7/tweets").json
    assert nobody == {"meta": {"result_count": 0}}


def test_posts_by_their_ids(client: Client) -> None:
    made = posted(client, poll={"options": ["a", "b"], "duration_minutes": 60}, text="Well?")
    found = client.call("GET", f"{API}/tweets?ids={made},7&expansions=attachments.poll_ids").json
    assert [one["id"] for one in found["data"]] == [made]
    assert found["errors"][0]["resource_id"] == "7"
    assert [one["label"] for one in found["includes"]["polls"][0]["options"]] == ["a", "b"]
    absent = client.call("GET", f"{API}/tweets/7")
    assert (absent.status, absent.json["errors"][0]["detail"]) == (200, "Could not find tweet with id: [7].")
    assert client.call("GET", f"{API}/tweets/{made}?post.fields=colour").json["parameter"] == "post.fields"
    assert client.call("GET", f"{API}/tweets?ids=").status == 400


def test_a_post_is_deleted(sandbox: Sandbox, client: Client) -> None:
    made = posted(client, text="one")
    other = Client(sandbox.url, {"Authorization": "Bearer other"})
    assert refusal(other.call("DELETE", f"{API}/tweets/{made}"))[0] == 403
    assert client.call("DELETE", f"{API}/tweets/{made}").json == {"data": {"deleted": True}}
    assert refusal(client.call("DELETE", f"{API}/tweets/{made}"))[0] == 404
    assert sandbox.posts()[0]["deleted"] is True


def test_an_edit_is_a_post_with_a_new_id(sandbox: Sandbox, client: Client) -> None:
    first = posted(client, text="one")
    data = post(client, text="two", edit_options={"previous_post_id": first}).json["data"]
    assert data["edit_history_post_ids"] == [first, data["id"]]
    assert [(kept["text"], kept["remote_id"]) for kept in sandbox.posts()] == [("two", data["id"])]
    assert client.call("GET", f"{API}/tweets/{first}").json["data"]["id"] == data["id"]
    wrong = post(client, text="three", edit_options={"previous_post_id": "7"})
    assert refusal(wrong) == (403, "You are not permitted to edit this post.")
    last = data["id"]
    for number in range(4):
        last = posted(client, text=str(number), edit_options={"previous_post_id": last})
    spent = post(client, text="last", edit_options={"previous_post_id": last})
    assert refusal(spent) == (403, "This post has been edited as often as is allowed.")


def test_an_article_is_drafted_and_published_once(sandbox: Sandbox, client: Client) -> None:
    content = {"blocks": [{"type": "unstyled", "text": "Long."}], "entities": []}
    cover = {"media_id": picture(client), "media_category": "tweet_image"}
    value = {"title": "Title", "content_state": content, "cover_media": cover}
    draft = client.call("POST", f"{API}/articles/draft", value=value).json["data"]
    assert (draft["title"], sandbox.posts()) == ("Title", [])
    made = client.call("POST", f"{API}/articles/{draft['id']}/publish").json["data"]["post_id"]
    (kept,) = sandbox.posts()
    assert (kept["remote_id"], kept["text"], len(kept["media"])) == (made, "Title\n\nLong.", 1)
    assert client.call("GET", f"{API}/tweets/{made}?post.fields=article").json["data"]["article"] == {"title": "Title"}
    assert refusal(client.call("POST", f"{API}/articles/{draft['id']}/publish"))[1] == "There is no such draft."
    for wrong in (
        {"title": " "},
        {"title": "x"},
        {"title": "x", "content_state": {"blocks": [{}], "entities": []}},
        {"title": "x", "content_state": content, "cover_media": {"media_id": "7"}},
    ):
        assert client.call("POST", f"{API}/articles/draft", value=wrong).status == 400
