"""How a publication begins: https://developers.tiktok.com/doc/content-posting-api-reference-direct-post .

Where TikTok does not say whether a megabyte is decimal, it is binary here. A host under ``.invalid`` is one whose
ownership was not verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Reply, Request
from postiz_ops.sandbox.tiktok.common import NAME, Publication, State, account_of, body, error, invalid, ok, options
from postiz_ops.sandbox.tiktok.publishing import finish
from postiz_ops.sandbox.world import File, World

CAPTION_MAX, TITLE_MAX, DESCRIPTION_MAX = 2200, 90, 4000
"""UTF-16 units: of a video, and of photos."""

PHOTOS_MAX = 35
CHUNK_MIN, CHUNK_MAX, CHUNKS_MAX, SIZE_MAX = 5_242_880, 67_108_864, 1000, 4_294_967_296
"""Bytes, from the media transfer guide."""

PENDING_MAX, PENDING = 5, timedelta(days=1)
"""Shares that wait in the creator's inbox."""

_SWITCHES = dict.fromkeys(
    ("disable_duet", "disable_comment", "disable_stitch", "brand_content_toggle", "brand_organic_toggle", "is_aigc"),
    bool,
)
_SOURCE = {"source": str, "video_size": int, "chunk_size": int, "total_chunk_count": int, "video_url": str}
_VIDEO = {"title": str, "privacy_level": str, "video_cover_timestamp_ms": int, **_SWITCHES}
_PHOTO = {
    **dict.fromkeys(("title", "description", "privacy_level"), str),
    **dict.fromkeys(("disable_comment", "auto_add_music", "brand_content_toggle", "brand_organic_toggle"), bool),
}
_PHOTOS = {"source": str, "photo_images": list, "photo_cover_index": int}
_UNVERIFIED = (
    "Please review our URL ownership verification rules at "
    "https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide#pull_from_url"
)


def video(world: World, request: Request) -> Reply:
    """POST /v2/post/publish/video/init/."""
    account, given = account_of(request), body(request, {"post_info": _VIDEO, "source_info": _SOURCE})
    info = given.get("post_info", {})
    _check_length("title", info, CAPTION_MAX)
    _check_privacy(request, info)
    return _begin(world, request, _new(world, account, "DIRECT_POST", info), given.get("source_info", {}))


def inbox(world: World, request: Request) -> Reply:
    """POST /v2/post/publish/inbox/video/init/: words and settings have no effect there."""
    account = account_of(request)
    given = body(request, {"post_info": dict, "source_info": _SOURCE})
    _check_pending(world, account)
    return _begin(world, request, _new(world, account, "MEDIA_UPLOAD", {}), given.get("source_info", {}))


def content(world: World, request: Request) -> Reply:
    """POST /v2/post/publish/content/init/: photos, by their addresses alone."""
    account = account_of(request)
    given = body(request, {"post_info": _PHOTO, "source_info": _PHOTOS, "post_mode": str, "media_type": str})
    mode, info, source = given.get("post_mode", ""), given.get("post_info", {}), given.get("source_info", {})
    if given.get("media_type") != "PHOTO" or mode not in ("DIRECT_POST", "MEDIA_UPLOAD"):
        raise invalid("media_type must be PHOTO, post_mode DIRECT_POST or MEDIA_UPLOAD")
    _check_length("title", info, TITLE_MAX)
    _check_length("description", info, DESCRIPTION_MAX)
    if mode == "DIRECT_POST":
        _check_privacy(request, info)
    else:
        _check_pending(world, account)
    made = _new(world, account, mode, info, prefix="p")
    made.source, made.files = source.get("source", ""), _photos(world, source)
    return _keep(world, request, made)


def _check_length(name: str, info: Mapping[str, Any], most: int) -> None:
    if len(info.get(name, "").encode("utf-16-le")) // 2 > most:
        raise invalid(f"The {name} must not be longer than {most} UTF-16 characters")


def _check_privacy(request: Request, info: Mapping[str, Any]) -> None:
    if "privacy_level" not in info:
        raise invalid("The privacy_level is required for a direct post")
    if info["privacy_level"] not in options(request):
        sentence = "The privacy_level is not among the privacy_level_options of the creator_info/query API"
        raise error(403, "privacy_level_option_mismatch", sentence)


def _check_pending(world: World, account: str) -> None:
    waiting = [
        one
        for one in world.state(State).publications.values()
        if one.account == account and one.mode == "MEDIA_UPLOAD" and world.clock() - one.at < PENDING
    ]
    if len(waiting) >= PENDING_MAX:
        raise error(
            403, "spam_risk_too_many_pending_share", "There may be at most 5 pending shares within any 24 hours"
        )


def _photos(world: World, source: Mapping[str, Any]) -> list[File]:
    addresses, cover = source.get("photo_images", []), source.get("photo_cover_index", -1)
    if source.get("source") != "PULL_FROM_URL" or not 0 < len(addresses) <= PHOTOS_MAX:
        raise invalid("The source must be PULL_FROM_URL, with 1 to 35 photo_images")
    if not 0 <= cover < len(addresses):
        raise invalid("The photo_cover_index is none of the photo_images")
    return [_pulled(world, one, "image") for one in addresses]


def _pulled(world: World, address: Any, kind: str) -> File:
    parts = urlsplit(address) if isinstance(address, str) else None
    if parts is None or parts.scheme != "https" or not parts.hostname:
        raise invalid("The URL to pull from must begin with https://")
    if parts.hostname.endswith(".invalid"):
        raise error(403, "url_ownership_unverified", _UNVERIFIED)
    return graph.remote(world, address, kind)


def _begin(world: World, request: Request, made: Publication, source: Mapping[str, Any]) -> Reply:
    """Where the bytes of a video come from."""
    made.source = source.get("source", "")
    if made.source == "PULL_FROM_URL":
        made.files = [_pulled(world, source.get("video_url"), "video")]
    elif made.source == "FILE_UPLOAD":
        made.size, made.chunk, made.count = _chunks(source)
        made.files = [File(world.snowflake(), "video/mp4", b"", owner=made.account, state="awaited")]
        made.upload = world.snowflake()
    else:
        raise invalid("The source must be FILE_UPLOAD or PULL_FROM_URL")
    return _keep(world, request, made)


def _chunks(source: Mapping[str, Any]) -> tuple[int, int, int]:
    """Whole size, size of a chunk and their count, if they are what the media transfer guide allows."""
    size, chunk, count = (source.get(name, 0) for name in ("video_size", "chunk_size", "total_chunk_count"))
    whole = chunk == size and size <= CHUNK_MAX
    if not 0 < size <= SIZE_MAX:
        raise invalid("The video_size is invalid")
    if not whole and not (CHUNK_MIN <= chunk <= CHUNK_MAX and chunk <= size):
        raise invalid("The chunk size is invalid")
    if count != size // chunk or count > CHUNKS_MAX:
        raise invalid("The total chunk count is invalid")
    return size, chunk, count


def _new(world: World, account: str, mode: str, info: dict[str, Any], *, prefix: str = "v") -> Publication:
    kind = "pub" if mode == "DIRECT_POST" else "inbox"
    return Publication(f"{prefix}_{kind}~v2.{world.snowflake()}", account, [], "", mode, world.clock(), info)


def _keep(world: World, request: Request, made: Publication) -> Reply:
    """Answer with its id. What is pulled is published from here on, without another call."""
    way = "file" if made.source == "FILE_UPLOAD" else "url"
    made.id = made.id.replace("~", f"_{way}~")
    state = world.state(State)
    state.publications[made.id] = made
    if not made.upload:
        finish(world, made, request.effect)
        return ok(publish_id=made.id)
    state.uploads[made.upload] = made
    address = f"https://open-upload.tiktokapis.com/video/?upload_id={made.upload}&upload_token=test-{NAME}"
    return ok(publish_id=made.id, upload_url=address)
