"""What all calls of Instagram share: its memory, which of the two APIs is asked, its accounts and its failures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Refused, Request
from postiz_ops.sandbox.world import File, Post, World

LOGIN = {"graph.instagram.com": "instagram-standalone"}
"""The API with Instagram's own login has a host of its own; the one with Facebook's stands beside Facebook's."""

LIFE = timedelta(seconds=86_400)
"""How long a container can be published."""


@dataclass(slots=True)
class Container:
    """Something that is being made ready for publication. ``state`` is Instagram's ``status_code``.

    ``shows`` are its files, those of its children included; ``slow`` means that it is not ready at the first look, and
    ``stuck`` that it never is. ``expected`` is how many bytes are uploaded to it, ``None`` where it is fetched.
    """

    id: str
    provider: str
    account: str
    kind: str
    caption: str
    made: datetime
    shows: list[File] = field(default_factory=list)
    children: list[Container] = field(default_factory=list)
    item: bool = False
    state: str = "IN_PROGRESS"
    slow: bool = False
    stuck: bool = False
    looked: bool = False
    uploads: bool = False
    post: Post | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """Containers by id, and the ids of accounts that were seen."""

    containers: dict[str, Container] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)


def provider(request: Request) -> str:
    """Which of the two Instagram providers a host belongs to."""
    return LOGIN.get(request.host, "instagram")


def failure(code: int, subcode: int, sentence: str, *, message: str = "") -> Refused:
    """A refusal from Instagram's table of error codes."""
    return graph.error(code, message or sentence, subcode=subcode, say=sentence)


def account_of(world: World, request: Request) -> str:
    """The professional account of the path; ``me`` is the token's own. Every number is one."""
    token, node = graph.token(request), request.params["node"]
    account = graph.digits(token, 17) if node == "me" else node
    if not account.isdecimal():
        raise graph.absent(account, request.method.lower())
    world.state(State).accounts.add(account)
    return account


def username(account: str) -> str:
    """The handle of an account, the same at every start."""
    return f"user_{hashlib.sha256(account.encode()).hexdigest()[:8]}"


def advance(container: Container, effect: str, now: datetime) -> str:
    """Look at a container: its state now. Being looked at lets processing end; what is slow ends at the next look."""
    if container.state in ("IN_PROGRESS", "FINISHED") and now - container.made >= LIFE:
        container.state = "EXPIRED"
    if container.state != "IN_PROGRESS":
        return container.state
    strike(container, effect)
    waits = container.uploads or container.stuck or (container.slow and not container.looked)
    if container.state == "IN_PROGRESS" and not waits:
        failed = any(child.state == "ERROR" for child in container.children)
        container.state = "ERROR" if failed else "FINISHED"
    container.looked = container.looked or not container.uploads
    return container.state


def strike(container: Container, effect: str) -> None:
    """A fault of processing that was asked for."""
    if effect == "async-fail":
        container.state = "ERROR"
    container.stuck = container.stuck or effect == "async-never"
