from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import MP4, Answer, Client, png

API = "https://www.googleapis.com/youtube/v3"
UPLOAD = "https://www.googleapis.com/upload/youtube/v3"
CHUNK = 262_144
LONG = MP4 + bytes(CHUNK)


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url, {"Authorization": "Bearer test-token"})


def resource(title: str = "A film", *, privacy: str = "public", **snippet: Any) -> dict[str, Any]:
    return {"snippet": {"title": title, **snippet}, "status": {"privacyStatus": privacy}}


def begin(client: Client, value: dict[str, Any] | None = None, size: int = len(MP4)) -> Answer:
    headers = {"X-Upload-Content-Type": "video/mp4", "X-Upload-Content-Length": str(size)}
    url = f"{UPLOAD}/videos?uploadType=resumable&part=snippet,status"
    return client.call("POST", url, value=value or resource(), headers=headers)


def put(client: Client, session: str, data: bytes = b"", said: str = "") -> Answer:
    headers = {"Content-Range": said} if said else {}
    return client.call("PUT", session, body=data, headers={**headers, "Content-Type": "video/mp4"})


def uploaded(client: Client, value: dict[str, Any] | None = None) -> str:
    answer = put(client, begin(client, value).headers["Location"], MP4)
    assert answer.status == 200, answer.body
    video_id: str = answer.json["id"]
    return video_id


def status(client: Client, video_id: str) -> Any:
    items = client.call("GET", f"{API}/videos?part=status,processingDetails&id={video_id}").json["items"]
    return items and (items[0]["status"]["uploadStatus"], items[0]["processingDetails"]["processingStatus"])


def refusal(answer: Answer) -> tuple[int, str]:
    error = answer.json["error"]
    (one,) = error["errors"]
    assert (error["code"], bool(error["message"]), "domain" in one) == (answer.status, True, True)
    return answer.status, one["reason"]


def comment(client: Client, video_id: str, text: str = "First") -> Answer:
    snippet = {"videoId": video_id, "topLevelComment": {"snippet": {"textOriginal": text}}}
    return client.call("POST", f"{API}/commentThreads?part=snippet", value={"snippet": snippet})


def test_a_video_is_kept_with_its_description(sandbox: Sandbox, client: Client) -> None:
    video_id = uploaded(client, resource(description="What it is about"))
    (kept,) = sandbox.posts()
    kept.pop("created_at")
    assert kept == {
        "provider": "youtube",
        "account": "user_4c5dc9b7",
        "remote_id": video_id,
        "url": f"https://www.youtube.com/watch?v={video_id}",
        "text": "What it is about",
        "parent": None,
        "media": [{"type": "video/mp4", "alt": "", "bytes": len(MP4)}],
        "deleted": False,
    }


def test_an_upload_in_chunks_that_is_asked_how_far_it_is(sandbox: Sandbox, client: Client) -> None:
    total = len(LONG)
    session = begin(client, size=total).headers["Location"]
    assert session.startswith(f"{UPLOAD}/videos?uploadType=resumable&part=")
    empty = put(client, session, said=f"bytes */{total}")
    assert (empty.status, empty.headers.get("Range"), empty.body) == (308, None, b"")
    half = put(client, session, LONG[:CHUNK], f"bytes 0-{CHUNK - 1}/{total}")
    assert (half.status, half.headers["Range"]) == (308, f"bytes=0-{CHUNK - 1}")
    assert put(client, session, said=f"bytes */{total}").headers["Range"] == f"bytes=0-{CHUNK - 1}"
    assert sandbox.posts() == []
    done = put(client, session, LONG[CHUNK:], f"bytes {CHUNK}-{total - 1}/{total}")
    assert (done.status, sandbox.world.posts[0].media[0].data) == (200, LONG)
    again = put(client, session, said=f"bytes */{total}")
    assert (again.status, again.json["id"], len(sandbox.posts())) == (200, done.json["id"], 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (LONG[:100], f"bytes 0-99/{len(LONG)}"),
        (LONG[:CHUNK], f"bytes 0-{CHUNK}/{len(LONG)}"),
        (LONG[:CHUNK], f"bytes {CHUNK}-{2 * CHUNK - 1}/{len(LONG)}"),
        (LONG[:CHUNK], f"bytes 0-{CHUNK - 1}/7"),
        (LONG[:CHUNK], "bytes 0-"),
    ],
)
def test_chunks_that_do_not_fit(sandbox: Sandbox, client: Client, data: bytes, said: str) -> None:
    session = begin(client, size=len(LONG)).headers["Location"]
    assert refusal(put(client, session, data, said)) == (400, "badRequest")
    assert put(client, session, LONG).status == 200


def test_a_session_that_is_not_there_any_more(sandbox: Sandbox, client: Client) -> None:
    session = begin(client).headers["Location"]
    assert put(client, f"{session}x", MP4).status == 404
    clock = sandbox.world.clock
    sandbox.world.clock = lambda: clock() + timedelta(days=7)
    assert put(client, session, MP4).status == 410
    sandbox.world.clock = clock
    assert client.call("DELETE", session).status == 499
    assert put(client, session, MP4).status == 404


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (resource("x" * 101), "invalidTitle"),
        (resource("a <b>"), "invalidTitle"),
        (resource(" "), "invalidTitle"),
        (resource(description="ü" * 2501), "invalidDescription"),
        (resource(description="a > b"), "invalidDescription"),
        (resource(tags=["x" * 250, "y" * 250]), "invalidTags"),
        (resource(tags=["two words" * 55 + "four"]), "invalidTags"),
        (resource(tags=["<"]), "invalidTags"),
        (resource(categoryId="7"), "invalidCategoryId"),
        (resource(privacy="secret"), "badRequest"),
        (resource(name="x"), "badRequest"),
        (resource(tags="x"), "badRequest"),
        (
            {**resource(), "status": {"privacyStatus": "public", "publishAt": "2026-12-01T09:00:00Z"}},
            "invalidPublishAt",
        ),
        ({**resource(), "status": {"privacyStatus": "private", "publishAt": "soon"}}, "invalidPublishAt"),
    ],
)
def test_what_is_refused(client: Client, value: dict[str, Any], reason: str) -> None:
    assert refusal(begin(client, value)) == (400, reason)


def test_bounds_that_are_not_crossed(client: Client) -> None:
    value = resource("ü" * 100, description="ü" * 2500, tags=["x" * 249, "y" * 250], categoryId="28")
    assert begin(client, value).status == 200


def test_calls_without_what_they_need(client: Client) -> None:
    assert refusal(client.call("GET", f"{API}/videos?id=x")) == (400, "required")
    assert refusal(client.call("GET", f"{API}/videos?id=x&part=titles")) == (400, "unknownPart")
    assert refusal(client.call("GET", f"{API}/videos?part=id")) == (400, "missingRequiredParameter")
    nobody = client.call("GET", f"{API}/channels?part=id&mine=true", headers={"Authorization": ""})
    assert (refusal(nobody), nobody.json["error"]["status"]) == ((401, "authError"), "UNAUTHENTICATED")
    assert client.call("POST", f"{UPLOAD}/videos?uploadType=media&part=id", body=MP4).status == 501


def test_processing_ends_at_the_second_look(client: Client) -> None:
    video_id = uploaded(client)
    assert [status(client, video_id) for _ in range(2)] == [("uploaded", "processing"), ("processed", "succeeded")]


@pytest.mark.parametrize(
    ("effect", "word"), [("async-fail", ("failed", "failed")), ("async-never", ("uploaded", "processing"))]
)
def test_processing_that_does_not_end_well(
    sandbox: Sandbox, client: Client, effect: str, word: tuple[str, str]
) -> None:
    sandbox.faults([{"match": {"method": "PUT"}, "effect": effect}])
    video_id = uploaded(client)
    assert [status(client, video_id) for _ in range(3)] == [word] * 3
    assert sandbox.posts() == []
    shown = client.call("GET", f"{API}/videos?part=status&id={video_id}").json["items"][0]["status"]
    assert ("failureReason" in shown) == (effect == "async-fail")
    sandbox.faults([{"match": {"method": "GET"}, "effect": "async-fail"}])
    other = uploaded(client)
    assert status(client, other) == ("failed", "failed")
    assert [post["deleted"] for post in sandbox.posts()] == [True]


def test_privacy_is_public_where_nothing_is_said_and_private_is_for_oneself(sandbox: Sandbox, client: Client) -> None:
    said = uploaded(client, resource(privacy="private"))
    unsaid = uploaded(client, {"snippet": {"title": "x"}})
    other = Client(sandbox.url, {"Authorization": "Bearer other"})
    url = f"{API}/videos?part=status&id={said},{unsaid}"
    mine, theirs = (who.call("GET", url).json["items"] for who in (client, other))
    assert [one["status"]["privacyStatus"] for one in mine] == ["private", "public"]
    assert [one["id"] for one in theirs] == [unsaid]


def test_an_update_replaces_its_parts_whole(sandbox: Sandbox, client: Client) -> None:
    video_id = uploaded(client, resource(tags=["a"], description="Old"))
    url = f"{API}/videos?part=snippet"
    assert refusal(client.call("PUT", url, value={"id": video_id, **resource("B")})) == (400, "invalidCategoryId")
    changed = client.call("PUT", url, value={"id": video_id, **resource("B", categoryId="22", description="New")}).json
    assert (changed["snippet"]["title"], "tags" in changed["snippet"]) == ("B", False)
    assert sandbox.posts()[0]["text"] == "New"
    assert refusal(client.call("PUT", url, value={"id": "x", **resource("B", categoryId="22")})) == (
        404,
        "videoNotFound",
    )
    other = {"Authorization": "Bearer other"}
    value = {"id": video_id, **resource("B", categoryId="22")}
    assert refusal(client.call("PUT", url, value=value, headers=other)) == (403, "forbidden")


def test_a_deleted_video_is_gone(sandbox: Sandbox, client: Client) -> None:
    video_id = uploaded(client)
    url = f"{API}/videos?id={video_id}"
    assert client.call("DELETE", url).status == 204
    assert (status(client, video_id), sandbox.posts()[0]["deleted"]) == ([], True)
    assert refusal(client.call("DELETE", url)) == (404, "videoNotFound")


def test_a_thumbnail(client: Client) -> None:
    video_id = uploaded(client)
    url = f"{UPLOAD}/thumbnails/set?videoId={video_id}"
    assert "default" in client.call("POST", url, body=png(), headers={"Content-Type": "image/png"}).json["items"][0]
    shown = client.call("GET", f"{API}/videos?part=contentDetails&id={video_id}").json["items"][0]
    assert shown["contentDetails"]["hasCustomThumbnail"] is True
    assert refusal(client.call("POST", url, body=b"x", headers={"Content-Type": "image/png"})) == (400, "invalidImage")
    assert refusal(client.call("POST", url)) == (400, "mediaBodyRequired")
    assert refusal(client.call("POST", f"{url}x", body=png())) == (404, "videoNotFound")


def test_a_channel_lists_its_uploads(client: Client) -> None:
    first, second = uploaded(client), uploaded(client)
    (channel,) = client.call("GET", f"{API}/channels?part=snippet,contentDetails&mine=true").json["items"]
    uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    assert (channel["id"][:2], uploads) == ("UC", f"UU{channel['id'][2:]}")
    url = f"{API}/playlistItems?part=contentDetails&playlistId={uploads}"
    listed = client.call("GET", url).json
    assert [one["contentDetails"]["videoId"] for one in listed["items"]] == [second, first]
    page = client.call("GET", f"{url}&maxResults=1").json
    rest = client.call("GET", f"{url}&maxResults=1&pageToken={page['nextPageToken']}").json
    assert (rest["items"][0]["contentDetails"]["videoId"], "nextPageToken" in rest) == (first, False)


def test_playlists(client: Client) -> None:
    video_id = uploaded(client)
    lists = client.call("GET", f"{API}/playlists?part=snippet&mine=true").json["items"]
    assert [one["snippet"]["title"] for one in lists] == ["Tutorials", "Releases"]
    place = {"playlistId": lists[0]["id"], "resourceId": {"kind": "youtube#video", "videoId": video_id}}
    url = f"{API}/playlistItems?part=snippet"
    added = client.call("POST", url, value={"snippet": place}).json
    listed = client.call("GET", f"{url}&playlistId={lists[0]['id']}").json["items"]
    assert [one["id"] for one in listed] == [added["id"]]
    unknown = client.call("POST", url, value={"snippet": {**place, "playlistId": "XX"}})
    assert refusal(unknown) == (404, "playlistNotFound")
    gone = {**place, "resourceId": {"kind": "youtube#video", "videoId": "x"}}
    assert refusal(client.call("POST", url, value={"snippet": gone})) == (404, "videoNotFound")
    remove = f"{API}/playlistItems?id={added['id']}"
    assert [client.call("DELETE", remove).status for _ in range(2)] == [204, 404]


def test_comments_and_answers(sandbox: Sandbox, client: Client) -> None:
    video_id = uploaded(client)
    first = comment(client, video_id).json["id"]
    url = f"{API}/comments?part=snippet"
    second = client.call("POST", url, value={"snippet": {"parentId": first, "textOriginal": "Second"}}).json["id"]
    assert [post["parent"] for post in sandbox.posts()] == [None, video_id, first]
    (thread,) = client.call("GET", f"{API}/commentThreads?part=snippet,replies&videoId={video_id}").json["items"]
    assert (thread["id"], thread["replies"]["comments"][0]["id"]) == (first, second)
    changed = client.call("PUT", url, value={"id": first, "snippet": {"textOriginal": "Changed"}}).json
    assert changed["snippet"]["textOriginal"] == "Changed"
    (shown,) = client.call("GET", f"{url}&id={first}").json["items"]
    assert shown["snippet"]["textOriginal"] == "Changed"
    assert [client.call("DELETE", f"{API}/comments?id={second}").status for _ in range(2)] == [204, 404]
    assert client.call("GET", f"{url}&parentId={first}").json["items"] == []


def test_comments_that_are_not_taken(client: Client) -> None:
    video_id = uploaded(client)
    assert refusal(comment(client, video_id, " ")) == (400, "commentTextRequired")
    assert refusal(comment(client, video_id, "x" * 10_001)) == (400, "commentTextTooLong")
    assert refusal(comment(client, "x")) == (404, "videoNotFound")
    assert refusal(comment(client, uploaded(client, resource(privacy="private")))) == (403, "commentsDisabled")
    value = {"snippet": {"parentId": "Ugx", "textOriginal": "x"}}
    assert refusal(client.call("POST", f"{API}/comments?part=id", value=value)) == (404, "parentCommentNotFound")


def test_a_day_of_uploads_that_is_spent_is_no_429(sandbox: Sandbox, client: Client) -> None:
    sandbox.faults([{"effect": "rate-limit"}])
    assert refusal(begin(client)) == (403, "quotaExceeded")
    minute = client.call("GET", f"{API}/videos?part=id&id=x")
    assert (refusal(minute), minute.headers["Retry-After"]) == ((429, "rateLimitExceeded"), "30")
