"""A stand-in for Discord's API v10, for webhooks and for bots.

https://docs.discord.com/developers/resources/message has the calls; error codes are Discord's own. Every id is a
webhook, and every snowflake a text channel of one server, or a thread of it.
"""

from __future__ import annotations

from postiz_ops.sandbox.discord import messages, places
from postiz_ops.sandbox.discord.common import invalid
from postiz_ops.sandbox.discord.entities import NAME
from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply

_API = r"/api(?:/v\d+)?"
_CHANNEL = _API + "/channels/{channel}"
_MESSAGE = _CHANNEL + "/messages/{message}"
_WEBHOOK = _API + "/webhooks/{webhook}/{token}"


def _unauthorized(request: Request) -> Reply:
    if "/webhooks/" in request.path:
        return reply(401, {"message": "Invalid Webhook Token", "code": 50027})
    return reply(401, {"message": "401: Unauthorized", "code": 0})


def _rate_limited(_: Request) -> Reply:
    budget = {"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "30"}
    answer = {"message": "You are being rate limited.", "code": 0, "retry_after": 30.0, "global": False}
    return reply(429, answer, {"Retry-After": "30", **budget})


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", _API + "/users/@me", places.me),
        Route("GET", _API + "/users/@me/guilds", places.guilds),
        Route("GET", _API + "/guilds/{guild}/channels", places.channels),
        Route("GET", _CHANNEL, places.channel),
        Route("POST", _CHANNEL + "/threads", places.start_thread),
        Route("GET", _CHANNEL + "/messages", messages.listing),
        Route("POST", _CHANNEL + "/messages", messages.create),
        Route("GET", _MESSAGE, messages.show),
        Route("PATCH", _MESSAGE, messages.edit),
        Route("DELETE", _MESSAGE, messages.delete),
        Route("POST", _MESSAGE + "/threads", places.start_thread_from_message),
        Route("GET", _WEBHOOK, places.webhook),
        Route("POST", _WEBHOOK, messages.execute),
        Route("GET", _WEBHOOK + "/messages/{message}", messages.show),
        Route("PATCH", _WEBHOOK + "/messages/{message}", messages.edit),
        Route("DELETE", _WEBHOOK + "/messages/{message}", messages.delete),
    ),
    refuse=lambda _: invalid("content", "BASE_TYPE_BAD_LENGTH", "This content is not acceptable.").reply,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"message": "500: Internal Server Error", "code": 0}),
    unreadable=lambda _: reply(400, {"message": "The request body contains invalid JSON.", "code": 50109}),
)
