"""Mastodon: ``mastodon/openapi.publish.json``, made by the community from the server's documentation and source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from tests.specs.exchange import JSON, Call
from tests.specs.folder import specs_dir
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

IDEMPOTENCY_KEY_MAX = 255
"""Our own bound: the server keeps the key as part of a Redis key and documents no limit."""


class Mastodon(OpenAPI):
    """Any host is an instance. Form and multipart bodies are read by the JSON schema: the description has only that."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "mastodon" / "openapi.publish.json"))

    @override
    def schema_for(self, operation: Operation, content_type: str) -> Any | None:
        """JSON's schema also for the encodings that the operation is noted to accept beside it."""
        also = operation.node.get("requestBody", {}).get("x-also-accepts", ())
        return super().schema_for(operation, JSON if content_type in also else content_type)

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """Tokens are bearer tokens; an uploaded file has a media type; an idempotency key is short."""
        authorization = call.headers.get("authorization", "Bearer x")
        if not authorization.startswith("Bearer ") or not authorization.removeprefix("Bearer ").strip():
            yield "the header `authorization` is not `Bearer` and a token"
        if len(call.headers.get("idempotency-key", "")) > IDEMPOTENCY_KEY_MAX:
            yield f"the header `idempotency-key` has more than {IDEMPOTENCY_KEY_MAX} characters"
        if operation.template.endswith("/media") and call.method == "POST":
            yield from _file(call)


def _file(call: Call) -> Iterator[str]:
    for part in call.parts():
        if part.name == "file" and part.filename is None:
            yield "the part `file` has no filename"
        if part.name == "file" and not part.type:
            yield "the part `file` has no media type"
