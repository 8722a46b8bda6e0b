"""What all calls of YouTube share: its memory, who asks, failures as Google words them, bodies, and pages of lists."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import shape
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "youtube"
CALLS = {"Cache-Control": "private", "Vary": "Origin, X-Origin, Referer"}
PAGE, PAGE_MAX = 5, 50
"""Items of a page unasked, and at most."""

_LOGIN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}


@dataclass(slots=True)
class Video:
    """A video and how far it is; ``post`` once it can be seen, ``given`` what its resource was set to."""

    id: str
    channel: str
    file: File
    given: dict[str, dict[str, Any]]
    at: datetime
    post: Post | None = None
    looks: int = 0
    thumbnail: File | None = None
    gone: bool = False

    @property
    def privacy(self) -> str:
        """Who may see it. Left out it is public, since 2026-11-02."""
        privacy: str = self.given["status"].get("privacyStatus", "public")
        return privacy


@dataclass(slots=True)
class Session:
    """An upload on its way: what the video will be, how much has come, and the video once everything has."""

    id: str
    account: str
    given: dict[str, dict[str, Any]]
    parts: list[str]
    total: int | None
    type: str
    at: datetime
    data: bytearray = field(default_factory=bytearray)
    video: Video | None = None


@dataclass(slots=True)
class State:
    """Sessions and videos by id, playlists as lists of (item id, video id), comments by id."""

    sessions: dict[str, Session] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    lists: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def error(status: int, reason: str, message: str, *, domain: str = "youtube.video", location: str = "") -> Refused:
    """Google's error object, ready to be raised."""
    one = {"message": message, "domain": domain, "reason": reason}
    if location:
        one |= {"location": location, "locationType": "other" if location.startswith("body") else "parameter"}
    body: dict[str, Any] = {"code": status, "message": message, "errors": [one]}
    if status in _STATUS and domain in ("global", "usageLimits"):
        body["status"] = _STATUS[status]
    return Refused(reply(status, {"error": body}, CALLS))


def unauthorized() -> Refused:
    """A token that is absent, or not good any more."""
    body = {
        "code": 401,
        "message": _LOGIN,
        "errors": [
            {
                "message": "Invalid Credentials",
                "domain": "global",
                "reason": "authError",
                "location": "Authorization",
                "locationType": "header",
            }
        ],
        "status": "UNAUTHENTICATED",
    }
    return Refused(reply(401, {"error": body}, {**CALLS, "WWW-Authenticate": 'Bearer error="invalid_token"'}))


def bad(message: str) -> Refused:
    """A request that does not have the shape of the call."""
    return error(400, "badRequest", message, domain="global")


def account_of(request: Request) -> str:
    """The account of the bearer token. Any token is one."""
    token = request.bearer()
    if not token:
        raise unauthorized()
    return short(token)


def channel_of(account: str) -> str:
    """The channel of an account, the same at every start. Its uploads are the playlist ``UU`` and the same rest."""
    return f"UC{letters(account, 22)}"


def new_id(world: World, count: int) -> str:
    """An id of letters and digits that was never given before."""
    return letters(str(world.tick()), count)


def letters(of: str, count: int) -> str:
    """Letters and digits for a name, the same at every start."""
    return base64.urlsafe_b64encode(hashlib.sha256(of.encode()).digest()).decode()[:count]


def parts_of(request: Request, known: Sequence[str]) -> list[str]:
    """The parts that are asked for."""
    asked = [one.strip() for one in request.ask("part").split(",") if one.strip()]
    if not asked:
        raise error(400, "required", "Required parameter: part", domain="global", location="part")
    for one in asked:
        if one not in known:
            raise error(400, "unknownPart", f"'{one}'", domain="youtube.part", location="part")
    return asked


def body(request: Request, known: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A JSON object of fields that are known, each of its type; ``known`` nests as the resource does."""
    value = request.form().json
    if not isinstance(value, dict):
        raise bad("Invalid JSON payload received. The request body has to be a JSON object.")
    for path, expected in shape.wrong(value, known):
        if expected is None:
            raise bad(f"Invalid JSON payload received. Unknown name \"{path}\" at '{kind}': Cannot find field.")
        raise bad(f"Invalid value at '{kind}.{path}', a {expected.__name__} is expected")
    return value


def page(request: Request, kind: str, items: Sequence[dict[str, Any]]) -> Reply:
    """One page of a list."""
    asked, token = request.ask("maxResults", str(PAGE)), request.ask("pageToken", "0")
    if not asked.isdecimal() or int(asked) > PAGE_MAX:
        raise error(
            400,
            "invalidParameter",
            f"Invalid value '{asked}'. Values must be within the range: [0, 50]",
            domain="global",
            location="maxResults",
        )
    if not token.isdecimal():
        raise error(
            400,
            "invalidPageToken",
            "The request specifies an invalid page token.",
            domain="youtube.parameter",
            location="pageToken",
        )
    start = int(token)
    end = start + int(asked)
    tokens = {"nextPageToken": str(end)} if end < len(items) else {}
    info = {"totalResults": len(items), "resultsPerPage": int(asked)}
    shown = {"kind": kind, "etag": "sandbox", **tokens, "items": list(items[start:end]), "pageInfo": info}
    return reply(200, shown, CALLS)


def video_of(world: World, video_id: str) -> Video | None:
    """A video that was not deleted, whatever became of it."""
    found = world.state(State).videos.get(video_id)
    return None if found is None or found.gone else found


def own_video(world: World, account: str, video_id: str, *, location: str) -> Video:
    """A video of the account's channel."""
    found = video_of(world, video_id)
    if found is None or (found.channel != channel_of(account) and found.privacy == "private"):
        sentence = f"The video identified by the <code>{location}</code> parameter could not be found."
        raise error(404, "videoNotFound", sentence, location=location)
    if found.channel != channel_of(account):
        raise error(403, "forbidden", "The request is not properly authorized.")
    return found
