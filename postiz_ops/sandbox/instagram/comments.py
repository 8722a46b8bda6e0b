"""Comments: https://developers.facebook.com/documentation/instagram-platform/ , reference, IG Media, Comments."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.instagram.common import provider, username
from postiz_ops.sandbox.world import Post, World


def create(world: World, request: Request) -> Reply | None:
    """POST /{media}/comments, /{comment}/replies: text alone. ``None`` for a node that is not Instagram's."""
    above = _above(world, request)
    if above is None:
        return None
    words = graph.text(graph.parameters(request), "message")
    if not words.strip():
        raise graph.error(100, "(#100) The parameter message is required")
    post = Post(above.provider, above.account, world.snowflake(shift=20), words, world.clock(), parent=above.remote_id)
    post.detail, post.url = {"kind": "COMMENT"}, above.url
    world.add(post)
    return reply(200, {"id": post.remote_id})


def listing(world: World, request: Request) -> Reply | None:
    """GET /{media}/comments, /{comment}/replies."""
    above = _above(world, request)
    if above is None:
        return None
    below = [post for post in world.of(above.provider) if post.parent == above.remote_id]
    return graph.page(request, [entity(post) for post in reversed(below)], ("timestamp", "text", "id"), "IGComment")


def entity(post: Post) -> dict[str, Any]:
    """A comment with all fields that it has."""
    user = username(post.account)
    return {
        "id": post.remote_id,
        "text": post.text,
        "timestamp": graph.instant(post.created_at),
        "username": user,
        "from": {"id": post.account, "username": user},
        "hidden": False,
        "like_count": 0,
        "media": {"id": post.parent},
        "parent_id": None,
        "user": {"id": post.account},
    }


def _above(world: World, request: Request) -> Post | None:
    graph.token(request)
    return world.find(provider(request), request.params["node"])
