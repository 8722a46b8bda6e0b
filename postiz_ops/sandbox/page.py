"""The feed that ``GET /`` shows: what was published, as people would see it, from the sandbox's own copy."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from postiz_ops.sandbox.exchange import Reply, plain
from postiz_ops.sandbox.world import File, Post, World

if TYPE_CHECKING:
    from jinja2 import Template

_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'"
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm", "audio/mpeg")
"""Types that a browser may render; everything else is a download, so that no upload becomes a page of ours."""

DEPTH_MAX = 6
"""How deep the style sheet indents."""

TITLES = {
    "bluesky": "Bluesky",
    "discord": "Discord",
    "dribbble": "Dribbble",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "instagram-standalone": "Instagram",
    "linkedin": "LinkedIn",
    "linkedin-page": "LinkedIn",
    "mastodon": "Mastodon",
    "pinterest": "Pinterest",
    "reddit": "Reddit",
    "slack": "Slack",
    "threads": "Threads",
    "tiktok": "TikTok",
    "x": "X",
    "youtube": "YouTube",
}

Locate = Callable[[File, str], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A medium of a card. ``kind`` is ``image``, ``video``, ``audio`` or ``file``; ``address`` of what is elsewhere."""

    url: str
    kind: str
    type: str
    alt: str
    name: str
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """One post and how deep it stands in its thread. ``title`` is the platform's, ``heading`` its own."""

    post: Post
    depth: int
    title: str
    heading: str
    note: str
    media: tuple[Shown, ...]
    at: datetime


def feed(world: World) -> Reply:
    """The page, which loads its style and media from here."""
    return Reply(200, {**_HEADERS, "Content-Type": "text/html; charset=utf-8"}, html(world, _link).encode())


def standalone(world: World) -> Reply:
    """The same page in one file that can be kept: its style and media are inside."""
    page = html(world, _embed, css=_resource("page.css"))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Disposition": 'attachment; filename="feed.html"'}
    return Reply(200, {**_HEADERS, **headers}, page.encode())


def html(world: World, locate: Locate, *, css: str = "") -> str:
    """The feed. ``locate`` says where the medium of a name is found; without ``css`` the style is linked."""
    threads = [[_card(post, depth, number, locate) for post, depth, number in thread] for thread in _threads(world)]
    return _template().render(threads=threads, count=len(world.posts), css=css)


def style() -> Reply:
    """Its style sheet."""
    return Reply(200, {**_HEADERS, "Content-Type": "text/css; charset=utf-8"}, _resource("page.css").encode())


def media(world: World, name: str) -> Reply:
    """A file of a post: ``POST-NUMBER`` counts posts and their media from 0."""
    first, _, second = name.partition("-")
    try:
        file = world.posts[int(first)].media[int(second)]
    except (ValueError, IndexError):
        return plain(404, "no such file")
    kind = file.type if file.type in _SHOWN else "application/octet-stream"
    return Reply(200, {**_HEADERS, "Content-Type": kind}, file.data)


def _link(_: File, name: str) -> str:
    return f"/_sandbox/media/{name}"


def _embed(file: File, _: str) -> str:
    kind = file.type if file.type in _SHOWN else "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(file.data).decode()}"


def _threads(world: World) -> Iterator[list[tuple[Post, int, int]]]:
    """Threads, the newest first: each post with its depth and its number, below what it answers."""
    numbers = {id(post): number for number, post in enumerate(world.posts)}
    known = {(post.provider, post.remote_id) for post in world.posts}
    children: dict[tuple[str, str], list[Post]] = {}
    roots: list[Post] = []
    for post in world.posts:
        above = (post.provider, post.parent or "")
        children.setdefault(above, []).append(post) if above in known else roots.append(post)
    for root in reversed(roots):
        thread: list[tuple[Post, int, int]] = []
        waiting = [(root, 0)]
        while waiting:
            post, depth = waiting.pop()
            thread.append((post, depth, numbers[id(post)]))
            below = children.pop((post.provider, post.remote_id), [])
            waiting += [(answer, depth + 1) for answer in reversed(below)]
        yield thread


def _card(post: Post, depth: int, number: int, locate: Locate) -> Card:
    shown = tuple(_shown(file, locate(file, f"{number}-{index}")) for index, file in enumerate(post.media))
    heading, note = (post.detail.get(name) or "" for name in ("title", "spoiler_text"))
    return Card(post, min(depth, DEPTH_MAX), TITLES[post.provider], heading, note, shown, post.created_at)


def _shown(file: File, url: str) -> Shown:
    if file.url:
        return Shown(file.url, "address", file.type, file.alt, file.name, None)
    kind = file.type.partition("/")[0] if file.type in _SHOWN else "file"
    return Shown(url, kind, file.type, file.alt, file.name, file.size)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_resource("page.html"))


def _resource(name: str) -> str:
    return (files("postiz_ops.sandbox") / name).read_text("utf-8")
