"""What was published: https://developers.facebook.com/docs/instagram-platform/reference/instagram-media ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.audience import Audience, Crowd, audience, crowd
from postiz_ops.sandbox.container import Container
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.instagram import containers
from postiz_ops.sandbox.instagram.common import State, account_of, provider, username
from postiz_ops.sandbox.world import File, Post, World

QUOTA = 100
"""Posts of an account in 24 hours, as ``content_publishing_limit`` tells; it is not enforced here."""

METRICS = {
    "views": "Views",
    "reach": "Accounts reached",
    "likes": "Likes",
    "comments": "Comments",
    "shares": "Shares",
    "saved": "Saved",
    "saves": "Saved",
    "replies": "Replies",
    "total_interactions": "Interactions",
    "follower_count": "Followers",
    "ig_reels_video_view_total_time": "Time watched",
}
FEWEST = 5
"""People who must have seen a story before anything is told of it."""

_PATHS = {"REELS": "reel", "STORIES": "stories"}


def publish(world: World, request: Request) -> Reply:
    """POST /{user}/media_publish. What a second call for the same container gets is described nowhere: the same id."""
    account = account_of(world, request)
    container = containers.publishable(world, request, account)
    if container.post is None:
        container.post = world.add(_post(world, container))
        container.state = "PUBLISHED"
    return reply(200, {"id": container.post.remote_id})


def _post(world: World, container: Container) -> Post:
    media_id = world.snowflake(shift=20)
    text = "" if container.kind == "STORIES" else container.text
    post = Post(container.provider, container.account, media_id, text, world.clock(), media=container.shows)
    post.detail = {"kind": container.kind, "shortcode": graph.shortcode(int(media_id)), "comments": True}
    name = f"{username(container.account)}/{media_id}" if container.kind == "STORIES" else post.detail["shortcode"]
    post.url = f"https://www.instagram.com/{_PATHS.get(container.kind, 'p')}/{name}/"
    return post


def limit(world: World, request: Request) -> Reply:
    """GET /{user}/content_publishing_limit."""
    account = account_of(world, request)
    used = sum(1 for post in world.of(provider(request), account, deleted=True) if post.parent is None)
    config = {"quota_total": QUOTA, "quota_duration": graph.DAY}
    asked = graph.text(graph.parameters(request), "fields") or "quota_usage"
    row = {"id": account, "quota_usage": used, "config": config}
    shown = graph.chosen(asked, row, (), "ContentPublishingLimitResponse")
    return reply(200, {"data": [{name: value for name, value in shown.items() if name != "id"}]})


def listing(world: World, request: Request) -> Reply:
    """GET /{user}/media: posts and reels, newest first."""
    return _list(world, request, stories=False)


def stories(world: World, request: Request) -> Reply:
    """GET /{user}/stories."""
    return _list(world, request, stories=True)


def own_stories(world: World, request: Request) -> Reply | None:
    """The same on Facebook's host, where a page has stories too; ``None`` for a node that is not Instagram's."""
    return stories(world, request) if request.params["node"] in world.state(State).accounts else None


def _list(world: World, request: Request, *, stories: bool) -> Reply:
    posts = [post for post in world.of(provider(request), account_of(world, request)) if post.parent is None]
    wanted = [post for post in reversed(posts) if (post.detail["kind"] == "STORIES") is stories]
    return graph.page(request, [entity(post, world.clock()) for post in wanted], ("id",), "Media")


def entity(post: Post, now: datetime) -> dict[str, Any]:
    """A medium with all fields that it has."""
    kind, first = post.detail["kind"], post.media[0]
    media_type = "CAROUSEL_ALBUM" if kind == "CAROUSEL" else "VIDEO" if first.type.startswith("video/") else "IMAGE"
    return {
        "id": post.remote_id,
        "alt_text": first.alt or None,
        "caption": post.text or None,
        "children": {"data": [{"id": file.id} for file in post.media]} if kind == "CAROUSEL" else None,
        "comments_count": post.replies,
        "is_comment_enabled": post.detail["comments"],
        "is_shared_to_feed": True if kind == "REELS" else None,
        "like_count": audience(post.remote_id, post.created_at, now).likes,
        "media_product_type": {"REELS": "REELS", "STORIES": "STORY"}.get(kind, "FEED"),
        "media_type": media_type,
        "media_url": first.url or f"https://scontent.cdninstagram.com/v/{first.id}",
        "owner": {"id": post.account},
        "permalink": post.url,
        "shortcode": post.detail["shortcode"],
        "thumbnail_url": None,
        "timestamp": graph.instant(post.created_at),
        "username": username(post.account),
    }


def child(file: File) -> dict[str, Any]:
    """An item of a carousel."""
    kind = "VIDEO" if file.type.startswith("video/") else "IMAGE"
    return {"id": file.id, "media_type": kind, "media_url": file.url, "alt_text": file.alt or None}


def account(world: World, request: Request) -> dict[str, Any]:
    """A professional account."""
    name = account_of(world, request)
    posts = sum(1 for post in world.of(provider(request), name) if post.parent is None)
    user, people = username(name), crowd(name, world.clock())
    return {
        "id": name,
        "ig_id": int(name),
        "user_id": name,
        "username": user,
        "name": user,
        "account_type": "BUSINESS",
        "biography": "",
        "followers_count": people.followers,
        "follows_count": people.following,
        "media_count": posts,
        "profile_picture_url": f"https://scontent.cdninstagram.com/v/{name}",
        "website": None,
    }


def insights(world: World, request: Request) -> Reply | None:
    """GET /{media}/insights, /{user}/insights; ``None`` for a node that is not Instagram's."""
    node = request.params["node"]
    if not knows(world, request, node):
        return None
    graph.token(request)
    post = world.find(provider(request), node)
    if post and post.detail.get("kind") == "STORIES" and _seen(world, post).reach < FEWEST:
        raise graph.error(10, "(#10) Not enough viewers for the media to show insights")
    figures = _of_post(post, _seen(world, post)) if post else _of_account(crowd(node, world.clock()))
    period = graph.text(graph.parameters(request), "period") or "lifetime"
    return graph.insights(request, node, METRICS, figures, period)


def _seen(world: World, post: Post) -> Audience:
    return audience(post.remote_id, post.created_at, world.clock())


def _of_post(post: Post, people: Audience) -> Mapping[str, graph.Figure]:
    figures: dict[str, graph.Figure] = {
        "views": people.views,
        "reach": people.reach,
        "likes": people.likes,
        "comments": post.replies,
        "replies": post.replies,
        "shares": people.shares,
        "saved": people.saves,
        "total_interactions": people.likes + people.shares + people.saves + post.replies,
    }
    if post.detail.get("kind") == "REELS":
        figures["ig_reels_video_view_total_time"] = people.seconds * 1000
    return figures


def _of_account(people: Crowd) -> Mapping[str, graph.Figure]:
    return {
        "views": people.views,
        "reach": people.reach,
        "likes": people.engaged,
        "comments": people.engaged // 8,
        "shares": people.engaged // 12,
        "saves": people.engaged // 10,
        "follower_count": people.gained,
    }


def knows(world: World, request: Request, node: str) -> bool:
    """Whether a node is a medium, a comment, a container or an account that Instagram has seen."""
    state = world.state(State)
    published = world.find(provider(request), node) is not None
    return published or node in state.containers or node in state.accounts or provider(request) != "instagram"
