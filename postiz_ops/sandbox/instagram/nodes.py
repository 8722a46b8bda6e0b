"""Nodes by their id alone: what each kind of thing shows, and what can be changed of it."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.instagram import comments, containers, media
from postiz_ops.sandbox.instagram.common import State, provider
from postiz_ops.sandbox.world import File, Post, World

ACCOUNT_FIELDS = {
    "ig_id",
    "follows_count",
    "media_count",
    "biography",
    "profile_picture_url",
    "user_id",
}
"""Fields by which an account is meant where the id alone does not say so; a page has ``followers_count``, too."""

PAGE_FIELDS = {"access_token", "category", "category_list", "fan_count", "instagram_business_account", "link", "tasks"}
"""Fields by which a page is meant; both have a ``username``."""


def show(world: World, request: Request) -> Reply | None:
    """GET /{node}: a container, a medium, a comment or an account; ``None`` where it is none of them."""
    graph.token(request)
    node = request.params["node"]
    container = world.state(State).containers.get(node)
    if container and container.provider == provider(request):
        return containers.status(world, request, container)
    post = world.find(provider(request), node)
    if post:
        if post.parent:
            return graph.show(request, comments.entity(post), ("id",), "IGComment")
        return graph.show(request, media.entity(post, world.clock()), ("id",), "Media")
    item = _item(world, request, node)
    if item:
        return graph.show(request, media.child(item), ("id",), "Media")
    if _is_account(world, request, node):
        return graph.show(request, media.account(world, request), ("id",), "IGUser")
    return None


def _item(world: World, request: Request, node: str) -> File | None:
    files = (file for post in world.of(provider(request)) for file in post.media)
    return next((file for file in files if file.id == node), None)


def _is_account(world: World, request: Request, node: str) -> bool:
    asked = set(graph.fields(graph.text(graph.parameters(request), "fields")))
    if provider(request) != "instagram":
        return node == "me" or (node.isdecimal() and not _was(world, request, node))
    named = bool(asked & ACCOUNT_FIELDS) or ("username" in asked and not asked & PAGE_FIELDS)
    meant = node in world.state(State).accounts or (named and node.isdecimal())
    return node != "me" and meant and not _was(world, request, node)


def _was(world: World, request: Request, node: str) -> bool:
    posts = world.of(provider(request), deleted=True)
    return any(post.remote_id == node for post in posts)


def update(world: World, request: Request) -> Reply | None:
    """POST /{medium}: only whether it can be commented on can change."""
    post = _published(world, request)
    if post is None:
        return None
    given: dict[str, Any] = graph.parameters(request)
    if post.parent is None and not graph.text(given, "comment_enabled"):
        raise graph.error(100, "(#100) The parameter comment_enabled is required")
    if post.parent is None:
        post.detail["comments"] = graph.true(given, "comment_enabled")
    return reply(200, {"success": True})


def delete(world: World, request: Request) -> Reply | None:
    """DELETE a medium or a comment. With Instagram's own login media cannot be deleted."""
    post = _published(world, request)
    if post is None:
        return None
    if post.parent is None and post.provider != "instagram":
        raise graph.absent(post.remote_id, "delete")
    world.remove(post)
    return reply(200, {"success": True})


def _published(world: World, request: Request) -> Post | None:
    graph.token(request)
    return world.find(provider(request), request.params["node"])


def missing(_: World, request: Request) -> Reply:
    """A node that there is not."""
    raise graph.absent(request.params["node"], request.method.lower())
