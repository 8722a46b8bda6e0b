"""Facebook's nodes with the fields that they have: https://developers.facebook.com/docs/graph-api/reference/ ."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.audience import audience, crowd
from postiz_ops.sandbox.facebook.common import Video, post_id
from postiz_ops.sandbox.world import File, Post, digits


def named(page: str) -> dict[str, str]:
    """A page as the author of something."""
    return {"id": page, "name": f"Page {page[-4:]}"}


def page(page_id: str, token: str | None, now: datetime) -> dict[str, Any]:
    """A page."""
    followers = crowd(page_id, now).followers
    return {
        **named(page_id),
        "access_token": token,
        "category": "Software company",
        "category_list": [{"id": "2256", "name": "Software company"}],
        "fan_count": followers - followers // 20,
        "followers_count": followers,
        "instagram_business_account": {"id": digits(f"instagram of {page_id}", 17)},
        "link": f"https://www.facebook.com/{page_id}",
        "picture": {"data": {"url": f"https://scontent.xx.fbcdn.net/v/{page_id}"}},
        "tasks": ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"],
        "username": None,
    }


def post(made: Post, now: datetime) -> dict[str, Any]:
    """A post of a page, whatever it shows. One that nobody has shared has no ``shares``."""
    shares = audience(made.remote_id, made.created_at, now).shares
    answers = {"order": "ranked", "total_count": made.replies, "can_comment": True}
    at = graph.instant(made.created_at)
    pictures = [address(file) for file in made.media]
    return {
        "id": post_id(made),
        "attachments": {"data": _attachments(made)} if made.media or made.detail.get("link") else None,
        "comments": {"data": [], "summary": answers},
        "created_time": at,
        "from": named(made.account),
        "full_picture": pictures[0] if pictures else None,
        "is_expired": False,
        "is_hidden": False,
        "is_published": True,
        "message": made.text or None,
        "permalink_url": made.url,
        "picture": pictures[0] if pictures else None,
        "shares": {"count": shares} if shares else None,
        "status_type": {"post": "mobile_status_update", "photo": "added_photos"}.get(
            made.detail["kind"], "added_video"
        ),
        "story": None,
        "updated_time": graph.instant(made.edited_at) if made.edited_at else at,
    }


def _attachments(made: Post) -> list[dict[str, Any]]:
    if not made.media:
        return [{"type": "share", "url": made.detail["link"], "unshimmed_url": made.detail["link"]}]
    shown = [_attachment(file, made) for file in made.media]
    return shown if len(shown) == 1 else [{"type": "album", "url": made.url, "subattachments": {"data": shown}}]


def _attachment(file: File, made: Post) -> dict[str, Any]:
    kind = "video_inline" if file.type.startswith("video/") else "photo"
    return {"type": kind, "url": made.url, "target": {"id": file.id}, "media": {"image": {"src": address(file)}}}


def address(file: File) -> str:
    """Where a file would be seen."""
    return file.url or f"https://scontent.xx.fbcdn.net/v/{file.id}"


def story(made: Post) -> dict[str, Any]:
    """A story of a page."""
    (file,) = made.media
    return {
        "id": made.remote_id,
        "creation_time": str(int(made.created_at.timestamp())),
        "media_id": file.id,
        "media_type": file.type.partition("/")[0].replace("image", "photo"),
        "post_id": made.remote_id,
        "status": "PUBLISHED",
        "url": made.url,
    }


def comment(made: Post) -> dict[str, Any]:
    """A comment."""
    return {
        "id": made.remote_id,
        "attachment": {"type": "photo", "url": address(made.media[0])} if made.media else None,
        "can_comment": True,
        "can_remove": True,
        "comment_count": made.replies,
        "created_time": graph.instant(made.created_at),
        "from": named(made.account),
        "is_hidden": False,
        "like_count": 0,
        "message": made.text,
        "parent": None,
        "permalink_url": made.url,
    }


def photo(file: File) -> dict[str, Any]:
    """A photo."""
    return {
        "id": file.id,
        "alt_text": None,
        "alt_text_custom": file.alt or None,
        "created_time": None,
        "from": named(file.owner),
        "height": file.height,
        "images": [{"height": file.height or 0, "source": address(file), "width": file.width or 0}],
        "link": f"https://www.facebook.com/photo.php?fbid={file.id}",
        "name": file.name or None,
        "page_story_id": None,
        "picture": address(file),
        "width": file.width,
    }


def video(made: Video, now: datetime) -> dict[str, Any]:
    """A video, how far it is, and how often it was looked at."""
    shown = made.post
    views = audience(shown.remote_id, shown.created_at, now).views if shown else None
    return {
        "id": made.file.id,
        "created_time": graph.instant(shown.created_at) if shown else None,
        "description": made.description or None,
        "from": named(made.page),
        "length": 0.0,
        "permalink_url": shown.url.removeprefix("https://www.facebook.com") if shown and shown.url else None,
        "picture": address(made.file),
        "post_id": shown.remote_id if shown else None,
        "published": shown is not None,
        "source": address(made.file),
        "status": _status(made),
        "title": made.title or None,
        "views": views,
    }


def _status(made: Video) -> dict[str, Any]:
    if not made.complete:
        uploading = {"status": "in_progress", "bytes_transferred": len(made.file.data)}
        waiting = {"status": "not_started"}
        return {
            "video_status": "uploading" if made.file.data else "upload_complete",
            "uploading_phase": uploading,
            "processing_phase": waiting,
            "publishing_phase": waiting,
        }
    word = {"ready": "complete", "failed": "error"}.get(made.file.state, "in_progress")
    processing: dict[str, Any] = {"status": word}
    if word == "error":
        processing["errors"] = [{"code": 1363026, "message": "The video could not be processed."}]
    published = word == "complete" and made.post is not None
    publishing = {"status": "complete", "publish_status": "published"} if published else {"status": "not_started"}
    return {
        "video_status": {"complete": "ready", "error": "error"}.get(word, "processing"),
        "uploading_phase": {"status": "complete"},
        "processing_phase": processing,
        "publishing_phase": publishing,
    }
