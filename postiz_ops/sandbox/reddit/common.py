"""What all calls of Reddit share: its memory, who asks, its two shapes of errors, subreddits and things.

Every well-formed name is a subreddit that takes everything, but for those that end in a word of ``RULES``.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "reddit"
RULES = {
    "_missing": "does not exist",
    "_private": "nobody may post there",
    "_flair": "a post must have a flair",
    "_links": "takes no text posts and no polls",
    "_text": "takes text posts alone",
    "_strict": "a title must not have the word `forbidden`, and must have 10 characters",
}
"""What the end of a subreddit's name means, the letters' case apart."""

FLAIRS = ("News", "Discussion")
FORBIDDEN, SHORTEST = "forbidden", 10

_SUBREDDIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}|u_[\w-]{3,20}")
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"

Problem = tuple[str, str, str]
"""Code, sentence and field of an error."""


@dataclass(slots=True)
class Lease:
    """A file that may be uploaded, and has been once ``data`` of its file is there."""

    file: File
    host: str
    at: datetime
    account: str

    @property
    def url(self) -> str:
        """Where it lies, once it is there."""
        return f"https://{self.host}/{self.file.id}"


@dataclass(slots=True)
class State:
    """Leases by the id of their asset."""

    leases: dict[str, Lease] = field(default_factory=dict)


def errors(*problems: Problem) -> Refused:
    """A refusal that comes with HTTP 200."""
    return Refused(reply(200, {"json": {"errors": [list(one) for one in problems]}}))


def invalid_submission(reason: str, explanation: str, name: str, *, validated: bool) -> Refused:
    """What a subreddit's own rules refuse: HTTP 400 with ``validate_on_submit``, else as all other errors."""
    code = f"SUBMIT_VALIDATION_{reason}"
    if not validated:
        return errors((code, explanation, name))
    body = {"fields": [name], "explanation": explanation, "error_type": "SUBMIT_VALIDATION_ERROR"}
    return Refused(reply(400, {**body, "message": "Bad Request", "reason": code}))


def status(code: int, message: str) -> Refused:
    """An error of HTTP alone."""
    return Refused(reply(code, {"message": message, "error": code}))


def account_of(request: Request) -> str:
    """The account of the bearer token. Any token is one; who does not say who he is is throttled."""
    if not request.headers.get("user-agent", "").strip():
        raise status(429, "Too Many Requests")
    token = request.bearer()
    if not token:
        raise status(401, "Unauthorized")
    return short(token)


def true(given: Mapping[str, Any], name: str, *, default: bool = False) -> bool:
    """A parameter as a boolean, of JSON or of a form."""
    value = given.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in ("true", "1")


def ends(subreddit: str, rule: str) -> bool:
    """Whether a subreddit has this rule."""
    return subreddit.lower().endswith(rule)


def subreddit_of(given: Mapping[str, Any]) -> str:
    """The subreddit that is named, if one may post there."""
    name = given.get("sr", "")
    if not name:
        raise errors(("SUBREDDIT_REQUIRED", "you must specify a subreddit", "sr"))
    check_subreddit(name)
    if ends(name, "_private"):
        raise errors(("SUBREDDIT_NOTALLOWED", "you aren't allowed to post there.", "sr"))
    return str(name)


def check_subreddit(name: Any) -> None:
    """Refuse what is no subreddit's name, and a subreddit that does not exist."""
    if not isinstance(name, str) or not _SUBREDDIT.fullmatch(name):
        raise errors(("BAD_SR_NAME", "that name isn't going to work", "sr"))
    if ends(name, "_missing"):
        raise errors(("SUBREDDIT_NOEXIST", "Hmm, that community doesn't exist. Try checking the spelling.", "sr"))


def flair_id(subreddit: str, text: str) -> str:
    """The id of a flair, the same at every start."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://www.reddit.com/r/{subreddit.lower()}/flair/{text}"))


def new_name(world: World, kind: str) -> str:
    """A full name that was never given before: its kind, and a number in base 36."""
    number, digits = world.tick(), ""
    while number:
        number, rest = divmod(number, 36)
        digits = _LETTERS[rest] + digits
    return f"{kind}_{digits}"


def slug(title: str) -> str:
    """The end of a post's address."""
    return re.sub(r"\W+", "_", title.lower()).strip("_")[:50] or "_"


def thing(world: World, name: Any) -> Post | None:
    """A post or a comment that stands."""
    return world.find(NAME, name) if isinstance(name, str) else None


def root_of(world: World, post: Post) -> Post:
    """The post that a comment belongs to."""
    above = world.find(NAME, post.parent or "")
    return root_of(world, above) if above else post


def empty() -> Reply:
    """An answer that says nothing."""
    return reply(200, {})
