"""Mastodon: ``mastodon/openapi.publish.json``, made by the community from the server's documentation and source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from tests.specs.exchange import JSON, MULTIPART, Call, Part
from tests.specs.folder import specs_dir
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document


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
        """Tokens are bearer tokens, a file has a media type, a status has media or a poll: prose in the description."""
        authorization = call.headers.get("authorization")
        if authorization is not None and not re.fullmatch(r"Bearer \S+", authorization):
            yield "the header `authorization` is not `Bearer` and a token"
        if call.content_type == MULTIPART and operation.template.endswith("/media"):
            yield from (f"the part `{part.name}` has no media type" for part in call.parts() if _untyped(part))
        schema = self.schema_for(operation, call.content_type)
        if operation.template == "/api/v1/statuses" and schema is not None:
            value = self.body_value(schema, call)
            if isinstance(value, dict) and value.get("media_ids") and value.get("poll"):
                yield "body: `media_ids` and `poll` exclude each other"


def _untyped(part: Part) -> bool:
    return part.filename is not None and not part.type
