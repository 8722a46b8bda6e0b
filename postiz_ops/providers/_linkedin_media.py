"""Media on LinkedIn: a place is asked for, the bytes go there, and LinkedIn processes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from postiz_ops import errors
from postiz_ops.model import Media, MediaKind
from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, Blob, Http, NotReady

KINDS = {
    MediaKind.IMAGE: "image",
    MediaKind.GIF: "image",
    MediaKind.VIDEO: "video",
    MediaKind.DOCUMENT: "document",
}

LEAST = 76_800
"""Bytes of a video, at least."""

PAUSES = (1, 2, 5, *[10] * 29)
"""Seconds between looks at what is processed: five minutes in all."""

UNSEEN = 3
"""Seconds that are left to a file which the token may not look at: pictures and documents of members."""


async def upload(http: Http, owner: str, media: Media) -> dict[str, Any]:
    """Upload a medium: ``{"id", "kind", "alt", "name"}``."""
    blob = await http.load(media)
    kind = KINDS[blob.kind]
    urn = await (_video(http, owner, media, blob) if kind == "video" else _file(http, owner, blob, kind))
    return {"id": urn, "kind": kind, "alt": blob.alt, "name": blob.filename.rpartition(".")[0] or blob.filename}


async def wait(http: Http, begun: dict[str, Any]) -> None:
    """Wait until everything can be posted. Raises ``NotReady`` where that takes long, ``Rejected`` where it failed."""
    cards = [{"id": begun["thumbnail"], "kind": "image", "name": "the card's picture"}] if begun["thumbnail"] else []
    for one in (*begun["media"], *cards):
        for pause in PAUSES:
            if await _available(http, one):
                break
            await http.pause(pause)
        else:
            raise NotReady(begun, f"LinkedIn is still processing `{one['name']}`")


async def _available(http: Http, one: dict[str, Any]) -> bool:
    place = f"/rest/{one['kind']}s/{quote(one['id'], safe='')}"
    answer = await http.get(place, expect=(403,))
    if answer.status == 403:
        await http.pause(UNSEEN)
        return True
    status = base.said(answer.json, "status", errors.Unavailable)
    if status == "PROCESSING_FAILED":
        why = answer.json.get("processingFailureReason")
        raise errors.Rejected(f"LinkedIn could not process `{one['name']}`" + (f" ({why})" if why else ""))
    return status == "AVAILABLE"


async def _file(http: Http, owner: str, blob: Blob, kind: str) -> str:
    """A picture or a document: one place, with the token."""
    value = await _begin(http, kind, {"owner": owner})
    place = base.said(value, "uploadUrl", errors.Unavailable)
    await http.post(place, method="PUT", body=blob.data, headers={"Content-Type": blob.type})
    return base.said(value, kind, errors.Unavailable)


async def _video(http: Http, owner: str, media: Media, blob: Blob) -> str:
    """A video: a place of its own for each part, without the token, and then the parts' names in order."""
    if len(blob.data) < LEAST:
        raise errors.Rejected(f"`{media.path}` is smaller than LinkedIn takes: {LEAST:,} bytes")
    wanted = {"owner": owner, "fileSizeBytes": len(blob.data), "uploadThumbnail": media.thumbnail is not None}
    value = await _begin(http, "video", wanted | {"uploadCaptions": False})
    urn = base.said(value, "video", errors.Unavailable)
    names = [await _part(http, blob, part) for part in base.rows(value, "uploadInstructions")]
    if media.thumbnail:
        await _thumbnail(http, media.thumbnail, base.said(value, "thumbnailUploadUrl", errors.Unavailable))
    done = {"video": urn, "uploadToken": str(value.get("uploadToken") or ""), "uploadedPartIds": names}
    await http.post("/rest/videos", params={"action": "finalizeUpload"}, json={"finalizeUploadRequest": done})
    return urn


async def _begin(http: Http, kind: str, wanted: dict[str, Any]) -> JSON:
    body = {"initializeUploadRequest": wanted}
    answer = await http.post(f"/rest/{kind}s", params={"action": "initializeUpload"}, json=body)
    (value,) = base.rows([answer.json and answer.json.get("value")]) or [{}]
    return value


async def _part(http: Http, blob: Blob, part: dict[str, Any]) -> str:
    place = base.said(part, "uploadUrl", errors.Unavailable)
    piece = blob.data[int(part["firstByte"]) : int(part["lastByte"]) + 1]
    headers = {"Content-Type": "application/octet-stream"}
    answer = await http.post(place, method="PUT", body=piece, headers=headers, authorize=False)
    return base.said(dict(answer.headers), "etag", errors.Unavailable).strip('"')


async def _thumbnail(http: Http, media: Media, place: str) -> None:
    blob = await http.load(media)
    headers = {"Content-Type": blob.type, "media-type-family": "STILLIMAGE"}
    await http.post(place, method="PUT", body=blob.data, headers=headers)
