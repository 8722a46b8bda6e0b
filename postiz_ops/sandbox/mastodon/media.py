"""Uploads: https://docs.joinmastodon.org/methods/media/ ."""

from __future__ import annotations

from postiz_ops.model import MediaKind
from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.mastodon import entities
from postiz_ops.sandbox.mastodon.common import State, account_of, error, fields, invalid, string
from postiz_ops.sandbox.mastodon.entities import NAME
from postiz_ops.sandbox.world import File, World

FAILED = "Error processing thumbnail for uploaded media"
_READABLE = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")


def upload(world: World, request: Request) -> Reply:
    """POST /api/v2/media: 200 for pictures, 202 for what has to be converted."""
    account, form = account_of(world, request), request.form()
    sent = next((one for one in form.files if one.name == "file"), None)
    if sent is None:
        raise invalid("File can't be blank")
    alt = form.first().get("description", "")
    check_alt(alt)
    file = File.of(world.snowflake(shift=16), sent.data, alt=alt, name=sent.filename, owner=account)
    slow = _check(file) is not MediaKind.IMAGE or bool(request.effect)
    file.state = {"async-fail": "failed"}.get(request.effect, "processing" if slow else "ready")
    file.stuck = request.effect == "async-never"
    world.state(State).files[file.id] = file
    return reply(202 if slow else 200, entities.attachment(file, request.host, ready=not slow))


def show(world: World, request: Request) -> Reply:
    """GET /api/v1/media/:id: 206 while it is converted, 422 when that failed. Asking once lets the conversion end."""
    file = _own(world, request)
    if file.state == "failed" or request.effect == "async-fail":
        raise error(422, FAILED)
    if file.state == "processing":
        file.state = "processing" if file.stuck or request.effect else "ready"
        return reply(206, entities.attachment(file, request.host, ready=False))
    return reply(200, entities.attachment(file, request.host))


def describe(world: World, request: Request) -> Reply:
    """PUT /api/v1/media/:id: change the alt text of an upload that no status has yet."""
    file = _own(world, request)
    alt = string(fields(request).get("description", file.alt))
    check_alt(alt)
    file.alt = alt
    return reply(200, entities.attachment(file, request.host))


def check_alt(alt: str) -> None:
    """Refuse an alt text that is too long."""
    limit = limits.media(NAME).alt
    if limit and limits.exceeds(alt, limit):
        raise invalid(f"Description character limit of {limit.max} exceeded")


def _own(world: World, request: Request) -> File:
    account = account_of(world, request)
    file = world.state(State).files.get(request.params["id"])
    if file is None or file.owner != account or file.used:
        raise error(404, "Record not found")
    return file


def _check(file: File) -> MediaKind:
    known = limits.kind(NAME, file.type, animated=file.animated)
    if known is None:
        raise invalid("File content type is invalid, File is invalid")
    kind, rule = known
    if len(file.data) > rule.max_bytes:
        raise invalid(f"File file size must be less than {rule.max_bytes // 1024**2} MB")
    if file.type in _READABLE and file.width is None:
        raise error(422, FAILED)
    if rule.max_pixels and (file.width or 0) * (file.height or 0) > rule.max_pixels:
        raise invalid(f"File {file.width}x{file.height} images are not supported")
    return kind
