"""What all calls of Dribbble share: its memory, who asks, failures, and pages of lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, digits, short

NAME = "dribbble"
PROSPECT = "prospect"
"""Tokens that begin so belong to somebody who may not upload."""

PAGE, PAGE_MAX = 30, 100


@dataclass(slots=True)
class Shot:
    """A shot from its upload on. It is not there before it was asked for twice; a ``lost`` one never is."""

    id: str
    file: File
    post: Post | None
    looks: int = 0
    lost: bool = False


@dataclass(slots=True)
class State:
    """Shots by their id."""

    shots: dict[str, Shot] = field(default_factory=dict)


def error(status: int, message: str) -> Refused:
    """Dribbble's error object, ready to be raised."""
    return Refused(reply(status, {"message": message}))


def invalid(attribute: str, message: str) -> Refused:
    """What a failed validation becomes."""
    errors = [{"attribute": attribute, "message": message}]
    return Refused(reply(422, {"message": "Validation failed.", "errors": errors}))


def account_of(request: Request) -> str:
    """The account of the bearer token. Any token is one."""
    token = request.bearer()
    if not token:
        raise error(401, "Bad credentials.")
    return short(token)


def uploads(request: Request) -> bool:
    """Whether who asks may upload."""
    return not request.bearer().startswith(PROSPECT)


def number(of: str) -> int:
    """The number of an account or a team, the same at every start."""
    return int(digits(of, 8))


def page(request: Request, items: Sequence[dict[str, Any]]) -> Reply:
    """One page of a list; the header ``Link`` has the next one."""
    asked = {name: request.ask(name) for name in ("page", "per_page")}
    first, size = (int(value) if value.isdecimal() else 0 for value in asked.values())
    first, size = max(first, 1), min(size or PAGE, PAGE_MAX)
    end = first * size
    more = f'<https://{request.host}{request.path}?page={first + 1}&per_page={size}>; rel="next"'
    return reply(200, list(items[end - size : end]), {"Link": more} if end < len(items) else {})
