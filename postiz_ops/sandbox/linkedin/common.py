"""What all calls of LinkedIn share: its memory, who asks, which version, and failures."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from postiz_ops.sandbox.exchange import Handler, Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World, digits, short

PERSON, PAGE = "linkedin", "linkedin-page"
"""The providers of posts by a member, and by an organization."""

URN = re.compile(r"urn:li:(person|organization):([A-Za-z0-9_-]+)")
NEVER_SERVED = ("202512",)
_PAGE = (("start", 0), ("count", 10))


@dataclass(slots=True)
class Asset:
    """An image, a document or a video. ``parts`` are its bytes by part, ``tags`` what their ETag says."""

    urn: str
    owner: str
    file: File
    size: int = 0
    parts: dict[int, bytes] = field(default_factory=dict)
    looks: int = 0

    @property
    def kind(self) -> str:
        """``image``, ``document`` or ``video``."""
        return self.urn.split(":")[2]


@dataclass(slots=True)
class State:
    """Assets by the last part of their URN."""

    assets: dict[str, Asset] = field(default_factory=dict)

    def of(self, urn: Any) -> Asset | None:
        """The asset of a URN."""
        found = self.assets.get(urn.rpartition(":")[2]) if isinstance(urn, str) else None
        return found if found and found.urn == urn else None


def error(status: int, code: str, message: str, **more: Any) -> Refused:
    """LinkedIn's error object, ready to be raised."""
    return Refused(reply(status, {"message": message, "status": status, "code": code, **more}))


def invalid(path: str, code: str, message: str) -> Refused:
    """A field that LinkedIn does not take; ``path`` is where it stands."""
    one = {"description": message, "input": {"inputPath": {"fieldPath": path}}, "code": code}
    details = {"errorDetailType": "com.linkedin.common.error.BadRequest", "errorDetails": {"inputErrors": [one]}}
    return error(400, code, message, **details)


def denied(resource: str) -> Refused:
    """What the token's scopes do not allow."""
    return error(403, "ACCESS_DENIED", f"Not enough permissions to access: {resource}", serviceErrorCode=100)


def member(request: Request) -> str:
    """The URN of the member whose token it is. Any token is one; none is refused with 401."""
    token = request.bearer()
    if not token:
        raise error(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token", serviceErrorCode=65604)
    return f"urn:li:person:{short(token).replace('user_', 'user-')}"


def organizations(request: Request) -> list[str]:
    """The URNs of the two organizations that a member is said to administer; every other one can be written for too."""
    return [f"urn:li:organization:{digits(f'{member(request)}/{number}', 8)}" for number in (1, 2)]


def check_author(request: Request, urn: Any, path: str) -> str:
    """Who something is by: the member, or any organization."""
    found = URN.fullmatch(urn) if isinstance(urn, str) else None
    if found is None:
        code = "MISSING_FIELD" if urn is None else "INVALID_URN_TYPE"
        raise invalid(path, code, f"{path} is no URN of a person or an organization")
    if found[1] == "person" and urn != member(request):
        raise error(403, "ACCESS_DENIED", f"Field Value validation failed in REQUEST_BODY: {path} is not the member")
    return found[0]


def provider(urn: str) -> str:
    """Which provider's posts an author writes."""
    return PAGE if ":organization:" in urn else PERSON


def find(world: World, urn: str) -> Post | None:
    """A standing post or comment by its URN."""
    return world.find(PERSON, urn) or world.find(PAGE, urn)


def body(request: Request) -> Mapping[str, Any]:
    """The JSON object of a request."""
    value = request.form().json
    if not isinstance(value, dict):
        raise error(400, "BAD_REQUEST", "The body has to be a JSON object")
    return value


def versioned(handler: Handler) -> Handler:
    """Only with the headers that everything under /rest asks for, and with a version that is still served."""

    @functools.wraps(handler)
    def checked(world: World, request: Request) -> Reply:
        member(request)
        version = request.headers.get("linkedin-version", "")
        if not version:
            sentence = "A version must be present. Please specify a version by adding the LinkedIn-Version header."
            raise error(400, "VERSION_MISSING", sentence)
        if not _served(version, world.clock()):
            raise error(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise error(400, "BAD_REQUEST", "X-RestLi-Protocol-Version has to be 2.0.0")
        return handler(world, request)

    return checked


def _served(version: str, now: datetime) -> bool:
    """A version a month; each ends in the middle of the same month a year later."""
    found = re.fullmatch(r"(20\d\d)(0[1-9]|1[0-2])", version)
    if found is None or version in NEVER_SERVED:
        return False
    year, month = int(found[1]), int(found[2])
    return datetime(year, month, 1, tzinfo=UTC) <= now < datetime(year + 1, month, 15, tzinfo=UTC)


def elements(rows: list[dict[str, Any]], request: Request, *, total: int | None = None) -> Reply:
    """A list as rest.li gives it."""
    start, count = (int(request.ask(name)) if request.ask(name).isdecimal() else default for name, default in _PAGE)
    paging: dict[str, Any] = {"start": start, "count": count, "links": []}
    if total is not None:
        paging["total"] = total
    return reply(200, {"elements": rows[start : start + count], "paging": paging})
