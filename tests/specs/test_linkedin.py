from __future__ import annotations

from typing import Any

import pytest

from tests.specs.samples import request_findings, response_findings

HOST = "https://api.linkedin.com"
POSTS = f"{HOST}/rest/posts"
PLACE = "https://www.linkedin.com/dms-uploads/sp"
HEADERS = {"Authorization": "Bearer test-token", "LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
POST: dict[str, Any] = {
    "author": "urn:li:person:me",
    "commentary": "Hello",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
    "lifecycleState": "PUBLISHED",
}
DOCUMENT = {"id": "urn:li:document:1", "title": "Slides"}


def findings(**changes: Any) -> list[str]:
    return request_findings("linkedin", "POST", POSTS, value=POST | changes, headers=HEADERS)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"commentary": "a \\(b\\) #c @[A \\(B\\)](urn:li:person:x) {hashtag|\\#|d\\_e}"},
        {"content": {"media": {"id": "urn:li:image:1", "altText": "A picture"}}},
        {"content": {"media": DOCUMENT}},
        {"content": {"multiImage": {"images": [{"id": "urn:li:image:1"}, {"id": "urn:li:image:2"}]}}},
        {"content": {"article": {"source": "https://example.com", "title": "Example"}}},
    ],
)
def test_posts_that_pass_handwritten(changes: Any) -> None:
    assert findings(**changes) == []


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"commentary": "a (b) c_d"}, "body: `commentary` has ( ) _ without a backslash"),
        ({"visibility": "ALL"}, "'ALL' is not one of ['PUBLIC', 'CONNECTIONS', 'LOGGED_IN', 'CONTAINER']"),
        ({"content": {"media": {"id": "urn:li:document:1"}}}, "'urn:li:document:1' does not match"),
        ({"content": {"article": {"source": "https://example.com"}}}, "'title' is a required property"),
        ({"content": {"media": {"id": "urn:li:image:1", "altText": ""}}}, "'' should be non-empty"),
        ({"colour": "red"}, "unknown key `colour`"),
    ],
)
def test_posts_that_do_not_handwritten(changes: Any, finding: str) -> None:
    assert any(finding in found for found in findings(**changes)), findings(**changes)


def test_versions_are_named_to_the_versioned_api_alone_handwritten() -> None:
    bare = {"Authorization": "Bearer test-token"}
    assert request_findings("linkedin", "POST", POSTS, value=POST, headers=bare) == [
        "the header `linkedin-version` is missing",
        "the header `x-restli-protocol-version` is missing",
    ]
    assert request_findings("linkedin", "GET", f"{HOST}/v2/userinfo", headers=bare) == []
    assert "unknown header `linkedin-version`" in request_findings(
        "linkedin", "GET", f"{HOST}/v2/userinfo", headers=HEADERS
    )


def test_uploads_handwritten() -> None:
    token = {"Authorization": "Bearer test-token", "Content-Type": "image/jpeg"}
    part = {"Content-Type": "application/octet-stream"}
    assert request_findings("linkedin", "PUT", f"{PLACE}/1", headers=token, body=b"x") == []
    assert request_findings("linkedin", "PUT", f"{PLACE}/video-part/1", headers=part, body=b"x") == []
    assert request_findings("linkedin", "PUT", f"{PLACE}/1", headers=part, body=b"x") == [
        "the header `authorization` is missing"
    ]
    assert request_findings("linkedin", "PUT", f"{PLACE}/video-part/1", headers=token, body=b"x") == [
        "the token must not go with a part of a video",
        "a part of a video is no `image/jpeg`",
    ]
    assert request_findings("linkedin", "POST", f"{PLACE}/1", headers=token) == [
        "unknown method `POST`; it is PUT",
        "the body is missing",
    ]


def test_answers_handwritten() -> None:
    assert response_findings("linkedin", "POST", POSTS, 201, b"") == []
    assert response_findings("linkedin", "GET", f"{HOST}/v2/userinfo", 200, {"sub": "me"}) == []
    assert response_findings("linkedin", "GET", f"{HOST}/v2/userinfo", 200, {}) == [
        "body: 'sub' is a required property"
    ]
    assert response_findings("linkedin", "PUT", f"{PLACE}/1", 201, b"") == []
    assert response_findings("linkedin", "PUT", f"{PLACE}/1", 201, b"{}") == [
        "an upload is answered by its status and headers"
    ]
