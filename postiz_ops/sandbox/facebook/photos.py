"""Photos: https://developers.facebook.com/docs/graph-api/reference/page/photos/ ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import graph, limits
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.facebook import feed
from postiz_ops.sandbox.facebook.common import NAME, State, invalid, new_post, writer
from postiz_ops.sandbox.world import File, World

_UNREADABLE = (
    "Your photos couldn't be uploaded. Photos should be less than {} MB and saved as JPG, PNG, GIF, TIFF or WebP."
)


def create(world: World, request: Request) -> Reply:
    """POST /{page}/photos: from an address or as bytes; with ``published=false`` for a post, or a story, to come."""
    page, given = writer(world, request), graph.parameters(request)
    published = graph.true(given, "published", default=True)
    words = feed.message(given, "caption") or feed.message(given)
    photo = _photo(world, request, given)
    photo.owner, photo.alt = page, graph.text(given, "alt_text_custom")
    world.state(State).photos[photo.id] = photo
    if not published:
        return reply(200, {"id": photo.id})
    post = new_post(world, page, words, "post", link="")
    post.media, photo.used = [photo], True
    world.add(post)
    return feed.answered(world, request, post, {"id": photo.id, "post_id": post.remote_id})


def _photo(world: World, request: Request, given: Mapping[str, Any]) -> File:
    url, sent = graph.text(given, "url"), request.form().files
    if url:
        if not graph.fetchable(url):
            raise invalid("url should represent a valid URL")
        return graph.remote(world, url, "image")
    if not sent:
        raise graph.error(324, "(#324) Requires upload file", subcode=2_069_019, say="Missing Photo")
    file = File.of(world.snowflake(), sent[0].data, name=sent[0].filename)
    most = limits.heavy(NAME, file.type, len(file.data), animated=file.animated)
    if most or not file.type.startswith("image/"):
        raise invalid("Invalid parameter", subcode=1_366_046, say=_UNREADABLE.format((most or 10_000_000) // 10**6))
    return file


def story(world: World, request: Request) -> Reply:
    """POST /{page}/photo_stories: an unpublished photo becomes a story."""
    page, given = writer(world, request), graph.parameters(request)
    photo = world.state(State).photos.get(graph.text(given, "photo_id"))
    if photo is None or photo.owner != page:
        raise invalid("Param photo_id must be a photo of this page that was uploaded with published=false")
    if photo.used:
        raise invalid("Invalid parameter", subcode=feed.ALREADY_POSTED, say="This photo was already posted.")
    post = new_post(world, page, "", "story")
    post.media, photo.used = [photo], True
    world.add(post)
    return reply(200, {"success": True, "post_id": post.remote_id})
