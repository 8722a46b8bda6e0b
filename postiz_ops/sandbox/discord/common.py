"""What all calls of Discord share: its memory, its errors, who asks, and where."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox.discord.entities import channel_of
from postiz_ops.sandbox.exchange import Refused, Request, Unreadable, reply
from postiz_ops.sandbox.world import Post, World, short

EPOCH = 1_420_070_400_000
"""Milliseconds: where Discord's snowflakes begin."""


@dataclass(slots=True)
class State:
    """First messages by author and nonce, and threads by their id."""

    nonces: dict[tuple[str, str], tuple[Post, datetime]] = field(default_factory=dict)
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """Who writes where; ``webhook`` is the id of the webhook that does."""

    account: str
    channel: str
    webhook: str | None = None


def error(status: int, code: int, message: str) -> Refused:
    """Discord's error object, ready to be raised."""
    return Refused(reply(status, {"message": message, "code": code}))


def invalid(name: str, code: str, message: str) -> Refused:
    """What Discord answers to a field that does not pass its form. A dot in the name leads into an object."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(name.split(".")):
        errors = {part: errors}
    return Refused(reply(400, {"message": "Invalid Form Body", "code": 50035, "errors": errors}))


def listed(given: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """A field that is a list of objects, or absent."""
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise invalid(name, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    for index, one in enumerate(value):
        item(one, f"{name}.{index}")
    return value


def item(value: Any, name: str) -> dict[str, Any]:
    """A field that is an object."""
    if not isinstance(value, dict):
        raise invalid(name, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    return value


def text(value: Any, name: str) -> str:
    """A field that is text, or absent."""
    if value is not None and not isinstance(value, str):
        raise invalid(name, "STRING_TYPE_CONVERT", "Could not interpret the value as string.")
    return value or ""


def snowflake(name: str, value: Any) -> str:
    """An id that Discord could have given."""
    if not re.fullmatch(r"\d{1,20}", str(value)):
        raise invalid(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return str(value)


def new_id(world: World) -> str:
    """A snowflake of now."""
    return world.snowflake(EPOCH)


def bot(request: Request) -> str:
    """The bot that the token belongs to. Any token is one; none is refused with 401."""
    token = request.bearer("Bot")
    if not token:
        raise error(401, 0, "401: Unauthorized")
    return short(token, "bot")


def here(request: Request) -> Place:
    """A bot in the channel of the path; or a webhook in the channel that it was made for, or in ``thread_id``."""
    webhook = request.params.get("webhook")
    if webhook is None:
        return Place(bot(request), snowflake("channel_id", request.params["channel"]))
    channel = snowflake("thread_id", request.ask("thread_id") or channel_of(webhook))
    return Place(short(f"{webhook}/{request.params['token']}", "webhook"), channel, webhook)


def fields(request: Request) -> dict[str, Any]:
    """The JSON body, or the ``payload_json`` of a multipart one."""
    form = request.form()
    given = form.json
    if given is None:
        pairs = form.first()
        try:
            given = json.loads(pairs["payload_json"]) if "payload_json" in pairs else pairs
        except ValueError as problem:
            raise Unreadable(str(problem)) from problem
    return item(given, "_")
