"""Threads: ``threads/openapi.derived.json``, converted from Meta's own Postman collection.

Meta's collection has no answer with an error; the envelope is Graph's, as we read its guide (``handwritten``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from typing_extensions import override

from tests.specs.exchange import Answer, Call
from tests.specs.folder import specs_dir
from tests.specs.graph import handwritten_error
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

HOST = "graph.threads.net"
MEDIA_TYPES = ("TEXT", "IMAGE", "VIDEO", "CAROUSEL")


class Threads(OpenAPI):
    """One host, one version; every parameter stands in the query."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "threads" / "openapi.derived.json"), base="/v1.0")

    @override
    def place(self, call: Call) -> Iterator[str]:
        """The version has to be in the path."""
        if (call.scheme, call.host) != ("https", HOST):
            yield f"unknown host `{call.scheme}://{call.host}`"

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """The collection authorizes all calls, and says in prose what goes together."""
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"
        if (call.method, operation.template) == ("POST", "/{id}/threads"):
            yield from _container(dict(call.query))
        if (call.method, operation.template) == ("POST", "/{id}/threads_publish") and "creation_id" not in dict(
            call.query
        ):
            yield "query `creation_id` is missing"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """An error has Graph's envelope, whatever was asked."""
        if answer.status >= 400:
            yield from handwritten_error(answer)
        else:
            yield from super().response(call, answer, allow_unknown=allow_unknown)


def _container(said: dict[str, str]) -> Iterator[str]:
    kind = said.get("media_type", "")
    if kind not in MEDIA_TYPES:
        yield f"query `media_type` is `{kind}`; it is one of {', '.join(MEDIA_TYPES)}"
    needed = {"IMAGE": "image_url", "VIDEO": "video_url", "CAROUSEL": "children"}.get(kind)
    if needed and needed not in said:
        yield f"query `{needed}` is missing beside `media_type` {kind}"
    if kind != "TEXT":
        plain = ("link_attachment", "poll_attachment", "text_attachment", "gif_attachment", "is_ghost_post")
        yield from (f"query `{name}` is for text posts alone" for name in plain if name in said)
    if "link_attachment" in said and "poll_attachment" in said:
        yield "query `link_attachment` and `poll_attachment` exclude each other"
    if kind == "CAROUSEL" and not 2 <= len(said.get("children", "").split(",")) <= 20:
        yield "query `children` is not 2 to 20 containers"
    if "is_carousel_item" in said and kind == "CAROUSEL":
        yield "query `is_carousel_item` is for what is in a carousel"
