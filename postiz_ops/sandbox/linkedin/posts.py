"""Posts: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.linkedin import content, little
from postiz_ops.sandbox.linkedin.common import (
    PAGE,
    PERSON,
    URN,
    body,
    check_author,
    denied,
    elements,
    error,
    find,
    invalid,
    provider,
)
from postiz_ops.sandbox.world import Post, World

FIELDS = (
    "author",
    "commentary",
    "visibility",
    "distribution",
    "content",
    "lifecycleState",
    "isReshareDisabledByAuthor",
    "reshareContext",
    "container",
    "contentLandingPage",
    "contentCallToActionLabel",
    "adContext",
)
VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER")
WINDOW = timedelta(minutes=10)
"""How long the same post is a duplicate: the page of ugcPosts says so; people report a day or two."""


def create(world: World, request: Request) -> Reply:
    """POST /rest/posts: the answer is empty, and the URN stands in a header."""
    given = body(request)
    author = _checked(request, given)
    shown = content.read(world, author, given.get("content"))
    commentary = _commentary(given, provider(author), blank=bool(shown.poll or given.get("reshareContext")))
    kind = "ugcPost" if shown.kind == "video" else "share"
    urn = f"urn:li:{kind}:{world.snowflake(shift=20)}"
    post = Post(provider(author), author, urn, little.seen(commentary), world.clock(), media=shown.files)
    post.url = f"https://www.linkedin.com/feed/update/{urn}"
    post.detail = {"given": dict(given), "commentary": commentary}
    _check_new(world, post)
    world.add(post)
    return Reply(201, {"x-restli-id": urn, "x-linkedin-id": urn})


def _checked(request: Request, given: Mapping[str, Any]) -> str:
    """The author of a post whose other fields are right."""
    unknown = next((name for name in given if name not in FIELDS), None)
    if unknown is not None:
        raise invalid(f"/{unknown}", "UNKNOWN_FIELD", f"/{unknown} :: unrecognized field found but not allowed")
    author = check_author(request, given.get("author"), "/author")
    visibilities = tuple(one for one in VISIBILITIES if one != "CONNECTIONS" or provider(author) == PERSON)
    distribution = given.get("distribution")
    feed = distribution.get("feedDistribution") if isinstance(distribution, dict) else None
    for path, value, allowed in (
        ("/visibility", given.get("visibility"), visibilities),
        ("/distribution/feedDistribution", feed, ("MAIN_FEED", "NONE")),
        ("/lifecycleState", given.get("lifecycleState"), ("PUBLISHED",)),
    ):
        if value not in allowed:
            code = "MISSING_FIELD" if value is None else "INVALID_VALUE_FOR_FIELD"
            raise invalid(path, code, f"{path} has to be one of {', '.join(allowed)}")
    return author


def _commentary(given: Mapping[str, Any], name: str, *, blank: bool) -> str:
    text = given.get("commentary")
    if not isinstance(text, str):
        raise invalid("/commentary", "MISSING_FIELD", "/commentary is required")
    if not text.strip() and not blank:
        raise invalid("/commentary", "INVALID_VALUE_BLANK_FIELD", "/commentary is blank")
    limit = limits.exceeded(name, text)
    if limit:
        sentence = f"/commentary is longer than {limit.max} characters"
        raise invalid("/commentary", "FIELD_LENGTH_TOO_LONG", sentence)
    return text


def _check_new(world: World, post: Post) -> None:
    recent = [one for one in world.of(post.provider, post.account) if post.created_at - one.created_at < WINDOW]
    same = next((one for one in recent if one.parent is None and _said(one) == _said(post)), None)
    if same:
        raise error(422, "DUPLICATE_POST", f"Content is a duplicate of {same.remote_id}", serviceErrorCode=2)


def _said(post: Post) -> tuple[Any, ...]:
    given = post.detail["given"].get("content") or {}
    others = given.get("poll"), given.get("reference"), given.get("article", {}).get("source")
    return post.detail["commentary"], others, [file.data for file in post.media]


def entity(post: Post) -> dict[str, Any]:
    """A post as reads show it."""
    given, at = post.detail["given"], int(post.created_at.timestamp() * 1000)
    changed = int(post.edited_at.timestamp() * 1000) if post.edited_at else at
    shown = {
        "id": post.remote_id,
        "author": post.account,
        "commentary": little.told(post.detail["commentary"]),
        "createdAt": at,
        "publishedAt": at,
        "lastModifiedAt": changed,
        "lifecycleState": "PUBLISHED",
        "lifecycleStateInfo": {"isEditedByAuthor": post.edited_at is not None},
        "visibility": given["visibility"],
        "distribution": given["distribution"],
        "isReshareDisabledByAuthor": bool(given.get("isReshareDisabledByAuthor")),
    }
    return shown | ({"content": given["content"]} if given.get("content") else {})


def listing(world: World, request: Request) -> Reply:
    """GET /rest/posts?q=author: an organization's, newest first. Members' are closed."""
    author = request.ask("author")
    found = URN.fullmatch(author)
    if request.ask("q") != "author" or found is None:
        raise error(400, "PARAM_INVALID", "q=author needs the URN of an author")
    if found[1] == "person":
        raise denied(f"posts.FINDER-author.{request.headers['linkedin-version']}")
    posts = [post for post in world.of(PAGE, author) if post.parent is None][::-1]
    return elements([entity(post) for post in posts], request, total=len(posts))


def show(world: World, request: Request) -> Reply:
    """GET /rest/posts/{urn}: an organization's."""
    post = find(world, request.params["urn"])
    if post is None or post.parent is not None:
        raise error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {request.params['urn']}")
    if post.provider == PERSON:
        raise denied(f"posts.GET.{request.headers['linkedin-version']}")
    return reply(200, entity(post))


def edit(world: World, request: Request) -> Reply:
    """POST /rest/posts/{urn} as PARTIAL_UPDATE: of what a post has, the commentary alone."""
    if request.headers.get("x-restli-method", "").upper() != "PARTIAL_UPDATE":
        raise error(400, "BAD_REQUEST", "X-RestLi-Method has to be PARTIAL_UPDATE")
    post = find(world, request.params["urn"])
    if post is None or post.parent is not None:
        raise error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {request.params['urn']}")
    check_author(request, post.account, "/author")
    patch = body(request).get("patch")
    changes = patch.get("$set") if isinstance(patch, dict) else None
    if not isinstance(changes, dict) or not changes:
        raise invalid("/patch/$set", "MISSING_FIELD", "/patch/$set is required")
    fixed = next((name for name in changes if name not in ("commentary", "lifecycleState", "adContext")), None)
    if fixed is not None and not fixed.startswith("content"):
        raise invalid(f"/patch/$set/{fixed}", "INVALID_VALUE_FOR_FIELD", f"{fixed} cannot be changed")
    if "commentary" in changes:
        post.detail["commentary"] = _commentary(changes, post.provider, blank=bool(post.media))
        post.text, post.edited_at = little.seen(post.detail["commentary"]), world.clock()
    return Reply(204)


def delete(world: World, request: Request) -> Reply:
    """DELETE /rest/posts/{urn}: also when it is gone already."""
    post = find(world, request.params["urn"])
    if post is not None and post.parent is None:
        check_author(request, post.account, "/author")
        world.remove(post)
    return Reply(204)
