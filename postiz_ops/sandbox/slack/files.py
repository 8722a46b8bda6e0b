"""Files: an address is asked for, bytes go there, and sharing them makes the message."""

from __future__ import annotations

from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Refused, Reply, Request, plain
from postiz_ops.sandbox.slack.chat import cut
from postiz_ops.sandbox.slack.common import (
    NAME,
    TEAM,
    Call,
    State,
    Upload,
    channel_of,
    error,
    file_entity,
    new_post,
    ok,
    thread_of,
)
from postiz_ops.sandbox.world import File, World


def upload_url(world: World, call: Call) -> Reply:
    """files.getUploadURLExternal: an id, and where to send the bytes."""
    name, length, alt = call.text("filename"), call.text("length"), call.text("alt_txt") or call.text("alt_text")
    if not name or not length.isdecimal() or int(length) == 0:
        raise error("invalid_arguments")
    if int(length) > limits.largest(NAME):
        raise error("file_upload_size_restricted")
    limit = limits.media(NAME).alt
    if limit and limits.exceeds(alt, limit):
        raise error("alt_txt_too_large")
    file_id = f"F{world.tick():X}"
    file = File(file_id, "", b"", alt, name, owner=call.account, state="awaited")
    world.state(State).uploads[file_id] = Upload(file, int(length))
    return ok(upload_url=f"https://files.slack.com/upload/v1/{file_id}", file_id=file_id)


def receive(world: World, request: Request) -> Reply:
    """POST to the upload address: the bytes alone, or one file of a multipart body."""
    upload = world.state(State).uploads.get(request.params["file"])
    if upload is None:
        raise Refused(plain(404, "not_found"))
    sent = request.form().files if request.type == "multipart/form-data" else ()
    data = sent[0].data if sent else request.body
    if len(data) != upload.length:
        raise Refused(plain(400, "length_mismatch"))
    upload.file.fill(data)
    upload.file.state = "processing"
    _strike(upload.file, request.effect)
    return plain(200, f"OK - {len(data)}")


def complete(world: World, call: Call) -> Reply:
    """files.completeUploadExternal: with a channel, the files are shared there in one message.

    Slack does that after it has answered, so the answer does not say where. A file whose processing fails, or never
    ends, keeps the message from appearing.
    """
    asked = call.structure("files")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) for one in asked):
        raise error("invalid_arguments")
    known = world.state(State).uploads
    uploads = [known[one["id"]] for one in asked if _waiting(known.get(str(one.get("id"))), call)]
    if len(uploads) != len(asked):
        raise error("file_not_found")
    channel = channel_of(world, call.text("channel_id")) if call.given.get("channel_id") else None
    parent = thread_of(world, channel, call.text("thread_ts")) if channel else None
    for upload, one in zip(uploads, asked, strict=True):
        upload.title, upload.file.used = str(one.get("title") or upload.file.name), True
        _strike(upload.file, call.effect)
    if channel and not any(upload.file.stuck or upload.file.state == "failed" for upload in uploads):
        _share(world, call, channel, parent, uploads)
    return ok(files=[{"id": upload.file.id, "title": upload.title} for upload in uploads])


def _waiting(upload: Upload | None, call: Call) -> bool:
    """Whether a file has arrived, is the caller's, and was not completed before."""
    return upload is not None and upload.file.owner == call.account and upload.file.data != b"" and not upload.file.used


def _strike(file: File, effect: str) -> None:
    if effect == "async-fail":
        file.state = "failed"
    file.stuck = file.stuck or effect == "async-never"


def _share(world: World, call: Call, channel: str, parent: str | None, uploads: list[Upload]) -> None:
    post = new_post(world, call.account, channel, cut(call.text("initial_comment")), parent)
    post.media = [upload.file for upload in uploads]
    world.add(post)
    for upload in uploads:
        upload.shared.append(post)


def info(world: World, call: Call) -> Reply:
    """files.info: where a file was shared is told from the second question on."""
    state = world.state(State)
    upload = state.uploads.get(call.text("file"))
    if upload is None or not upload.file.used:
        raise error("file_not_found")
    if upload.file.state == "failed":
        raise error("file_deleted")
    upload.asked += 1
    shares = _shares(state, upload) if upload.asked > 1 and not call.effect else {}
    shown = file_entity(upload.file, upload.title) | {"channels": list(shares), "shares": {"public": shares}}
    return ok(file=shown, comments=[], response_metadata={"next_cursor": ""})


def _shares(state: State, upload: Upload) -> dict[str, list[dict[str, Any]]]:
    shares: dict[str, list[dict[str, Any]]] = {}
    for post in upload.shared:
        channel = post.detail["channel"]
        place = {"ts": post.remote_id, "channel_name": state.channels[channel], "team_id": TEAM}
        shares.setdefault(channel, []).append(place | ({"thread_ts": post.parent} if post.parent else {}))
    return shares
