from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, png

API = "https://open.tiktokapis.com/v2"
PUBLISH = f"{API}/post/publish"
FIELDS = "fields=id,title,video_description,share_url,create_time,view_count"
CHUNK = 5_242_880
LONG = MP4 + bytes(2 * CHUNK)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def upload(size: int = len(MP4), chunk: int | None = None, count: int = 1) -> dict[str, Any]:
    numbers = {"video_size": size, "chunk_size": chunk or size, "total_chunk_count": count}
    return {"source": "FILE_UPLOAD", **numbers}


def video(client: Client, source: dict[str, Any] | None = None, **info: Any) -> Answer:
    info = {"privacy_level": "PUBLIC_TO_EVERYONE", "title": "Hello", **info}
    return client.call("POST", f"{PUBLISH}/video/init/", value={"post_info": info, "source_info": source or upload()})


def photos(client: Client, *names: str, mode: str = "DIRECT_POST", cover: int = 0, **info: Any) -> Answer:
    info = {"privacy_level": "PUBLIC_TO_EVERYONE", "title": "Title", "description": "About it", **info}
    addresses = [name if "://" in name else f"https://cdn.example/{name}" for name in names]
    source = {"source": "PULL_FROM_URL", "photo_images": addresses, "photo_cover_index": cover}
    value = {"post_info": info, "source_info": source, "post_mode": mode, "media_type": "PHOTO"}
    return client.call("POST", f"{PUBLISH}/content/init/", value=value)


def send(client: Client, url: str, data: bytes, first: int = 0, total: int | None = None) -> Answer:
    said = f"bytes {first}-{first + len(data) - 1}/{total or len(data)}"
    headers = {"Content-Range": said, "Content-Type": "video/mp4", "Authorization": ""}
    return client.call("PUT", url, body=data, headers=headers)


def published(client: Client, data: bytes = MP4, **info: Any) -> str:
    begun = video(client, upload(len(data)), **info).json["data"]
    assert send(client, begun["upload_url"], data).status == 201
    publish_id: str = begun["publish_id"]
    return publish_id


def status(client: Client, publish_id: str) -> dict[str, Any]:
    data: dict[str, Any] = client.call("POST", f"{PUBLISH}/status/fetch/", value={"publish_id": publish_id}).json[
        "data"
    ]
    return data


def refusal(answer: Answer) -> tuple[int, str]:
    error = answer.json["error"]
    assert set(error) == {"code", "message", "log_id"}
    return answer.status, error["code"]


def test_a_video_is_kept_with_its_caption(sandbox: Sandbox, client: Client) -> None:
    publish_id = published(client)
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert publish_id.startswith("v_pub_file~v2.")
    assert kept == {
        "provider": "tiktok",
        "account": "user_4c5dc9b7",
        "remote_id": kept["remote_id"],
        "url": f"https://www.tiktok.com/@user_4c5dc9b7/video/{kept['remote_id']}",
        "text": "Hello",
        "parent": None,
        "media": [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}],
        "deleted": False,
    }


def test_the_id_of_a_post_is_told_after_moderation_and_only_of_public_ones(sandbox: Sandbox, client: Client) -> None:
    public, own = published(client), published(client, privacy_level="SELF_ONLY")
    seen = [[status(client, one) for _ in range(3)] for one in (public, own)]
    words = ["PROCESSING_UPLOAD", "PUBLISH_COMPLETE", "PUBLISH_COMPLETE"]
    assert [[one["status"] for one in each] for each in seen] == [words, words]
    assert [one.get("publicaly_available_post_id") for one in seen[0]] == [
        None,
        None,
        [int(sandbox.posts()[0]["remote_id"])],
    ]
    assert not any("publicaly_available_post_id" in one for one in seen[1])


def test_chunks_come_in_order_and_the_last_has_the_rest(sandbox: Sandbox, client: Client) -> None:
    total = len(LONG)
    begun = video(client, upload(total, CHUNK, 2)).json["data"]
    address = begun["upload_url"]
    assert status(client, begun["publish_id"]) == {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    assert send(client, address, LONG[CHUNK:], CHUNK, total).status == 416
    first = send(client, address, LONG[:CHUNK], 0, total)
    assert (first.status, first.headers["Content-Range"]) == (206, f"bytes 0-{CHUNK - 1}/{total}")
    assert send(client, address, LONG[:CHUNK], 0, total).status == 416
    assert send(client, address, LONG[CHUNK : 2 * CHUNK], CHUNK, total).status == 416
    assert sandbox.posts() == []
    last = send(client, address, LONG[CHUNK:], CHUNK, total)
    assert (last.status, sandbox.world.posts[0].media[0].data == LONG) == (201, True)


@pytest.mark.parametrize(
    "source",
    [
        upload(0),
        upload(CHUNK, CHUNK - 1),
        upload(3 * CHUNK, CHUNK, 2),
        upload(3 * CHUNK - 1, CHUNK, 3),
        upload(100_000_000),
        upload(100, 50, 2),
        upload(8_000_000_000, CHUNK, 1525),
        {"source": "PULL_FROM_URL"},
        {"source": "PULL_FROM_URL", "video_url": "http://cdn.example/v.mp4"},
        {"source": "DISK"},
    ],
)
def test_sizes_and_sources_that_are_not_taken(client: Client, source: dict[str, Any]) -> None:
    assert refusal(video(client, source)) == (400, "invalid_param")


def test_sizes_that_are_taken(client: Client) -> None:
    for source in (upload(64 * 1024**2), upload(2 * CHUNK - 1, CHUNK, 1), upload(100_000_000, 10_000_000, 10)):
        assert video(client, source).status == 200


def test_uploads_that_do_not_fit(sandbox: Sandbox, client: Client) -> None:
    address = video(client).json["data"]["upload_url"]
    assert send(client, address, MP4[:-1]).status == 400
    assert client.call("PUT", address, body=MP4, headers={"Content-Type": "video/mp4"}).status == 400
    assert send(client, f"{address.partition('?')[0]}?upload_id=7", MP4).status == 404
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(hours=1)
    assert send(client, address, MP4).status == 403


@pytest.mark.parametrize(
    ("info", "outcome"),
    [
        ({"privacy_level": "FOLLOWER_OF_CREATOR"}, (403, "privacy_level_option_mismatch")),
        ({"privacy_level": "PUBLIC"}, (403, "privacy_level_option_mismatch")),
        ({"title": "x" * 2201}, (400, "invalid_param")),
        ({"title": "😀" * 1101}, (400, "invalid_param")),
        ({"description": "x"}, (400, "invalid_param")),
        ({"disable_duet": "true"}, (400, "invalid_param")),
        ({"title": "😀" * 1100, "disable_duet": True, "is_aigc": True}, (200, "ok")),
    ],
)
def test_what_is_refused(client: Client, info: dict[str, Any], outcome: tuple[int, str]) -> None:
    assert refusal(video(client, **info)) == outcome


def test_privacy_is_asked_of_the_creator(client: Client) -> None:
    private = Client(client.endpoint, {"Authorization": "Bearer private-token"})
    url = f"{PUBLISH}/creator_info/query/"
    options = [who.call("POST", url).json["data"]["privacy_level_options"] for who in (client, private)]
    assert options == [
        ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
        ["FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
    ]
    assert refusal(video(private)) == (403, "privacy_level_option_mismatch")
    value = {"post_info": {"title": "x"}, "source_info": upload()}
    assert refusal(client.call("POST", f"{PUBLISH}/video/init/", value=value)) == (400, "invalid_param")
    nobody = client.call("POST", url, headers={"Authorization": ""})
    assert refusal(nobody) == (401, "access_token_invalid")


@pytest.mark.parametrize(
    ("effect", "seen"),
    [
        ("async-fail", {"status": "FAILED", "fail_reason": "file_format_check_failed"}),
        ("async-never", {"status": "PROCESSING_UPLOAD"}),
    ],
)
def test_processing_that_does_not_end_well(sandbox: Sandbox, client: Client, effect: str, seen: dict[str, str]) -> None:
    sandbox.faults([{"match": {"method": "PUT"}, "effect": effect}])
    publish_id = published(client)
    assert [status(client, publish_id) for _ in range(3)] == [{"uploaded_bytes": len(MP4)} | seen] * 3
    assert sandbox.posts() == []


def test_a_video_that_fails_when_it_is_looked_at_is_taken_down(sandbox: Sandbox, client: Client) -> None:
    publish_id = published(client)
    sandbox.faults([{"match": {"path": "status", "nth": 1}, "effect": "async-fail"}])
    assert [status(client, publish_id)["status"] for _ in range(2)] == ["FAILED", "FAILED"]
    assert sandbox.posts()[0]["deleted"] is True


def test_what_is_no_video_fails_in_the_end(sandbox: Sandbox, client: Client) -> None:
    assert status(client, published(client, png()))["fail_reason"] == "file_format_check_failed"
    assert sandbox.posts() == []


def test_photos_are_pulled(sandbox: Sandbox, client: Client) -> None:
    publish_id = photos(client, "a.jpg", "b.webp").json["data"]["publish_id"]
    (kept,) = sandbox.posts()
    assert (publish_id[:13], kept["text"], kept["url"].split("/")[-2]) == ("p_pub_url~v2.", "About it", "photo")
    assert kept["media"] == [
        {"type": "image/jpeg", "alt": "", "bytes": None},
        {"type": "image/webp", "alt": "", "bytes": None},
    ]
    assert status(client, publish_id)["status"] == "PROCESSING_DOWNLOAD"
    png_id = photos(client, "a.png").json["data"]["publish_id"]
    assert status(client, png_id)["fail_reason"] == "file_format_check_failed"


def test_photos_that_are_not_taken(client: Client) -> None:
    bad = (400, "invalid_param")
    assert refusal(photos(client)) == bad
    assert refusal(photos(client, *["a.jpg"] * 36)) == bad
    assert refusal(photos(client, "a.jpg", cover=1)) == bad
    assert refusal(photos(client, "http://cdn.example/a.jpg")) == bad
    assert refusal(photos(client, "a.jpg", title="x" * 91)) == bad
    assert refusal(photos(client, "a.jpg", description="x" * 4001)) == bad
    assert refusal(photos(client, "a.jpg", disable_duet=True)) == bad
    assert refusal(photos(client, "a.jpg", mode="DRAFT")) == bad
    assert refusal(photos(client, "https://cdn.invalid/a.jpg")) == (403, "url_ownership_unverified")
    assert refusal(photos(client, *["a.jpg"] * 35, cover=34)) == (200, "ok")


def test_the_inbox_is_for_the_creator_and_holds_five(sandbox: Sandbox, client: Client) -> None:
    url = f"{PUBLISH}/inbox/video/init/"
    answers = [client.call("POST", url, value={"source_info": upload()}) for _ in range(5)]
    assert photos(client, "a.jpg", mode="MEDIA_UPLOAD").json["error"]["code"] == "spam_risk_too_many_pending_share"
    begun = answers[0].json["data"]
    send(client, begun["upload_url"], MP4)
    words = [status(client, begun["publish_id"])["status"] for _ in range(2)]
    assert words == ["PROCESSING_UPLOAD", "SEND_TO_USER_INBOX"]
    assert sandbox.posts() == []


def test_a_download_can_be_cancelled(sandbox: Sandbox, client: Client) -> None:
    publish_id = photos(client, "a.jpg").json["data"]["publish_id"]
    url, value = f"{PUBLISH}/cancel/", {"publish_id": publish_id}
    assert refusal(client.call("POST", url, value=value)) == (200, "ok")
    assert (status(client, publish_id)["fail_reason"], sandbox.posts()[0]["deleted"]) == ("publish_cancelled", True)
    assert refusal(client.call("POST", url, value=value)) == (400, "publish_not_cancellable")


def test_a_publication_is_its_creators(client: Client) -> None:
    url = f"{PUBLISH}/status/fetch/"
    value = {"publish_id": published(client)}
    other = client.call("POST", url, value=value, headers={"Authorization": "Bearer other"})
    assert refusal(other) == (400, "token_not_authorized_for_specified_publish_id")
    assert refusal(client.call("POST", url, value={"publish_id": "v"})) == (400, "invalid_publish_id")


def test_public_videos_are_listed(sandbox: Sandbox, client: Client) -> None:
    published(client, title="x" * 200)
    published(client, privacy_level="SELF_ONLY")
    published(client, title="second")
    first, _, second = (post["remote_id"] for post in sandbox.posts())
    listed = client.call("POST", f"{API}/video/list/?{FIELDS}", value={"max_count": 1}).json["data"]
    assert ([one["id"] for one in listed["videos"]], listed["has_more"]) == ([second], True)
    whole = client.call("POST", f"{API}/video/list/?{FIELDS}").json["data"]["videos"]
    assert [(one["id"], len(one["video_description"])) for one in whole] == [(second, 6), (first, 150)]
    value = {"filters": {"video_ids": [first, "7"]}}
    found = client.call("POST", f"{API}/video/query/?{FIELDS}", value=value).json["data"]["videos"]
    assert [one["id"] for one in found] == [first]
    assert refusal(client.call("POST", f"{API}/video/list/")) == (400, "invalid_param")
    shown = client.call("GET", f"{API}/user/info/?fields=username,video_count").json["data"]["user"]
    assert shown == {"username": "user_4c5dc9b7", "video_count": 3}
