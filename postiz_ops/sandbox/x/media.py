"""Uploads: https://docs.x.com/x-api/media/quickstart/media-upload-chunked , with media metadata."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import File, World
from postiz_ops.sandbox.x.common import EPOCH, NAME, State, Upload, account_of, body, invalid

DAY = 86_400
"""Seconds that an upload waits for its post."""

CATEGORIES = ("tweet_image", "tweet_gif", "tweet_video", "amplify_video", "subtitles")
SEGMENTS = range(1000)


def upload(world: World, request: Request) -> Reply:
    """POST /2/media/upload: everything in one request."""
    account, (data, given) = account_of(world, request), _sent(request)
    made = _new(world, account, str(given.get("media_category", "")), len(data))
    _complete(world, made, data, request.effect)
    return reply(200, {"data": _shown(made)})


def initialize(world: World, request: Request) -> Reply:
    """POST /2/media/upload/initialize."""
    account = account_of(world, request)
    known = {"media_type": str, "total_bytes": int, "media_category": str, "shared": bool, "additional_owners": list}
    given = body(request, known)
    total = given.get("total_bytes", 0)
    if total <= 0:
        raise invalid("total_bytes", total, "$.total_bytes: must be greater than 0")
    made = _new(world, account, given.get("media_category", ""), total)
    made.file.type = given.get("media_type", "")
    data = {"id": made.file.id, "media_key": made.key, "expires_after_secs": DAY}
    return reply(200, {"data": data})


def append(world: World, request: Request) -> Reply:
    """POST /2/media/upload/{id}/append: the pieces may come in any order, and again."""
    made, (data, given) = _own(world, request), _sent(request)
    number = str(given.get("segment_index", ""))
    if not number.isdecimal() or int(number) not in SEGMENTS:
        raise invalid("segment_index", number, "$.segment_index: must be from 0 to 999")
    if made.complete:
        raise invalid("id", made.file.id, "The upload is finalized.")
    made.pieces[int(number)] = data
    return reply(200, {"data": {"expires_at": int(world.clock().timestamp()) + DAY}})


def finalize(world: World, request: Request) -> Reply:
    """POST /2/media/upload/{id}/finalize: what moves is processed from now on."""
    made = _own(world, request)
    if not made.complete:
        data = b"".join(made.pieces[number] for number in sorted(made.pieces))
        if len(data) != made.total or sorted(made.pieces) != list(range(len(made.pieces))):
            raise invalid("id", made.file.id, "Segments do not add up to provided total file size.")
        _complete(world, made, data, request.effect)
    return reply(200, {"data": _shown(made)})


def status(world: World, request: Request) -> Reply:
    """GET /2/media/upload?command=STATUS: pending when finalized, at work at the first look, done at the second."""
    account, media_id = account_of(world, request), request.ask("media_id")
    made = _find(world, account, media_id)
    if request.ask("command", "STATUS") != "STATUS":
        raise invalid("command", request.ask("command"), "command must be STATUS")
    if not made.complete:
        raise invalid("media_id", media_id, "The upload is not finalized.")
    _strike(made.file, request.effect)
    made.looks += 1
    if made.file.state == "processing" and made.looks > 1 and not made.file.stuck:
        made.file.state = "ready"
    return reply(200, {"data": _shown(made)})


def metadata(world: World, request: Request) -> Reply:
    """POST /2/media/metadata: the alt text."""
    account, given = account_of(world, request), body(request, {"id": str, "metadata": dict})
    made, said = _find(world, account, given.get("id", "")), given.get("metadata", {})
    alt = said.get("alt_text")
    if alt is not None:
        text = alt.get("text") if isinstance(alt, dict) else None
        limit = limits.alt(NAME, text) if isinstance(text, str) else None
        if not isinstance(text, str) or limit:
            raise invalid(
                "alt_text.text", text, f"alt_text must be a text of at most {limit.max if limit else 1000} characters"
            )
        made.file.alt = text
    return reply(200, {"data": {"id": made.file.id, "associated_metadata": said}})


def ready(world: World, account: str, media_id: Any) -> Upload | None:
    """The account's upload, once a post can have it."""
    made = world.state(State).uploads.get(media_id) if isinstance(media_id, str) else None
    return made if made and made.complete and made.file.state == "ready" and made.file.owner == account else None


def _new(world: World, account: str, category: str, total: int) -> Upload:
    if category not in CATEGORIES:
        raise invalid("media_category", category, f"media_category must be one of {', '.join(CATEGORIES)}")
    made = Upload(File(world.snowflake(EPOCH), "", b"", owner=account, state="awaited"), category, total)
    world.state(State).uploads[made.file.id] = made
    return made


def _complete(world: World, made: Upload, data: bytes, effect: str) -> None:  # noqa: ARG001 - a step of an upload
    file = made.file
    file.fill(data, file.type)
    if not _fits(made):
        raise invalid("media", file.type, "media type unrecognized.")
    most = limits.heavy(NAME, file.type, len(data), animated=made.category == "tweet_gif")
    if most:
        raise invalid("media", len(data), f"File size exceeds {most} bytes.")
    made.complete, made.pieces = True, {}
    file.state = "ready" if made.category in ("tweet_image", "subtitles") and not effect else "processing"
    _strike(file, effect)


def _fits(made: Upload) -> bool:
    kind = made.file.type
    return {
        "tweet_image": kind.startswith("image/") and made.file.width is not None,
        "tweet_gif": kind == "image/gif",
        "subtitles": True,
    }.get(made.category, kind.startswith("video/"))


def _strike(file: File, effect: str) -> None:
    if effect == "async-fail":
        file.state = "failed"
    if effect == "async-never":
        file.state, file.stuck = "processing", True


def _sent(request: Request) -> tuple[bytes, dict[str, Any]]:
    """The bytes and the other fields: of a multipart body, or of JSON with the bytes in base64."""
    form = request.form()
    if form.json is None:
        sent = next((one for one in form.files if one.name == "media"), None)
        if sent is None:
            raise invalid("media", "", "$.media: is missing but it is required")
        return sent.data, dict(form.pairs)
    given = body(request)
    try:
        return base64.b64decode(str(given.get("media", "")), validate=True), given
    except binascii.Error as problem:
        raise invalid("media", "", "$.media: is not base64") from problem


def _own(world: World, request: Request) -> Upload:
    return _find(world, account_of(world, request), request.params["id"])


def _find(world: World, account: str, media_id: str) -> Upload:
    made = world.state(State).uploads.get(media_id)
    if made is None or made.file.owner != account:
        raise invalid("media_id", media_id, "Invalid media id.")
    return made


def _shown(made: Upload) -> dict[str, Any]:
    file = made.file
    shown: dict[str, Any] = {"id": file.id, "media_key": made.key, "size": len(file.data), "expires_after_secs": DAY}
    if made.category == "tweet_image":
        shown["image"] = {"image_type": file.type, "w": file.width, "h": file.height}
    elif made.category != "subtitles":
        shown["video"] = {"video_type": file.type}
    if file.state != "ready" or made.category not in ("tweet_image", "subtitles"):
        shown["processing_info"] = _processing(made)
    return shown


def _processing(made: Upload) -> dict[str, Any]:
    if made.file.state == "ready":
        return {"state": "succeeded", "progress_percent": 100}
    if made.file.state == "failed":
        return {"state": "failed", "progress_percent": 50}
    if not made.looks:
        return {"state": "pending", "check_after_secs": 1}
    return {"state": "in_progress", "check_after_secs": 1, "progress_percent": 50}
