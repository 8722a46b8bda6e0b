"""From an uploaded film to a published video: processing, privacy, the picture, the playlist. All of it repeatable."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers import base
from postiz_ops.providers._youtube_video import settings_of
from postiz_ops.providers.base import JSON, Blind, Dispatch, Evidence, Found, Http, Processing, Refused

API = "/youtube/v3"

LOOKS = (0, 1, 2, 4, 8, 15)
"""Seconds to wait before each look at a video that YouTube processes; after the last, a later run looks again."""

SKEW = timedelta(minutes=2)
"""How far YouTube's clock may be behind ours."""

REFUSED = (400, 404, 413, "forbidden", "insufficientPermissions", "playlistItemsNotAccessible")
"""Answers to what comes after the video that will not change by themselves; a used-up quota (403 too) will."""


def url_of(video: str) -> str:
    """Where people see it, a Short too."""
    return f"https://www.youtube.com/watch?v={video}"


async def mine(http: Http, part: str) -> dict[str, Any]:
    """The channel of the token. Raises ``Reauthorize`` where the account has none."""
    channels = base.rows((await http.get(f"{API}/channels", params={"part": part, "mine": "true"})).json or {}, "items")
    if not channels:
        raise errors.Reauthorize("this Google account has no YouTube channel", help="make one, or connect another")
    return channels[0]


def what_is_left(dispatch: Dispatch, video: JSON) -> str:
    """What the answer to an upload leaves to be done or seen; nothing where the video is complete."""
    settings, status = settings_of(dispatch), video.get("status") or {}
    if status.get("uploadStatus", "processed") != "processed":
        return "YouTube processes it"
    if status.get("privacyStatus", settings.privacy) != settings.privacy:
        return f"it is `{status['privacyStatus']}` instead of `{settings.privacy}`"
    return "its thumbnail and playlist are due" if dispatch.part.media[0].thumbnail or settings.playlist else ""


async def finish(http: Http, dispatch: Dispatch, video: str) -> Evidence:
    """See a video through: set its picture, add it to its playlist, wait until it is processed, read its privacy."""
    for refusal in (await _set_thumbnail(http, dispatch, video), await _add_to_playlist(http, dispatch, video)):
        if refusal:
            return Blind(f"{url_of(video)} is up, but {refusal}")
    state: Evidence = Processing(f"YouTube processes {url_of(video)}")
    for seconds in LOOKS:
        await http.pause(seconds)
        state = await _look(http, dispatch, video)
        if not isinstance(state, Processing):
            break
    return state


async def in_uploads(http: Http, dispatch: Dispatch) -> str | None:
    """The video that was uploaded since the claim under the post's title, once the session is forgotten."""
    playlists = ((await mine(http, "contentDetails")).get("contentDetails") or {}).get("relatedPlaylists") or {}
    params = {"part": "snippet", "maxResults": "50", "playlistId": base.said(playlists, "uploads", errors.Unavailable)}
    since = (dispatch.claimed_at - SKEW).strftime("%Y-%m-%dT%H:%M:%S")
    for item in base.rows((await http.get(f"{API}/playlistItems", params=params)).json, "items"):
        snippet = item.get("snippet") or {}
        if snippet.get("title") == dispatch.draft.title and str(snippet.get("publishedAt")) >= since:
            return base.said(snippet.get("resourceId"), "videoId", errors.Unavailable)
    return None


async def _look(http: Http, dispatch: Dispatch, video: str) -> Evidence:
    params = {"part": "status", "id": video}
    videos = base.rows((await http.get(f"{API}/videos", params=params)).json, "items")
    status = (videos[0].get("status") or {}) if videos else {}
    match status.get("uploadStatus"):
        case "failed" | "rejected" | "deleted" as ended:
            reason = status.get("failureReason") or status.get("rejectionReason") or "no reason given"
            return Refused(f"YouTube says of {url_of(video)}: {ended} ({reason})")
        case "processed":
            return _judged(dispatch, video, status)
    return Processing(f"YouTube processes {url_of(video)}")


def _judged(dispatch: Dispatch, video: str, status: dict[str, Any]) -> Evidence:
    wanted, has = settings_of(dispatch).privacy, status.get("privacyStatus")
    if has != wanted:
        return Blind(f"{url_of(video)} is up, but `{has}` instead of `{wanted}`: change it in YouTube Studio")
    return Found((Receipt(video, url_of(video)),))


async def _set_thumbnail(http: Http, dispatch: Dispatch, video: str) -> str:
    """Set the picture, once more where it is set already; why not, where YouTube does not take it."""
    cover = dispatch.part.media[0].thumbnail
    if not cover:
        return ""
    blob = await http.load(cover)
    url, params = f"/upload{API}/thumbnails/set", {"videoId": video, "uploadType": "media"}
    headers = {"Content-Type": blob.type}
    answer = await http.post(url, params=params, body=blob.data, headers=headers, expect=REFUSED)
    return f"its thumbnail was refused ({_words(answer.json)})" if answer.status >= 400 else ""


async def _add_to_playlist(http: Http, dispatch: Dispatch, video: str) -> str:
    """Add it where it is not in it yet; why not, where YouTube refuses."""
    playlist = settings_of(dispatch).playlist
    if not playlist:
        return ""
    params = {"part": "snippet", "playlistId": playlist, "videoId": video}
    there = await http.get(f"{API}/playlistItems", params=params, expect=REFUSED)
    if there.status < 400 and base.rows(there.json, "items"):
        return ""
    item = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}}
    answer = await http.post(f"{API}/playlistItems", params={"part": "snippet"}, json=item, expect=REFUSED)
    return f"playlist `{playlist}` did not take it ({_words(answer.json)})" if answer.status >= 400 else ""


def _words(json: JSON) -> str:
    error = json.get("error") if isinstance(json, dict) else None
    return str(error.get("message", "") if isinstance(error, dict) else "")[:200] or "without a reason"
