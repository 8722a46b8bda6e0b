"""Posts: https://docs.x.com/x-api/posts/manage-tweets/introduction ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World
from postiz_ops.sandbox.x import entities, media
from postiz_ops.sandbox.x.common import EPOCH, NAME, account_of, body, forbidden, invalid, not_found

FIELDS: Mapping[str, type] = {
    "card_uri": str,
    "community_id": str,
    "direct_message_deep_link": str,
    "edit_options": dict,
    "for_super_followers_only": bool,
    "geo": dict,
    "made_with_ai": bool,
    "media": dict,
    "nullcast": bool,
    "paid_partnership": bool,
    "poll": dict,
    "quote_tweet_id": str,
    "reply": dict,
    "reply_settings": str,
    "share_with_followers": bool,
    "text": str,
}
"""The keys of ``CreatePostsRequest``: others are refused."""

REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
OPTIONS, OPTION_MAX, MINUTES = range(2, 5), 25, range(5, 10_081)
EDITS_MAX, EDIT_WINDOW = 5, timedelta(minutes=30)
"""The window that five of X's pages name; its launch note says an hour."""

MEMORY = timedelta(days=1)
"""How long the same post is a duplicate. X does not say; this is our reading."""

_DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
_UNINVITED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)


def create(world: World, request: Request) -> Reply:
    """POST /2/tweets."""
    account, given = account_of(world, request), body(request, FIELDS)
    _check_choice(given)
    files, poll = _media(world, account, given), _poll(given)
    text = _text(given, something=bool(files or poll))
    if poll and files:
        raise invalid("poll", "", "A post has either a poll or media")
    parent = _parent(world, account, given)
    _check_quoted(world, given)
    post = Post(NAME, account, world.snowflake(EPOCH), text, world.clock(), media=files)
    post.parent = parent.remote_id if parent else None
    post.detail = {"poll": poll, "quoted": given.get("quote_tweet_id"), "settings": given.get("reply_settings")}
    _check_new(world, post)
    post = _edited(world, post, given) or keep(world, post)
    data = {"id": post.remote_id, "text": entities.text(post), "edit_history_post_ids": entities.history(post)}
    return reply(201, {"data": data})


def keep(world: World, post: Post) -> Post:
    """Publish a post."""
    post.url = f"https://x.com/{post.account}/status/{post.remote_id}"
    for file in post.media:
        file.used = True
    return world.add(post)


def _check_choice(given: Mapping[str, Any]) -> None:
    settings = given.get("reply_settings")
    if settings is not None and settings not in REPLY_SETTINGS:
        raise invalid("reply_settings", settings, f"$.reply_settings: must be one of {', '.join(REPLY_SETTINGS)}")


def _text(given: Mapping[str, Any], *, something: bool) -> str:
    text: str = given.get("text", "")
    if not text.strip() and not something:
        raise invalid("text", text, "A post must have a text or media")
    if limits.exceeded(NAME, text):
        raise invalid("text", len(text), "Your Tweet text is too long.")
    if len(re.findall(r"(?<![\w$])\$[A-Za-z]{1,6}\b", text)) > 1:
        raise invalid("text", text, "A post can have one cashtag at most.")
    return text.strip()


def _media(world: World, account: str, given: Mapping[str, Any]) -> list[File]:
    if "media" not in given:
        return []
    ids = given["media"].get("media_ids")
    uploads = [media.ready(world, account, one) for one in ids] if isinstance(ids, list) else []
    found = [one for one in uploads if one]
    if not found or len(found) < len(uploads):
        raise invalid("media.media_ids", ids, "Your media IDs are invalid.")
    kinds = {one.category for one in found}
    most = 4 if kinds == {"tweet_image"} else 1
    if len(found) > most or "subtitles" in kinds:
        raise invalid("media.media_ids", ids, "A post has up to 4 photos, or 1 animated GIF, or 1 video.")
    return [one.file for one in found]


def _poll(given: Mapping[str, Any]) -> dict[str, Any] | None:
    poll: dict[str, Any] | None = given.get("poll")
    if poll is None:
        return None
    options, minutes = poll.get("options"), poll.get("duration_minutes")
    if not isinstance(options, list) or len(options) not in OPTIONS:
        raise invalid("poll.options", options, "$.poll.options: there must be 2 to 4")
    if not all(isinstance(one, str) and 0 < len(one) <= OPTION_MAX for one in options):
        raise invalid("poll.options", options, f"$.poll.options: each must be 1 to {OPTION_MAX} characters long")
    if not isinstance(minutes, int) or minutes not in MINUTES:
        raise invalid("poll.duration_minutes", minutes, "$.poll.duration_minutes: must be from 5 to 10080")
    return poll


def _parent(world: World, account: str, given: Mapping[str, Any]) -> Post | None:
    """What is answered: one's own posts, and those of others that mention oneself."""
    if "reply" not in given:
        return None
    asked = given["reply"].get("in_reply_to_tweet_id")
    found = world.find(NAME, asked) if isinstance(asked, str) else None
    if found is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if found.account != account and not re.search(rf"(?i)@{account}\b", found.text):
        raise forbidden(_UNINVITED)
    return found


def _check_quoted(world: World, given: Mapping[str, Any]) -> None:
    quoted = given.get("quote_tweet_id")
    if quoted is not None and world.find(NAME, quoted) is None:
        raise forbidden("You attempted to quote a Tweet that is deleted or not visible to you.")


def _check_new(world: World, post: Post) -> None:
    """Refuse the same words with the same media as an answer to the same post."""
    recent = (one for one in world.of(NAME, post.account) if post.created_at - one.created_at < MEMORY)
    if any(_said(one) == _said(post) for one in recent):
        raise forbidden(_DUPLICATE)


def _said(post: Post) -> tuple[Any, ...]:
    return post.text, post.parent, [file.data for file in post.media], post.detail.get("poll")


def _edited(world: World, new: Post, given: Mapping[str, Any]) -> Post | None:
    """The post that ``edit_options`` names, as the new one says, with a new id; ``None`` where it is no edit."""
    if "edit_options" not in given:
        return None
    old = world.find(NAME, str(given["edit_options"].get("previous_post_id")), new.account)
    if old is None or old.detail.get("draft") or new.created_at - old.created_at > EDIT_WINDOW:
        raise forbidden("You are not permitted to edit this post.")
    earlier = entities.history(old)
    if len(earlier) > EDITS_MAX:
        raise forbidden("This post has been edited as often as is allowed.")
    old.text, old.media, old.edited_at = new.text, new.media, new.created_at
    old.detail = {**old.detail, **new.detail, "history": earlier}
    world.rename(old, new.remote_id)
    old.url = f"https://x.com/{old.account}/status/{old.remote_id}"
    return old


def delete(world: World, request: Request) -> Reply:
    """DELETE /2/tweets/{id}."""
    account, post_id = account_of(world, request), request.params["id"]
    post = world.find(NAME, post_id)
    if post is None:
        problem = not_found(post_id) | {"status": 404}
        raise Refused(reply(404, problem, {"Content-Type": "application/problem+json; charset=utf-8"}))
    if post.account != account:
        raise forbidden("You are not authorized to delete this Tweet.")
    world.remove(post)
    return reply(200, {"data": {"deleted": True}})
