"""X's objects, by the names of its description, or by those of its pages for who asks with ``tweet.fields``."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator
from typing import Any

from postiz_ops.sandbox.audience import CORRECTED, audience, crowd
from postiz_ops.sandbox.exchange import Request
from postiz_ops.sandbox.world import File, Post, World, stamp
from postiz_ops.sandbox.x.common import NAME, State, invalid, user_id

PROSE = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
}
"""What X's pages call a field, and what its description does."""

METRICS = ("repost_count", "reply_count", "like_count", "quote_count", "bookmark_count", "impression_count")
_URL = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def text(post: Post) -> str:
    """The text as the API tells it: addresses become t.co, media add one, ``&<>`` are escaped. Nobody reads it so."""
    shortened = _URL.sub(lambda found: _short(found[0]), post.text)
    added = f" {_short(f'{post.url} media')}" if post.media else ""
    return html.escape(shortened + added, quote=False).strip()


def _short(url: str) -> str:
    number = int(hashlib.sha256(url.encode()).hexdigest(), 16)
    return "https://t.co/" + "".join(_LETTERS[number // 62**place % 62] for place in range(10))


def history(post: Post) -> list[str]:
    """Its ids, from the first on."""
    return [*post.detail.get("history", ()), post.remote_id]


def post(world: World, made: Post, request: Request) -> dict[str, Any]:
    """A post with the fields that were asked for beside those that always come."""
    values, prose = _values(world, made), bool(request.ask("tweet.fields"))
    always = ("id", "text", "edit_history_tweet_ids" if prose else "edit_history_post_ids")
    asked = _split(request, "tweet.fields") if prose else _split(request, "post.fields")
    unknown = next((name for name in asked if PROSE.get(name, name) not in values), None)
    if unknown is not None:
        raise invalid("tweet.fields" if prose else "post.fields", unknown, f"[{unknown}] is not one of the fields")
    shown = {name: values[PROSE.get(name, name)] for name in dict.fromkeys([*always, *asked])}
    if prose and shown.get("public_metrics"):
        shown["public_metrics"] = {
            "retweet_count": shown["public_metrics"]["repost_count"],
            **{name: shown["public_metrics"][name] for name in METRICS[1:]},
        }
    return {name: value for name, value in shown.items() if value is not None}


def _split(request: Request, name: str) -> list[str]:
    return [one for one in request.ask(name).split(",") if one]


def _values(world: World, made: Post) -> dict[str, Any]:
    parent = world.find(NAME, made.parent or "")
    referenced = [{"type": "replied_to", "id": made.parent}] if made.parent else []
    referenced += [{"type": "quoted", "id": made.detail["quoted"]}] if made.detail.get("quoted") else []
    people = audience(history(made)[0], made.created_at, world.clock())
    counts = (people.shares, made.replies, people.likes, people.quotes, people.saves, people.views)
    metrics = dict(zip(METRICS, counts, strict=True))
    told = people.interactions + made.replies + people.clicks
    own: dict[str, int] | None = {
        "engagements": told,
        "impression_count": people.views,
        "url_link_clicks": people.links,
        "user_profile_clicks": people.visits,
    }
    if world.clock() - made.created_at > CORRECTED:
        own = None  # X tells its author of the last 30 days alone
    return {
        "id": made.remote_id,
        "text": text(made),
        "edit_history_post_ids": history(made),
        "article": made.detail.get("article"),
        "attachments": _attachments(world, made),
        "author_id": user_id(made.account),
        "conversation_id": _root(world, made).remote_id,
        "created_at": stamp(made.created_at),
        "edit_controls": None,
        "entities": _entities(made),
        "in_reply_to_user_id": user_id(parent.account) if parent else None,
        "lang": "und",
        "non_public_metrics": own,
        "note_post": None,
        "organic_metrics": None,
        "possibly_sensitive": False,
        "public_metrics": metrics,
        "referenced_posts": referenced or None,
        "reply_settings": made.detail.get("settings") or "everyone",
        "source": None,
        "username": made.account,
        "withheld": None,
    }


def _root(world: World, made: Post) -> Post:
    above = world.find(NAME, made.parent or "")
    return _root(world, above) if above else made


def _attachments(world: World, made: Post) -> dict[str, Any] | None:
    if made.detail.get("poll"):
        return {"poll_ids": [made.remote_id]}
    keys = [key(world, file) for file in made.media]
    return {"media_keys": keys} if keys else None


def key(world: World, file: File) -> str:
    """The media key of a file that a post has."""
    return world.state(State).uploads[file.id].key


def _entities(made: Post) -> dict[str, Any] | None:
    urls = []
    for found in _URL.finditer(made.text):
        whole = text(made)
        start = whole.find(_short(found[0]))
        end = start + len(_short(found[0]))
        shown = re.sub(r"^https?://(www\.)?", "", found[0])
        urls.append(
            {"start": start, "end": end, "url": _short(found[0]), "expanded_url": found[0], "display_url": shown}
        )
    return {"urls": urls} if urls else None


def includes(world: World, posts: list[Post], request: Request) -> dict[str, Any]:
    """What ``expansions`` asks for, as ``{"includes": …}``; empty where that is nothing."""
    asked = _split(request, "expansions")
    found: dict[str, list[dict[str, Any]]] = {}
    if "attachments.media_keys" in asked:
        fields = _split(request, "media.fields")
        found["media"] = [_medium(world, file, fields) for made in posts for file in made.media]
    if "author_id" in asked:
        found["users"] = [user(world, account, "") for account in dict.fromkeys(made.account for made in posts)]
    if "attachments.poll_ids" in asked:
        found["polls"] = list(_polls(posts))
    kept = {name: rows for name, rows in found.items() if rows}
    return {"includes": kept} if kept else {}


def _medium(world: World, file: File, fields: list[str]) -> dict[str, Any]:
    media_key = key(world, file)
    kind = {"3": "photo", "16": "animated_gif"}.get(media_key.partition("_")[0], "video")
    values = {
        "alt_text": file.alt or None,
        "height": file.height,
        "url": f"https://pbs.twimg.com/media/{file.id}",
        "width": file.width,
    }
    more = {name: values.get(name) for name in fields}
    return {"media_key": media_key, "type": kind} | {name: value for name, value in more.items() if value is not None}


def _polls(posts: list[Post]) -> Iterator[dict[str, Any]]:
    for made in posts:
        poll = made.detail.get("poll")
        if poll:
            options = [{"position": at, "label": label, "votes": 0} for at, label in enumerate(poll["options"], 1)]
            yield {"id": made.remote_id, "options": options, "duration_minutes": poll["duration_minutes"]}


def user(world: World, account: str, asked: str) -> dict[str, Any]:
    """An account."""
    people, posts = crowd(account, world.clock()), sum(1 for _ in world.of(NAME, account))
    values = {
        "id": user_id(account),
        "name": account,
        "username": account,
        "created_at": "2024-01-01T00:00:00.000Z",
        "description": "",
        "profile_image_url": f"https://pbs.twimg.com/profile_images/{user_id(account)}",
        "protected": False,
        "public_metrics": {
            "followers_count": people.followers,
            "following_count": people.following,
            "listed_count": people.followers // 200,
            "post_count": posts,
            "tweet_count": posts,
        },
        "subscription_type": "None",
        "verified": False,
        "verified_type": "none",
    }
    names = dict.fromkeys(["id", "name", "username", *(name for name in asked.split(",") if name in values)])
    return {name: values[name] for name in names}
