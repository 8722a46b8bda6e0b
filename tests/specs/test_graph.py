from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import multipart, request_findings, response_findings

PAGE = "https://graph.facebook.com/v26.0/42"
TOKEN = {"Authorization": "Bearer test-token"}


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/feed", "message=hello&link=https://example.com"),
        ("POST", "/feed", "message=hello&attached_media=[{%22media_fbid%22:%221%22}]"),
        ("POST", "/video_reels", "upload_phase=FINISH&video_id=1&video_state=PUBLISHED&description=x"),
        ("POST", "/videos", "upload_phase=transfer&upload_session_id=1&start_offset=0"),
        ("POST", "", "message=better"),
        ("GET", "?fields=id,name,access_token", None),
        ("GET", "/published_posts?fields=id,message,attachments{target{id}}&limit=100&after=x", None),
        ("GET", "?fields=status", None),
        ("DELETE", "", None),
    ],
)
def test_calls_of_a_page_that_pass(method: str, path: str, form: str | None) -> None:
    assert request_findings("facebook", method, f"{PAGE}{path}", form=form) == []


@pytest.mark.parametrize(
    ("method", "path", "form", "finding"),
    [
        ("POST", "/feeds", "message=x", "unknown path `/v26.0/42/feeds` for POST"),
        ("POST", "/feed", "mesage=x", "unknown parameter `mesage`; Page has "),
        ("POST", "/feed", "published=yes", "parameter `published`: `yes` is no bool"),
        ("POST", "/feed", "attached_media=1", "parameter `attached_media`: `1` is no list<Object>"),
        ("POST", "/video_reels", "video_id=1", "the parameter `upload_phase` is missing"),
        ("POST", "/video_reels", "upload_phase=end", "parameter `upload_phase`: `end` is none of FINISH, START"),
        ("POST", "/photo_stories", "", "the parameter `photo_id` is missing"),
        ("POST", "/feed", "message=x&access_token=y", "the token belongs into the header `authorization`"),
        ("POST", "/feed", "message=x&message=y", "a parameter is sent twice"),
        ("GET", "/published_posts?fields=massage", None, "unknown field `massage` of PagePost"),
        ("GET", "/a/b", None, "unknown path `/v26.0/42/a/b`"),
    ],
)
def test_calls_of_a_page_that_do_not(method: str, path: str, form: str | None, finding: str) -> None:
    (told,) = request_findings("facebook", method, f"{PAGE}{path}", form=form)
    assert told.startswith(finding)


def test_a_photo_is_a_file_handwritten() -> None:
    headers, body = multipart(("source", "a.jpg", "image/jpeg", b"x"), ("published", None, None, b"false"))
    assert request_findings("facebook", "POST", f"{PAGE}/photos", headers=headers, body=body) == []
    headers, body = multipart(("source", None, None, b"x"))
    assert request_findings("facebook", "POST", f"{PAGE}/photos", headers=headers, body=body) == [
        "parameter `source`: it is a file, or is sent as one"
    ]


def test_an_upload_of_a_reel() -> None:
    url = "https://rupload.facebook.com/video-upload/v26.0/1"
    headers = {
        "Authorization": "OAuth test-token",
        "Content-Type": "application/octet-stream",
        "offset": "0",
        "file_size": "3",
    }
    assert request_findings("facebook", "POST", url, headers=headers, body=b"abc") == []
    assert request_findings("facebook", "POST", url, headers=headers, body=b"ab") == [
        "the header `file_size` is not the size of the body"
    ]
    assert request_findings("facebook", "POST", url, headers=headers | TOKEN, body=b"abc") == [
        "the header `authorization` is not `OAuth` and a token"
    ]


@pytest.mark.parametrize(("platform", "host"), [("instagram", "facebook"), ("instagram-standalone", "instagram")])
def test_both_instagrams(platform: str, host: str) -> None:
    user = f"https://graph.{host}.com/v26.0/42"
    assert request_findings(platform, "POST", f"{user}/media", form="image_url=x&caption=y&children=1,2") == []
    assert request_findings(platform, "POST", f"{user}/media_publish", form="creation_id=7") == []
    assert request_findings(platform, "POST", f"{user}/media_publish", form="creation_id=x") == [
        "parameter `creation_id`: `x` is no unsigned int"
    ]
    assert request_findings(platform, "GET", f"{user}?fields=status_code,status") == []
    assert request_findings(platform, "GET", f"{user}/comments?fields=id,text,timestamp") == []


def test_hosts_and_headers() -> None:
    (finding,) = request_findings("instagram-standalone", "GET", "https://graph.facebook.com/v26.0/me?fields=username")
    assert finding == "unknown host `https://graph.facebook.com`"
    (finding,) = request_findings("facebook", "GET", PAGE, headers={})
    assert finding == "the header `authorization` is not `Bearer` and a token"
    (finding,) = request_findings("facebook", "GET", PAGE, headers=TOKEN | {"X-Odd": "1"})
    assert finding == "unknown header `x-odd`"


@pytest.mark.parametrize(
    ("method", "path", "status", "value", "expected"),
    [
        ("POST", "/feed", 200, {"id": "42_1"}, []),
        ("POST", "/feed", 200, {}, ["an answer to a change has none of `id`, `success`, `video_id`"]),
        ("GET", "/feed", 200, {"data": []}, []),
        ("GET", "/feed", 200, {"id": "1"}, ["an answer to an edge has no list `data`"]),
        ("GET", "", 204, {"id": "1"}, ["an answer is HTTP 200 with an object"]),
        ("POST", "/feed", 500, {"error": {"message": "m", "type": "t"}}, ["an error has no `code`"]),
    ],
)
def test_answers_handwritten(method: str, path: str, status: int, value: Any, expected: list[str]) -> None:
    assert response_findings("facebook", method, f"{PAGE}{path}", status, value) == expected
