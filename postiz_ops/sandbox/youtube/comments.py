"""Comments: https://developers.google.com/youtube/v3/docs/comments and commentThreads ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import Post, World
from postiz_ops.sandbox.youtube import entities
from postiz_ops.sandbox.youtube.common import (
    CALLS,
    NAME,
    Video,
    account_of,
    body,
    channel_of,
    error,
    new_id,
    page,
    parts_of,
    video_of,
)

COMMENT_MAX = 10_000
"""Characters. What the application takes; the API's pages name no number."""

PARTS = ("id", "snippet", "replies")

_COMMENT: Mapping[str, Any] = {
    "id": str,
    "kind": str,
    "snippet": {"textOriginal": str, "parentId": str, "videoId": str, "channelId": str},
}
_THREAD: Mapping[str, Any] = {
    "id": str,
    "kind": str,
    "snippet": {"videoId": str, "channelId": str, "topLevelComment": _COMMENT},
}
_CLOSED = "The video identified by the <code>videoId</code> parameter has disabled comments."


def start(world: World, request: Request) -> Reply:
    """POST /youtube/v3/commentThreads: a comment on a video."""
    account = account_of(request)
    parts_of(request, PARTS)
    snippet = body(request, _THREAD, "comment_thread").get("snippet", {})
    text = _text(snippet.get("topLevelComment", {}).get("snippet", {}))
    video = _open(world, account, snippet.get("videoId", ""))
    post = _keep(world, account, f"Ug{new_id(world, 24)}", text, video.id)
    post.parent = video.id
    post.detail = {"video": video.id, "channel": video.channel, "thread": None}
    world.add(post)
    return reply(200, entities.thread(post, ()), CALLS)


def answer(world: World, request: Request) -> Reply:
    """POST /youtube/v3/comments: an answer to a comment. Answers are flat: one to an answer goes below its comment."""
    account = account_of(request)
    parts_of(request, PARTS)
    snippet = body(request, _COMMENT, "comment").get("snippet", {})
    text, parent = _text(snippet), snippet.get("parentId", "")
    if not parent:
        raise _refused(400, "parentCommentIdRequired", "The comment's <code>snippet.parentId</code> is missing.")
    above = _comment(world, parent, reason="parentCommentNotFound")
    root = above.detail["thread"] or above.remote_id
    _open(world, account, above.detail["video"])
    post = _keep(world, account, f"{root}.{new_id(world, 22)}", text, above.detail["video"])
    post.parent, post.detail = root, {**above.detail, "thread": root}
    world.add(post)
    return reply(200, entities.comment(post), CALLS)


def update(world: World, request: Request) -> Reply:
    """PUT /youtube/v3/comments."""
    account = account_of(request)
    parts_of(request, PARTS)
    given = body(request, _COMMENT, "comment")
    post = _own(world, account, given.get("id", ""))
    post.text, post.edited_at = _text(given.get("snippet", {})), world.clock()
    return reply(200, entities.comment(post), CALLS)


def delete(world: World, request: Request) -> Reply:
    """DELETE /youtube/v3/comments?id=."""
    world.remove(_own(world, account_of(request), request.ask("id")))
    return Reply(204)


def listing(world: World, request: Request) -> Reply:
    """GET /youtube/v3/comments?id= or ?parentId=."""
    account_of(request)
    parts_of(request, PARTS)
    ids, parent = request.ask("id").split(","), request.ask("parentId")
    if not parent and not request.ask("id"):
        raise _no_filter("id, parentId")
    wanted = [one for one in world.of(NAME) if _is_comment(one)]
    found = [one for one in wanted if (one.detail["thread"] == parent if parent else one.remote_id in ids)]
    return page(request, "youtube#commentListResponse", [entities.comment(one) for one in found])


def threads(world: World, request: Request) -> Reply:
    """GET /youtube/v3/commentThreads?videoId=, ?id= or ?allThreadsRelatedToChannelId=: the newest first."""
    account_of(request)
    parts_of(request, PARTS)
    filters = ("videoId", "id", "allThreadsRelatedToChannelId")
    if not any(request.ask(name) for name in filters):
        raise _no_filter(", ".join(filters))
    if request.ask("videoId") and video_of(world, request.ask("videoId")) is None:
        raise _no_video()
    roots = [
        one for one in world.of(NAME) if _is_comment(one) and one.detail["thread"] is None and _asked(one, request)
    ]
    return page(request, "youtube#commentThreadListResponse", [_thread(world, one) for one in roots[::-1]])


def _no_filter(names: str) -> Refused:
    sentence = f"No filter selected. Expected one of: {names}"
    return error(400, "missingRequiredParameter", sentence, domain="youtube.parameter")


def _asked(post: Post, request: Request) -> bool:
    return (
        request.ask("videoId", post.detail["video"]) == post.detail["video"]
        and request.ask("allThreadsRelatedToChannelId", post.detail["channel"]) == post.detail["channel"]
        and (not request.ask("id") or post.remote_id in request.ask("id").split(","))
    )


def _thread(world: World, root: Post) -> dict[str, Any]:
    below = [one for one in world.of(NAME) if _is_comment(one) and one.detail["thread"] == root.remote_id]
    return entities.thread(root, below)


def _is_comment(post: Post) -> bool:
    return "thread" in post.detail


def _text(snippet: Mapping[str, Any]) -> str:
    text: str = snippet.get("textOriginal", "")
    if not text.strip():
        raise _refused(
            400,
            "commentTextRequired",
            "The comment has no text.",
        )
    if len(text) > COMMENT_MAX:
        raise _refused(
            400,
            "commentTextTooLong",
            "The comment has too many characters.",
        )
    return text


def _refused(status: int, reason: str, sentence: str) -> Refused:
    return error(status, reason, sentence, domain="youtube.comment")


def _no_video() -> Refused:
    sentence = "The video identified by the <code>videoId</code> parameter could not be found."
    return error(404, "videoNotFound", sentence, domain="youtube.commentThread", location="videoId")


def _open(world: World, account: str, video_id: str) -> Video:
    """A video that can be commented: not what is private or made for children."""
    video = video_of(world, video_id)
    if video is None or (video.privacy == "private" and video.channel != channel_of(account)):
        raise _no_video()
    if video.privacy == "private" or video.given["status"].get("selfDeclaredMadeForKids"):
        raise error(403, "commentsDisabled", _CLOSED, domain="youtube.commentThread", location="videoId")
    return video


def _comment(world: World, comment_id: str, *, reason: str = "commentNotFound") -> Post:
    post = world.find(NAME, comment_id)
    if post is None or not _is_comment(post):
        raise _refused(404, reason, "The specified comment could not be found.")
    return post


def _own(world: World, account: str, comment_id: str) -> Post:
    post = _comment(world, comment_id)
    if post.account != account:
        raise _refused(403, "forbidden", "The comment cannot be changed by this channel.")
    return post


def _keep(world: World, account: str, comment_id: str, text: str, video_id: str) -> Post:
    post = Post(NAME, account, comment_id, text, world.clock())
    post.url = f"https://www.youtube.com/watch?v={video_id}&lc={comment_id}"
    return post
