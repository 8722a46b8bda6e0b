"""The account's channel with its playlists, and the categories that there are."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import audience
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import World
from postiz_ops.sandbox.youtube import entities
from postiz_ops.sandbox.youtube.common import (
    CALLS,
    State,
    Video,
    account_of,
    body,
    channel_of,
    error,
    letters,
    new_id,
    page,
    parts_of,
    video_of,
)
from postiz_ops.sandbox.youtube.drafts import CATEGORIES

TITLES = ("Tutorials", "Releases")
"""The playlists that every channel has; of others any id is one."""

_ITEM = {"snippet": {"playlistId": str, "position": int, "resourceId": {"kind": str, "videoId": str}}, "kind": str}
_ITEM_PARTS = ("id", "snippet", "contentDetails", "status")


def mine(world: World, request: Request) -> Reply:
    """GET /youtube/v3/channels?mine=true."""
    account = account_of(request)
    parts = parts_of(request, ("id", "snippet", "contentDetails", "statistics", "status", "brandingSettings"))
    if request.ask("mine") != "true" and request.ask("id") != channel_of(account):
        raise _no_filter("mine, id")
    videos, now = _uploads(world, account), world.clock()
    views = sum(audience(video.id, video.at, now).views for video in videos)
    whole = entities.channel(account, len(videos), views, now)
    shown = {name: value for name, value in whole.items() if name in ("kind", "etag", "id", *parts)}
    return page(request, "youtube#channelListResponse", [shown])


def _no_filter(names: str) -> Refused:
    sentence = f"No filter selected. Expected one of: {names}"
    return error(400, "missingRequiredParameter", sentence, domain="youtube.parameter")


def _uploads(world: World, account: str) -> list[Video]:
    """The videos of a channel, the newest first."""
    channel, videos = channel_of(account), world.state(State).videos.values()
    return [one for one in videos if one.channel == channel and not one.gone and one.file.state != "failed"][::-1]


def playlists(world: World, request: Request) -> Reply:
    """GET /youtube/v3/playlists?mine=true."""
    account, parts = account_of(request), parts_of(request, ("id", "snippet", "status", "contentDetails"))
    if request.ask("mine") != "true":
        raise _no_filter("mine")
    found = []
    for title in TITLES:
        playlist_id = f"PL{letters(account + title, 32)}"
        whole = entities.playlist(account, playlist_id, title, len(world.state(State).lists.get(playlist_id, [])))
        found.append({name: value for name, value in whole.items() if name in ("kind", "etag", "id", *parts)})
    return page(request, "youtube#playlistListResponse", found)


def items(world: World, request: Request) -> Reply:
    """GET /youtube/v3/playlistItems?playlistId=: a channel's uploads too, by the id that the channel names."""
    account, parts = account_of(request), parts_of(request, _ITEM_PARTS)
    playlist_id = request.ask("playlistId")
    if not playlist_id:
        raise _no_filter("id, playlistId")
    kept = _uploads_as_items(world, account, playlist_id) or world.state(State).lists.get(playlist_id)
    if kept is None and not _is_playlist(account, playlist_id):
        raise _no_playlist()
    there = [(item, made) for item, video_id in kept or [] if (made := video_of(world, video_id))]
    shown = [_item(made, playlist_id, item, position, parts) for position, (item, made) in enumerate(there)]
    return page(request, "youtube#playlistItemListResponse", shown)


def _uploads_as_items(world: World, account: str, playlist_id: str) -> list[tuple[str, str]]:
    if playlist_id != f"UU{channel_of(account)[2:]}":
        return []
    return [(letters(f"{playlist_id}/{one.id}", 34), one.id) for one in _uploads(world, account)]


def _is_playlist(account: str, playlist_id: str) -> bool:
    return playlist_id.startswith("PL") or playlist_id == f"UU{channel_of(account)[2:]}"


def _no_playlist() -> Refused:
    sentence = "The playlist identified with the request's <code>playlistId</code> parameter cannot be found."
    return error(404, "playlistNotFound", sentence, domain="youtube.playlistItem", location="playlistId")


def _item(video: Video, playlist_id: str, item_id: str, position: int, parts: list[str]) -> dict[str, Any]:
    whole = entities.playlist_item(video, playlist_id, item_id, position)
    return {name: value for name, value in whole.items() if name in ("kind", "etag", "id", *parts)}


def insert(world: World, request: Request) -> Reply:
    """POST /youtube/v3/playlistItems: at the end."""
    account_of(request)
    parts = parts_of(request, _ITEM_PARTS)
    snippet = body(request, _ITEM, "playlist_item").get("snippet", {})
    playlist_id, resource = snippet.get("playlistId", ""), snippet.get("resourceId", {})
    if not playlist_id:
        raise error(
            400, "playlistIdRequired", "The request does not specify a playlist ID.", domain="youtube.playlistItem"
        )
    if resource.get("kind") != "youtube#video":
        raise error(
            400, "invalidResourceType", "The specified resource type is not supported.", domain="youtube.playlistItem"
        )
    if not playlist_id.startswith("PL"):
        raise _no_playlist()
    video = video_of(world, resource.get("videoId", ""))
    if video is None:
        raise error(404, "videoNotFound", "Video not found.", domain="youtube.playlistItem")
    kept = world.state(State).lists.setdefault(playlist_id, [])
    kept.append((new_id(world, 34), video.id))
    return reply(200, _item(video, playlist_id, kept[-1][0], len(kept) - 1, parts), CALLS)


def remove(world: World, request: Request) -> Reply:
    """DELETE /youtube/v3/playlistItems?id=."""
    account_of(request)
    for kept in world.state(State).lists.values():
        for item in [one for one in kept if one[0] == request.ask("id")]:
            kept.remove(item)
            return Reply(204)
    raise error(404, "playlistItemNotFound", "Playlist item not found.", domain="youtube.playlistItem", location="id")


def categories(_: World, request: Request) -> Reply:
    """GET /youtube/v3/videoCategories: the same in every region."""
    account_of(request)
    parts_of(request, ("id", "snippet"))
    if not request.ask("regionCode") and not request.ask("id"):
        raise _no_filter("regionCode, id")
    shown = [
        {
            "kind": "youtube#videoCategory",
            "etag": "sandbox",
            "id": number,
            "snippet": {"title": title, "assignable": True, "channelId": "UCBR8-60-B28hp2BmDPdntcQ"},
        }
        for number, title in CATEGORIES.items()
    ]
    return reply(200, {"kind": "youtube#videoCategoryListResponse", "etag": "sandbox", "items": shown}, CALLS)
