"""What was published, and who did: https://developers.facebook.com/documentation/threads/posts ."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.audience import audience, crowd
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.threads import containers
from postiz_ops.sandbox.threads.common import NAME, State, profile_of, standing, username
from postiz_ops.sandbox.world import File, Post, World

QUOTAS = {"quota": 250, "reply_quota": 1000, "delete_quota": 100}
"""What ``threads_publishing_limit`` tells for 24 hours; it is not enforced here."""

METRICS = {
    "views": "Views",
    "likes": "Likes",
    "replies": "Replies",
    "reposts": "Reposts",
    "quotes": "Quotes",
    "shares": "Shares",
    "clicks": "Clicks",
    "followers_count": "Followers",
}


def publish(world: World, request: Request) -> Reply:
    """POST /{user}/threads_publish. A second call for one container, described nowhere, gives the same id."""
    profile = profile_of(request)
    container = containers.publishable(world, request, profile)
    if container.post is None:
        number = world.snowflake(shift=20)
        post = Post(NAME, profile, number, container.text, world.clock(), media=container.shows)
        post.parent = container.parent
        post.detail = container.detail | {"kind": container.kind, "shortcode": graph.shortcode(int(number))}
        post.url = f"https://www.threads.com/@{username(profile)}/post/{post.detail['shortcode']}"
        container.post, container.state = world.add(post), "PUBLISHED"
    return reply(200, {"id": container.post.remote_id})


def show(world: World, request: Request) -> Reply:
    """GET /{node}: a container, a post or a profile."""
    graph.token(request)
    node = request.params["node"]
    container = world.state(State).containers.get(node)
    if container:
        return containers.status(world, request, container)
    if world.find(NAME, node):
        return graph.show(request, entity(world, standing(world, request)), ("id",), "ThreadsMedia")
    if any(post.remote_id == node for post in world.of(NAME, deleted=True)):
        raise graph.absent(node)
    item = next((file for post in world.of(NAME) for file in post.media if file.id == node), None)
    if item:
        return graph.show(request, _item(item), ("id",), "ThreadsMedia")
    return graph.show(request, _profile(profile_of(request)), ("id",), "ThreadsUser")


def _profile(profile: str) -> dict[str, Any]:
    return {
        "id": profile,
        "username": username(profile),
        "name": username(profile),
        "is_verified": False,
        "threads_biography": "",
        "threads_profile_picture_url": f"https://scontent.cdninstagram.com/v/{profile}",
    }


def _item(file: File) -> dict[str, Any]:
    kind = "VIDEO" if file.type.startswith("video/") else "IMAGE"
    return {"id": file.id, "media_type": kind, "media_url": file.url, "alt_text": file.alt or None}


def entity(world: World, post: Post) -> dict[str, Any]:
    """A post with all fields that it has."""
    detail, first = post.detail, post.media[0] if post.media else None
    kinds = {"TEXT": "TEXT_POST", "CAROUSEL": "CAROUSEL_ALBUM"}
    album = detail["kind"] == "CAROUSEL"
    return {
        "id": post.remote_id,
        "alt_text": (first.alt or None) if first and not album else None,
        "children": {"data": [{"id": file.id} for file in post.media]} if album else None,
        "has_replies": post.replies > 0,
        "is_quote_post": detail["quoted"] is not None,
        "is_reply": post.parent is not None,
        "is_reply_owned_by_me": post.parent is not None,
        "link_attachment_url": detail["link"] or None,
        "media_product_type": "THREADS",
        "media_type": kinds.get(detail["kind"], detail["kind"]),
        "media_url": first.url if first and not album else None,
        "owner": {"id": post.account},
        "permalink": post.url,
        "poll_attachment": detail["poll"],
        "quoted_post": {"id": detail["quoted"]} if detail["quoted"] else None,
        "replied_to": {"id": post.parent} if post.parent else None,
        "reposted_post": None,
        "root_post": {"id": _root(world, post).remote_id} if post.parent else None,
        "shortcode": detail["shortcode"],
        "text": post.text or None,
        "thumbnail_url": None,
        "timestamp": graph.instant(post.created_at),
        "topic_tag": detail["topic"] or None,
        "username": username(post.account),
    }


def _root(world: World, post: Post) -> Post:
    above = world.find(NAME, post.parent or "")
    return _root(world, above) if above else post


def listing(world: World, request: Request) -> Reply:
    """GET /{user}/threads: newest first, without replies."""
    posts = [post for post in world.of(NAME, profile_of(request)) if post.parent is None]
    return _page(world, request, posts[::-1])


def own_replies(world: World, request: Request) -> Reply:
    """GET /{user}/replies, or of a post: the answers to it."""
    if world.find(NAME, request.params["node"]) is None:
        posts = [post for post in world.of(NAME, profile_of(request)) if post.parent is not None]
        return _page(world, request, posts[::-1])
    post = standing(world, request)
    return _page(world, request, [other for other in reversed(list(world.of(NAME))) if other.parent == post.remote_id])


def conversation(world: World, request: Request) -> Reply:
    """GET /{post}/conversation: everything below it."""
    known, below = {standing(world, request).remote_id}, []
    for other in world.of(NAME):
        if other.parent in known:
            known.add(other.remote_id)
            below.append(other)
    return _page(world, request, below[::-1])


def _page(world: World, request: Request, posts: list[Post]) -> Reply:
    """Cursors alone lead to the next page: Meta's collection has no address of it here."""
    return graph.page(request, [entity(world, post) for post in posts], ("id",), "ThreadsMedia", following=False)


def delete(world: World, request: Request) -> Reply:
    """DELETE /{post}."""
    post = standing(world, request)
    world.remove(post)
    return reply(200, {"success": True, "deleted_id": post.remote_id})


def limit(world: World, request: Request) -> Reply:
    """GET /{user}/threads_publishing_limit."""
    posts = list(world.of(NAME, profile_of(request), deleted=True))
    used = {
        "quota": sum(post.parent is None for post in posts),
        "reply_quota": sum(post.parent is not None for post in posts),
        "delete_quota": sum(post.deleted for post in posts),
    }
    row: dict[str, Any] = {"id": None}
    for name, total in QUOTAS.items():
        row[f"{name}_usage"] = used[name]
        row[name.replace("quota", "config")] = {"quota_total": total, "quota_duration": graph.DAY}
    asked = graph.text(graph.parameters(request), "fields") or "quota_usage"
    return reply(200, {"data": [graph.chosen(asked, row, (), "ThreadsPublishingLimit")]})


def insights(world: World, request: Request) -> Reply:
    """GET /{post}/insights, /{user}/threads_insights."""
    graph.token(request)
    node = request.params["node"]
    if request.path.endswith("/insights"):
        return graph.insights(request, node, METRICS, _of_post(world, standing(world, request)))
    people = crowd(profile_of(request), world.clock())
    figures = {"views": people.visits, "likes": people.engaged, "followers_count": people.followers}
    return graph.insights(request, node, METRICS, figures)


def _of_post(world: World, post: Post) -> dict[str, graph.Figure]:
    people = audience(post.remote_id, post.created_at, world.clock())
    return {
        "views": people.views,
        "likes": people.likes,
        "replies": post.replies,
        "reposts": people.shares,
        "quotes": people.quotes,
        "shares": people.saves,
        "clicks": people.links,
    }
