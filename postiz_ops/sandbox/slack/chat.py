"""Messages: ``chat.*``."""

from __future__ import annotations

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Reply
from postiz_ops.sandbox.slack.common import NAME, Call, at, channel_of, error, message, new_post, ok, thread_of
from postiz_ops.sandbox.world import Post, World

BLOCKS_MAX, MARKDOWN_MAX = 50, 12_000
"""Blocks of a message, and characters of ``markdown_text``."""


def post(world: World, call: Call) -> Reply:
    """chat.postMessage."""
    channel, words = channel_of(world, call.text("channel")), text(call)
    made = new_post(world, call.account, channel, words, thread_of(world, channel, call.text("thread_ts")))
    made.detail |= {
        "broadcast": call.true("reply_broadcast"),
        "blocks": call.structure("blocks"),
        "metadata": call.structure("metadata"),
        "username": call.text("username"),
    }
    world.add(made)
    return ok(channel=channel, ts=made.remote_id, message=message(made, made.created_at))


def update(world: World, call: Call) -> Reply:
    """chat.update: one's own messages only."""
    made = _own(world, call, "cant_update_message")
    words = text(call)
    changed = {name: call.structure(name) for name in ("blocks", "metadata") if name in call.given}
    made.text, made.edited_at, made.detail = words, world.clock(), made.detail | changed
    whole = message(made, made.created_at)
    shown = {name: value for name, value in whole.items() if name not in ("ts", "thread_ts", "reply_count")}
    return ok(channel=made.detail["channel"], ts=made.remote_id, text=made.text, message=shown)


def delete(world: World, call: Call) -> Reply:
    """chat.delete: one's own messages only."""
    made = _own(world, call, "cant_delete_message")
    world.remove(made)
    return ok(channel=made.detail["channel"], ts=made.remote_id)


def permalink(world: World, call: Call) -> Reply:
    """chat.getPermalink."""
    channel = channel_of(world, call.text("channel"))
    return ok(channel=channel, permalink=at(world, channel, call.text("message_ts"), "message_not_found").url)


def _own(world: World, call: Call, foreign: str) -> Post:
    made = at(world, channel_of(world, call.text("channel")), call.text("ts"), "message_not_found")
    if made.account != call.account:
        raise error(foreign)
    return made


def text(call: Call) -> str:
    """The text of a message, which may be missing beside blocks or attachments."""
    words, markdown, blocks = call.text("text"), call.text("markdown_text"), call.structure("blocks")
    if markdown and (words or blocks):
        raise error("markdown_text_conflict")
    if blocks is not None and (not isinstance(blocks, list) or len(blocks) > BLOCKS_MAX):
        raise error("invalid_blocks")
    if len(markdown) > MARKDOWN_MAX:
        raise error("msg_too_long")
    words = words or markdown
    if not words.strip() and not blocks and not call.structure("attachments"):
        raise error("no_text")
    return cut(words)


def cut(words: str) -> str:
    """Text above the limit is cut off without a word, as Slack does."""
    limit = limits.text(NAME)
    return words[: limit.max] if limits.exceeds(words, limit) else words
