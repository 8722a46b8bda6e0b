"""Posts, comments and lists as Reddit shows them. Without ``raw_json=1``, ``<``, ``>`` and ``&`` are entities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from postiz_ops.sandbox.audience import audience
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.reddit.common import slug
from postiz_ops.sandbox.world import Post


def permalink(post: Post) -> str:
    """The path of a post's page."""
    detail = post.detail
    return f"/r/{detail['subreddit']}/comments/{post.remote_id[3:]}/{slug(detail['title'])}/"


def shown(post: Post, now: datetime) -> dict[str, Any]:
    """A post or a comment as a thing, with its kind, and with the votes of its readers by ``now``."""
    votes = audience(post.remote_id, post.created_at, now).likes
    kind = post.remote_id[:2]
    detail = _comment(post) if kind == "t1" else _link(post, votes)
    return {"kind": kind, "data": {**_both(post, votes), **detail}}


def _both(post: Post, votes: int) -> dict[str, Any]:
    return {
        "id": post.remote_id[3:],
        "name": post.remote_id,
        "author": "[deleted]" if post.deleted else post.account,
        "subreddit": post.detail["subreddit"],
        "subreddit_name_prefixed": f"r/{post.detail['subreddit']}",
        "created_utc": post.created_at.timestamp(),
        "edited": post.edited_at.timestamp() if post.edited_at else False,
        "score": 1 + votes - votes // 5,
        "ups": 1 + votes - votes // 5,
        "removed_by_category": "deleted" if post.deleted else None,
    }


def _link(post: Post, votes: int) -> dict[str, Any]:
    detail = post.detail
    here = f"https://www.reddit.com{permalink(post)}"
    url = detail["url"] or here
    more: dict[str, Any] = {"is_gallery": True} if detail["kind"] == "gallery" else {}
    return {
        "title": detail["title"],
        "selftext": "[deleted]" if post.deleted else post.text,
        "is_self": detail["kind"] in ("self", "poll"),
        "is_video": detail["kind"] == "video",
        "domain": urlsplit(url).hostname,
        "url": url,
        "permalink": permalink(post),
        "over_18": detail["nsfw"],
        "spoiler": detail["spoiler"],
        "link_flair_template_id": detail["flair"],
        "link_flair_text": detail["flair_text"],
        "upvote_ratio": round((1 + votes - votes // 10) / (1 + votes), 2),
        "num_comments": post.replies,
        **more,
    }


def _comment(post: Post) -> dict[str, Any]:
    return {
        "body": "[deleted]" if post.deleted else post.text,
        "parent_id": post.parent,
        "link_id": post.detail["link"],
        "permalink": post.detail["path"],
    }


def listing(request: Request, posts: Iterable[Post], now: datetime, *, most: int = 100, usual: int = 25) -> Reply:
    """A page of a list, by the name of the last thing before it or the first after it."""
    found, asked = list(posts), request.ask("limit", str(usual))
    names = [post.remote_id for post in found]
    count = min(int(asked), most) if asked.isdecimal() and int(asked) else usual
    start = names.index(request.ask("after")) + 1 if request.ask("after") in names else 0
    end = start + count
    if request.ask("before") in names:
        end = names.index(request.ask("before"))
        start = max(end - count, 0)
    children = [shown(post, now) for post in found[start:end]]
    after = names[end - 1] if end < len(names) else None
    data = {"after": after, "before": None, "dist": len(children), "modhash": None, "children": children}
    return answer(request, {"kind": "Listing", "data": data})


def answer(request: Request, value: Any) -> Reply:
    """An answer, its texts escaped unless raw ones were asked for."""
    return reply(200, value if request.ask("raw_json") == "1" else _escaped(value))


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _escaped(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_escaped(one) for one in value]
    if isinstance(value, str):
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return value
