"""Pinterest: ``pinterest/openapi.publish.json``, the vendor's own description of API v5 (5.23)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from typing_extensions import override

from tests.specs.exchange import MULTIPART, Answer, Call, Malformed
from tests.specs.folder import specs_dir
from tests.specs.handwritten import allow_null
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

HOST = "api.pinterest.com"
STORAGE = ".amazonaws.com"


class Pinterest(OpenAPI):
    """One host and version; films go to the storage that ``POST /media`` names, as its form says."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "pinterest" / "openapi.publish.json"), base="/v5")
        allow_null(self.document.root)

    @override
    def place(self, call: Call) -> Iterator[str]:
        if (call.scheme, call.host) != ("https", HOST):
            yield f"unknown host `{call.scheme}://{call.host}`; it is {HOST}"

    @override
    def request(self, call: Call) -> Iterator[str]:
        if call.host.endswith(STORAGE):
            yield from _handwritten_storage(call)
        else:
            yield from super().request(call)

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """A bearer token; a pin has a board and media, which the description calls optional."""
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"
        if operation.node.get("operationId") == "pins/create":
            value = call.json()
            yield from (f"body: a pin without `{name}`" for name in ("board_id", "media_source") if name not in value)

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        if not call.host.endswith(STORAGE):
            yield from super().response(call, answer, allow_unknown=allow_unknown)
        elif answer.status == 204 and answer.body:
            yield "storage answers 204 without a body"


def _handwritten_storage(call: Call) -> Iterator[str]:
    """https://developers.pinterest.com/docs/api-features/creating-boards-and-pins/#creating-video-pins"""
    if call.method != "POST" or call.content_type != MULTIPART:
        yield "storage takes a POST with a form and a file"
        return
    if "authorization" in call.headers:
        yield "the form is its own authorization; the token must not go there"
    try:
        parts = call.parts()
    except Malformed as error:
        yield str(error)
        return
    if not parts or parts[-1].name != "file" or not parts[-1].filename:
        yield "the file is not the last part, or has another name than `file`"
    yield from (f"the field `{name}` is missing" for name in ("key", "policy") if name not in {p.name for p in parts})
