"""Articles: a draft, then a post of it. https://docs.x.com/changelog has them since June 2026."""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Reply, Request, objects, reply
from postiz_ops.sandbox.world import Post, World
from postiz_ops.sandbox.x import media, posts
from postiz_ops.sandbox.x.common import EPOCH, NAME, State, account_of, body, invalid

BLOCKS = (
    "unstyled",
    "header-one",
    "header-two",
    "header-three",
    "unordered-list-item",
    "ordered-list-item",
    "blockquote",
    "atomic",
)


def draft(world: World, request: Request) -> Reply:
    """POST /2/articles/draft."""
    account, given = (
        account_of(world, request),
        body(request, {"title": str, "content_state": dict, "cover_media": dict}),
    )
    title, content = given.get("title", ""), given.get("content_state", {})
    blocks = objects(content.get("blocks"))
    if not title.strip():
        raise invalid("title", title, "$.title: must be at least 1 characters long")
    if not isinstance(content.get("blocks"), list) or not isinstance(content.get("entities"), list):
        raise invalid("content_state", "", "$.content_state: blocks and entities are required")
    for block in blocks:
        if block.get("type") not in BLOCKS or not isinstance(block.get("text"), str):
            raise invalid(
                "content_state.blocks", block.get("type"), "$.content_state.blocks: type and text are required"
            )
    text = "\n\n".join([title, *(block["text"] for block in blocks)])
    post = Post(NAME, account, world.snowflake(EPOCH), text, world.clock())
    post.detail = {"article": {"title": title}, "draft": True}
    if "cover_media" in given:
        cover = media.ready(world, account, given["cover_media"].get("media_id"))
        if cover is None:
            raise invalid("cover_media.media_id", given["cover_media"].get("media_id"), "Your media IDs are invalid.")
        post.media = [cover.file]
    world.state(State).drafts[post.remote_id] = post
    return reply(201, {"data": {"id": post.remote_id, "title": title}})


def publish(world: World, request: Request) -> Reply:
    """POST /2/articles/{id}/publish: once."""
    account, article = account_of(world, request), request.params["id"]
    made = world.state(State).drafts.get(article)
    if made is None or made.account != account:
        raise invalid("article_id", article, "There is no such draft.")
    del world.state(State).drafts[article]
    made.remote_id, made.created_at = world.snowflake(EPOCH), world.clock()
    posts.keep(world, made)
    return reply(200, {"data": {"post_id": made.remote_id}})
