"""Posts of a page: https://developers.facebook.com/docs/graph-api/reference/page/feed/ ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from postiz_ops.sandbox import graph, limits
from postiz_ops.sandbox.exchange import Refused, Reply, Request, objects, reply
from postiz_ops.sandbox.facebook import entities
from postiz_ops.sandbox.facebook.common import NAME, State, find, invalid, new_post, page_of, post_id, writer
from postiz_ops.sandbox.world import File, Post, World

DUPLICATE, ALREADY_POSTED = 1_455_006, 1_366_051
_DEFAULT = ("created_time", "message", "id")


def create(world: World, request: Request) -> Reply:
    """POST /{page}/feed: a text, a link, or photos that were uploaded before."""
    page, given = writer(world, request), graph.parameters(request)
    check_now(given)
    words, link = message(given), graph.text(given, "link")
    photos = _attached(world, page, given)
    if not (words.strip() or link or photos):
        raise invalid("Missing message or attachment")
    if link and not graph.fetchable(link):
        raise invalid("link should represent a valid URL")
    post = new_post(world, page, words, "post", link=link)
    post.media = photos
    _check_new(world, post)
    world.add(post)
    for photo in photos:
        photo.used = True
    return answered(world, request, post, {"id": post.remote_id})


def answered(world: World, request: Request, post: Post, usual: Mapping[str, Any]) -> Reply:
    """The id; with ``fields`` what was asked for (read-after-write)."""
    asked = graph.text(graph.parameters(request), "fields")
    whole = entities.post(post, world.clock())
    return reply(200, graph.chosen(asked, whole, (), "PagePost") if asked else usual)


def check_now(given: Mapping[str, Any]) -> None:
    """What is scheduled, or stays unpublished, is not imitated."""
    later = [name for name in ("scheduled_publish_time", "unpublished_content_type") if graph.text(given, name)]
    if later or not graph.true(given, "published", default=True):
        what = later[0] if later else "posts with published=false"
        raise Refused(reply(501, {"error": f"the sandbox does not imitate {what}"}))


def message(given: Mapping[str, Any], name: str = "message") -> str:
    """The text of a post. How Facebook words a text that is too long is not documented."""
    words = graph.text(given, name)
    limit = limits.exceeded(NAME, words)
    if limit:
        raise invalid(f"Param {name} must be at most {limit.max} characters long")
    return words


def _attached(world: World, page: str, given: Mapping[str, Any]) -> list[File]:
    """The photos of ``attached_media``, which are the page's own, unpublished, and of no other post."""
    asked = graph.listed(given.get("attached_media"))
    named = [str(one.get("media_fbid")) for one in objects([graph.structure(one) for one in asked])]
    known = world.state(State).photos
    photos = [known[one] for one in named if one in known and known[one].owner == page]
    if len(photos) < len(asked):
        raise invalid("Param attached_media must hold the ids of unpublished photos of this page")
    if any(photo.used for photo in photos):
        raise invalid("Invalid parameter", subcode=ALREADY_POSTED, say="These photos were already posted.")
    return photos


def _check_new(world: World, post: Post) -> None:
    """Refuse what says the same as the page's latest post, which is what is known of this rule."""
    before = [
        other for other in world.of(NAME, post.account) if other.parent is None and other.detail["kind"] == "post"
    ]
    if before and _said(before[-1]) == _said(post):
        raise graph.error(506, "(#506) Duplicate status message", subcode=DUPLICATE)


def _said(post: Post) -> tuple[Any, ...]:
    return post.text, post.detail["link"], [(file.url, file.data) for file in post.media]


def listing(world: World, request: Request) -> Reply:
    """GET /{page}/feed, /posts, /published_posts: newest first; stories are not among them."""
    page = page_of(world, request)
    posts = [post for post in world.of(NAME, page) if post.parent is None and post.detail["kind"] != "story"]
    return graph.page(request, [entities.post(post, world.clock()) for post in reversed(posts)], _DEFAULT, "PagePost")


def stories(world: World, request: Request) -> Reply:
    """GET /{page}/stories."""
    posts = [post for post in world.of(NAME, page_of(world, request)) if post.detail["kind"] == "story"]
    return graph.page(request, list(map(entities.story, reversed(posts))), ("post_id", "status"), "Stories")


def comment(world: World, request: Request) -> Reply:
    """POST /{post}/comments, also on a comment, a photo or a video."""
    above, given = _above(world, request), graph.parameters(request)
    words, address = message(given), graph.text(given, "attachment_url")
    if not words.strip() and not address:
        raise invalid("The comment must have a message or an attachment")
    number = post_id(above).partition("_")[2] if above.parent is None else above.remote_id.partition("_")[0]
    post = new_post(world, above.account, words, "comment", f"{number}_{world.snowflake(shift=18)}")
    post.parent, post.url = above.remote_id, f"{above.url}?comment_id={post.remote_id.partition('_')[2]}"
    post.media = [graph.remote(world, address, "image")] if address else []
    world.add(post)
    return reply(200, {"id": post.remote_id})


def comments(world: World, request: Request) -> Reply:
    """GET /{post}/comments."""
    above = _above(world, request)
    below: Sequence[Post] = [post for post in world.of(NAME) if post.parent == above.remote_id]
    return graph.page(request, list(map(entities.comment, below)), ("created_time", "from", "message", "id"), "Comment")


def _above(world: World, request: Request) -> Post:
    graph.token(request)
    above = find(world, request.params["node"])
    if above is None:
        raise graph.absent(request.params["node"], request.method.lower())
    return above
