"""Statuses: https://docs.joinmastodon.org/methods/statuses/ ."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, objects, reply
from postiz_ops.sandbox.mastodon import drafts, entities
from postiz_ops.sandbox.mastodon.common import State, account_of, error, fields, number, string, true
from postiz_ops.sandbox.mastodon.entities import NAME
from postiz_ops.sandbox.mastodon.media import check_alt
from postiz_ops.sandbox.world import Post, World

IDEMPOTENCY = timedelta(hours=1)
"""How long a key is remembered: the Redis TTL of 3,600 s in Mastodon's PostStatusService."""

PAGE, PAGE_MAX = 20, 40
"""How many statuses a timeline gives unasked, and at most."""


def create(world: World, request: Request) -> Reply:
    """POST /api/v1/statuses: the same ``Idempotency-Key`` of the same account gives the same status for an hour."""
    account = account_of(world, request)
    keys, key = world.state(State).keys, (account, request.headers.get("idempotency-key", ""))
    before = keys.get(key)
    if before and world.clock() - before[1] < IDEMPOTENCY:
        return reply(200, _status(world, before[0]))
    post = world.add(_draft(world, request, account))
    if key[1]:
        keys[key] = (post, post.created_at)
    return reply(200, _status(world, post))


def _draft(world: World, request: Request, account: str) -> Post:
    given = fields(request)
    if given.get("scheduled_at"):
        raise Refused(reply(501, {"error": "the sandbox does not imitate scheduled_at"}))
    parent = drafts.parent(world, request.host, string(given.get("in_reply_to_id")))
    files = drafts.attached(world, account, given.get("media_ids"))
    detail = drafts.detail(world, given)
    if detail["poll"] and files:
        raise error(422, "Cannot attach both media and a poll")
    text = drafts.text(given, detail, files)
    post = Post(NAME, account, world.snowflake(shift=16), text, world.clock(), media=files, detail=detail)
    post.url = f"https://{request.host}/@{account.partition('@')[0]}/{post.remote_id}"
    post.parent = parent.remote_id if parent else None
    for file in files:
        file.used = True
    return post


def show(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id."""
    return reply(200, _status(world, _standing(world, request)))


def source(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id/source: the text as it was written."""
    post = _own(world, request)
    return reply(200, {"id": post.remote_id, "text": post.text, "spoiler_text": post.detail["spoiler_text"]})


def edit(world: World, request: Request) -> Reply:
    """PUT /api/v1/statuses/:id: media, warning and language that are not given again are taken away."""
    post, given = _own(world, request), fields(request)
    files = drafts.attached(world, post.account, given.get("media_ids"), kept=post.media)
    detail = drafts.detail(world, {**given, "visibility": post.detail["visibility"]})
    if "poll" not in given:
        detail["poll"] = post.detail["poll"]
    text, alts = drafts.text(given, detail, files), _alts(given)
    for file in files:
        file.alt, file.used = alts.get(file.id, file.alt), True
    post.text, post.media, post.detail, post.edited_at = text, files, detail, world.clock()
    return reply(200, _status(world, post))


def _alts(given: dict[str, Any]) -> dict[str, str]:
    """The new alt texts of ``media_attributes``, by media id."""
    changed = [one for one in objects(given.get("media_attributes")) if "description" in one]
    alts = {string(one.get("id")): string(one["description"]) for one in changed}
    for alt in alts.values():
        check_alt(alt)
    return alts


def delete(world: World, request: Request) -> Reply:
    """DELETE /api/v1/statuses/:id: the answer has the source, so that it can be drafted again; the media are free."""
    post = _own(world, request)
    answer = {**_status(world, post), "text": post.text}
    world.remove(post)
    for file in post.media:
        file.used = False
    return reply(200, answer)


def context(world: World, request: Request) -> Reply:
    """GET /api/v1/statuses/:id/context: what it answers, and everything below it."""
    post = _standing(world, request)
    above: list[Post] = []
    while parent := world.find(NAME, (above[0] if above else post).parent or ""):
        above.insert(0, parent)
    known, below = {post.remote_id}, []
    for other in world.of(NAME):
        if other.parent in known:
            known.add(other.remote_id)
            below.append(other)
    return reply(
        200,
        {
            "ancestors": [_status(world, other) for other in above],
            "descendants": [_status(world, other) for other in below],
        },
    )


def timeline(world: World, request: Request) -> Reply:
    """GET /api/v1/accounts/:id/statuses: newest first, 20 at a time, 40 at most."""
    if request.bearer():
        account_of(world, request)
    account = world.state(State).accounts.get(request.params["id"])
    if account is None or not account.endswith(f"@{request.host}"):
        raise error(404, "Record not found")
    posts = [post for post in world.of(NAME, account) if _wanted(post, request)]
    count = min(number(request.ask("limit"), PAGE), PAGE_MAX)
    page = posts[:count] if request.ask("min_id") else posts[::-1][:count]
    newest_first = sorted(page, key=lambda post: int(post.remote_id), reverse=True)
    return reply(200, [_status(world, post) for post in newest_first])


def _wanted(post: Post, request: Request) -> bool:
    at = int(post.remote_id)
    return (
        (not request.ask("max_id") or at < number(request.ask("max_id")))
        and at > max(number(request.ask("since_id")), number(request.ask("min_id")))
        and not (true(request.ask("exclude_replies")) and post.parent)
        and not (true(request.ask("only_media")) and not post.media)
    )


def _status(world: World, post: Post) -> dict[str, Any]:
    return entities.status(post, world.find(NAME, post.parent or ""), world.clock())


def _standing(world: World, request: Request) -> Post:
    post = world.find(NAME, request.params["id"])
    if post is None or not post.account.endswith(f"@{request.host}"):
        raise error(404, "Record not found")
    return post


def _own(world: World, request: Request) -> Post:
    account, post = account_of(world, request), _standing(world, request)
    if post.account != account:
        raise error(404, "Record not found")
    return post
