"""What can be looked up: posts, an account's posts, and who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import Post, World
from postiz_ops.sandbox.x import entities
from postiz_ops.sandbox.x.common import NAME, State, account_of, invalid, not_found

PAGE, PAGE_LEAST, PAGE_MAX = 10, 5, 100
IDS_MAX = 100


def me(world: World, request: Request) -> Reply:
    """GET /2/users/me."""
    return reply(200, {"data": entities.user(world, account_of(world, request), request.ask("user.fields"))})


def show(world: World, request: Request) -> Reply:
    """GET /2/tweets/{id}: what is not there is an error inside a 200."""
    account_of(world, request)
    post_id = request.params["id"]
    post = world.find(NAME, post_id)
    if post is None:
        return reply(200, {"errors": [not_found(post_id)]})
    return reply(200, {"data": entities.post(world, post, request), **entities.includes(world, [post], request)})


def several(world: World, request: Request) -> Reply:
    """GET /2/tweets?ids=."""
    account_of(world, request)
    ids = [one for one in request.ask("ids").split(",") if one]
    if not 0 < len(ids) <= IDS_MAX:
        raise invalid("ids", request.ask("ids"), f"The ids must be 1 to {IDS_MAX}")
    posts = [post for post in (world.find(NAME, one) for one in ids) if post]
    missing = [not_found(one) for one in ids if world.find(NAME, one) is None]
    answer: dict[str, Any] = {"data": [entities.post(world, post, request) for post in posts]} if posts else {}
    answer |= entities.includes(world, posts, request)
    return reply(200, answer | ({"errors": missing} if missing else {}))


def timeline(world: World, request: Request) -> Reply:
    """GET /2/users/{id}/tweets: newest first."""
    account_of(world, request)
    account = world.state(State).accounts.get(request.params["id"], "")
    size = request.ask("max_results", str(PAGE))
    if not size.isdecimal() or not PAGE_LEAST <= int(size) <= PAGE_MAX:
        raise invalid("max_results", size, f"The `max_results` query parameter value [{size}] is not between 5 and 100")
    posts = [post for post in world.of(NAME, account) if _wanted(post, request)][::-1]
    start = int(request.ask("pagination_token", "0")) if request.ask("pagination_token", "0").isdecimal() else 0
    page = posts[start : start + int(size)]
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].remote_id, "oldest_id": page[-1].remote_id}
    if start + len(page) < len(posts):
        meta["next_token"] = str(start + len(page))
    answer = {"data": [entities.post(world, post, request) for post in page]} if page else {}
    return reply(200, {**answer, **entities.includes(world, page, request), "meta": meta})


def _wanted(post: Post, request: Request) -> bool:
    since, until = _instant(request, "start_time"), _instant(request, "end_time")
    return (
        int(post.remote_id) > _id(request, "since_id", 0)
        and int(post.remote_id) < _id(request, "until_id", 10**19)
        and (since is None or post.created_at >= since)
        and (until is None or post.created_at < until)
        and not ("replies" in request.ask("exclude") and post.parent)
    )


def _id(request: Request, name: str, default: int) -> int:
    asked = request.ask(name) or str(default)
    if not asked.isdecimal():
        raise invalid(name, asked, f"The `{name}` query parameter value [{asked}] is not valid")
    return int(asked)


def _instant(request: Request, name: str) -> datetime | None:
    asked = request.ask(name)
    try:
        moment = datetime.fromisoformat(asked) if asked else None
    except ValueError:
        moment = None
    if asked and (moment is None or moment.tzinfo is None):
        raise invalid(name, asked, f"The `{name}` query parameter value [{asked}] is not a valid RFC 3339 time")
    return moment
