"""Whatever JSON stands where Meta, X or LinkedIn expect something else: it is refused, and nothing stumbles."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.endpoint import Endpoint
from postiz_ops.sandbox.exchange import Request
from postiz_ops.sandbox.faults import Strike
from postiz_ops.sandbox.world import World
from tests.sandbox.test_wrong_types import TOKEN, anything, ask, some

META = {
    "graph.facebook.com/v26.0/100/feed": ("message", "link", "attached_media", "published", "fields"),
    "graph.facebook.com/v26.0/100/photos": ("url", "published", "caption", "alt_text_custom"),
    "graph.facebook.com/v26.0/100/videos": ("file_url", "upload_phase", "file_size", "upload_session_id", "title"),
    "graph.facebook.com/v26.0/100/video_reels": ("upload_phase", "video_id", "video_state", "description"),
    "graph.facebook.com/v26.0/100/photo_stories": ("photo_id",),
    "graph.facebook.com/v26.0/178/media": (
        "image_url",
        "video_url",
        "media_type",
        "children",
        "caption",
        "alt_text",
        "collaborators",
        "is_carousel_item",
        "upload_type",
    ),
    "graph.instagram.com/v26.0/178/media_publish": ("creation_id",),
    "graph.threads.net/v1.0/178/threads": (
        "media_type",
        "text",
        "image_url",
        "children",
        "poll_attachment",
        "text_attachment",
        "text_entities",
        "topic_tag",
        "reply_control",
        "link_attachment",
        "reply_to_id",
    ),
}
X = {
    "tweets": ("text", "media", "poll", "reply", "quote_tweet_id", "edit_options", "reply_settings"),
    "media/upload": ("media", "media_category"),
    "media/upload/initialize": ("media_type", "total_bytes", "media_category"),
    "media/metadata": ("id", "metadata"),
    "articles/draft": ("title", "content_state", "cover_media"),
}
LINKEDIN = ("author", "commentary", "visibility", "distribution", "content", "lifecycleState", "reshareContext")
CONTENT = ("media", "multiImage", "article", "poll")
INNER = ("id", "title", "altText", "images", "source", "thumbnail", "question", "options", "settings")
COMMENT = ("actor", "object", "message", "parentComment", "content")


@pytest.mark.parametrize("url", META)
@given(data=st.data())
def test_meta(url: str, data: st.DataObject) -> None:
    value = data.draw(some(META[url], text="x", message="x") | anything)
    assert ask(Endpoint(), "POST", url, value, TOKEN)[0] in (200, 400, 501)


@pytest.mark.parametrize("path", X)
@given(data=st.data())
def test_x(path: str, data: st.DataObject) -> None:
    value = data.draw(some(X[path]) | anything)
    assert ask(Endpoint(), "POST", f"api.x.com/2/{path}", value, TOKEN)[0] in (200, 201, 400, 403)


PAGE = "urn:li:organization:1"
HEADERS = {**TOKEN, "linkedin-version": "202609", "x-restli-protocol-version": "2.0.0"}
POST: dict[str, Any] = {
    "author": PAGE,
    "commentary": "x",
    "visibility": "PUBLIC",
    "distribution": {"feedDistribution": "MAIN_FEED"},
    "lifecycleState": "PUBLISHED",
}


def linkedin() -> Endpoint:
    return Endpoint(world=World(clock=lambda: datetime(2026, 11, 24, 9, tzinfo=UTC)))


@given(
    some(LINKEDIN, **POST)
    | st.builds(
        lambda kind, inner: {**POST, "content": {kind: inner}}, st.sampled_from(CONTENT), some(INNER) | anything
    )
    | anything
)
def test_linkedin(value: Any) -> None:
    endpoint = linkedin()
    assert ask(endpoint, "POST", "api.linkedin.com/rest/posts", value, HEADERS)[0] in (201, 400, 403)


ASKED = ("owner", "fileSizeBytes", "uploadThumbnail", "video", "uploadToken", "uploadedPartIds")


@pytest.mark.parametrize("path", ["images", "documents", "videos"])
@pytest.mark.parametrize("action", ["initializeUpload", "finalizeUpload"])
@given(data=st.data())
def test_linkedins_uploads(path: str, action: str, data: st.DataObject) -> None:
    inner = data.draw(some(ASKED, owner=PAGE, fileSizeBytes=100_000) | anything)
    value = data.draw(st.just({f"{action}Request": inner}) | anything)
    headers = {**HEADERS, "content-type": "application/json"}
    body = json.dumps(value).encode()
    request = Request("POST", "api.linkedin.com", f"/rest/{path}", (("action", action),), headers, body)
    assert linkedin().answer(request, Strike()).status in (200, 400, 403)


@given(some(COMMENT, actor=PAGE) | anything)
def test_linkedins_comments_and_changes(value: Any) -> None:
    endpoint, place = linkedin(), "urn%3Ali%3Ashare%3A1"
    ask(endpoint, "POST", "api.linkedin.com/rest/posts", POST, HEADERS)
    (post,) = endpoint.world.posts
    place = post.remote_id.replace(":", "%3A")
    comments = f"api.linkedin.com/v2/socialActions/{place}/comments"
    assert ask(endpoint, "POST", comments, value, TOKEN)[0] in (201, 400, 403)
    patch = {"patch": {"$set": value}}
    headers = {**HEADERS, "x-restli-method": "PARTIAL_UPDATE"}
    assert ask(endpoint, "POST", f"api.linkedin.com/rest/posts/{place}", patch, headers)[0] in (204, 400)
