"""Whatever JSON stands where YouTube, TikTok, Reddit, Pinterest or Dribbble expect something else: nothing stumbles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.sandbox.endpoint import Endpoint
from postiz_ops.sandbox.exchange import Request
from postiz_ops.sandbox.faults import Strike
from tests.sandbox.test_wrong_types import TOKEN, anything, ask, some

HEADERS = {**TOKEN, "user-agent": "tests", "content-type": "application/json"}
SNIPPET = ("title", "description", "tags", "categoryId", "playlistId", "resourceId", "videoId", "topLevelComment")
INFO: Mapping[str, Any] = {"privacy_level": "SELF_ONLY"}
UPLOAD = {"source": "FILE_UPLOAD", "video_size": 10, "chunk_size": 10, "total_chunk_count": 1}
PHOTOS = {"source": "PULL_FROM_URL", "photo_images": ["https://cdn.example/a.jpg"], "photo_cover_index": 0}


@pytest.mark.parametrize("path", ["upload/youtube/v3/videos", "youtube/v3/playlistItems", "youtube/v3/comments"])
@given(data=st.data())
def test_youtube(path: str, data: st.DataObject) -> None:
    snippet, status = data.draw(some(SNIPPET) | anything), data.draw(some(("privacyStatus", "publishAt")) | anything)
    value = data.draw(st.just({"snippet": snippet, "status": status}) | anything)
    query = (("part", "snippet"), ("uploadType", "resumable"))
    request = Request("POST", "www.googleapis.com", f"/{path}", query, HEADERS, json.dumps(value).encode())
    assert Endpoint().answer(request, Strike()).status in (200, 400, 404)


@pytest.mark.parametrize("path", ["video/init/", "inbox/video/init/", "content/init/", "status/fetch/"])
@given(data=st.data())
def test_tiktok(path: str, data: st.DataObject) -> None:
    info = data.draw(some(("title", "description", "privacy_level", "disable_duet"), **INFO) | anything)
    source = data.draw(some((*UPLOAD, *PHOTOS, "video_url"), **UPLOAD) | some(tuple(PHOTOS), **PHOTOS) | anything)
    value = {"post_info": info, "source_info": source}
    if path == "content/init/":
        value |= {"post_mode": "DIRECT_POST", "media_type": "PHOTO"}
    value = data.draw(st.just(value) | some(("publish_id",)) | anything)
    assert ask(Endpoint(), "POST", f"open.tiktokapis.com/v2/post/publish/{path}", value, TOKEN)[0] in (200, 400, 403)


@pytest.mark.parametrize("path", ["submit_gallery_post.json", "submit_poll_post.json"])
@given(data=st.data())
def test_reddit(path: str, data: st.DataObject) -> None:
    names = ("sr", "title", "text", "items", "options", "duration", "flair_id", "nsfw")
    value = data.draw(some(names, sr="python", title="x", options=["a", "b"], duration=1) | anything)
    assert ask(Endpoint(), "POST", f"oauth.reddit.com/api/{path}", value, HEADERS)[0] in (200, 400)


@pytest.mark.parametrize(
    "kind", ["image_url", "image_base64", "multiple_image_urls", "multiple_image_base64", "video_id"]
)
@given(data=st.data())
def test_pinterest(kind: str, data: st.DataObject) -> None:
    names = ("url", "items", "index", "content_type", "data", "media_id", "cover_image_url", "is_standard")
    source = data.draw(some(names, source_type=kind) | anything)
    whole = {"board_id": "1", "media_source": source}
    value = data.draw(some((*whole, "title", "description", "link", "alt_text"), **whole) | anything)
    assert ask(Endpoint(), "POST", "api.pinterest.com/v5/pins", value, TOKEN)[0] in (201, 400, 403, 404)
    assert ask(Endpoint(), "POST", "api.pinterest.com/v5/media", value, TOKEN)[0] == 400
