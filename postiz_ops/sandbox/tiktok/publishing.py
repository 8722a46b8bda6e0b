"""The bytes of a video, and what becomes of a publication.

https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide has the upload,
https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status the states.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from postiz_ops.sandbox.exchange import Refused, Reply, Request, plain
from postiz_ops.sandbox.tiktok.common import NAME, Publication, State, account_of, body, error, ok, publication_of
from postiz_ops.sandbox.world import Post, World

LIFE = timedelta(hours=1)
"""How long an upload's address is good."""

TYPES = ("video/mp4", "video/quicktime", "video/webm")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_FAILED = {"video": "file_format_check_failed", "image": "picture_size_check_failed"}


def receive(world: World, request: Request) -> Reply:
    """PUT of a chunk to the upload's address: 206 while more are to come, 201 for the last."""
    made = world.state(State).uploads.get(request.ask("upload_id"))
    if made is None:
        raise Refused(plain(404, "no such upload task"))
    if world.clock() - made.at >= LIFE:
        raise Refused(plain(403, "the upload_url has expired"))
    first, last, total = _range(request)
    if total != made.size or last - first + 1 != len(request.body) or request.type not in TYPES:
        raise Refused(plain(400, "the headers do not describe the bytes, or not what was announced"))
    if made.complete or (first, last) != _next(made):
        raise Refused(plain(416, "Content-Range does not match the progress", _progress(made)))
    made.data += request.body
    if len(made.data) < made.size:
        return Reply(206, _progress(made))
    _complete(world, made, request.effect)
    return Reply(201, _progress(made))


def _range(request: Request) -> tuple[int, int, int]:
    found = _RANGE.fullmatch(request.headers.get("content-range", ""))
    if found is None:
        raise Refused(plain(400, "Content-Range is missing or no range"))
    first, last, total = map(int, found.groups())
    return first, last, total


def _next(made: Publication) -> tuple[int, int]:
    """First and last byte of the chunk that is due; the last one has what remains."""
    done = len(made.data)
    is_last = done // made.chunk + 1 >= made.count
    return done, (made.size if is_last else done + made.chunk) - 1


def _progress(made: Publication) -> dict[str, str]:
    stored = made.size if made.complete else len(made.data)
    return {"Content-Range": f"bytes 0-{max(stored - 1, 0)}/{made.size}"}


def _complete(world: World, made: Publication, effect: str) -> None:
    (file,) = made.files
    file.fill(bytes(made.data))
    made.data = bytearray()
    finish(world, made, effect)


def finish(world: World, made: Publication, effect: str) -> None:
    """Everything is there: it is published, unless it fails, never ends, or waits in the creator's inbox."""
    made.complete = True
    kind, types = ("image", ("image/jpeg", "image/webp")) if made.photos else ("video", TYPES)
    if any(file.type not in types for file in made.files):
        made.reason = "file_format_check_failed"
    strike(world, made, effect)
    if made.reason or made.stuck or made.mode == "MEDIA_UPLOAD":
        return
    words = made.info.get("description" if made.photos else "title", "")
    made.post = Post(NAME, made.account, world.snowflake(), words, world.clock(), media=made.files)
    made.post.url = (
        f"https://www.tiktok.com/@{made.account}/{'photo' if kind == 'image' else 'video'}/{made.post.remote_id}"
    )
    made.post.detail = {"title": made.info.get("title", "") if made.photos else "", "publication": made.id}
    world.add(made.post)


def strike(world: World, made: Publication, effect: str) -> None:
    """A fault of processing that was asked for. What fails is not to be seen any more."""
    if effect == "async-fail" and not made.reason:
        made.reason = _FAILED["image" if made.photos else "video"]
        if made.post and not made.post.deleted:
            world.remove(made.post)
    made.stuck = made.stuck or effect == "async-never"


def status(world: World, request: Request) -> Reply:
    """POST /v2/post/publish/status/fetch/: it is done at the second look, and the post's id is told at the third."""
    made = publication_of(world, account_of(request), body(request, {"publish_id": str}).get("publish_id", ""))
    strike(world, made, request.effect)
    made.looks += made.complete
    data: dict[str, Any] = {"status": _word(made)}
    name = "uploaded_bytes" if made.source == "FILE_UPLOAD" else "downloaded_bytes"
    data[name] = made.size if made.complete else len(made.data)
    if made.reason:
        data["fail_reason"] = made.reason
    if made.post and data["status"] == "PUBLISH_COMPLETE" and made.public and made.looks > 2:
        data["publicaly_available_post_id"] = [int(made.post.remote_id)]
    return ok(**data)


def _word(made: Publication) -> str:
    if made.reason:
        return "FAILED"
    if made.looks < 2 or made.stuck:
        return "PROCESSING_UPLOAD" if made.source == "FILE_UPLOAD" else "PROCESSING_DOWNLOAD"
    return "SEND_TO_USER_INBOX" if made.mode == "MEDIA_UPLOAD" else "PUBLISH_COMPLETE"


def cancel(world: World, request: Request) -> Reply:
    """POST /v2/post/publish/cancel/: while it is downloaded."""
    made = publication_of(world, account_of(request), body(request, {"publish_id": str}).get("publish_id", ""))
    if _word(made) != "PROCESSING_DOWNLOAD":
        raise error(400, "publish_not_cancellable", "The publish cannot be cancelled at its status")
    made.reason = "publish_cancelled"
    if made.post and not made.post.deleted:
        world.remove(made.post)
    return ok()
