"""What can be looked up: the creator, the user, and public videos."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import Audience, audience, crowd
from postiz_ops.sandbox.exchange import Reply, Request
from postiz_ops.sandbox.tiktok.common import NAME, State, account_of, body, invalid, ok, options
from postiz_ops.sandbox.world import Post, World

PAGE, PAGE_MAX = 10, 20
TITLE_SHOWN = 150
"""Characters of a caption that the lists show."""

DURATION_MAX = 600


def creator(_: World, request: Request) -> Reply:
    """POST /v2/post/publish/creator_info/query/."""
    account = account_of(request)
    return ok(
        creator_avatar_url=f"https://p16-sign-va.tiktokcdn.com/{account}",
        creator_username=account,
        creator_nickname=account,
        privacy_level_options=options(request),
        comment_disabled=False,
        duet_disabled=False,
        stitch_disabled=False,
        max_video_post_duration_sec=DURATION_MAX,
    )


def user(world: World, request: Request) -> Reply:
    """GET /v2/user/info/."""
    account = account_of(request)
    count, people = sum(1 for _ in world.of(NAME, account)), crowd(account, world.clock())
    whole: dict[str, Any] = {
        "open_id": account,
        "union_id": account,
        "avatar_url": f"https://p16-sign-va.tiktokcdn.com/{account}",
        "display_name": account,
        "bio_description": "",
        "profile_deep_link": f"https://vm.tiktok.com/{account}",
        "is_verified": False,
        "username": account,
        "follower_count": people.followers,
        "following_count": people.following,
        "likes_count": sum(_looked_at(world, one).likes for one in _public(world, account)),
        "video_count": count,
    }
    return ok(user=_chosen(request, whole))


def listing(world: World, request: Request) -> Reply:
    """POST /v2/video/list/: public ones alone, the newest first."""
    account, given = account_of(request), body(request, {"cursor": int, "max_count": int}) if request.body else {}
    count = given.get("max_count", PAGE)
    if not 0 < count <= PAGE_MAX:
        raise invalid("max_count must be from 1 to 20")
    found = [one for one in _public(world, account)[::-1] if _millis(one) < given.get("cursor", 10**15)]
    shown = found[:count]
    cursor = _millis(shown[-1]) if shown else given.get("cursor", 0)
    videos = [_chosen(request, _video(world, one)) for one in shown]
    return ok(videos=videos, cursor=cursor, has_more=len(found) > len(shown))


def query(world: World, request: Request) -> Reply:
    """POST /v2/video/query/."""
    account, given = account_of(request), body(request, {"filters": {"video_ids": list}})
    ids = given.get("filters", {}).get("video_ids", [])
    if not 0 < len(ids) <= PAGE_MAX:
        raise invalid("video_ids must have 1 to 20 items")
    return ok(videos=[_chosen(request, _video(world, one)) for one in _public(world, account) if one.remote_id in ids])


def _public(world: World, account: str) -> list[Post]:
    made = world.state(State).publications
    return [one for one in world.of(NAME, account) if made[one.detail["publication"]].public]


def _millis(post: Post) -> int:
    return int(post.created_at.timestamp() * 1000)


def _looked_at(world: World, post: Post) -> Audience:
    return audience(post.remote_id, post.created_at, world.clock())


def _video(world: World, post: Post) -> dict[str, Any]:
    people = _looked_at(world, post)
    return {
        "id": post.remote_id,
        "create_time": int(post.created_at.timestamp()),
        "cover_image_url": f"https://p16-sign-va.tiktokcdn.com/{post.remote_id}",
        "share_url": post.url,
        "video_description": post.text[:TITLE_SHOWN],
        "duration": 0,
        "height": 0,
        "width": 0,
        "title": (post.detail["title"] or post.text)[:TITLE_SHOWN],
        "embed_html": "",
        "embed_link": f"https://www.tiktok.com/player/v1/{post.remote_id}",
        "like_count": people.likes,
        "comment_count": post.replies,
        "share_count": people.shares,
        "view_count": people.views,
    }


def _chosen(request: Request, whole: dict[str, Any]) -> dict[str, Any]:
    """The fields that are asked for; there is no default."""
    names = [one.strip() for one in request.ask("fields").split(",") if one.strip()]
    if not names or set(names) - set(whole):
        raise invalid(f"fields must be some of {', '.join(whole)}")
    return {name: whole[name] for name in names}
