from __future__ import annotations

from datetime import timedelta

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Client
from tests.sandbox.meta import CLIP, PHOTO, Graph, refusal

USER = "17841400000000001"
HOSTS = {"instagram": "https://graph.facebook.com/v26.0", "instagram-standalone": "https://graph.instagram.com/v26.0"}


@pytest.fixture(params=HOSTS)
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def user(client: Client, provider: str) -> Graph:
    return Graph(client, HOSTS[provider], USER)


def state(user: Graph, container: str) -> str:
    code: str = user.get(container, fields="status_code").json["status_code"]
    return code


def ready(user: Graph, **parameters: str) -> str:
    container = user.made("media", **parameters)
    while state(user, container) == "IN_PROGRESS":
        pass
    return container


def publish(user: Graph, **parameters: str) -> str:
    return user.made("media_publish", creation_id=ready(user, **parameters))


def test_a_picture_is_published_from_its_container(sandbox: Sandbox, user: Graph, provider: str) -> None:
    media = publish(user, image_url=PHOTO, caption="Hello", alt_text="A red square")
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    shown = user.get(media, fields="permalink,shortcode,caption,media_type,media_product_type,alt_text").json
    assert kept == {
        "provider": provider,
        "account": USER,
        "remote_id": media,
        "url": shown["permalink"],
        "text": "Hello",
        "parent": None,
        "media": [{"type": "image/jpeg", "alt": "A red square", "bytes": None}],
        "deleted": False,
    }
    assert shown == {
        "id": media,
        "permalink": f"https://www.instagram.com/p/{shown['shortcode']}/",
        "shortcode": shown["shortcode"],
        "caption": "Hello",
        "media_type": "IMAGE",
        "media_product_type": "FEED",
        "alt_text": "A red square",
    }


def test_what_is_not_finished_cannot_be_published(sandbox: Sandbox, user: Graph) -> None:
    container = user.made("media", media_type="REELS", video_url=CLIP)
    unready = (400, 9007, 2207027, "Media ID is not available")
    assert refusal(user.post(f"{USER}/media_publish", creation_id=container)) == unready
    assert state(user, container) == "IN_PROGRESS"
    assert refusal(user.post(f"{USER}/media_publish", creation_id=container)) == unready
    assert state(user, container) == "FINISHED"
    media = user.made("media_publish", creation_id=container)
    assert state(user, container) == "PUBLISHED"
    assert user.made("media_publish", creation_id=container) == media
    (kept,) = sandbox.posts()
    assert kept["url"].startswith("https://www.instagram.com/reel/")


def test_a_picture_is_ready_when_it_is_looked_at(user: Graph) -> None:
    container = user.made("media", image_url=PHOTO)
    assert refusal(user.post(f"{USER}/media_publish", creation_id=container))[1] == 9007
    assert state(user, container) == "FINISHED"


def test_a_container_lives_for_a_day(sandbox: Sandbox, user: Graph) -> None:
    container, waiting = ready(user, image_url=PHOTO), user.made("media", image_url=PHOTO)
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(days=1)
    assert refusal(user.post(f"{USER}/media_publish", creation_id=container))[1:3] == (-2, 2207020)
    assert (state(user, container), state(user, waiting)) == ("EXPIRED", "EXPIRED")
    assert sandbox.posts() == []


@pytest.mark.parametrize(("effect", "code"), [("async-fail", "ERROR"), ("async-never", "IN_PROGRESS")])
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_processing_that_does_not_end_well(sandbox: Sandbox, user: Graph, effect: str, code: str, method: str) -> None:
    sandbox.faults([{"match": {"method": method, "nth": 1}, "effect": effect}])
    container = user.made("media", image_url=PHOTO)
    assert [state(user, container) for _ in range(3)] == [code] * 3
    assert refusal(user.post(f"{USER}/media_publish", creation_id=container))[1] == 9007
    assert "status" in user.get(container, fields="status").json
    assert sandbox.posts() == []


def test_a_carousel_shows_its_items(sandbox: Sandbox, user: Graph) -> None:
    first = user.made("media", image_url=PHOTO, is_carousel_item="true", alt_text="One")
    second = user.made("media", video_url=CLIP, media_type="VIDEO", is_carousel_item="true")
    assert refusal(user.post(f"{USER}/media_publish", creation_id=first))[1:3] == (24, 2207006)
    carousel = user.made("media", media_type="CAROUSEL", children=f"{first},{second}", caption="Both")
    assert [state(user, carousel) for _ in range(2)] == ["IN_PROGRESS", "FINISHED"]
    media = user.made("media_publish", creation_id=carousel)
    (kept,) = sandbox.posts()
    assert [(file["type"], file["alt"]) for file in kept["media"]] == [("image/jpeg", "One"), ("video/mp4", "")]
    album = user.get(media, fields="media_type,children{media_type}").json
    assert (album["media_type"], len(album["children"]["data"])) == ("CAROUSEL_ALBUM", 2)
    item = album["children"]["data"][1]["id"]
    assert user.get(item, fields="media_type,media_url").json == {"id": item, "media_type": "VIDEO", "media_url": CLIP}


def test_a_carousel_fails_with_one_of_its_items(sandbox: Sandbox, user: Graph) -> None:
    sandbox.faults([{"match": {"path": "media$", "nth": 2}, "effect": "async-fail"}])
    items = [user.made("media", image_url=PHOTO, is_carousel_item="true") for _ in range(2)]
    carousel = user.made("media", media_type="CAROUSEL", children=",".join(items))
    assert state(user, carousel) == "ERROR"


CAPTION = {"caption": "x" * 2201, "image_url": PHOTO}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (100, None)),
        ({"media_type": "REELS"}, (100, None)),
        ({"media_type": "POSTER", "image_url": PHOTO}, (100, 2207023)),
        ({"media_type": "VIDEO", "video_url": CLIP}, (100, 2207067)),
        ({"media_type": "REELS", "video_url": CLIP, "is_carousel_item": "true"}, (100, None)),
        ({"media_type": "CAROUSEL", "children": "1"}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": ",".join("12345678901")}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1,2"}, (24, 2207006)),
        ({"image_url": "https://cdn.example.com/a.png"}, (36001, 2207005)),
        ({"image_url": "a.jpg"}, (9004, 2207052)),
        ({"video_url": PHOTO, "media_type": "REELS"}, (352, 2207026)),
        (CAPTION, (36004, 2207010)),
        ({"caption": " #x" * 31, "image_url": PHOTO}, (36004, 2207010)),
        ({"caption": " @x" * 21, "image_url": PHOTO}, (36004, 2207010)),
        ({"alt_text": "x" * 1001, "image_url": PHOTO}, (100, None)),
        ({"collaborators": '["a", "b", "c", "d"]', "image_url": PHOTO}, (100, None)),
    ],
)
def test_what_is_refused(user: Graph, given: dict[str, str], expected: tuple[int, int | None]) -> None:
    status, *codes, _ = refusal(user.post(f"{USER}/media", **given))
    assert (status, *codes) == (400, *expected)


def test_a_container_is_its_accounts_own(user: Graph) -> None:
    container = ready(user, image_url=PHOTO)
    assert refusal(user.post("17841400000000002/media_publish", creation_id=container))[1:3] == (24, 2207006)
    assert refusal(user.post("nobody/media", image_url=PHOTO))[1:3] == (100, 33)


def test_bytes_can_be_uploaded_with_facebooks_login(sandbox: Sandbox, client: Client) -> None:
    user = Graph(client, HOSTS["instagram"], USER)
    begun = user.post(f"{USER}/media", media_type="REELS", upload_type="resumable", caption="Hi").json
    assert [state(user, begun["id"]) for _ in range(2)] == ["IN_PROGRESS"] * 2
    headers = {"Authorization": "OAuth test-token", "offset": "0", "file_size": str(len(MP4))}
    answer = client.call("POST", begun["uri"], body=MP4, headers=headers)
    assert answer.json == {"success": True, "message": "Upload successful."}
    assert [state(user, begun["id"]) for _ in range(2)] == ["IN_PROGRESS", "FINISHED"]
    user.made("media_publish", creation_id=begun["id"])
    assert sandbox.posts()[0]["media"] == [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}]
    again = client.call("POST", begun["uri"], body=MP4, headers=headers)
    assert refusal(again)[1:3] == (100, 33)
    own = Graph(client, HOSTS["instagram-standalone"], USER)
    assert refusal(own.post(f"{USER}/media", media_type="REELS", upload_type="resumable"))[1] == 100


def test_comments_and_their_replies(sandbox: Sandbox, user: Graph) -> None:
    media = publish(user, image_url=PHOTO)
    comment = user.post(f"{media}/comments", message="First").json["id"]
    reply = user.post(f"{comment}/replies", message="Second").json["id"]
    assert [(kept["text"], kept["parent"]) for kept in sandbox.posts()[1:]] == [("First", media), ("Second", comment)]
    assert [one["id"] for one in user.get(f"{media}/comments").json["data"]] == [comment]
    assert [one["text"] for one in user.get(f"{comment}/replies", fields="text").json["data"]] == ["Second"]
    assert user.get(reply, fields="text,from").json["text"] == "Second"
    assert user.get(media, fields="comments_count").json["comments_count"] == 1
    assert refusal(user.post(f"{media}/comments"))[1] == 100
    assert user.delete(comment).json == {"success": True}
    assert refusal(user.post(f"{comment}/replies", message="x"))[1:3] == (100, 33)


def test_stories_are_listed_apart(sandbox: Sandbox, user: Graph) -> None:
    story, media = (
        publish(user, media_type="STORIES", image_url=PHOTO, caption="Unseen"),
        publish(user, image_url=PHOTO),
    )
    assert [one["id"] for one in user.get(f"{USER}/stories", fields="permalink").json["data"]] == [story]
    assert [one["id"] for one in user.get(f"{USER}/media", fields="caption,timestamp").json["data"]] == [media]
    assert sandbox.posts()[0]["text"] == ""
    assert sandbox.posts()[0]["url"].startswith("https://www.instagram.com/stories/user_")


def test_only_facebooks_login_deletes(sandbox: Sandbox, user: Graph, provider: str) -> None:
    media = publish(user, image_url=PHOTO)
    answer = user.delete(media)
    if provider == "instagram":
        assert answer.json == {"success": True}
        assert refusal(user.get(media))[1:3] == (100, 33)
    else:
        assert refusal(answer)[1:3] == (100, 33)
    assert [kept["deleted"] for kept in sandbox.posts()] == [provider == "instagram"]


def test_a_caption_stays_as_it_is(user: Graph) -> None:
    media = publish(user, image_url=PHOTO, caption="one")
    assert refusal(user.post(media, caption="two"))[3] == "(#100) The parameter comment_enabled is required"
    assert user.post(media, comment_enabled="false").json == {"success": True}
    assert user.get(media, fields="caption,is_comment_enabled").json["is_comment_enabled"] is False


def test_the_account_and_what_it_may_still_publish(user: Graph) -> None:
    publish(user, image_url=PHOTO)
    shown = user.get(USER, fields="username,media_count,name").json
    assert (shown["username"].startswith("user_"), shown["media_count"]) == (True, 1)
    quota = user.get(f"{USER}/content_publishing_limit", fields="quota_usage,config").json
    assert quota == {"data": [{"quota_usage": 1, "config": {"quota_total": 100, "quota_duration": 86400}}]}
    assert user.get(f"{USER}/content_publishing_limit").json == {"data": [{"quota_usage": 1}]}


def test_the_tokens_own_account(client: Client) -> None:
    user = Graph(client, HOSTS["instagram-standalone"], "me")
    me = user.get("me", fields="user_id,username").json
    assert me["user_id"] == me["id"]
    assert publish(user, image_url=PHOTO) == user.get(f"{me['id']}/media").json["data"][0]["id"]


def test_figures_begin_at_zero(user: Graph) -> None:
    media = publish(user, image_url=PHOTO)
    rows = user.get(f"{media}/insights", metric="views,reach").json["data"]
    assert [(row["name"], row["values"][0]["value"]) for row in rows] == [("views", 0), ("reach", 0)]
    assert user.get(f"{USER}/insights", metric="views", period="day").json["data"][0]["period"] == "day"
    assert refusal(user.get(f"{media}/insights", metric="impressions"))[1] == 100


def test_an_account_is_known_by_what_is_asked_of_it(client: Client) -> None:
    """On the shared host an id alone does not say whether it is a page's or an account's."""
    graph = Graph(client, HOSTS["instagram"], USER)
    assert graph.get(USER, fields="username,name").json["username"].startswith("user_")
    assert graph.get("17841400000000002", fields="username,media_count").json["media_count"] == 0
    assert graph.get("100200300400500", fields="name,access_token").json["name"] == "Page 0500"
