"""What YouTube checks before it takes a video's resource: https://developers.google.com/youtube/v3/docs/videos ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Refused, Request
from postiz_ops.sandbox.youtube.common import NAME, bad, body, error

CATEGORIES = {
    "1": "Film & Animation",
    "2": "Autos & Vehicles",
    "10": "Music",
    "15": "Pets & Animals",
    "17": "Sports",
    "19": "Travel & Events",
    "20": "Gaming",
    "22": "People & Blogs",
    "23": "Comedy",
    "24": "Entertainment",
    "25": "News & Politics",
    "26": "Howto & Style",
    "27": "Education",
    "28": "Science & Technology",
    "29": "Nonprofits & Activism",
}
"""Those that a video can be given in the United States."""

RESOURCE: Mapping[str, Any] = {
    "id": str,
    "kind": str,
    "snippet": {
        "title": str,
        "description": str,
        "tags": list,
        "categoryId": str,
        "defaultLanguage": str,
        "defaultAudioLanguage": str,
    },
    "status": {
        "privacyStatus": str,
        "publishAt": str,
        "license": str,
        "embeddable": bool,
        "publicStatsViewable": bool,
        "selfDeclaredMadeForKids": bool,
        "containsSyntheticMedia": bool,
    },
    "localizations": dict,
    "recordingDetails": dict,
    "paidProductPlacementDetails": {"hasPaidProductPlacement": bool},
}
"""What can be set; other properties are refused, as the discovery document has them read only."""

TAGS_MAX = 500
"""Characters of all tags with their commas, and two more for a tag with a space: for its quotes."""


def invalid(field: str, reason: str, what: str) -> Refused:
    """A property that YouTube does not take."""
    return error(400, reason, f"The request metadata specifies {what}.", location=f"body.{field}")


def given_of(request: Request) -> dict[str, Any]:
    """The resource that a request carries, checked. Its parts are there, if empty."""
    value = body(request, RESOURCE, "video")
    given = {"snippet": {}, "status": {}, **value}
    _check_words(given["snippet"])
    _check_tags(given["snippet"].get("tags", []))
    _check_status(given["status"])
    return given


def _check_words(snippet: Mapping[str, Any]) -> None:
    title, description = snippet.get("title", ""), snippet.get("description", "")
    category = snippet.get("categoryId", "22")
    if snippet and (not title.strip() or set(title) & set("<>") or limits.title(NAME, title)):
        raise invalid("snippet.title", "invalidTitle", "an invalid or empty video title")
    if set(description) & set("<>") or limits.exceeded(NAME, description):
        raise invalid("snippet.description", "invalidDescription", "an invalid video description")
    if category not in CATEGORIES:
        raise invalid("snippet.categoryId", "invalidCategoryId", "an invalid category ID")


def _check_tags(tags: list[Any]) -> None:
    wrong = [one for one in tags if not isinstance(one, str) or not one.strip() or set(one) & set('<>"')]
    if wrong or sum(len(one) + 2 * (" " in one) for one in tags) + max(len(tags) - 1, 0) > TAGS_MAX:
        raise invalid("snippet.tags", "invalidTags", "invalid video keywords")


def _check_status(status: Mapping[str, Any]) -> None:
    if status.get("privacyStatus", "public") not in ("public", "unlisted", "private"):
        raise bad(f"Invalid value at 'video.status.privacy_status', \"{status['privacyStatus']}\"")
    if status.get("license", "youtube") not in ("youtube", "creativeCommon"):
        raise bad(f"Invalid value at 'video.status.license', \"{status['license']}\"")
    if "publishAt" in status and (status.get("privacyStatus") != "private" or not _is_instant(status["publishAt"])):
        raise invalid("status.publishAt", "invalidPublishAt", "an invalid scheduled publishing time")


def _is_instant(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
