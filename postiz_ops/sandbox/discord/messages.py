"""Messages: https://docs.discord.com/developers/resources/message ."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from postiz_ops.sandbox.discord import drafts, entities
from postiz_ops.sandbox.discord.common import State, error, fields, here, invalid, listed, snowflake
from postiz_ops.sandbox.discord.entities import NAME
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import Post, World

NONCE_WINDOW = timedelta(minutes=5)
"""Discord says "the past few minutes"; nothing more is documented."""

NONCE_MAX, PAGE, PAGE_MAX = 25, 50, 100
"""Characters of a nonce; messages of a page unasked, and at most."""


def execute(world: World, request: Request) -> Reply:
    """POST /webhooks/{id}/{token}: 204 without ``wait``, and then nobody learns the message's id."""
    place, given = here(request), fields(request)
    name = given.get("thread_name")
    post = drafts.message(world, place, given, request.form().files)
    if name:
        post.detail["channel"] = post.remote_id
        made = entities.thread(post.remote_id, drafts.thread_name(name), place, post.created_at)
        world.state(State).threads[post.remote_id] = made
    world.add(post)
    if request.ask("wait").lower() not in ("true", "1"):
        return Reply(204)
    return reply(200, entities.message(world, post))


def create(world: World, request: Request) -> Reply:
    """POST /channels/{id}/messages: with ``enforce_nonce``, a repeated nonce gives the first message again."""
    place, given = here(request), fields(request)
    nonce = given.get("nonce")
    if nonce is not None and (not isinstance(nonce, str | int) or len(str(nonce)) > NONCE_MAX):
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", f"Nonce must be {NONCE_MAX} or fewer characters.")
    nonces, key = world.state(State).nonces, (place.account, str(nonce))
    before = nonces.get(key) if nonce is not None and given.get("enforce_nonce") else None
    if before and world.clock() - before[1] < NONCE_WINDOW:
        return reply(200, entities.message(world, before[0]))
    post = world.add(drafts.message(world, place, given, request.form().files))
    if nonce is not None:
        nonces[key] = (post, post.created_at)
    return reply(200, entities.message(world, post))


def listing(world: World, request: Request) -> Reply:
    """GET /channels/{id}/messages: newest first."""
    place, asked = here(request), request.ask("limit", str(PAGE))
    if not asked.isdecimal() or not 1 <= int(asked) <= PAGE_MAX:
        raise invalid("limit", "NUMBER_TYPE_MAX", f"int value should be between 1 and {PAGE_MAX}.")
    before, after = (int(snowflake(name, request.ask(name, "0"))) for name in ("before", "after"))
    posts = [post for post in world.of(NAME) if post.detail["channel"] == place.channel]
    posts = [post for post in posts if after < int(post.remote_id) and not 0 < before <= int(post.remote_id)]
    page = posts[: int(asked)] if after else posts[-int(asked) :]
    return reply(200, [entities.message(world, post) for post in reversed(page)])


def show(world: World, request: Request) -> Reply:
    """GET a message: a bot in its channel, a webhook what it wrote."""
    return reply(200, entities.message(world, standing(world, request)))


def edit(world: World, request: Request) -> Reply:
    """PATCH a message of one's own; only what is given changes, and attachments that are not named again go."""
    post, given = _own(world, request), fields(request)
    drafts.check_attachments(given)
    text = drafts.content(given) if "content" in given else post.text
    media = list(post.media)
    if "attachments" in given:
        named = {str(one.get("id")): one for one in listed(given, "attachments")}
        kept = [file for file in media if file.id in named]
        media = [replace(file, alt=named[file.id].get("description", file.alt) or "") for file in kept]
    media += drafts.attached(world, given, request.form().files, kept=len(media))
    changed = {"embeds": drafts.embeds(given), "flags": drafts.flags(given)}
    detail = post.detail | {name: value for name, value in changed.items() if name in given}
    drafts.check_not_empty(text, media, detail)
    post.text, post.media, post.detail, post.edited_at = text, media, detail, world.clock()
    return reply(200, entities.message(world, post))


def delete(world: World, request: Request) -> Reply:
    """DELETE a message of one's own."""
    world.remove(_own(world, request))
    return Reply(204)


def standing(world: World, request: Request) -> Post:
    """The message of the path, as far as the one who asks can see it."""
    place = here(request)
    post = world.find(NAME, snowflake("message_id", request.params["message"]))
    if post is None or (post.account != place.account if place.webhook else post.detail["channel"] != place.channel):
        raise error(404, 10008, "Unknown Message")
    return post


def _own(world: World, request: Request) -> Post:
    post = standing(world, request)
    if post.account != here(request).account:
        raise error(403, 50005, "Cannot edit a message authored by another user")
    return post
