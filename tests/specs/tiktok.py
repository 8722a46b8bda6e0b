"""TikTok: ``tiktok/openapi.handwritten.json``, our reading of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from tests.specs.exchange import USUAL_HEADERS, Answer, Call
from tests.specs.handwritten import Handwritten
from tests.specs.openapi import Operation

UPLOADS = re.compile(r"(open-upload|upload(\.\w+)?)\.tiktokapis\.com")
SMALLEST, LARGEST, LAST = 5_000_000, 67_108_864, 134_217_728
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class TikTok(Handwritten):
    """``open.tiktokapis.com``; chunks go to the address that a task was begun with."""

    def __init__(self) -> None:
        super().__init__("tiktok", "open.tiktokapis.com")

    @override
    def request(self, call: Call) -> Iterator[str]:
        if UPLOADS.fullmatch(call.host):
            yield from _handwritten_chunk(call)
        else:
            yield from super().request(call)

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """The arithmetic of chunks, and how TikTok counts words."""
        yield from super().extra(call, operation)
        if operation.template.endswith("/init/") and call.body:
            value = call.json()
            yield from _handwritten_division(value.get("source_info") or {})
            info = value.get("post_info") or {}
            limits = {"title": 90, "description": 4000} if value.get("media_type") == "PHOTO" else {"title": 2200}
            for name, most in limits.items():
                if (length := len(info.get(name, "").encode("utf-16-le")) // 2) > most:
                    yield f"body: `post_info.{name}` has {length} UTF-16 units, more than {most}"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        if not UPLOADS.fullmatch(call.host):
            yield from super().response(call, answer, allow_unknown=allow_unknown)
        elif answer.status not in (201, 206, 400, 403, 404, 416) and answer.status < 500:
            yield "unknown status of an upload"


def _handwritten_division(source: dict[str, Any]) -> Iterator[str]:
    if source.get("source") != "FILE_UPLOAD":
        return
    size, chunk, count = (source.get(name, 0) for name in ("video_size", "chunk_size", "total_chunk_count"))
    if not chunk or count != size // chunk:
        yield f"body: {size} bytes in chunks of {chunk} are floor(size / chunk) chunks, not {count}"
    if count > 1 and not SMALLEST <= chunk <= LARGEST:
        yield f"body: a chunk of {chunk} bytes is not of 5 to 64 MB"


def _handwritten_chunk(call: Call) -> Iterator[str]:
    match = RANGE.fullmatch(call.headers.get("content-range", ""))
    yield from (f"unknown header `{name}`" for name in call.headers if name not in {*USUAL_HEADERS, "content-range"})
    if call.method != "PUT" or not call.path.startswith("/video"):
        yield f"unknown method `{call.method} {call.path}` for an upload"
    if "authorization" in call.headers:
        yield "the address is its own authorization; the token must not go there"
    if call.content_type not in ("video/mp4", "video/quicktime", "video/webm"):
        yield f"it takes no film of type `{call.content_type}`"
    if match is None:
        yield "the header `content-range` is missing or no range"
        return
    first, last, total = map(int, match.groups())
    if last - first + 1 != len(call.body) or last >= total:
        yield f"`{match[0]}` does not describe {len(call.body)} bytes"
    if len(call.body) > (LAST if last + 1 == total else LARGEST):
        yield f"a chunk of {len(call.body)} bytes is too large"
    if last + 1 < total and len(call.body) < SMALLEST:
        yield f"a chunk of {len(call.body)} bytes is too small"
