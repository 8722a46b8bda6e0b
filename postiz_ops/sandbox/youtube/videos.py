"""Videos, and how far they are: https://developers.google.com/youtube/v3/docs/videos ."""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World
from postiz_ops.sandbox.youtube import entities
from postiz_ops.sandbox.youtube.common import (
    CALLS,
    NAME,
    Session,
    State,
    Video,
    account_of,
    channel_of,
    error,
    new_id,
    own_video,
    parts_of,
    video_of,
)
from postiz_ops.sandbox.youtube.drafts import given_of, invalid

PARTS = (
    "id",
    "snippet",
    "status",
    "contentDetails",
    "statistics",
    "processingDetails",
    "player",
    "localizations",
    "recordingDetails",
    "fileDetails",
    "suggestions",
    "topicDetails",
    "liveStreamingDetails",
    "paidProductPlacementDetails",
)
THUMBNAIL_MAX = 52_428_800
"""Bytes, by the discovery document, since 2026-09-14."""


def publish(world: World, session: Session, effect: str) -> Video:
    """The video of a session whose bytes are all there. What fails at once, or never ends, is not seen by anybody."""
    file = File.of(new_id(world, 11), bytes(session.data), declared=session.type)
    file.state = "processing"
    made = Video(file.id, channel_of(session.account), file, session.given, world.clock())
    world.state(State).videos[made.id] = made
    strike(world, made, effect)
    if file.state == "processing" and not file.stuck:
        post = Post(NAME, session.account, made.id, session.given["snippet"].get("description", ""), made.at)
        post.url, post.media, file.used = f"https://www.youtube.com/watch?v={made.id}", [file], True
        post.detail = {"title": session.given["snippet"]["title"]}
        made.post = world.add(post)
    return made


def strike(world: World, video: Video, effect: str) -> None:
    """A fault of processing that was asked for. A video that fails is not to be seen any more."""
    if effect == "async-fail" and video.file.state == "processing":
        video.file.state = "failed"
        if video.post and not video.post.deleted:
            world.remove(video.post)
    video.file.stuck = video.file.stuck or effect == "async-never"


def listing(world: World, request: Request) -> Reply:
    """GET /youtube/v3/videos?id=: being looked at lets processing end, at the second look."""
    account, parts = account_of(request), parts_of(request, PARTS)
    ids = [one for value in request.asked("id") for one in value.split(",") if one]
    if not ids:
        sentence = "No filter selected. Expected one of: id, chart, myRating"
        raise error(400, "missingRequiredParameter", sentence, domain="youtube.parameter")
    found = [made for one in ids if (made := video_of(world, one)) and _visible(made, account)]
    for made in found:
        _look(world, made, request.effect)
    items = [entities.video(made, parts, world.clock()) for made in found]
    info = {"totalResults": len(items), "resultsPerPage": len(items)}
    return reply(200, {"kind": "youtube#videoListResponse", "etag": "sandbox", "items": items, "pageInfo": info}, CALLS)


def _visible(video: Video, account: str) -> bool:
    return video.channel == channel_of(account) or (video.privacy != "private" and video.file.state != "failed")


def _look(world: World, video: Video, effect: str) -> None:
    strike(world, video, effect)
    video.looks += 1
    if video.file.state == "processing" and video.looks > 1 and not video.file.stuck:
        video.file.state = "ready"


def update(world: World, request: Request) -> Reply:
    """PUT /youtube/v3/videos: the parts that are named are replaced whole, so that what they leave out is lost."""
    account, parts, given = account_of(request), parts_of(request, PARTS), given_of(request)
    video = own_video(world, account, str(given.get("id", "")), location="id")
    if "snippet" in parts:
        if not given["snippet"].get("title"):
            raise invalid("snippet.title", "invalidTitle", "an invalid or empty video title")
        if "categoryId" not in given["snippet"]:
            raise invalid("snippet.categoryId", "invalidCategoryId", "an invalid category ID")
    for part in ("snippet", "status"):
        if part in parts:
            video.given[part] = given[part]
    if video.post:
        video.post.text, video.post.edited_at = video.given["snippet"].get("description", ""), world.clock()
        video.post.detail["title"] = video.given["snippet"]["title"]
    return reply(200, entities.video(video, parts, world.clock()), CALLS)


def delete(world: World, request: Request) -> Reply:
    """DELETE /youtube/v3/videos?id=."""
    account, video_id = account_of(request), request.ask("id")
    video = own_video(world, account, video_id, location="id")
    video.gone = True
    if video.post and not video.post.deleted:
        world.remove(video.post)
    return Reply(204)


def thumbnail(world: World, request: Request) -> Reply:
    """POST /upload/youtube/v3/thumbnails/set: the picture alone, as it is."""
    video = own_video(world, account_of(request), request.ask("videoId"), location="videoId")
    file = File.of(video.id, request.body, declared=request.type)
    if not request.body:
        raise _no_picture("mediaBodyRequired", "The request does not include the image content.")
    if file.type not in ("image/jpeg", "image/png") or file.width is None:
        raise _no_picture("invalidImage", "The provided image content is invalid.")
    if len(request.body) > THUMBNAIL_MAX:
        raise error(413, "uploadTooLarge", f"Media larger than {THUMBNAIL_MAX} bytes.", domain="global")
    video.thumbnail = file
    items = [entities.thumbnails(video)]
    return reply(200, {"kind": "youtube#thumbnailSetResponse", "etag": "sandbox", "items": items}, CALLS)


def _no_picture(reason: str, sentence: str) -> Refused:
    return error(400, reason, sentence, domain="youtube.thumbnail")
