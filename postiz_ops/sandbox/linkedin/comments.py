"""Comments: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api .

A member's self-serve token has not the scope that /rest asks for; the older /v2 takes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox.exchange import Reply, Request, objects, reply
from postiz_ops.sandbox.linkedin.common import (
    body,
    check_author,
    denied,
    elements,
    error,
    find,
    invalid,
    member,
    provider,
)
from postiz_ops.sandbox.world import File, Post, World

COMMENT_MAX = 1250
"""Characters; not confirmed by LinkedIn's pages. A comment is plain text, not little text."""


def create(world: World, request: Request) -> Reply:
    """POST /rest/socialActions/{urn}/comments: for organizations."""
    actor = body(request).get("actor")
    if provider(str(actor)) == "linkedin":
        raise denied(f"partnerApiSocialActions.CREATE.{request.headers['linkedin-version']}")
    return old_create(world, request)


def old_create(world: World, request: Request) -> Reply:
    """POST /v2/socialActions/{urn}/comments: the same for everybody, without a version."""
    given, above = body(request), _above(world, request)
    actor = check_author(request, given.get("actor"), "/actor")
    message = given.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise invalid("/message/text", "INVALID_VALUE_BLANK_FIELD", "/message/text is required")
    if len(text) > COMMENT_MAX:
        raise invalid(
            "/message/text", "FIELD_LENGTH_TOO_LONG", f"/message/text is longer than {COMMENT_MAX} characters"
        )
    if given.get("object") != request.params["urn"]:
        raise invalid("/object", "INVALID_VALUE_FOR_FIELD", "/object has to be what the path names")
    parent = find(world, given["parentComment"]) if isinstance(given.get("parentComment"), str) else above
    if parent is None:
        raise invalid("/parentComment", "INVALID_URN_ID", "/parentComment does not exist")
    number = world.snowflake(shift=20)
    urn = f"urn:li:comment:({above.remote_id},{number})"
    post = Post(provider(actor), actor, urn, text, world.clock(), parent=parent.remote_id, media=_files(given))
    post.url, post.detail = f"{above.url}?commentUrn={urn}", {"id": number}
    world.add(post)
    return reply(201, entity(post), {"x-restli-id": number})


def _files(given: Mapping[str, Any]) -> list[File]:
    """Images of a comment are kept by their URN alone."""
    entities = [one.get("entity") for one in objects(given.get("content"))]
    urns = [one["image"] for one in entities if isinstance(one, dict) and isinstance(one.get("image"), str)]
    return [File(urn.rpartition(":")[2], "image/jpeg", b"", url=urn) for urn in urns]


def entity(post: Post) -> dict[str, Any]:
    """A comment."""
    return {
        "id": post.detail["id"],
        "commentUrn": post.remote_id,
        "actor": post.account,
        "object": post.remote_id.removeprefix("urn:li:comment:(").rpartition(",")[0],
        "message": {"attributes": [], "text": post.text},
        "created": {"actor": post.account, "time": int(post.created_at.timestamp() * 1000)},
    }


def listing(world: World, request: Request) -> Reply:
    """GET /rest/socialActions/{urn}/comments: of an organization's post."""
    above = _above(world, request)
    if above.provider == "linkedin":
        raise denied(f"partnerApiSocialActions.GET_ALL.{request.headers['linkedin-version']}")
    below = [
        post for name in ("linkedin", "linkedin-page") for post in world.of(name) if post.parent == above.remote_id
    ]
    return elements([entity(post) for post in below], request, total=len(below))


def delete(world: World, request: Request) -> Reply:
    """DELETE /rest/socialActions/{urn}/comments/{id}: by an organization, named as ``actor``."""
    above = _above(world, request)
    post = find(world, f"urn:li:comment:({above.remote_id},{request.params['comment'].rstrip(')').rpartition(',')[2]})")
    if post is None:
        raise error(404, "RESOURCE_NOT_FOUND", "Could not find the comment")
    if post.provider == "linkedin":
        raise denied(f"partnerApiSocialActions.DELETE.{request.headers['linkedin-version']}")
    world.remove(post)
    return Reply(204)


def metadata(world: World, request: Request) -> Reply:
    """GET /rest/socialMetadata/{urn}."""
    above = _above(world, request)
    count = {"count": above.replies, "topLevelCount": above.replies}
    shown = {"entity": above.remote_id, "commentsState": "OPEN", "commentSummary": count, "reactionSummaries": {}}
    return reply(200, shown)


def _above(world: World, request: Request) -> Post:
    member(request)
    found = find(world, request.params["urn"])
    if found is None:
        raise error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {request.params['urn']}")
    return found
