"""Comments: https://www.reddit.com/dev/api#POST_api_comment ."""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Reply, Request
from postiz_ops.sandbox.reddit import entities
from postiz_ops.sandbox.reddit.common import NAME, account_of, errors, new_name, root_of, status, thing
from postiz_ops.sandbox.reddit.posts import NEEDED
from postiz_ops.sandbox.world import Post, World

COMMENT_MAX = 10_000
"""Characters; Reddit's pages name no number."""


def create(world: World, request: Request) -> Reply:
    """POST /api/comment: on a post, or as an answer to a comment."""
    account, given = account_of(request), request.form().first()
    if given.get("api_type") != "json":
        raise status(400, "Bad Request")
    text, above = given.get("text", ""), thing(world, given.get("thing_id"))
    if not text.strip():
        raise errors(("NO_TEXT", NEEDED, "text"))
    if len(text) > COMMENT_MAX:
        raise errors(("TOO_LONG", f"this is too long (max: {COMMENT_MAX})", "text"))
    if above is None:
        raise errors(("DELETED_LINK", "the link you are commenting on has been deleted", "parent"))
    root = root_of(world, above)
    post = Post(NAME, account, new_name(world, "t1"), text, world.clock(), parent=above.remote_id)
    path = f"{entities.permalink(root)}{post.remote_id[3:]}/"
    post.detail = {"subreddit": root.detail["subreddit"], "link": root.remote_id, "path": path, "kind": "comment"}
    post.url = f"https://www.reddit.com{path}"
    world.add(post)
    return entities.answer(request, {"json": {"errors": [], "data": {"things": [entities.shown(post, world.clock())]}}})
