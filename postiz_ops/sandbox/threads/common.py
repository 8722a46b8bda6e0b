"""What all calls of Threads share: its memory, its profiles and its failures."""

from __future__ import annotations

from dataclasses import dataclass, field

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.container import Container
from postiz_ops.sandbox.exchange import Refused, Request
from postiz_ops.sandbox.world import Post, World, digits, short

NAME = "threads"


@dataclass(slots=True)
class State:
    """Containers by their id."""

    containers: dict[str, Container] = field(default_factory=dict)


def invalid(sentence: str, *, code: int = 100, subcode: int | None = None, say: str = "") -> Refused:
    """A refusal, of a parameter where no code says otherwise."""
    return graph.error(code, sentence, subcode=subcode, say=say)


def profile_of(request: Request) -> str:
    """The profile of the path; ``me`` is the token's own. Every number is one."""
    token, node = graph.token(request), request.params["node"]
    profile = digits(token, 17) if node == "me" else node
    if not profile.isdecimal():
        raise graph.absent(profile, request.method.lower())
    return profile


def username(profile: str) -> str:
    """The handle of a profile, the same at every start."""
    return short(profile)


def standing(world: World, request: Request) -> Post:
    """The post of the path."""
    graph.token(request)
    post = world.find(NAME, request.params["node"])
    if post is None:
        raise graph.absent(request.params["node"], request.method.lower())
    return post
