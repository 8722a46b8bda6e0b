"""What all calls of Instagram share: its memory, which of the two APIs is asked, its accounts and its failures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.container import Container
from postiz_ops.sandbox.exchange import Refused, Request
from postiz_ops.sandbox.world import World, digits

LOGIN = {"graph.instagram.com": "instagram-standalone"}
"""The API with Instagram's own login has a host of its own; the one with Facebook's stands beside Facebook's."""


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
    account = digits(token, 17) if node == "me" else node
    if not account.isdecimal():
        raise graph.absent(account, request.method.lower())
    world.state(State).accounts.add(account)
    return account


def username(account: str) -> str:
    """The handle of an account, the same at every start."""
    return f"user_{hashlib.sha256(account.encode()).hexdigest()[:8]}"
