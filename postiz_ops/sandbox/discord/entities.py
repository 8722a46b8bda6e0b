"""The JSON objects of Discord's API v10: https://docs.discord.com/developers/resources/message ."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from postiz_ops.sandbox.audience import audience
from postiz_ops.sandbox.world import File, Post, World

if TYPE_CHECKING:
    from postiz_ops.sandbox.discord.common import Place

NAME = "discord"
GUILD = "1000000000000000001"
CHANNELS = ("1000000000000000010", "1000000000000000011")
_NAMES = dict(zip(CHANNELS, ("general", "announcements"), strict=True))


def account_id(account: str) -> str:
    """A snowflake for an account, the same at every start."""
    return str(10**17 + int(hashlib.sha256(account.encode()).hexdigest()[:13], 16))


def webhook_snowflake(webhook_id: str) -> str:
    """A webhook's id: itself where it is a snowflake, as Discord's are."""
    return webhook_id if webhook_id.isdecimal() else account_id(webhook_id)


def channel_of(webhook_id: str) -> str:
    """The channel that a webhook was made for."""
    return account_id(f"channel of {webhook_id}")


def user(account: str) -> dict[str, Any]:
    """The user object of a bot or a webhook."""
    return {
        "id": account_id(account),
        "username": account,
        "discriminator": "0000",
        "global_name": None,
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "bot": True,
        "primary_guild": None,
    }


def my_guild() -> dict[str, Any]:
    """The one guild that bots are in, as ``GET /users/@me/guilds`` shows it."""
    return {
        "id": GUILD,
        "name": "Sandbox",
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": "2147483647",
        "features": [],
    }


def channel(channel_id: str, position: int = 0) -> dict[str, Any]:
    """A text channel of the guild."""
    name = _NAMES.get(channel_id, f"channel-{channel_id[-4:]}")
    return {"id": channel_id, "type": 0, "flags": 0, "guild_id": GUILD, "name": name, "position": position}


def thread(thread_id: str, name: str, place: Place, at: datetime) -> dict[str, Any]:
    """A public thread of a channel, as it is opened."""
    return {
        "id": thread_id,
        "type": 11,
        "flags": 0,
        "guild_id": GUILD,
        "parent_id": place.channel,
        "name": name,
        "owner_id": account_id(place.account),
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": at.isoformat(),
            "auto_archive_duration": 1440,
            "locked": False,
        },
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
    }


def webhook(webhook_id: str, account: str) -> dict[str, Any]:
    """An incoming webhook. Discord repeats its token; here nobody gets a credential to see."""
    return {
        "id": webhook_snowflake(webhook_id),
        "type": 1,
        "name": account,
        "avatar": None,
        "channel_id": channel_of(webhook_id),
        "guild_id": GUILD,
        "application_id": None,
    }


def attachment(file: File, channel_id: str) -> dict[str, Any]:
    """One attachment of a message."""
    path = f"attachments/{channel_id}/{file.id}/{file.name}"
    size = {"width": file.width, "height": file.height} if file.width else {}
    return {
        "id": file.id,
        "filename": file.name,
        "size": len(file.data),
        "url": f"https://cdn.discordapp.com/{path}",
        "proxy_url": f"https://media.discordapp.net/{path}",
        "content_type": file.type,
        **({"description": file.alt} if file.alt else {}),
        **size,
    }


def message(world: World, post: Post) -> dict[str, Any]:
    """A message as its channel lists it; its nonce is not told again."""
    detail = post.detail
    author = user(post.account)
    if detail["username"]:
        author["username"] = detail["username"]
    if detail["webhook"]:
        author["id"] = webhook_snowflake(detail["webhook"])
    shown: dict[str, Any] = {
        "id": post.remote_id,
        "type": detail["type"],
        "channel_id": detail["channel"],
        "content": post.text,
        "author": author,
        "timestamp": post.created_at.isoformat(),
        "edited_timestamp": post.edited_at.isoformat() if post.edited_at else None,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [attachment(file, detail["channel"]) for file in post.media],
        "embeds": [{"type": "rich", **embed} for embed in detail["embeds"]],
        "flags": detail["flags"],
        "components": [],
    }
    if detail["webhook"]:
        shown["webhook_id"] = webhook_snowflake(detail["webhook"])
    if detail["poll"]:
        shown["poll"] = poll(post)
    if likes := audience(post.remote_id, post.created_at, world.clock()).likes:
        shown["reactions"] = [reaction("\N{THUMBS UP SIGN}", likes - likes // 4)]
        shown["reactions"] += [reaction("\N{PARTY POPPER}", likes // 4)] if likes >= 4 else []
    return shown | _reference(world, post)


def reaction(emoji: str, count: int) -> dict[str, Any]:
    """So many reactions with an emoji. A message without any has no list of them."""
    return {
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "me": False,
        "me_burst": False,
        "emoji": {"id": None, "name": emoji},
        "burst_colors": [],
    }


def _reference(world: World, post: Post) -> dict[str, Any]:
    if not post.detail["type"] or not post.parent:
        return {}
    where = {"type": 0, "channel_id": post.detail["channel"], "message_id": post.parent, "guild_id": GUILD}
    target = world.find(NAME, post.parent)
    plain = target and {name: value for name, value in message(world, target).items() if name != "referenced_message"}
    return {"message_reference": where, "referenced_message": plain}


def poll(post: Post) -> dict[str, Any]:
    """The poll of a message that has one."""
    given = post.detail["poll"]
    answers = [{"answer_id": number, **answer} for number, answer in enumerate(given["answers"], 1)]
    return {
        "question": given["question"],
        "answers": answers,
        "expiry": (post.created_at + timedelta(hours=given.get("duration") or 24)).isoformat(),
        "allow_multiselect": bool(given.get("allow_multiselect")),
        "layout_type": given.get("layout_type") or 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }
