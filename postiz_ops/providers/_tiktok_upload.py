"""A film to TikTok, in chunks: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide .

A task is begun with everything that the post says, and TikTok posts it when the last chunk has arrived. Until then
nothing is there; a task makes one post at most, and tells by its ``publish_id`` what became of it.
"""

from __future__ import annotations

from typing import Any

from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, NO_ANSWER, Answer, Blob, Http, NotReady

CHUNK = 10_000_000
"""Bytes of a chunk: between 5 and 64 MB, whether those are decimal or not; the last one takes the rest too."""

STATUS = "/v2/post/publish/status/fetch/"
GONE = (403, 404)
"""The address has expired (it lives an hour), or there is no such task."""

TROUBLE = (NO_ANSWER, 416, 500, 502, 503, 504)
PAUSES = (2, 10, 30)
"""Seconds to wait after each chunk in a row that broke, before a later run has to go on."""


def division(size: int) -> dict[str, int]:
    """How a film is divided: ``floor(size / chunk)`` chunks, a film of up to two in one piece."""
    chunk = CHUNK if size >= 2 * CHUNK else size
    return {"video_size": size, "chunk_size": chunk, "total_chunk_count": size // chunk}


def last_chunk(size: int) -> int:
    """Where the last chunk begins."""
    parts = division(size)
    return parts["chunk_size"] * (parts["total_chunk_count"] - 1)


async def state(http: Http, publish_id: str) -> dict[str, Any]:
    """What became of a task: ``status`` and what goes with it; ``UNKNOWN`` where TikTok does not know it."""
    answer = await http.post(STATUS, json={"publish_id": publish_id}, expect=("invalid_publish_id",))
    data = answer.json.get("data") if isinstance(answer.json, dict) else None
    return data if isinstance(data, dict) and data.get("status") else {"status": "UNKNOWN"}


async def advance(http: Http, prepared: dict[str, Any], blob: Blob) -> JSON:
    """Send all chunks but the last; ``None`` where the address has expired.

    Raises ``NotReady`` with the task where too many chunks broke in a row.
    """
    size, broken, at = len(blob.data), 0, int(prepared["at"])
    while at < last_chunk(size):
        answer = await _put(http, prepared["upload_url"], blob, at)
        if answer.status in GONE:
            return None
        if answer.status in TROUBLE:
            if broken == len(PAUSES):
                raise NotReady(prepared | {"at": at}, f"the upload breaks off at byte {at:,} of {size:,}")
            await http.pause(PAUSES[broken])
            broken += 1
            at = reached(await state(http, prepared["publish_id"]), at)
        else:
            at, broken = at + CHUNK, 0
    return prepared | {"at": at}


def reached(task: dict[str, Any], at: int) -> int:
    """Where to go on by what TikTok has: at the beginning of a chunk."""
    stored = task.get("uploaded_bytes")
    return stored // CHUNK * CHUNK if isinstance(stored, int) else at


async def finish(http: Http, prepared: dict[str, Any], blob: Blob) -> Answer:
    """Send the last chunk, upon which TikTok posts the film. The one mutation."""
    at, size = int(prepared["at"]), len(blob.data)
    headers = {"Content-Type": blob.type, "Content-Range": f"bytes {at}-{size - 1}/{size}"}
    return await http.mutate(
        "PUT", prepared["upload_url"], body=blob.data[at:], headers=headers, authorize=False, expect=(*GONE, 416)
    )


async def _put(http: Http, url: str, blob: Blob, at: int) -> Answer:
    end = at + CHUNK
    headers = {"Content-Type": blob.type, "Content-Range": f"bytes {at}-{end - 1}/{len(blob.data)}"}
    expect = (*GONE, *TROUBLE)
    return await http.post(url, method="PUT", body=blob.data[at:end], headers=headers, authorize=False, expect=expect)


def said(answer: Answer, name: str) -> str:
    """A text of an answer's ``data``."""
    return base.said(answer.json.get("data") if isinstance(answer.json, dict) else None, name)
