"""Pictures and films for Pinterest: pictures go along with the pin, a film is uploaded and processed before it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Media
from postiz_ops.providers import base
from postiz_ops.providers.base import Blob, Http, NotReady

API = "/v5"

LOOKS = (1, 2, 4, 8, 15, 30)
"""Seconds to wait before each look at a film that Pinterest processes; after the last, a later run looks again."""


async def upload(http: Http, media: Media, begun: str | None) -> str:
    """Upload a film, or go on waiting for the one that was begun; its id once it is processed.

    Raises ``NotReady`` while Pinterest works on it and ``Rejected`` where it failed.
    """
    media_id = begun or await _sent(http, media)
    for seconds in LOOKS:
        await http.pause(seconds)
        answer = await http.get(f"{API}/media/{media_id}", expect=(404,))
        status = answer.json.get("status") if answer.status != 404 and isinstance(answer.json, dict) else "gone"
        match status:
            case "succeeded":
                return media_id
            case "failed":
                raise errors.Rejected(
                    f"Pinterest could not process `{media.path}`", help="export it again as H.264 MP4"
                )
            case "gone":
                if begun:
                    return await upload(http, media, None)
                raise errors.Unavailable(f"Pinterest has forgotten the upload of `{media.path}`")
    raise NotReady({"media": media_id}, f"Pinterest processes `{media.path}`")


async def source(http: Http, media: Sequence[Media], media_id: str | None) -> dict[str, Any]:
    """The pin's ``media_source``: a film with its cover, one picture, or several of the same size."""
    if media_id:
        cover = await http.load(media[0].thumbnail) if media[0].thumbnail else None
        return {"source_type": "video_id", "media_id": media_id} | (
            {"cover_image_content_type": cover.type, "cover_image_data": _encoded(cover)} if cover else {}
        )
    blobs = [await http.load(each) for each in media]
    pictures = [{"content_type": blob.type, "data": _encoded(blob)} for blob in blobs]
    if len(pictures) == 1:
        return {"source_type": "image_base64", **pictures[0]}
    if len({(blob.width, blob.height) for blob in blobs}) > 1:
        raise errors.Rejected("the pictures of one pin must have the same size", help="crop them to the same size")
    return {"source_type": "multiple_image_base64", "items": pictures}


async def _sent(http: Http, media: Media) -> str:
    blob = await http.load(media)
    place = (await http.post(f"{API}/media", json={"media_type": "video"})).json
    media_id, address = (base.said(place, key, errors.Unavailable) for key in ("media_id", "upload_url"))
    parameters = place.get("upload_parameters")
    fields = {name: str(value) for name, value in parameters.items()} if isinstance(parameters, dict) else {}
    files = [base.Upload("file", blob.filename, blob.type, blob.data)]
    await http.post(address, form=fields, files=files, authorize=False)
    return media_id


def _encoded(blob: Blob) -> str:
    return b64encode(blob.data).decode()
