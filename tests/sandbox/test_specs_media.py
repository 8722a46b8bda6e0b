"""Every answer of a tour through the stand-ins for videos, pins, shots and Reddit, asked of the descriptions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox import test_dribbble, test_pinterest, test_reddit, test_tiktok, test_youtube
from tests.sandbox.client import MP4, Answer, Client, png
from tests.sandbox.test_specs import judge

TOKEN = {"Authorization": "Bearer test-token", "User-Agent": "tests"}


def youtube(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, TOKEN), test_youtube.API
    part = "part=snippet,status,contentDetails,statistics,processingDetails,player"
    value = test_youtube.resource(tags=["a"], description="About it")
    session = test_youtube.begin(client, value).headers["Location"]
    test_youtube.put(client, session, said=f"bytes */{len(MP4)}")
    video_id = test_youtube.put(client, session, MP4).json["id"]
    failed = test_youtube.uploaded(client)
    sandbox.faults([{"match": {"path": "/videos$", "method": "GET", "nth": 1}, "effect": "async-fail"}])
    for one in (failed, video_id, video_id, "unknown"):
        client.call("GET", f"{api}/videos?{part}&id={one}")
    client.call("POST", f"{test_youtube.UPLOAD}/thumbnails/set?videoId={video_id}", body=png())
    changed = {"id": video_id, **test_youtube.resource("B", categoryId="22")}
    client.call("PUT", f"{api}/videos?part=snippet,status", value=changed)
    first = test_youtube.comment(client, video_id).json["id"]
    answer = {"snippet": {"parentId": first, "textOriginal": "Second"}}
    second = client.call("POST", f"{api}/comments?part=snippet", value=answer).json["id"]
    client.call("PUT", f"{api}/comments?part=snippet", value={"id": second, "snippet": {"textOriginal": "x"}})
    channel = client.call("GET", f"{api}/channels?part=snippet,contentDetails,statistics,status&mine=true").json
    uploads = channel["items"][0]["contentDetails"]["relatedPlaylists"]["uploads"]
    (mine, _) = client.call("GET", f"{api}/playlists?part=snippet,status,contentDetails&mine=true").json["items"]
    place = {"playlistId": mine["id"], "resourceId": {"kind": "youtube#video", "videoId": video_id}}
    item = client.call("POST", f"{api}/playlistItems?part=snippet,contentDetails,status", value={"snippet": place})
    for path in (
        f"playlistItems?part=snippet,contentDetails,status&playlistId={uploads}",
        f"commentThreads?part=snippet,replies&videoId={video_id}",
        f"comments?part=snippet&parentId={first}",
        "videoCategories?part=snippet&regionCode=US",
        "videos?part=title&id=1",
    ):
        client.call("GET", f"{api}/{path}")
    for path in (f"playlistItems?id={item.json['id']}", f"comments?id={second}", *[f"videos?id={video_id}"] * 2):
        client.call("DELETE", f"{api}/{path}")
    test_youtube.begin(client, test_youtube.resource(""))
    return client.seen


def tiktok(sandbox: Sandbox) -> list[Answer]:
    client, publish = Client(sandbox.url, TOKEN), test_tiktok.PUBLISH
    client.call("POST", f"{publish}/creator_info/query/")
    first = test_tiktok.published(client)
    pulled = {"source": "PULL_FROM_URL", "video_url": "https://cdn.example/v.mp4"}
    second = test_tiktok.video(client, pulled).json["data"]["publish_id"]
    photos = test_tiktok.photos(client, "a.jpg").json["data"]["publish_id"]
    client.call("POST", f"{publish}/inbox/video/init/", value={"source_info": test_tiktok.upload()})
    for one in (first, first, first, second, test_tiktok.photos(client, "a.png").json["data"]["publish_id"], "v"):
        client.call("POST", f"{publish}/status/fetch/", value={"publish_id": one})
    for _ in range(2):
        client.call("POST", f"{publish}/cancel/", value={"publish_id": photos})
    client.call("POST", f"{test_tiktok.API}/video/list/?{test_tiktok.FIELDS}", value={"max_count": 5})
    ids = {"filters": {"video_ids": [sandbox.posts()[0]["remote_id"]]}}
    client.call("POST", f"{test_tiktok.API}/video/query/?{test_tiktok.FIELDS}", value=ids)
    client.call("GET", f"{test_tiktok.API}/user/info/?fields=username,open_id,follower_count,is_verified")
    test_tiktok.video(client, privacy_level="FOLLOWER_OF_CREATOR")
    test_tiktok.photos(client, "https://cdn.invalid/a.jpg")
    return client.seen


def reddit(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, TOKEN), test_reddit.API
    text = test_reddit.submitted(client, text="Hello")
    test_reddit.submitted(client, "link", url="https://example.com")
    (first, url), (second, _) = test_reddit.uploaded(client), test_reddit.uploaded(client)
    test_reddit.submit(client, "image", url=url)
    test_reddit.gallery(client, {"media_id": first}, {"media_id": second})
    poll = {"sr": "python", "title": "Which?", "text": "", "options": ["a", "b"], "duration": 3}
    client.call("POST", f"{api}/api/submit_poll_post.json", value=poll)
    comment = test_reddit.comment(client, text).json["json"]["data"]["things"][0]["data"]["name"]
    test_reddit.edit(client, comment)
    test_reddit.edit(client, "t3_7")
    test_reddit.submit(client, sr="a_missing")
    test_reddit.submit(client, sr="a_flair", validate_on_submit="true")
    for path in (
        "api/v1/me",
        f"api/info?id={text},{comment}",
        "r/python/about",
        "r/python/api/link_flair_v2",
        "r/a_missing/about",
        "api/v1/a_strict/post_requirements",
        f"user/{test_reddit.ME}/submitted?limit=5",
        f"user/{test_reddit.ME}/comments",
        "subreddits/search?q=python",
        "subreddits/mine/subscriber",
    ):
        client.call("GET", f"{api}/{path}")
    client.call("POST", f"{api}/api/sendreplies", form={"id": text, "state": "false"})
    client.call("POST", f"{api}/api/del", form={"id": text})
    client.call("GET", f"{api}/api/v1/me", headers={"User-Agent": ""})
    return client.seen


def pinterest(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, TOKEN), test_pinterest.API
    media_id = test_pinterest.film(client)
    for _ in range(2):
        test_pinterest.status(client, media_id)
    cover = {"cover_image_url": "https://cdn.example/cover.jpg"}
    test_pinterest.pin(client, test_pinterest.video(media_id, **cover))
    items = {"source_type": "multiple_image_base64", "items": [test_pinterest.sent()] * 2}
    test_pinterest.pin(client, items)
    test_pinterest.pin(client, {"source_type": "image_base64", **test_pinterest.sent()})
    pin_id = test_pinterest.pinned(client, alt_text="A red square", link="https://example.com")
    client.call("PATCH", f"{api}/pins/{pin_id}", value={"title": "New"})
    metrics = "start_date=2026-11-01&end_date=2026-11-22&metric_types=IMPRESSION"
    for path in (
        f"pins/{pin_id}",
        f"pins/{pin_id}/analytics?{metrics}",
        "pins?page_size=2",
        "boards",
        f"boards/{test_pinterest.BOARD}",
        f"boards/{test_pinterest.BOARD}/pins",
        f"boards/{test_pinterest.BOARD}/sections",
        "user_account",
        "pins/7",
    ):
        client.call("GET", f"{api}/{path}")
    client.call("DELETE", f"{api}/pins/{pin_id}")
    test_pinterest.pin(client, title="x" * 101)
    test_pinterest.pin(client, board_id="012")
    return client.seen


def dribbble(sandbox: Sandbox) -> list[Answer]:
    client, api = Client(sandbox.url, TOKEN), test_dribbble.API
    (team,) = client.call("GET", f"{api}/user").json["teams"]
    first = test_dribbble.uploaded(client, [("team_id", str(team["id"])), ("tags[]", "a")])
    test_dribbble.upload(client, png(800, 600))
    test_dribbble.upload(client, png(5, 5))
    for path in (first, first, f"{api}/user/shots", f"{api}/user/shots?per_page=1", f"{api}/user/projects"):
        client.call("GET", path)
    client.call("PUT", first, value={"title": "New", "low_profile": True})
    client.call("PUT", first, value={"title": ""})
    for _ in range(2):
        client.call("DELETE", first)
    test_dribbble.upload(Client(sandbox.url, {"Authorization": "Bearer prospect-token"}, client.seen))
    client.call("GET", f"{api}/user", headers={"Authorization": ""})
    return client.seen


TOURS = [youtube, tiktok, reddit, pinterest, dribbble]
HANDWRITTEN = ("tiktok", "reddit", "dribbble")
"""Judged by our own reading of their pages."""


def named(tour: Callable[[Sandbox], list[Answer]]) -> str:
    return f"{tour.__name__}-handwritten" if tour.__name__ in HANDWRITTEN else tour.__name__


@pytest.mark.parametrize("tour", TOURS, ids=named)
def test_answers_are_what_the_platform_describes(sandbox: Sandbox, tour: Callable[[Sandbox], list[Answer]]) -> None:
    seen = tour(sandbox)
    assert len(seen) >= 14
    assert "\n".join(problem for answer in seen for problem in judge(tour.__name__, answer)) == ""


@pytest.mark.parametrize("effect", ["refuse", "unauthorized", "rate-limit"])
@pytest.mark.parametrize("tour", TOURS, ids=named)
def test_refusals_that_are_asked_for_too(
    sandbox: Sandbox, effect: str, tour: Callable[[Sandbox], list[Answer]]
) -> None:
    urls = {
        "youtube": f"{test_youtube.UPLOAD}/videos?uploadType=resumable&part=id",
        "tiktok": f"{test_tiktok.PUBLISH}/video/init/",
        "reddit": f"{test_reddit.API}/api/media/asset",
        "pinterest": f"{test_pinterest.API}/pins",
        "dribbble": f"{test_dribbble.API}/shots",
    }
    sandbox.faults([{"effect": effect}])
    answer = Client(sandbox.url, TOKEN).call("POST", urls[tour.__name__], value={})
    assert (answer.status >= 400, list(judge(tour.__name__, answer))) == (True, [])
