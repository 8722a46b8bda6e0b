"""What can be looked up: oneself, one's posts and comments, things by name, subreddits with their rules and flairs."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.audience import crowd
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.reddit import entities
from postiz_ops.sandbox.reddit.common import FLAIRS, FORBIDDEN, NAME, SHORTEST, account_of, ends, flair_id, status
from postiz_ops.sandbox.world import Post, World

SUBSCRIBED = ("python", "programming", "news_flair")


def me(world: World, request: Request) -> Reply:
    """GET /api/v1/me."""
    account = account_of(request)
    karma = crowd(account, world.clock()).followers
    parts = {"total_karma": karma, "link_karma": karma - karma // 3, "comment_karma": karma // 3}
    shown = {"name": account, "id": account[5:], "icon_img": "", **parts}
    return reply(200, {**shown, "subreddit": {"display_name": f"u_{account}"}})


def submitted(world: World, request: Request) -> Reply:
    """GET /user/{name}/submitted: newest first. A post with a file is there from the second look on."""
    account_of(request)
    posts = [one for one in _of(world, request) if one.remote_id.startswith("t3_")]
    there = [one for one in posts if not one.detail["hidden"]]
    for post in posts:
        if request.effect == "async-fail" and post.detail["hidden"]:
            world.remove(post)
        post.detail["hidden"] = post.detail["hidden"] and bool(request.effect)
    return entities.listing(request, there, world.clock())


def comments(world: World, request: Request) -> Reply:
    """GET /user/{name}/comments: newest first."""
    account_of(request)
    found = [one for one in _of(world, request) if one.remote_id.startswith("t1_")]
    return entities.listing(request, found, world.clock())


def _of(world: World, request: Request) -> list[Post]:
    name = request.params["name"].lower()
    return [one for one in world.of(NAME) if one.account.lower() == name][::-1]


def info(world: World, request: Request) -> Reply:
    """GET /api/info?id=: what was deleted is there too, without its author and text."""
    account_of(request)
    names = request.ask("id").split(",")
    posts = [one for one in world.of(NAME, deleted=True) if one.remote_id in names and not one.detail.get("hidden")]
    return entities.listing(request, posts, world.clock())


def about(_: World, request: Request) -> Reply:
    """GET /r/{name}/about."""
    account_of(request)
    name = _existing(request)
    return entities.answer(request, {"kind": "t5", "data": _subreddit(name)})


def _existing(request: Request) -> str:
    name = request.params["name"]
    if ends(name, "_missing"):
        raise status(404, "Not Found")
    return name


def _subreddit(name: str) -> dict[str, Any]:
    is_text, is_links = ends(name, "_text"), ends(name, "_links")
    return {
        "display_name": name,
        "display_name_prefixed": f"r/{name}",
        "name": f"t5_{name.lower().replace('_', '')}",
        "title": name,
        "subscribers": 1,
        "submission_type": "self" if is_text else "link" if is_links else "any",
        **dict.fromkeys(("allow_images", "allow_videos", "allow_galleries"), not is_text),
        "allow_polls": not is_links,
        "link_flair_enabled": True,
        "over18": False,
        "user_is_banned": False,
        "subreddit_type": "private" if ends(name, "_private") else "public",
    }


def requirements(_: World, request: Request) -> Reply:
    """GET /api/v1/{name}/post_requirements."""
    account_of(request)
    name = _existing(request)
    strict = ends(name, "_strict")
    numbers = ("title_text_max_length", "body_text_max_length", "body_text_min_length", "link_repost_age")
    lists = ("title_required_strings", "title_regexes", "body_required_strings", "body_blacklisted_strings")
    return reply(
        200,
        {
            "is_flair_required": ends(name, "_flair"),
            "title_text_min_length": SHORTEST if strict else None,
            **dict.fromkeys((*numbers, "gallery_min_items", "gallery_max_items", "guidelines_text"), None),
            **{one: [] for one in (*lists, "body_regexes", "domain_blacklist", "domain_whitelist")},
            "title_blacklisted_strings": [FORBIDDEN] if strict else [],
            "body_restriction_policy": "none",
            "link_restriction_policy": "none",
            "gallery_captions_requirement": "none",
            "gallery_urls_requirement": "none",
        },
    )


def flairs(_: World, request: Request) -> Reply:
    """GET /r/{name}/api/link_flair_v2: two, of which the second can be worded by oneself."""
    account_of(request)
    name = _existing(request)
    shown = [
        {
            "id": flair_id(name, text),
            "text": text,
            "type": "text",
            "text_editable": text != FLAIRS[0],
            "mod_only": False,
            "max_emojis": 10,
            "richtext": [],
            "background_color": "",
            "text_color": "dark",
            "css_class": "",
            "allowable_content": "all",
        }
        for text in FLAIRS
    ]
    return entities.answer(request, shown)


def search(_: World, request: Request) -> Reply:
    """GET /subreddits/search?q=: those that one has joined, and the one of that name."""
    account_of(request)
    asked = request.ask("q").strip()
    names = [one for one in SUBSCRIBED if asked.lower() in one]
    return _subreddits(request, names or [asked.replace(" ", "_")])


def mine(_: World, request: Request) -> Reply:
    """GET /subreddits/mine/subscriber."""
    account_of(request)
    return _subreddits(request, SUBSCRIBED)


def _subreddits(request: Request, names: Any) -> Reply:
    children = [{"kind": "t5", "data": _subreddit(name)} for name in names]
    data = {"after": None, "before": None, "dist": len(children), "modhash": None, "children": children}
    return entities.answer(request, {"kind": "Listing", "data": data})
