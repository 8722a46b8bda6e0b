"""What all calls of X share: its memory, who asks, and problems as its description has them.

Problems of the type ``about:blank`` are in no description; X answers 401, 403 and 429 with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Request, reply
from postiz_ops.sandbox.world import File, Post, World, digits, short

NAME = "x"
EPOCH = 1_288_834_974_657
"""Milliseconds: where X's snowflakes begin."""

_PROBLEMS = "https://api.x.com/2/problems/"
_KIND = {"Content-Type": "application/problem+json; charset=utf-8"}
_SIGNED = ("oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp")


@dataclass(slots=True)
class Upload:
    """A medium on its way: its pieces by their number, and how often its processing was looked at."""

    file: File
    category: str
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    complete: bool = False
    looks: int = 0

    @property
    def key(self) -> str:
        """The media key: its kind, and its id."""
        kind = {"image": "3", "gif": "16", "video": "7"}.get(self.category.rpartition("_")[2], "13")
        return f"{kind}_{self.file.id}"


@dataclass(slots=True)
class State:
    """Uploads and drafts of articles by their id, and the accounts that were seen by theirs."""

    uploads: dict[str, Upload] = field(default_factory=dict)
    drafts: dict[str, Post] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)


def plain(status: int, title: str, detail: str) -> Refused:
    """A problem that has no type of its own."""
    value = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Refused(reply(status, value, _KIND))


def forbidden(detail: str) -> Refused:
    """What is not allowed, duplicates included."""
    return plain(403, "Forbidden", detail)


def invalid(parameter: str, value: Any, detail: str) -> Refused:
    """A request that X does not take."""
    problem = {
        "title": "Invalid Request",
        "detail": detail,
        "type": f"{_PROBLEMS}invalid-request",
        "status": 400,
        "parameter": parameter,
        "value": str(value),
    }
    return Refused(reply(400, problem, _KIND))


def not_found(post_id: str) -> dict[str, Any]:
    """The problem about a post that is not there."""
    return {
        "title": "Not Found Error",
        "detail": f"Could not find tweet with id: [{post_id}].",
        "type": f"{_PROBLEMS}resource-not-found",
        "resource_type": "tweet",
        "resource_id": post_id,
        "parameter": "id",
        "value": post_id,
    }


def account_of(world: World, request: Request) -> str:
    """The account of a bearer token, or of a request that is signed with OAuth 1.0a. Any token is one."""
    token = request.bearer()
    if request.bearer("OAuth"):
        said = dict(re.findall(r'(\w+)="([^"]*)"', request.bearer("OAuth")))
        token = said.get("oauth_token", "") if all(said.get(name) for name in _SIGNED) else ""
    if not token:
        raise plain(401, "Unauthorized", "Unauthorized")
    account = short(token)
    world.state(State).accounts[user_id(account)] = account
    return account


def user_id(account: str) -> str:
    """The number of an account, the same at every start."""
    return digits(account, 18)


def body(request: Request, known: Mapping[str, type] | None = None) -> dict[str, Any]:
    """A JSON object of keys that are known, each of its type. Where ``known`` is absent any key is taken."""
    value = request.form().json
    if not isinstance(value, dict):
        raise invalid("body", "", "The request body must be a JSON object")
    for name, one in value.items() if known is not None else ():
        kind = (known or {}).get(name)
        if kind is None:
            sentence = f"$.{name}: is not defined in the schema and the schema does not allow additional properties"
            raise invalid(name, one, sentence)
        if not isinstance(one, kind) or (kind is int and isinstance(one, bool)):
            raise invalid(name, one, f"$.{name}: {type(one).__name__} found, {kind.__name__} expected")
    return value
