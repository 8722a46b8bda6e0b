"""A stand-in for Discord's API v10, webhooks and bots: https://docs.discord.com/developers/resources/message

Every snowflake is a webhook, a text channel of one guild, or a thread; error codes are Discord's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from postiz_ops.sandbox import discord_entities as entities
from postiz_ops.sandbox import limits, sniff
from postiz_ops.sandbox.exchange import Attachment, Platform, Refused, Reply, Request, Route, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "discord"
EPOCH = 1_420_070_400_000
"""Milliseconds: where Discord's snowflakes begin."""
NONCE_WINDOW = timedelta(minutes=5)
"""Discord says "the past few minutes"; nothing more is documented."""
NONCE_LENGTH = 25
THREAD_NAME = 100
"""``thread_name.maxLength`` of Discord's OpenAPI description."""
REPLY = 19
"""``MessageType.REPLY``."""


@dataclass(slots=True)
class State:
    """Nonces by author, and threads by their id."""

    nonces: dict[tuple[str, str], tuple[Post, datetime]] = field(default_factory=dict)
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)


def error(status: int, code: int, message: str) -> Refused:
    """Discord's error object, ready to be raised."""
    return Refused(reply(status, {"message": message, "code": code}))


def invalid(name: str, code: str, message: str) -> Refused:
    """What Discord answers to a field that does not pass its form."""
    errors = {name: {"_errors": [{"code": code, "message": message}]}}
    return Refused(reply(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors}))


@dataclass(frozen=True, slots=True)
class Place:
    """Who writes where."""

    account: str
    channel: str
    webhook: str | None = None


# --- who asks -------------------------------------------------------------------------------------------------------


def bot(request: Request) -> str:
    """The bot that the token belongs to."""
    token = request.bearer("Bot")
    if not token:
        raise error(401, 0, "401: Unauthorized")
    return short(token, "bot")


def _snowflake(name: str, value: str) -> str:
    if not re.fullmatch(r"\d{1,20}", value):
        raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return value


def _hook(request: Request) -> Place:
    """A webhook writes into the channel that it was made for, or into the thread that the query names."""
    webhook = _snowflake("webhook_id", request.params["webhook"])
    home = entities.channel_of(webhook)
    channel = _snowflake("thread_id", request.ask("thread_id") or home)
    return Place(short(f"{webhook}/{request.params['token']}", "webhook"), channel, webhook)


def _channel(request: Request) -> Place:
    return Place(bot(request), _snowflake("channel_id", request.params["channel"]))


def me(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """GET /users/@me."""
    return reply(200, {**entities.user(bot(request), bot=True), "mfa_enabled": False, "locale": "en-US"})


def guilds(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """GET /users/@me/guilds: the bot is in one."""
    bot(request)
    return reply(200, [entities.my_guild()])


def guild_channels(world: World, request: Request) -> Reply:
    """GET /guilds/{id}/channels: two channels, and those that were written to."""
    bot(request)
    _snowflake("guild_id", request.params["guild"])
    used = {post.detail["channel"] for post in world.of(NAME)} - set(world.state(State).threads)
    ids = dict.fromkeys([*entities.CHANNELS, *sorted(used)])
    return reply(200, [entities.channel(one, position) for position, one in enumerate(ids)])


def channel(world: World, request: Request) -> Reply:
    """GET /channels/{id}."""
    place = _channel(request)
    thread = world.state(State).threads.get(place.channel)
    return reply(200, thread or entities.channel(place.channel))


def webhook(world: World, request: Request) -> Reply:  # noqa: ARG001 - the handlers' shape
    """GET /webhooks/{id}/{token}: the webhook itself."""
    place = _hook(request)
    return reply(200, entities.webhook(place.webhook or "", request.params["token"], place.account))


# --- messages -------------------------------------------------------------------------------------------------------


def execute(world: World, request: Request) -> Reply:
    """POST /webhooks/{id}/{token}: 204 without ``wait``, and then nobody learns the message's id."""
    place, given = _hook(request), fields(request)
    name = given.get("thread_name")
    post = _message(world, place, given, request)
    if name:
        if len(str(name)) > THREAD_NAME:
            raise invalid("thread_name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
        post.detail["channel"] = post.remote_id
        world.state(State).threads[post.remote_id] = entities.thread(post.remote_id, str(name), place)
    world.add(post)
    if request.ask("wait").lower() not in ("true", "1"):
        return Reply(204)
    return reply(200, entities.message(world, post))


def create(world: World, request: Request) -> Reply:
    """POST /channels/{id}/messages: with ``enforce_nonce``, a repeated nonce gives the first message again."""
    place, given = _channel(request), fields(request)
    nonce = given.get("nonce")
    if nonce is not None and (len(str(nonce)) > NONCE_LENGTH or not isinstance(nonce, str | int)):
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", f"Nonce must be {NONCE_LENGTH} or fewer characters.")
    nonces, key = world.state(State).nonces, (place.account, str(nonce))
    before = nonces.get(key)
    if nonce is not None and given.get("enforce_nonce") and before and world.clock() - before[1] < NONCE_WINDOW:
        return reply(200, entities.message(world, before[0]))
    post = world.add(_message(world, place, given, request))
    if nonce is not None:
        nonces[key] = (post, post.created_at)
    return reply(200, entities.message(world, post))


def _message(world: World, place: Place, given: Mapping[str, Any], request: Request) -> Post:
    text, files = _content(given), _attached(world, given, request)
    _check_alt(given)
    if not (text or files or given.get("embeds") or given.get("poll") or given.get("components")):
        raise error(400, 50006, "Cannot send an empty message")
    parent = _referenced(world, place, given)
    post = Post(NAME, place.account, world.snowflake(EPOCH), text, world.clock(), media=files)
    post.url = f"https://discord.com/channels/{entities.GUILD}/{place.channel}/{post.remote_id}"
    thread_start = world.find(NAME, place.channel)
    post.parent = parent or (thread_start and thread_start.remote_id)
    post.detail = {
        "channel": place.channel,
        "webhook": place.webhook,
        "username": given.get("username"),
        "type": REPLY if parent else 0,
        "flags": given.get("flags") or 0,
        "embeds": given.get("embeds") or [],
        "poll": given.get("poll"),
    }
    return post


def _content(given: Mapping[str, Any]) -> str:
    text = given.get("content") or ""
    if not isinstance(text, str):
        raise invalid("content", "STRING_TYPE_CONVERT", f"Could not interpret {text!r} as string.")
    text, limit = text.strip(), limits.text(NAME)
    if limits.too_long(text, limit):
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {limit.max} or fewer in length.")
    if len(given.get("embeds") or ()) > entities.EMBEDS:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", f"Must be {entities.EMBEDS} or fewer in length.")
    return text


def _attached(world: World, given: Mapping[str, Any], request: Request, kept: int = 0) -> list[File]:
    sent = [file for file in request.form().files if file.name.startswith(("files", "file"))]
    rule = limits.media(NAME)
    if len(sent) + kept > rule.max_items:
        raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", f"Must be {rule.max_items} or fewer in length.")
    largest = max(kind.max_bytes for kind in rule.kinds.values())
    total = sum(len(file.data) for file in sent)
    if any(len(file.data) > largest for file in sent) or (rule.total_bytes and total > rule.total_bytes):
        raise error(413, 40005, "Request entity too large")
    described = {str(one.get("id")): one for one in given.get("attachments") or () if isinstance(one, dict)}
    return [_file(world, file, described) for file in sent]


def _file(world: World, sent: Attachment, described: Mapping[str, Mapping[str, Any]]) -> File:
    number = re.search(r"\d+", sent.name)
    about = described.get(number[0] if number else "", {})
    mime = sniff.mime(sent.data) or sent.type
    size = sniff.size(sent.data) if mime.startswith("image/") else None
    name = about.get("filename") or sent.filename
    file = File(world.snowflake(EPOCH), mime, sent.data, about.get("description") or "", name)
    file.width, file.height = size or (None, None)
    return file


def _check_alt(given: Mapping[str, Any]) -> None:
    limit = limits.media(NAME).alt
    for index, one in enumerate(given.get("attachments") or ()):
        if limit and limits.too_long(one.get("description") or "", limit):
            name = f"attachments.{index}.description"
            raise invalid(name, "BASE_TYPE_MAX_LENGTH", f"Must be {limit.max} or fewer in length.")


def _referenced(world: World, place: Place, given: Mapping[str, Any]) -> str | None:
    reference = given.get("message_reference")
    if not reference or place.webhook:
        return None
    target = world.find(NAME, str(reference.get("message_id")))
    if target and target.detail["channel"] == place.channel:
        return target.remote_id
    if reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return None


def listing(world: World, request: Request) -> Reply:
    """GET /channels/{id}/messages: newest first, 50 at a time, 100 at most."""
    place, asked = _channel(request), request.ask("limit", "50")
    if not asked.isdigit() or not 1 <= int(asked) <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    before, after = (int(_snowflake(name, request.ask(name, "0"))) for name in ("before", "after"))
    posts = [post for post in world.of(NAME) if post.detail["channel"] == place.channel]
    posts = [post for post in posts if int(post.remote_id) > after and not 0 < before <= int(post.remote_id)]
    page = posts[: int(asked)] if after else posts[-int(asked) :]
    return reply(200, [entities.message(world, post) for post in reversed(page)])


def show(world: World, request: Request) -> Reply:
    """GET a message, by a bot or by the webhook that wrote it."""
    return reply(200, entities.message(world, _standing(world, request)))


def edit(world: World, request: Request) -> Reply:
    """PATCH a message of one's own; only what is given changes."""
    post, given = _standing(world, request, own=True), fields(request)
    _check_alt(given)
    text = _content(given) if "content" in given else post.text
    media = list(post.media)
    if "attachments" in given:
        kept = {str(one.get("id")): one for one in given["attachments"]}
        media = [replace(file, alt=kept[file.id].get("description", file.alt)) for file in media if file.id in kept]
    media += _attached(world, given, request, kept=len(media))
    embeds = given.get("embeds", post.detail["embeds"])
    if not (text or media or embeds or post.detail["poll"]):
        raise error(400, 50006, "Cannot send an empty message")
    post.text, post.media, post.edited_at = text, media, world.clock()
    post.detail |= {"embeds": embeds, "flags": given.get("flags", post.detail["flags"])}
    return reply(200, entities.message(world, post))


def delete(world: World, request: Request) -> Reply:
    """DELETE a message."""
    world.remove(_standing(world, request, own=True))
    return Reply(204)


def _standing(world: World, request: Request, *, own: bool = False) -> Post:
    place = _hook(request) if "webhook" in request.params else _channel(request)
    post = world.find(NAME, _snowflake("message_id", request.params["message"]))
    elsewhere = post and post.detail["channel"] != place.channel and not place.webhook
    if post is None or elsewhere or (place.webhook and post.account != place.account):
        raise error(404, 10008, "Unknown Message")
    if own and post.account != place.account:
        raise error(403, 50005, "Cannot edit a message authored by another user")
    return post


# --- threads --------------------------------------------------------------------------------------------------------


def thread_from_message(world: World, request: Request) -> Reply:
    """POST /channels/{id}/messages/{id}/threads: the thread has the message's id, and there is one at most."""
    place, post = _channel(request), _standing(world, request)
    threads = world.state(State).threads
    if post.remote_id in threads:
        raise error(400, 160004, "A thread has already been created for this message")
    threads[post.remote_id] = entities.thread(post.remote_id, _thread_name(request), place)
    return reply(201, threads[post.remote_id])


def thread(world: World, request: Request) -> Reply:
    """POST /channels/{id}/threads: a thread of its own, or a forum's post with its first message."""
    place, given = _channel(request), fields(request)
    name, thread_id = _thread_name(request), world.snowflake(EPOCH)
    made = entities.thread(thread_id, name, place)
    if isinstance(given.get("message"), dict):
        post = _message(world, replace(place, channel=thread_id), given["message"], request)
        post.remote_id = thread_id
        world.add(post)
        made = {**made, "message": entities.message(world, post)}
    world.state(State).threads[thread_id] = {name: value for name, value in made.items() if name != "message"}
    return reply(201, made)


def _thread_name(request: Request) -> str:
    name = fields(request).get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= THREAD_NAME:
        raise invalid("name", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {THREAD_NAME} in length.")
    return name


# --- parameters -----------------------------------------------------------------------------------------------------


def fields(request: Request) -> dict[str, Any]:
    """The JSON body, or the ``payload_json`` of a multipart one."""
    form = request.form()
    given = form.json
    if form.pairs or form.files:
        pairs = form.first()
        try:
            given = json.loads(pairs["payload_json"]) if "payload_json" in pairs else pairs
        except ValueError as problem:
            raise error(400, 50109, "The request body contains invalid JSON.") from problem
    if given is not None and not isinstance(given, dict):
        raise invalid("_", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    return given or {}


def _unauthorized(request: Request) -> Reply:
    if "/webhooks/" in request.path:
        return reply(401, {"message": "Invalid Webhook Token", "code": 50027})
    return reply(401, {"message": "401: Unauthorized", "code": 0})


def _rate_limited(request: Request) -> Reply:  # noqa: ARG001 - the answers' shape
    headers = {"Retry-After": "30", "X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "30"}
    return reply(429, {"message": "You are being rate limited.", "retry_after": 30.0, "global": False}, headers)


def _refuse(request: Request) -> Reply:  # noqa: ARG001 - the answers' shape
    return invalid("content", "BASE_TYPE_BAD_LENGTH", "This content is not acceptable.").reply


_CHANNEL = r"/api(?:/v\d+)?/channels/{channel}"
_MESSAGE = _CHANNEL + "/messages/{message}"
_WEBHOOK = r"/api(?:/v\d+)?/webhooks/{webhook}/{token}"

PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", r"/api(?:/v\d+)?/users/@me", me),
        Route("GET", r"/api(?:/v\d+)?/users/@me/guilds", guilds),
        Route("GET", r"/api(?:/v\d+)?/guilds/{guild}/channels", guild_channels),
        Route("GET", _CHANNEL, channel),
        Route("GET", _CHANNEL + "/messages", listing),
        Route("POST", _CHANNEL + "/messages", create),
        Route("POST", _CHANNEL + "/threads", thread),
        Route("GET", _MESSAGE, show),
        Route("PATCH", _MESSAGE, edit),
        Route("DELETE", _MESSAGE, delete),
        Route("POST", _MESSAGE + "/threads", thread_from_message),
        Route("GET", _WEBHOOK, webhook),
        Route("POST", _WEBHOOK, execute),
        Route("GET", _WEBHOOK + "/messages/{message}", show),
        Route("PATCH", _WEBHOOK + "/messages/{message}", edit),
        Route("DELETE", _WEBHOOK + "/messages/{message}", delete),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"message": "500: Internal Server Error", "code": 0}),
    unreadable=lambda _: reply(400, {"message": "The request body contains invalid JSON.", "code": 50109}),
)
