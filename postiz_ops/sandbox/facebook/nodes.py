"""Nodes by their id alone, on the host that Facebook and Instagram share."""

from __future__ import annotations

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.facebook import entities, feed, pages, videos
from postiz_ops.sandbox.facebook.common import NAME, State, check_writer, find
from postiz_ops.sandbox.world import Post, World


def show(world: World, request: Request) -> Reply:
    """GET /{node}: a post, a comment, a photo, a video, or else a page."""
    graph.token(request)
    node, state = request.params["node"], world.state(State)
    if node in state.videos:
        videos.look(world, request, state.videos[node])
        whole = entities.video(state.videos[node], world.clock())
        return graph.show(request, whole, ("description", "updated_time", "id"), "Video")
    if node in state.photos:
        return graph.show(request, entities.photo(state.photos[node]), ("created_time", "name", "id"), "Photo")
    post = find(world, node)
    if post and post.parent:
        return graph.show(request, entities.comment(post), ("created_time", "from", "message", "id"), "Comment")
    if post:
        return graph.show(request, entities.post(post, world.clock()), ("created_time", "message", "id"), "PagePost")
    if node == "me":
        return pages.me(world, request)
    if not node.isdecimal() or any(other.remote_id == node for other in world.posts):
        raise graph.absent(node)
    return pages.show(world, request)


def update(world: World, request: Request) -> Reply:
    """POST /{post}, /{comment}, /{video}: another text."""
    post, given = _own(world, request), graph.parameters(request)
    name = "description" if post.detail["kind"] in ("video", "reel") and "message" not in given else "message"
    if post.detail["kind"] == "story":
        raise graph.absent(post.remote_id, "post")
    if name in given:
        words = feed.message(given, name)
        if not words.strip() and not post.media:
            raise graph.error(100, "(#100) Missing message or attachment")
        post.text, post.edited_at = words, world.clock()
    video = world.state(State).videos.get(post.remote_id)
    if video:
        video.description = post.text
    return reply(200, {"success": True})


def delete(world: World, request: Request) -> Reply:
    """DELETE /{post}, /{comment}, /{video}."""
    post = _own(world, request)
    world.remove(post)
    world.state(State).videos.pop(post.remote_id, None)
    return reply(200, {"success": True})


def _own(world: World, request: Request) -> Post:
    node, state = request.params["node"], world.state(State)
    holding = (post for post in world.of(NAME) for file in post.media if node in state.photos and file.id == node)
    post = find(world, node) or next(holding, None)
    if post is None:
        raise graph.absent(node, request.method.lower())
    check_writer(world, request, post.account)
    return post
