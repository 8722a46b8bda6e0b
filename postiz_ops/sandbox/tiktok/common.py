"""What all calls of TikTok share: its memory, who asks, the envelope of its answers, and bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import shape
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "tiktok"
PRIVATE = "private"
"""Tokens that begin so belong to a creator whose account is private."""

_LOG = "20261122000000SANDBOXHASNOLOGS"
_INVALID_TOKEN = "The access token is invalid or not found in the request."  # noqa: S105 - a sentence


@dataclass(slots=True)
class Publication:
    """What ``publish_id`` names. ``source`` is where the bytes come from, ``mode`` whether the creator sees it first.

    ``size``, ``chunk`` and ``count`` are what was announced of an upload; ``reason`` is why it failed.
    """

    id: str
    account: str
    files: list[File]
    source: str
    mode: str
    at: datetime
    info: dict[str, Any] = field(default_factory=dict)
    size: int = 0
    chunk: int = 0
    count: int = 0
    upload: str = ""
    data: bytearray = field(default_factory=bytearray)
    complete: bool = False
    stuck: bool = False
    reason: str = ""
    looks: int = 0
    post: Post | None = None

    @property
    def photos(self) -> bool:
        """Whether it is pictures."""
        return self.id.startswith("p_")

    @property
    def public(self) -> bool:
        """Whether everybody may see it."""
        return self.info.get("privacy_level") == "PUBLIC_TO_EVERYONE"


@dataclass(slots=True)
class State:
    """Publications by their id, and by the id of their upload."""

    publications: dict[str, Publication] = field(default_factory=dict)
    uploads: dict[str, Publication] = field(default_factory=dict)


def error(status: int, code: str, message: str) -> Refused:
    """TikTok's failure, ready to be raised."""
    return Refused(reply(status, {"data": {}, "error": {"code": code, "message": message, "log_id": _LOG}}))


def invalid(message: str) -> Refused:
    """A request that TikTok does not take."""
    return error(400, "invalid_param", message)


def ok(**data: Any) -> Reply:
    """TikTok's success."""
    return reply(200, {"data": data, "error": {"code": "ok", "message": "", "log_id": _LOG}})


def unauthorized() -> Refused:
    """A token that is absent, or not good any more."""
    return error(401, "access_token_invalid", _INVALID_TOKEN)


def account_of(request: Request) -> str:
    """The account of the bearer token. Any token is one."""
    token = request.bearer()
    if not token:
        raise unauthorized()
    return short(token)


def options(request: Request) -> list[str]:
    """Who may see what this creator posts: nobody can be public whose account is private."""
    widest = "FOLLOWER_OF_CREATOR" if request.bearer().startswith(PRIVATE) else "PUBLIC_TO_EVERYONE"
    return [widest, "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


def body(request: Request, known: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object of fields that are known, each of its type."""
    value = request.form().json
    if not isinstance(value, dict):
        raise invalid("The request body has to be a JSON object")
    for path, expected in shape.wrong(value, known):
        raise invalid(f"Invalid {path}: {expected.__name__} is expected" if expected else f"Unknown field {path}")
    return value


def publication_of(world: World, account: str, publish_id: str) -> Publication:
    """A publication of the account."""
    found = world.state(State).publications.get(publish_id)
    if found is None:
        raise error(400, "invalid_publish_id", "The publish_id does not exist")
    if found.account != account:
        sentence = "The access_token is not authorized for the given publish_id"
        raise error(400, "token_not_authorized_for_specified_publish_id", sentence)
    return found
