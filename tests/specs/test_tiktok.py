from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import request_findings, response_findings

API = "https://open.tiktokapis.com/v2/post/publish"
UPLOAD = "https://open-upload.tiktokapis.com/video/?upload_id=1"
SOURCE = {"source": "FILE_UPLOAD", "video_size": 9, "chunk_size": 9, "total_chunk_count": 1}
POST = {"post_info": {"privacy_level": "SELF_ONLY"}, "source_info": SOURCE}
ERROR = {"code": "ok", "message": "", "log_id": "l"}
MB = 1_000_000


def begun(path: str = "video/init/", **changes: Any) -> list[str]:
    return request_findings("tiktok", "POST", f"{API}/{path}", value=POST | changes)


def test_handwritten_a_film_passes() -> None:
    assert begun() == []


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"post_info": {}}, "body: `post_info`: 'privacy_level' is a required property"),
        ({"post_info": {"privacy_level": "ALL"}}, "body: `post_info.privacy_level`: 'ALL' is not one of"),
        ({"post_info": {"privacy_level": "SELF_ONLY", "caption": "x"}}, "body: `post_info`: Additional properties"),
        (
            {"post_info": {"privacy_level": "SELF_ONLY", "title": "\U0001f600" * 1101}},
            "body: `post_info.title` has 2202",
        ),
        ({"source_info": SOURCE | {"total_chunk_count": 2}}, "body: 9 bytes in chunks of 9 are floor(size / chunk)"),
        (
            {"source_info": SOURCE | {"video_size": 8 * MB, "chunk_size": 4 * MB, "total_chunk_count": 2}},
            "body: a chunk of 4000000 bytes is not of 5 to 64 MB",
        ),
    ],
)
def test_handwritten_films_that_do_not_pass(changes: dict[str, Any], start: str) -> None:
    finding, *_ = begun(**changes)
    assert finding.startswith(start)


def test_handwritten_photos_have_addresses() -> None:
    source = {"source": "PULL_FROM_URL", "photo_images": ["https://a.example/a.jpg"], "photo_cover_index": 0}
    photos = POST | {"media_type": "PHOTO", "post_mode": "DIRECT_POST", "source_info": source}
    assert request_findings("tiktok", "POST", f"{API}/content/init/", value=photos) == []
    photos["source_info"] = source | {"photo_images": ["http://a.example/a.jpg"]}
    finding, *_ = request_findings("tiktok", "POST", f"{API}/content/init/", value=photos)
    assert finding.startswith("body: `source_info.photo_images[0]`: 'http://a.example/a.jpg' does not match")
    long = photos | {"source_info": source, "post_info": {"privacy_level": "SELF_ONLY", "title": "\U0001f600" * 46}}
    finding, *_ = request_findings("tiktok", "POST", f"{API}/content/init/", value=long)
    assert finding == "body: `post_info.title` has 92 UTF-16 units, more than 90"


@pytest.mark.parametrize(
    ("span", "size", "findings"),
    [
        ("bytes 0-8/9", 9, []),
        ("bytes 0-4999999/9000000", 5 * MB, []),
        ("bytes 0-3999999/9000000", 4 * MB, ["a chunk of 4000000 bytes is too small"]),
        ("bytes 0-8/9", 8, ["`bytes 0-8/9` does not describe 8 bytes"]),
        ("bytes */9", 0, ["the header `content-range` is missing or no range"]),
    ],
)
def test_handwritten_chunks(span: str, size: int, findings: list[str]) -> None:
    headers = {"Content-Range": span, "Content-Type": "video/mp4"}
    assert request_findings("tiktok", "PUT", UPLOAD, body=bytes(size), headers=headers) == findings


def test_handwritten_the_token_does_not_go_to_the_upload() -> None:
    headers = {"Content-Range": "bytes 0-8/9", "Content-Type": "video/mp4", "Authorization": "Bearer test-token"}
    assert request_findings("tiktok", "PUT", UPLOAD, body=bytes(9), headers=headers) == [
        "the address is its own authorization; the token must not go there"
    ]


@pytest.mark.parametrize(
    ("method", "url", "status", "value", "start"),
    [
        ("POST", f"{API}/status/fetch/", 200, {"data": {"status": "PUBLISH_COMPLETE"}, "error": ERROR}, None),
        (
            "POST",
            f"{API}/status/fetch/",
            200,
            {"data": {"status": "DONE"}, "error": ERROR},
            "body: `data.status`: 'DONE'",
        ),
        ("POST", f"{API}/video/init/", 200, {"data": {"publish_id": "v1"}}, "body: 'error' is a required property"),
        ("PUT", UPLOAD, 201, b"", None),
        ("PUT", UPLOAD, 302, b"", "unknown status of an upload"),
    ],
)
def test_handwritten_answers(method: str, url: str, status: int, value: Any, start: str | None) -> None:
    found = response_findings("tiktok", method, url, status, value)
    assert found[0].startswith(start) if start else found == [], found
