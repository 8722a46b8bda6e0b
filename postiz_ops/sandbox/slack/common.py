"""What all calls of Slack share: its memory, its errors, arguments, channels, and messages as history shows them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox.audience import audience
from postiz_ops.sandbox.exchange import Refused, Reply, reply
from postiz_ops.sandbox.world import File, Post, World

NAME = "slack"
TEAM = "T0SANDBOX1"
CHANNELS = {"C0SANDBOX1": "general", "C0SANDBOX2": "random", "C0SANDBOX3": "announcements"}

_ID = re.compile(r"[CGD][A-Z0-9]+")
_CHANNEL_NAME = re.compile(r"#?[a-z0-9][a-z0-9_-]{0,79}")
_TRUE = (True, 1, "true", "1")


@dataclass(slots=True)
class Upload:
    """One file on its way into a channel: the length that was promised, its title, and where it was shared."""

    file: File
    length: int
    title: str = ""
    shared: list[Post] = field(default_factory=list)
    asked: int = 0


@dataclass(slots=True)
class State:
    """Uploads by file id, and channel names by id."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=lambda: dict(CHANNELS))


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the Web API: who calls, with which arguments. ``effect`` is a fault of processing."""

    account: str
    given: Mapping[str, Any]
    effect: str = ""

    def text(self, name: str) -> str:
        """An argument as text, empty where it is absent."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def true(self, name: str) -> bool:
        """An argument as a boolean."""
        return self.given.get(name) in _TRUE

    def structure(self, name: str) -> Any:
        """An argument that is a list or an object; in a form it is JSON in a string."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as problem:
            raise error("invalid_arguments") from problem


Method = Callable[[World, Call], Reply]


def error(code: str, **more: Any) -> Refused:
    """Slack's failure, ready to be raised."""
    return Refused(reply(200, {"ok": False, "error": code, **more}))


def ok(**values: Any) -> Reply:
    """Slack's success."""
    return reply(200, {"ok": True, **values})


def user_of(account: str) -> str:
    """The user id of a bot, the same at every start."""
    return f"U{_digest(account)}"


def channel_of(world: World, named: str) -> str:
    """A channel's id. Every well-formed id or name is a channel; others are ``channel_not_found``."""
    channels = world.state(State).channels
    if _ID.fullmatch(named):
        channels.setdefault(named, f"channel-{named.lower()}")
        return named
    if not _CHANNEL_NAME.fullmatch(named):
        raise error("channel_not_found")
    name = named.removeprefix("#")
    channel = next((one for one, title in channels.items() if title == name), f"C{_digest(name)}")
    channels[channel] = name
    return channel


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10].upper()


def at(world: World, channel: str, ts: str, absent: str) -> Post:
    """The message at a place, or the failure that its absence is."""
    post = world.find(NAME, ts)
    if post is None or post.detail["channel"] != channel:
        raise error(absent)
    return post


def thread_of(world: World, channel: str, ts: str) -> str | None:
    """The first message of the thread that an answer to ``ts`` belongs to; threads are flat."""
    if not ts:
        return None
    target = at(world, channel, ts, "thread_not_found")
    return target.parent or target.remote_id


def new_post(world: World, account: str, channel: str, text: str, parent: str | None) -> Post:
    """A message of now; it is not kept yet."""
    seconds, micros = divmod(world.tick(), 1_000_000)
    ts = f"{seconds}.{micros:06d}"
    post = Post(NAME, account, ts, text, world.clock(), parent=parent)
    thread = f"?thread_ts={parent}&cid={channel}" if parent else ""
    post.url = f"https://sandbox.slack.com/archives/{channel}/p{ts.replace('.', '')}{thread}"
    post.detail = {"channel": channel, "broadcast": False, "blocks": None, "metadata": None, "username": ""}
    return post


def page(call: Call, key: str, items: Sequence[dict[str, Any]]) -> Reply:
    """One page of a list: 100 items unasked, fewer than 1,000; the cursor is where the next page begins."""
    cursor, limit = call.text("cursor") or "0", call.text("limit") or "100"
    if not limit.isdecimal() or not 0 < int(limit) < 1000:
        raise error("invalid_limit")
    if not cursor.isdecimal():
        raise error("invalid_cursor")
    end = int(cursor) + int(limit)
    more = {"has_more": end < len(items)} if key == "messages" else {}
    following = {"next_cursor": str(end) if end < len(items) else ""}
    return ok(**{key: list(items[int(cursor) : end])}, **more, response_metadata=following)


def message(post: Post, now: datetime, *, metadata: bool = False) -> dict[str, Any]:
    """A message as a channel's history shows it; without ``reactions`` as long as there are none."""
    likes = audience(post.remote_id, post.created_at, now).likes
    user, detail = user_of(post.account), post.detail
    bot = {"bot_id": f"B{user[1:]}", "app_id": f"A{user[1:]}", "team": TEAM}
    optional: dict[str, Any] = {
        "thread_ts": post.parent or (post.remote_id if post.replies else None),
        "reply_count": post.replies,
        "reactions": [{"name": "+1", "users": [user_of("a reader")], "count": likes}] if likes else None,
        "blocks": detail["blocks"],
        "username": detail["username"],
        "files": [file_entity(file, file.name) for file in post.media],
        "edited": post.edited_at and {"user": user, "ts": f"{post.edited_at.timestamp():.6f}"},
        "metadata": detail["metadata"] if metadata else None,
    }
    shown = {"type": "message", "user": user, **bot, "ts": post.remote_id, "text": post.text}
    return shown | {name: value for name, value in optional.items() if value}


def file_entity(file: File, title: str) -> dict[str, Any]:
    """A file as messages and ``files.info`` show it."""
    size = {"original_w": file.width, "original_h": file.height} if file.width else {}
    return {
        "id": file.id,
        "name": file.name,
        "title": title,
        "mimetype": file.type,
        "size": len(file.data),
        "user": user_of(file.owner),
        "alt_txt": file.alt,
        "is_public": True,
        **size,
    }
