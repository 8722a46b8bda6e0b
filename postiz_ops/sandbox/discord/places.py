"""Where messages go: the bot's server, its channels, webhooks and threads."""

from __future__ import annotations

from postiz_ops.sandbox.discord import drafts, entities
from postiz_ops.sandbox.discord.common import State, bot, error, fields, here, new_id, snowflake
from postiz_ops.sandbox.discord.entities import NAME
from postiz_ops.sandbox.discord.messages import standing
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import World


def me(_: World, request: Request) -> Reply:
    """GET /users/@me."""
    return reply(200, {**entities.user(bot(request)), "mfa_enabled": False, "locale": "en-US"})


def guilds(_: World, request: Request) -> Reply:
    """GET /users/@me/guilds: every bot is in the same one."""
    bot(request)
    return reply(200, [entities.my_guild()])


def channels(world: World, request: Request) -> Reply:
    """GET /guilds/{id}/channels: two channels, and those that were written to."""
    bot(request)
    snowflake("guild_id", request.params["guild"])
    used = {post.detail["channel"] for post in world.of(NAME)} - set(world.state(State).threads)
    ids = dict.fromkeys([*entities.CHANNELS, *sorted(used)])
    return reply(200, [entities.channel(one, position) for position, one in enumerate(ids)])


def channel(world: World, request: Request) -> Reply:
    """GET /channels/{id}."""
    place = here(request)
    return reply(200, world.state(State).threads.get(place.channel) or entities.channel(place.channel))


def webhook(_: World, request: Request) -> Reply:
    """GET /webhooks/{id}/{token}: the webhook itself."""
    place = here(request)
    return reply(200, entities.webhook(request.params["webhook"], place.account))


def start_thread_from_message(world: World, request: Request) -> Reply:
    """POST /channels/{id}/messages/{id}/threads: the thread has the message's id, and there is one at most."""
    place, post, threads = here(request), standing(world, request), world.state(State).threads
    if post.remote_id in threads:
        raise error(400, 160004, "A thread has already been created for this message")
    made = entities.thread(post.remote_id, drafts.thread_name(fields(request).get("name")), place, world.clock())
    threads[post.remote_id] = made
    return reply(201, made)


def start_thread(world: World, request: Request) -> Reply:
    """POST /channels/{id}/threads: a thread that begins with no message."""
    place, thread_id = here(request), new_id(world)
    made = entities.thread(thread_id, drafts.thread_name(fields(request).get("name")), place, world.clock())
    world.state(State).threads[thread_id] = made
    return reply(201, made)
