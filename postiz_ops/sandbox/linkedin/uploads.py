"""Images, documents and videos.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api , and its neighbours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox import limits
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.linkedin.common import Asset, State, body, check_author, denied, error, invalid, provider
from postiz_ops.sandbox.world import File, World

PART = 4_194_304
"""Bytes of each part of a video but the last."""

VIDEO_MIN = 76_800
"""Bytes: 75 KB."""

LINKS = 30 * 86_400_000
"""Milliseconds that an address for an upload lives."""

_UPLOADS = "https://www.linkedin.com/dms-uploads"
_TYPES = {"image": ("image/jpeg", "image/png", "image/gif"), "video": ("video/mp4",)}
_OFFICE = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def image(world: World, request: Request) -> Reply:
    """POST /rest/images?action=initializeUpload."""
    return _begin(world, request, "image")


def document(world: World, request: Request) -> Reply:
    """POST /rest/documents?action=initializeUpload."""
    return _begin(world, request, "document")


def _begin(world: World, request: Request, kind: str) -> Reply:
    asset = _new(world, request, kind, _asked(request, "initializeUpload"))
    url = f"{_UPLOADS}/{asset.file.id}/{kind}/0"
    expires = int(world.clock().timestamp() * 1000) + LINKS
    return reply(200, {"value": {"uploadUrlExpiresAt": expires, "uploadUrl": url, kind: asset.urn}})


def _asked(request: Request, action: str) -> Mapping[str, Any]:
    if request.ask("action") != action:
        raise error(400, "PARAM_INVALID", f"Invalid action {request.ask('action')}")
    asked = body(request).get(f"{action}Request")
    if not isinstance(asked, dict):
        raise invalid(f"/{action}Request", "MISSING_FIELD", f"/{action}Request is required")
    return asked


def _new(world: World, request: Request, kind: str, asked: Mapping[str, Any]) -> Asset:
    owner = check_author(request, asked.get("owner"), f"/{request.ask('action')}Request/owner")
    file = File(f"C4D{world.tick():X}", "", b"", owner=owner, state="awaited")
    asset = Asset(f"urn:li:{kind}:{file.id}", owner, file)
    world.state(State).assets[file.id] = asset
    return asset


def video(world: World, request: Request) -> Reply:
    """POST /rest/videos: ``initializeUpload`` gives an address for each part, ``finalizeUpload`` takes their ETags."""
    if request.ask("action") == "finalizeUpload":
        return _finalize(world, request)
    asked = _asked(request, "initializeUpload")
    size = asked.get("fileSizeBytes")
    most = limits.heavy(provider(str(asked.get("owner"))), "video/mp4", size) if isinstance(size, int) else None
    if not isinstance(size, int) or isinstance(size, bool) or size < VIDEO_MIN or most:
        path = "/initializeUploadRequest/fileSizeBytes"
        raise invalid(path, "INVALID_VALUE_FOR_FIELD", f"{path} has to be from {VIDEO_MIN} to {most or 'the most'}")
    asset = _new(world, request, "video", asked)
    asset.size = size
    value: dict[str, Any] = {
        "uploadUrlsExpireAt": int(world.clock().timestamp() * 1000) + LINKS,
        "video": asset.urn,
        "uploadToken": "",
        "uploadInstructions": [
            {"uploadUrl": _url(asset, number), "firstByte": first, "lastByte": min(first + PART, size) - 1}
            for number, first in enumerate(range(0, size, PART))
        ],
    }
    for name in ("Captions", "Thumbnail"):
        if asked.get(f"upload{name}") is True:
            value[f"{name.lower()}UploadUrl"] = f"{_UPLOADS}/{asset.file.id}/{name.lower()}/0"
    return reply(200, {"value": value})


def _url(asset: Asset, part: int) -> str:
    return f"{_UPLOADS}/{asset.file.id}/video-part/{part}"


def _finalize(world: World, request: Request) -> Reply:
    asked = _asked(request, "finalizeUpload")
    asset = world.state(State).of(asked.get("video"))
    if asset is None or asset.kind != "video":
        raise invalid("/finalizeUploadRequest/video", "INVALID_URN_ID", "/finalizeUploadRequest/video is not there")
    check_author(request, asset.owner, "/finalizeUploadRequest/video")
    tags, given = _tags(asset), asked.get("uploadedPartIds")
    sent = [str(tag).strip('"') for tag in given] if isinstance(given, list) else []
    if not tags or sent != tags or len(b"".join(asset.parts.values())) != asset.size:
        path = "/finalizeUploadRequest/uploadedPartIds"
        raise invalid(path, "INVALID_VALUE_FOR_FIELD", f"{path} has to hold the ETags of all parts, in their order")
    asset.file.fill(b"".join(asset.parts[number] for number in sorted(asset.parts)), "video/mp4")
    asset.parts, asset.file.state = {}, "processing"
    if asset.file.type not in _TYPES["video"]:
        asset.file.state = "failed"
    _strike(asset.file, request.effect)
    return reply(200, {})


def _tags(asset: Asset) -> list[str]:
    return [_tag(asset.parts[number]) for number in sorted(asset.parts)]


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def receive(world: World, request: Request) -> Reply:
    """PUT to an address that was handed out: an image or a document whole, with the token; or a part of a video.

    A part has the bytes that were announced, and comes without the token. What is refused is refused without a word.
    """
    asset = world.state(State).assets.get(request.params["asset"])
    if asset is None:
        raise Refused(Reply(404))
    kind = request.params["kind"]
    if kind == "video-part":
        return _part(asset, request)
    if kind in ("image", "document") and not request.bearer():
        raise Refused(Reply(401))
    if kind == asset.kind:
        _whole(asset, request)
    return Reply(201)


def _part(asset: Asset, request: Request) -> Reply:
    number = int(request.params["part"]) if request.params["part"].isdecimal() else -1
    expected = min(PART, asset.size - number * PART)
    fits = number >= 0 and len(request.body) == expected > 0 and asset.file.state == "awaited"
    if not fits or request.headers.get("authorization"):
        raise Refused(Reply(400))
    asset.parts[number] = request.body
    return Reply(200, {"ETag": f'"{_tag(request.body)}"'})


def _whole(asset: Asset, request: Request) -> None:
    """What cannot be used fails while it is processed, not here."""
    file = asset.file
    file.fill(request.body, request.type)
    file.state = "ready" if _usable(asset) else "failed"
    _strike(file, request.effect)


def _usable(asset: Asset) -> bool:
    file, name = asset.file, provider(asset.owner)
    if asset.kind == "document":
        return file.data.startswith(_OFFICE) and not limits.heavy(name, file.type, len(file.data))
    known = limits.kind(name, file.type, animated=file.animated)
    pixels = (file.width or 0) * (file.height or 0)
    most = known[1].max_pixels if known else None
    return file.type in _TYPES["image"] and pixels > 0 and not (most and pixels > most)


def _strike(file: File, effect: str) -> None:
    if effect == "async-fail":
        file.state = "failed"
    if effect == "async-never":
        file.state, file.stuck = "processing", True


def show(world: World, request: Request) -> Reply:
    """GET /rest/images/{urn}, documents and videos. A member's token cannot see its images and documents."""
    urn = request.params["urn"]
    asset = world.state(State).of(urn)
    if asset is None:
        raise error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {urn}")
    if asset.kind != "video" and provider(asset.owner) == "linkedin":
        raise denied(f"{asset.kind}s.GET")
    if asset.file.state != "awaited":
        _strike(asset.file, request.effect)
        asset.looks += 1
    if asset.file.state == "processing" and asset.looks > 1 and not asset.file.stuck:
        asset.file.state = "ready"
    states = {"awaited": "WAITING_UPLOAD", "ready": "AVAILABLE", "failed": "PROCESSING_FAILED"}
    shown = {"id": urn, "owner": asset.owner, "status": states.get(asset.file.state, "PROCESSING")}
    if asset.file.state == "failed" and asset.kind == "video":
        shown["processingFailureReason"] = "The video could not be processed"
    return reply(200, shown)
