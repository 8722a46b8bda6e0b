from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import request_findings, response_findings

API = "https://www.googleapis.com/youtube/v3"
UPLOAD = "https://www.googleapis.com/upload/youtube/v3"
BEGIN = f"{UPLOAD}/videos?uploadType=resumable&part=snippet,status"
SESSION = f"{UPLOAD}/videos?uploadType=resumable&upload_id=u1"
VIDEO = {"snippet": {"title": "T", "categoryId": "22"}, "status": {"privacyStatus": "public"}}
TOKEN = {"Authorization": "Bearer test-token"}
RESUMABLE = TOKEN | {
    "Content-Type": "application/json",
    "X-Upload-Content-Type": "video/mp4",
    "X-Upload-Content-Length": "9",
}


def begun(value: Any, url: str = BEGIN) -> list[str]:
    return request_findings("youtube", "POST", url, value=value, headers=RESUMABLE)


def test_a_session_is_begun_with_the_video() -> None:
    assert begun(VIDEO) == []


@pytest.mark.parametrize(
    ("value", "start"),
    [
        ({"snippet": {"titel": "T"}}, "body: unknown key `snippet.titel`"),
        ({"status": {"privacyStatus": "all"}}, "body: `status.privacyStatus`: 'all' is not one of"),
        ({"snippet": {"tags": "a,b"}}, "body: `snippet.tags`: 'a,b' is not of type 'array'"),
    ],
)
def test_a_resource_that_does_not_pass(value: Any, start: str) -> None:
    (finding,) = begun(value)
    assert finding.startswith(start)


@pytest.mark.parametrize(
    ("snippet", "finding"),
    [
        ({"title": "x" * 101}, "body: `snippet.title` has 101 characters, not 1 to 100"),
        ({"title": "T", "description": "ä" * 2501}, "body: `snippet.description` has 5002 bytes, more than 5000"),
        ({"title": "a > b"}, "body: `snippet` has `<` or `>`"),
    ],
)
def test_handwritten_limits_of_the_words(snippet: dict[str, str], finding: str) -> None:
    assert begun(VIDEO | {"snippet": {"categoryId": "22", **snippet}}) == [finding]


def test_handwritten_privacy_must_be_said() -> None:
    assert begun({"snippet": VIDEO["snippet"], "status": {}}) == [
        "body: `status.privacyStatus` is left out, which means public"
    ]


@pytest.mark.parametrize(
    ("query", "finding"),
    [
        ("?mine=true", "the query key `part` is missing"),
        ("?part=snippet&mine=yes", "query `mine`: `yes` is neither `true` nor `false`"),
        ("?part=snippet&maxResults=51", "query `maxResults`: `51` is no number from 0 to 50"),
    ],
)
def test_queries_that_do_not_pass(query: str, finding: str) -> None:
    assert request_findings("youtube", "GET", f"{API}/playlists{query}") == [finding]


def test_unknown_keys_and_methods() -> None:
    (finding,) = request_findings("youtube", "GET", f"{API}/playlists?part=snippet&mien=true")
    assert finding.startswith("unknown query key `mien`; the description has channelId, hl, id")
    assert request_findings("youtube", "POST", f"{API}/thumbnails") == ["unknown method `POST /youtube/v3/thumbnails`"]
    assert request_findings("youtube", "POST", BEGIN.replace("status", "state"), value=VIDEO, headers=RESUMABLE) == [
        "query `part`: unknown part `state`"
    ]


def put(span: str, body: bytes, url: str = SESSION) -> list[str]:
    headers = TOKEN | {"Content-Range": span, "Content-Type": "video/mp4"}
    return request_findings("youtube", "PUT", url, body=body, headers=headers)


@pytest.mark.parametrize(
    ("span", "body", "finding"),
    [
        ("bytes 0-8/9", b"123456789", None),
        ("bytes 0-262143/262150", bytes(262_144), None),
        ("bytes */9", b"", None),
        ("bytes */9", b"x", "a question about a session has no body"),
        ("bytes 1-8/9", b"123456789", "`bytes 1-8/9` does not describe 9 bytes"),
        ("bytes 0-8/90", b"123456789", "a chunk of 9 bytes is no multiple of 262144"),
        ("0-8/9", b"123456789", "the header `content-range` is missing or no range"),
    ],
)
def test_handwritten_chunks(span: str, body: bytes, finding: str | None) -> None:
    assert put(span, body) == ([finding] if finding else [])


def test_a_thumbnail_has_a_type_that_is_accepted() -> None:
    url = f"{UPLOAD}/thumbnails/set?videoId=v1"
    assert request_findings("youtube", "POST", url, body=b"x", headers=TOKEN | {"Content-Type": "image/png"}) == []
    (finding,) = request_findings("youtube", "POST", url, body=b"x", headers=TOKEN | {"Content-Type": "image/webp"})
    assert finding.startswith("it takes no file of type `image/webp`; the description has image/jpeg")


@pytest.mark.parametrize(
    ("method", "url", "status", "value", "start"),
    [
        ("GET", f"{API}/videos", 200, {"items": [{"id": "v1", "status": {"uploadStatus": "processed"}}]}, None),
        ("PUT", SESSION, 200, {"id": "v1", "status": {"uploadStatus": "uploaded"}}, None),
        ("PUT", SESSION, 308, b"", None),
        ("PUT", SESSION, 308, b"x", "this answer has no body"),
        ("GET", f"{API}/videos", 200, {"items": [{"status": {"uploadStatus": "done"}}]}, "`items[0].status.uploadStat"),
        ("GET", f"{API}/videos", 200, {"item": []}, "unknown key `item`"),
        ("DELETE", f"{API}/videos", 204, b"", None),
        ("GET", f"{API}/videos", 403, {"error": {"code": 403, "message": "no", "errors": []}}, None),
        ("GET", f"{API}/videos", 403, {"error": "no"}, "an error has `error` with `code` and `message`"),
    ],
)
def test_answers(method: str, url: str, status: int, value: Any, start: str | None) -> None:
    found = response_findings("youtube", method, url, status, value)
    assert [finding[: len(start or "")] for finding in found] == ([start] if start else [])
