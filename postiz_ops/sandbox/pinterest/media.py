"""Films: https://developers.pinterest.com/docs/api-features/creating-boards-and-pins/#creating-video-pins ."""

from __future__ import annotations

from datetime import timedelta

from postiz_ops.sandbox import limits, s3
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.pinterest.common import NAME, State, Upload, account_of, body, error, invalid, look
from postiz_ops.sandbox.world import File, World, digits

HOST = "pinterest-media-upload.s3-accelerate.amazonaws.com"
LIFE = timedelta(hours=1)
"""How long a form is good; Pinterest does not say."""


def register(world: World, request: Request) -> Reply:
    """POST /v5/media: an id, and a form of Amazon's storage."""
    account, given = account_of(request), body(request, {"media_type": str})
    if given.get("media_type") != "video":
        raise invalid(f"'{given.get('media_type')}' is not one of ['video']")
    file = File(digits(str(world.tick()), 18), "video/mp4", b"", owner=account, state="registered")
    made = Upload(file, world.clock())
    world.state(State).uploads[file.id] = made
    fields = {"Content-Type": "multipart/form-data", **s3.parameters(made.key, made.at, service=NAME)}
    shown = {"media_id": file.id, "media_type": "video", "upload_url": f"https://{HOST}/", "upload_parameters": fields}
    return reply(201, shown)


def receive(world: World, request: Request) -> Reply:
    """POST of the form to storage."""
    fields, data = s3.form(request)
    made = look(world, fields.get("key", "").rpartition("/")[2])
    if made is None or world.clock() - made.at >= LIFE:
        raise s3.denied()
    if any(fields.get(name) != value for name, value in s3.parameters(made.key, made.at, service=NAME).items()):
        raise s3.denied()
    made.file.fill(data, "application/octet-stream")
    made.file.state = "processing"
    strike(made.file, request.effect)
    return Reply(204)


def status(world: World, request: Request) -> Reply:
    """GET /v5/media/{id}: done at the second look since the bytes came."""
    account, made = account_of(request), look(world, request.params["id"])
    if made is None or made.file.owner != account:
        raise error(404, 50, "Media not found.")
    file = made.file
    strike(file, request.effect)
    made.looks += file.state == "processing"
    if file.state == "processing" and made.looks > 1 and not file.stuck:
        heavy = limits.heavy(NAME, file.type, len(file.data))
        file.state = "succeeded" if file.type.startswith("video/") and not heavy else "failed"
    return reply(200, {"media_id": file.id, "media_type": "video", "status": file.state})


def strike(file: File, effect: str) -> None:
    """A fault of processing that was asked for."""
    if effect == "async-fail" and file.state == "processing":
        file.state = "failed"
    file.stuck = file.stuck or effect == "async-never"
