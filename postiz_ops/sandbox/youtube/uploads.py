"""Uploads: https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol .

A session's address is its own authorization. That a session is 410 when it is a week old is Cloud Storage's rule, and
that a chunk which leaves a gap is 400 our reading: YouTube says neither.
"""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Refused, Reply, Request, plain, reply
from postiz_ops.sandbox.world import World
from postiz_ops.sandbox.youtube import entities, videos
from postiz_ops.sandbox.youtube.common import (
    CALLS,
    NAME,
    Session,
    State,
    account_of,
    bad,
    error,
    new_id,
    parts_of,
)
from postiz_ops.sandbox.youtube.drafts import given_of

CHUNK = 262_144
"""Bytes: every chunk but the last is a multiple of this."""

LIFE = timedelta(days=7)

_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


def start(world: World, request: Request) -> Reply:
    """POST to the upload address: the resource now, the bytes at the address that is answered."""
    account, parts = account_of(request), parts_of(request, videos.PARTS)
    if request.ask("uploadType") != "resumable":
        raise Refused(reply(501, {"error": "the sandbox imitates uploadType=resumable alone", "ok": False}))
    given = given_of(request)
    if not given["snippet"].get("title"):
        given["snippet"]["title"] = "unknown"
    total, kind = (request.headers.get(f"x-upload-content-{name}", "") for name in ("length", "type"))
    if kind and not (kind.startswith("video/") or kind == "application/octet-stream"):
        raise bad(f"Media type '{kind}' is not supported. Valid media types: [video/*, application/octet-stream]")
    _check_size(int(total) if total.isdecimal() else 0)
    session = Session(
        new_id(world, 40), account, given, parts, int(total) if total.isdecimal() else None, kind, world.clock()
    )
    world.state(State).sessions[session.id] = session
    query = urlencode([*request.query, ("upload_id", session.id)])
    location = f"https://{request.host}{request.path}?{query}"
    return Reply(200, {**CALLS, "Location": location, "X-GUploader-UploadID": session.id})


def receive(world: World, request: Request) -> Reply:
    """PUT to a session: a chunk, all that is left, or with ``bytes */N`` the question how far it is."""
    session = _session(world, request)
    first, last, total = _range(request, session)
    if session.video:
        return _done(session)
    if first is not None:
        _keep(session, request, first, last)
    if total is not None:
        session.total = total
    if session.total is None or len(session.data) < session.total:
        return _incomplete(session)
    _check_size(len(session.data))
    session.video = videos.publish(world, session, request.effect)
    session.data = bytearray()
    return _done(session)


def cancel(world: World, request: Request) -> Reply:
    """DELETE of a session."""
    session = _session(world, request)
    del world.state(State).sessions[session.id]
    return Reply(499)


def _session(world: World, request: Request) -> Session:
    session = world.state(State).sessions.get(request.ask("upload_id"))
    if session is None:
        raise Refused(plain(404, "Not Found"))
    if world.clock() - session.at >= LIFE:
        raise Refused(plain(410, "Gone"))
    return session


def _range(request: Request, session: Session) -> tuple[int | None, int, int | None]:
    """First and last byte of what is sent, ``None`` where nothing is, and the whole size, ``None`` where unknown."""
    said = request.headers.get("content-range", "")
    if not said:
        return len(session.data), len(session.data) + len(request.body) - 1, len(session.data) + len(request.body)
    found = _RANGE.fullmatch(said)
    if found is None:
        raise bad("Failed to parse Content-Range header.")
    total = None if found[3] == "*" else int(found[3])
    if session.total is not None and total not in (None, session.total):
        raise bad(f"Invalid request. The size is {session.total} bytes, by X-Upload-Content-Length.")
    return (None, -1, total) if found[1] is None else (int(found[1]), int(found[2]), total)


def _keep(session: Session, request: Request, first: int, last: int) -> None:
    """Take a chunk. Bytes that are there already may come again."""
    stored, size = len(session.data), last - first + 1
    whole = session.total if session.total is not None else _total(request)
    ends = whole is not None and last + 1 == whole
    problems = {
        f"There were {len(request.body)} byte(s) in the request body. There should have been {size}.": size
        != len(request.body),
        f"The chunk begins at byte {first}, and {stored} bytes are stored.": first > stored,
        f"The chunk ends at byte {last} of {whole}.": whole is not None and last >= whole,
        f"The chunk has {size} bytes, which is no multiple of {CHUNK}.": not ends and size % CHUNK != 0,
    }
    for sentence, holds in problems.items():
        if holds:
            raise bad(f"Invalid request. {sentence}")
    session.data += request.body[stored - first :]


def _total(request: Request) -> int | None:
    found = _RANGE.fullmatch(request.headers.get("content-range", ""))
    return int(found[3]) if found and found[3] != "*" else None


def _check_size(size: int) -> None:
    if size > limits.largest(NAME):
        raise error(413, "uploadTooLarge", f"Media larger than {limits.largest(NAME)} bytes.", domain="global")


def _incomplete(session: Session) -> Reply:
    """How far it is: without ``Range`` nothing is stored."""
    stored = {"Range": f"bytes=0-{len(session.data) - 1}"} if session.data else {}
    return Reply(308, {**CALLS, **stored, "X-GUploader-UploadID": session.id})


def _done(session: Session) -> Reply:
    video = session.video
    if video is None or video.gone:
        raise Refused(plain(404, "Not Found"))
    return reply(200, entities.video(video, session.parts, video.at), {**CALLS, "X-GUploader-UploadID": session.id})
