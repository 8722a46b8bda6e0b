"""LinkedIn: ``linkedin/openapi.handwritten.json``. LinkedIn publishes none: this is our own reading of its pages.

A test that passes here shows agreement with that reading alone, and says so in its name (``handwritten``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from typing_extensions import override

from tests.specs.exchange import USUAL_HEADERS, Answer, Call
from tests.specs.folder import specs_dir
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

API = "api.linkedin.com"
UPLOADS = "www.linkedin.com"
UNESCAPED = re.compile(
    r"\\.|@\[(?:\\.|[^\]\\])+\]\(urn:li:(?:person|organization):[\w-]+\)|\{hashtag\|\\#\|(?:\\.|\w)+\}|#[^\W_]+"
)
RESERVED = set("\\|{}@[]()<>#*_~")


class LinkedIn(OpenAPI):
    """The API with its versions, and the addresses that it hands out for uploads."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "linkedin" / "openapi.handwritten.json"))

    @override
    def place(self, call: Call) -> Iterator[str]:
        if (call.scheme, call.host) != ("https", API):
            yield f"unknown host `{call.host}`; it is {API}"

    @override
    def request(self, call: Call) -> Iterator[str]:
        if call.host == UPLOADS and call.path.startswith("/dms-uploads/"):
            yield from _handwritten_upload(call)
        else:
            yield from super().request(call)

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """Little text has nothing reserved without a backslash; a token is a bearer token."""
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"
        if call.method == "POST" and operation.template in ("/rest/posts", "/rest/posts/{urn}"):
            body = call.json()
            words = body.get("commentary") or body.get("patch", {}).get("$set", {}).get("commentary") or ""
            if left := RESERVED & set(UNESCAPED.sub("", words)):
                yield f"body: `commentary` has {' '.join(sorted(left))} without a backslash"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        if call.host == UPLOADS:
            yield from ("an upload is answered by its status and headers",) if answer.body else ()
        else:
            yield from super().response(call, answer, allow_unknown=allow_unknown)


def _handwritten_upload(call: Call) -> Iterator[str]:
    """Parts of a video go without the token, as octets; pictures and documents go whole, with it."""
    if call.method != "PUT":
        yield f"unknown method `{call.method}`; it is PUT"
    if not call.body:
        yield "the body is missing"
    is_part = "/video-part/" in call.path
    if is_part and "authorization" in call.headers:
        yield "the token must not go with a part of a video"
    if is_part and call.content_type != "application/octet-stream":
        yield f"a part of a video is no `{call.content_type}`"
    if not is_part and "authorization" not in call.headers:
        yield "the header `authorization` is missing"
    yield from (
        f"unknown header `{name}`" for name in call.headers if name not in USUAL_HEADERS | {"media-type-family"}
    )
