"""Media on X: https://docs.x.com/x-api/media/introduction . Pictures go up in one call, the rest in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Media, MediaKind
from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, Blob, Http, Upload

UPLOAD = "/2/media/upload"

PIECE = 4 * 1024 * 1024
"""Bytes of a piece: X takes up to 5 MB, and up to 1,000 pieces."""

PATIENCE = 300
"""Seconds that a run waits for X to process a film; a later run goes on from there."""

SHORTEST, LONGEST = 1, 60
"""Seconds between two looks, within which X's own advice is followed."""

CATEGORIES = {MediaKind.IMAGE: "tweet_image", MediaKind.GIF: "tweet_gif", MediaKind.VIDEO: "tweet_video"}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A medium that X has; ``processing`` while it cannot be posted yet."""

    id: str
    processing: bool


async def upload(http: Http, media: Media, warnings: Sequence[str]) -> Uploaded:
    """Upload a medium with its alt text and its warnings, which nobody sees before it is posted."""
    blob = await http.load(media)
    uploaded = await (_whole(http, blob) if blob.kind is MediaKind.IMAGE else _pieces(http, blob))
    if metadata := _metadata(blob, warnings):
        await http.post("/2/media/metadata", json={"id": uploaded.id, "metadata": metadata})
    return uploaded


async def processed(http: Http, media_id: str, path: str) -> bool:
    """Wait until X has processed a medium, but not for ever. False: it has not yet. Raises ``Rejected``."""
    waited = 0
    params = {"command": "STATUS", "media_id": media_id}
    while True:
        data = data_of((await http.get(UPLOAD, params=params)).json)
        state, pause = _state(data), _pause(data)
        if state == "failed":
            raise errors.Rejected(f"X could not process `{path}`", help="export it as MP4 with H.264 and AAC")
        if state in ("", "succeeded"):
            return True
        if waited + pause > PATIENCE:
            return False
        await http.pause(pause)
        waited += pause


async def known(http: Http, media_id: str) -> bool:
    """Whether X still has what an earlier run uploaded: it forgets it after a day."""
    answer = await http.get(UPLOAD, params={"command": "STATUS", "media_id": media_id}, expect=(400, 404))
    return answer.status == 200


def data_of(json: JSON) -> dict[str, Any]:
    """``data`` of an answer; empty where it has none."""
    data = json.get("data") if isinstance(json, dict) else None
    return data if isinstance(data, dict) else {}


async def _whole(http: Http, blob: Blob) -> Uploaded:
    file = Upload("media", blob.filename, blob.type, blob.data)
    answer = await http.post(UPLOAD, form={"media_category": CATEGORIES[blob.kind]}, files=[file])
    return _uploaded(answer.json)


async def _pieces(http: Http, blob: Blob) -> Uploaded:
    wanted = {"media_category": CATEGORIES[blob.kind], "media_type": blob.type, "total_bytes": len(blob.data)}
    begun = await http.post(f"{UPLOAD}/initialize", json=wanted)
    media_id = base.said(data_of(begun.json), "id", errors.Unavailable)
    for index, start in enumerate(range(0, len(blob.data), PIECE)):
        piece = Upload("media", blob.filename, blob.type, blob.data[start : start + PIECE])
        await http.post(f"{UPLOAD}/{media_id}/append", form={"segment_index": str(index)}, files=[piece])
    return _uploaded((await http.post(f"{UPLOAD}/{media_id}/finalize")).json)


def _uploaded(json: JSON) -> Uploaded:
    data = data_of(json)
    return Uploaded(base.said(data, "id", errors.Unavailable), _state(data) not in ("", "succeeded"))


def _metadata(blob: Blob, warnings: Sequence[str]) -> dict[str, Any]:
    """X shows alt texts of pictures and GIFs alone."""
    alt = blob.alt if blob.kind is not MediaKind.VIDEO else ""
    return base.filled(
        alt_text=alt and {"text": alt},
        sensitive_media_warning=dict.fromkeys(warnings, True),
    )


def _info(data: dict[str, Any]) -> dict[str, Any]:
    info = data.get("processing_info")
    return info if isinstance(info, dict) else {}


def _state(data: dict[str, Any]) -> str:
    return str(_info(data).get("state") or "")


def _pause(data: dict[str, Any]) -> int:
    advised = _info(data).get("check_after_secs")
    return min(max(advised if isinstance(advised, int) else 5, SHORTEST), LONGEST)
