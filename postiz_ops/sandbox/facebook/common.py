"""What all calls of Facebook share: its memory, whose token it is, which page is meant, and failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox import graph
from postiz_ops.sandbox.exchange import Refused, Request
from postiz_ops.sandbox.world import File, Post, World, digits, short

NAME = "facebook"
USER = "user"
"""Tokens that begin so belong to a person, and cannot write as a page. The page tokens that they get can."""

_NOT_A_PAGE = (
    "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts as an admin with "
    "sufficient administrative permission"
)


@dataclass(slots=True)
class Video:
    """A video and how far it is. ``kind`` is ``video``, ``reel`` or ``story``; ``size`` what is announced."""

    file: File
    page: str
    kind: str
    title: str = ""
    description: str = ""
    size: int = 0
    complete: bool = False
    looked: bool = False
    post: Post | None = None


@dataclass(slots=True)
class State:
    """Photos and videos by their id, and the page of every page token that was handed out."""

    photos: dict[str, File] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def invalid(sentence: str, *, subcode: int | None = None, say: str = "") -> Refused:
    """Code 100, which is most of what Facebook refuses."""
    return graph.error(100, f"(#100) {sentence}", subcode=subcode, say=say)


def page_of(world: World, request: Request) -> str:
    """The page of the path; ``me`` is the token's own. Every number is one."""
    token, node = graph.token(request), request.params["node"]
    known = world.state(State).tokens.get(token)
    if node == "me":
        return known or digits(token)
    if not node.isdecimal():
        raise graph.absent(node, request.method.lower())
    return node


def writer(world: World, request: Request) -> str:
    """The page of the path, for those who may write as it: not a person's token, nor another page's."""
    page = page_of(world, request)
    check_writer(world, request, page)
    return page


def check_writer(world: World, request: Request, page: str) -> None:
    """Refuse a token that is known not to be this page's."""
    token = graph.token(request)
    if token.startswith(USER) or world.state(State).tokens.get(token, page) != page:
        raise graph.error(200, _NOT_A_PAGE, status=403)


def page_token(world: World, request: Request, page: str) -> str:
    """The page's token, for a person who asks; a page's own token stays what it is."""
    token, tokens = graph.token(request), world.state(State).tokens
    if token in tokens:
        return token
    handed = short(f"{token}/{page}", "page-token")
    tokens[handed] = page
    return handed


def post_id(post: Post) -> str:
    """The id under which the page's feed shows it: the page's, and its own."""
    return post.remote_id if "_" in post.remote_id else f"{post.account}_{post.remote_id}"


def find(world: World, node: str) -> Post | None:
    """A standing post or comment, by its id alone or with the page's before it."""
    return world.find(NAME, node) or world.find(NAME, node.partition("_")[2])


def new_post(world: World, page: str, text: str, kind: str, number: str = "", **detail: Any) -> Post:
    """A post of now, which is not kept yet. ``number`` is the id that it has without the page's."""
    number = number or world.snowflake(shift=18)
    full = f"{page}_{number}" if kind == "post" else number
    post = Post(NAME, page, full, text, world.clock(), detail={"kind": kind, **detail})
    path = {"reel": f"reel/{number}", "story": f"stories/{page}/{number}", "video": f"{page}/videos/{number}"}
    post.url = f"https://www.facebook.com/{path.get(kind, f'{page}/posts/{number}')}"
    return post
