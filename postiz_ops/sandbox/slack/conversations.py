"""Channels and what stands in them: ``conversations.*``."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox.exchange import Reply
from postiz_ops.sandbox.slack.common import NAME, Call, State, at, channel_of, message, ok, page
from postiz_ops.sandbox.world import Post, World


def listing(world: World, call: Call) -> Reply:
    """conversations.list: all channels that are known; all are public."""
    return page(call, "channels", [_channel(one, name) for one, name in world.state(State).channels.items()])


def info(world: World, call: Call) -> Reply:
    """conversations.info."""
    channel = channel_of(world, call.text("channel"))
    return ok(channel=_channel(channel, world.state(State).channels[channel]))


def history(world: World, call: Call) -> Reply:
    """conversations.history: newest first, without the replies in threads."""
    posts = [post for post in _in(world, call) if post.parent is None or post.detail["broadcast"]]
    return _messages(world, call, [post for post in reversed(posts) if _within(post, call)])


def replies(world: World, call: Call) -> Reply:
    """conversations.replies: a thread's first message, then the answers, oldest first."""
    ts = call.text("ts")
    root = at(world, channel_of(world, call.text("channel")), ts, "thread_not_found")
    answers = [post for post in _in(world, call) if post.parent == ts and _within(post, call)]
    return _messages(world, call, [root, *answers])


def _in(world: World, call: Call) -> list[Post]:
    channel = channel_of(world, call.text("channel"))
    return [post for post in world.of(NAME) if post.detail["channel"] == channel]


def _within(post: Post, call: Call) -> bool:
    oldest, latest = (_instant(call.text(name)) for name in ("oldest", "latest"))
    posted = float(post.remote_id)
    if call.true("inclusive"):
        return (oldest is None or oldest <= posted) and (latest is None or posted <= latest)
    return (oldest is None or oldest < posted) and (latest is None or posted < latest)


def _instant(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _messages(world: World, call: Call, posts: list[Post]) -> Reply:
    metadata = call.true("include_all_metadata")
    return page(call, "messages", [message(post, world.clock(), metadata=metadata) for post in posts])


def _channel(channel: str, name: str) -> dict[str, Any]:
    return {
        "id": channel,
        "name": name,
        "name_normalized": name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": False,
        "is_archived": False,
        "is_general": name == "general",
        "is_member": True,
        "is_shared": False,
        "is_org_shared": False,
        "created": 1_700_000_000,
        "creator": "U0SANDBOX1",
    }
