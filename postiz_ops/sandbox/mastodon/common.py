"""What all calls of a Mastodon server share: its memory, its errors, its accounts, and Rails' parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.mastodon import entities
from postiz_ops.sandbox.mastodon.entities import NAME
from postiz_ops.sandbox.world import File, Post, World, short

_FALSE = (None, False, 0, "", "0", "f", "F", "false", "FALSE", "off", "OFF")
"""What ActiveModel takes for false."""


@dataclass(slots=True)
class State:
    """Uploads by id, statuses by account and idempotency key, accounts by their number."""

    files: dict[str, File] = field(default_factory=dict)
    keys: dict[tuple[str, str], tuple[Post, datetime]] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)


def error(status: int, sentence: str) -> Refused:
    """Mastodon's error object, ready to be raised."""
    return Refused(reply(status, {"error": sentence}))


def invalid(sentence: str) -> Refused:
    """What a failed validation becomes."""
    return error(422, f"Validation failed: {sentence}")


def account_of(world: World, request: Request) -> str:
    """The account that the token belongs to: ``user@server``. Any token is one; none is refused with 401."""
    token = request.bearer()
    if not token:
        raise error(401, "The access token is invalid")
    account = f"{short(token)}@{request.host}"
    world.state(State).accounts[entities.account_id(account)] = account
    return account


def verify_credentials(world: World, request: Request) -> Reply:
    """GET /api/v1/accounts/verify_credentials."""
    account = account_of(world, request)
    return reply(200, entities.credential_account(account, sum(1 for _ in world.of(NAME, account)), world.clock()))


def instance(_: World, request: Request) -> Reply:
    """GET /api/v2/instance: where clients read the limits."""
    return reply(200, entities.instance(request.host))


def fields(request: Request) -> dict[str, Any]:
    """The parameters as Rails reads them: JSON, or a form whose names nest (``poll[options][]``)."""
    form = request.form()
    if form.json is not None:
        return form.json if isinstance(form.json, dict) else {}
    nested: dict[str, Any] = {}
    for name, value in form.pairs:
        _put(nested, re.findall(r"[^\[\]]+|\[\]", name), value)
    return nested


def _put(into: dict[str, Any], names: list[str], value: str) -> None:
    head, *rest = names or [""]
    if rest == ["[]"]:
        into.setdefault(head, []).append(value)
    elif rest[:1] == ["[]"]:
        items = into.setdefault(head, [{}])
        if rest[1] in items[-1]:
            items.append({})
        _put(items[-1], rest[1:], value)
    elif rest:
        _put(into.setdefault(head, {}), rest, value)
    else:
        into[head] = value


def string(value: Any) -> str:
    """A parameter as text, empty where it is absent."""
    return "" if value is None else str(value)


def true(value: Any) -> bool:
    """A parameter as Rails reads a boolean: everything that is not one of the words for false."""
    return value not in _FALSE


def number(text: str, default: int = 0) -> int:
    """A parameter as a whole number."""
    return int(text) if text.isdecimal() else default
