"""YouTube's resources: https://developers.google.com/youtube/v3/docs ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from postiz_ops.sandbox.audience import audience, crowd
from postiz_ops.sandbox.world import Post, digits, stamp
from postiz_ops.sandbox.youtube.common import Video, channel_of


def thumbnails(video: Video) -> dict[str, Any]:
    """Where its pictures would be."""
    sizes = {"default": ("default", 120, 90), "medium": ("mqdefault", 320, 180), "high": ("hqdefault", 480, 360)}
    return {
        name: {"url": f"https://i.ytimg.com/vi/{video.id}/{file}.jpg", "width": width, "height": height}
        for name, (file, width, height) in sizes.items()
    }


def video(made: Video, parts: Iterable[str], now: datetime) -> dict[str, Any]:
    """A video with these parts, and with what came of it by ``now``."""
    whole: dict[str, Callable[[Video], dict[str, Any]]] = {
        "snippet": _snippet,
        "status": _status,
        "contentDetails": _content,
        "statistics": lambda one: _statistics(one, now),
        "processingDetails": _processing,
        "player": lambda one: {"embedHtml": f'<iframe src="//www.youtube.com/embed/{one.id}"></iframe>'},
    }
    shown = {name: whole[name](made) for name in parts if name in whole}
    return {"kind": "youtube#video", "etag": "sandbox", "id": made.id, **shown}


def _snippet(made: Video) -> dict[str, Any]:
    given = made.given["snippet"]
    title, description = given["title"], given.get("description", "")
    optional = {name: given[name] for name in ("tags", "defaultLanguage", "defaultAudioLanguage") if given.get(name)}
    return {
        "publishedAt": stamp(made.at),
        "channelId": made.channel,
        "title": title,
        "description": description,
        "thumbnails": thumbnails(made),
        "channelTitle": f"Channel {made.channel[-4:]}",
        "categoryId": given.get("categoryId", "22"),
        "liveBroadcastContent": "none",
        "localized": {"title": title, "description": description},
        **optional,
    }


def _status(made: Video) -> dict[str, Any]:
    given = made.given["status"]
    word = {"ready": "processed", "failed": "failed"}.get(made.file.state, "uploaded")
    optional: dict[str, Any] = {
        name: given[name]
        for name in ("publishAt", "selfDeclaredMadeForKids", "containsSyntheticMedia")
        if name in given
    }
    return {
        "uploadStatus": word,
        **({"failureReason": "conversion"} if word == "failed" else {}),
        "privacyStatus": made.privacy,
        "license": given.get("license", "youtube"),
        "embeddable": given.get("embeddable", True),
        "publicStatsViewable": given.get("publicStatsViewable", True),
        "madeForKids": given.get("selfDeclaredMadeForKids", False),
        **optional,
    }


def _statistics(made: Video, now: datetime) -> dict[str, str]:
    people = audience(made.id, made.at, now)
    counts = {"viewCount": people.views, "likeCount": people.likes, "favoriteCount": 0, "commentCount": 0}
    return {name: str(count) for name, count in counts.items()}


def _content(made: Video) -> dict[str, Any]:
    return {
        "duration": "P0D",
        "dimension": "2d",
        "definition": "hd",
        "caption": "false",
        "licensedContent": False,
        "projection": "rectangular",
        "hasCustomThumbnail": made.thumbnail is not None,
    }


def _processing(made: Video) -> dict[str, Any]:
    word = {"ready": "succeeded", "failed": "failed"}.get(made.file.state, "processing")
    more: dict[str, Any] = {"processingFailureReason": "transcodeFailed"} if word == "failed" else {}
    if word == "processing":
        more = {"processingProgress": {"partsTotal": "2", "partsProcessed": "1", "timeLeftMs": "1000"}}
    return {"processingStatus": word, **more}


def channel(account: str, videos: int, views: int, now: datetime) -> dict[str, Any]:
    """The account's channel. Who subscribes is told in three digits, as there."""
    channel_id = channel_of(account)
    followers = crowd(account, now).followers
    followers -= followers % 10 ** max(len(str(followers)) - 3, 0)
    counts = {"viewCount": str(views), "subscriberCount": str(followers), "hiddenSubscriberCount": False}
    counts["videoCount"] = str(videos)
    return {
        "kind": "youtube#channel",
        "etag": "sandbox",
        "id": channel_id,
        "snippet": {
            "title": f"Channel {channel_id[-4:]}",
            "description": "",
            "customUrl": f"@{account.replace('_', '-')}",
            "publishedAt": "2026-01-01T00:00:00Z",
            "thumbnails": {"default": {"url": f"https://yt3.ggpht.com/{channel_id}", "width": 88, "height": 88}},
            "localized": {"title": f"Channel {channel_id[-4:]}", "description": ""},
        },
        "contentDetails": {"relatedPlaylists": {"likes": "LL", "uploads": f"UU{channel_id[2:]}"}},
        "statistics": counts,
        "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": "allowed", "madeForKids": False},
    }


def playlist(account: str, playlist_id: str, title: str, count: int) -> dict[str, Any]:
    """A playlist of the account."""
    channel_id = channel_of(account)
    return {
        "kind": "youtube#playlist",
        "etag": "sandbox",
        "id": playlist_id,
        "snippet": {
            "publishedAt": "2026-01-01T00:00:00Z",
            "channelId": channel_id,
            "title": title,
            "description": "",
            "channelTitle": f"Channel {channel_id[-4:]}",
            "localized": {"title": title, "description": ""},
        },
        "status": {"privacyStatus": "public"},
        "contentDetails": {"itemCount": count},
    }


def playlist_item(made: Video, playlist_id: str, item_id: str, position: int) -> dict[str, Any]:
    """A video in a playlist."""
    snippet = _snippet(made)
    shown = {name: snippet[name] for name in ("title", "description", "thumbnails", "channelId", "channelTitle")}
    return {
        "kind": "youtube#playlistItem",
        "etag": "sandbox",
        "id": item_id,
        "snippet": {
            "publishedAt": stamp(made.at),
            **shown,
            "playlistId": playlist_id,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": made.id},
            "videoOwnerChannelTitle": snippet["channelTitle"],
            "videoOwnerChannelId": made.channel,
        },
        "contentDetails": {"videoId": made.id, "videoPublishedAt": stamp(made.at)},
        "status": {"privacyStatus": made.privacy},
    }


def comment(made: Post) -> dict[str, Any]:
    """A comment, or an answer to one."""
    channel_id, answered = channel_of(made.account), made.detail["thread"]
    return {
        "kind": "youtube#comment",
        "etag": "sandbox",
        "id": made.remote_id,
        "snippet": {
            "channelId": made.detail["channel"],
            "videoId": made.detail["video"],
            "textDisplay": made.text,
            "textOriginal": made.text,
            **({"parentId": answered} if answered else {}),
            "authorDisplayName": f"@{made.account.replace('_', '-')}",
            "authorProfileImageUrl": f"https://yt3.ggpht.com/{digits(made.account)}",
            "authorChannelUrl": f"http://www.youtube.com/channel/{channel_id}",
            "authorChannelId": {"value": channel_id},
            "canRate": True,
            "viewerRating": "none",
            "likeCount": 0,
            "publishedAt": stamp(made.created_at),
            "updatedAt": stamp(made.edited_at or made.created_at),
        },
    }


def thread(made: Post, answers: Iterable[Post]) -> dict[str, Any]:
    """A comment with what answers it."""
    below = [comment(one) for one in answers]
    return {
        "kind": "youtube#commentThread",
        "etag": "sandbox",
        "id": made.remote_id,
        "snippet": {
            "channelId": made.detail["channel"],
            "videoId": made.detail["video"],
            "topLevelComment": comment(made),
            "canReply": True,
            "totalReplyCount": len(below),
            "isPublic": True,
        },
        **({"replies": {"comments": below}} if below else {}),
    }
