"""Reading back: records of a repository, and posts as the AppView shows them."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import audience, crowd
from postiz_ops.sandbox.bluesky.repos import NAME, Repo, State, did_of, error, invalid, known
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import Post, World, stamp

PAGE, PAGE_MAX, URIS_MAX = 50, 100, 25
"""The lexicons' default and maximum of a list, and of ``getPosts``."""


def get_record(world: World, request: Request) -> Reply:
    """One record, by repository, collection and key."""
    named, collection, rkey = (request.ask(name) for name in ("repo", "collection", "rkey"))
    repo = world.state(State).repos.get(did_of(named))
    record = repo.records.get((collection, rkey)) if repo else None
    if repo is None or record is None or request.ask("cid", record.cid) != record.cid:
        raise error(400, "RecordNotFound", f"Could not locate record: at://{named}/{collection}/{rkey}")
    return reply(200, {"uri": repo.uri(collection, rkey), "cid": record.cid, "value": record.value})


def list_records(world: World, request: Request) -> Reply:
    """A collection, the newest key first. Every page has a cursor, except of one without records."""
    repo = known(world, request.ask("repo"), f"Could not find repo: {request.ask('repo')}")
    collection, cursor, backward = request.ask("collection"), request.ask("cursor"), request.ask("reverse") == "true"
    count = _limit(request)
    keys = sorted((rkey for kept, rkey in repo.records if kept == collection), reverse=not backward)
    keys = [key for key in keys if not cursor or (key > cursor if backward else key < cursor)]
    page = keys[:count]
    more = {"cursor": page[-1]} if page else {}
    return reply(200, {"records": [_listed(repo, collection, key) for key in page], **more})


def _listed(repo: Repo, collection: str, rkey: str) -> dict[str, Any]:
    record = repo.records[collection, rkey]
    return {"uri": repo.uri(collection, rkey), "cid": record.cid, "value": record.value}


def latest_commit(world: World, request: Request) -> Reply:
    """The head of a repository, for ``swapCommit``."""
    repo = known(world, request.ask("did"), "Could not find repo")
    if not repo.head:
        repo.commit(world)
    return reply(200, {"cid": repo.head, "rev": repo.rev})


def profile(world: World, request: Request) -> Reply:
    """An account."""
    repo = known(world, request.ask("actor"), "Profile not found")
    posts = sum(1 for _ in world.of(NAME, repo.handle))
    people = crowd(repo.did, world.clock())
    counts = {"followersCount": people.followers, "followsCount": people.following, "postsCount": posts}
    return reply(200, {"did": repo.did, "handle": repo.handle, **counts})


def get_posts(world: World, request: Request) -> Reply:
    """Posts by their URIs; what is gone is left out."""
    uris = request.asked("uris")
    if len(uris) > URIS_MAX:
        raise invalid(f"Params/uris must not have more than {URIS_MAX} elements")
    found = (world.find(NAME, uri) for uri in uris)
    return reply(200, {"posts": [_view(world, post) for post in found if post]})


def author_feed(world: World, request: Request) -> Reply:
    """An account's posts, newest first."""
    repo, count = known(world, request.ask("actor"), "Profile not found"), _limit(request)
    posts = list(world.of(NAME, repo.handle))[::-1][:count]
    return reply(200, {"feed": [{"post": _view(world, post)} for post in posts]})


def _limit(request: Request) -> int:
    asked = request.ask("limit", str(PAGE))
    if not asked.isdecimal() or not 1 <= int(asked) <= PAGE_MAX:
        raise invalid(f"Params/limit must be an integer from 1 to {PAGE_MAX}")
    return int(asked)


def _view(world: World, post: Post) -> dict[str, Any]:
    did = post.detail["did"]
    author = {"did": did, "handle": world.state(State).repos[did].handle}
    people = audience(post.remote_id, post.created_at, world.clock())
    counts = {
        "replyCount": post.replies,
        "repostCount": people.shares,
        "likeCount": people.likes,
        "quoteCount": people.quotes,
        "bookmarkCount": people.saves,
    }
    view = {"uri": post.remote_id, "cid": post.detail["cid"], "author": author, "record": post.detail["value"]}
    return view | counts | {"indexedAt": stamp(post.created_at)}
