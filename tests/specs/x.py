"""X: ``x/openapi.json``, X's own description (OpenAPI 3.0, so that ``null`` is told by ``nullable``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from typing_extensions import override

from tests.specs.exchange import Answer, Call, Malformed, Part
from tests.specs.folder import specs_dir
from tests.specs.openapi import OpenAPI, Operation
from tests.specs.schema import Document

LISTS = re.compile(r"(?:ids|\w+\.fields|expansions|exclude)$")
"""Parameters that hold several values apart by commas (``explode: false``)."""

PROSE = {"tweet.fields": "post.fields", "note_tweet": "note_post", "referenced_tweets": "referenced_posts"}
"""What X's pages call by another name than its description. Which of them the servers take is not known for certain."""

HANDWRITTEN_PROBLEM = {
    "type": "object",
    "required": ["title", "type"],
    "properties": {
        "title": {"type": "string"},
        "type": {"enum": ["about:blank"]},
        "detail": {"type": "string"},
        "status": {"type": "integer"},
    },
}
"""How X answers 401, 403 and 429: a problem without a type of its own, which its description does not have."""

OAUTH1 = re.compile(
    r'OAuth oauth_consumer_key="[^"]+", oauth_nonce="[^"]+", oauth_signature_method="HMAC-SHA1", '
    r'oauth_timestamp="\d+", oauth_token="[^"]+", oauth_version="1\.0", oauth_signature="[^"]+"'
)


class X(OpenAPI):
    """``api.x.com``, with a bearer token or a signature of OAuth 1.0a."""

    def __init__(self) -> None:
        super().__init__(Document(specs_dir() / "x" / "openapi.json"))
        _allow_null(self.document.root)

    @override
    def place(self, call: Call) -> Iterator[str]:
        if (call.scheme, call.host) != ("https", "api.x.com"):
            yield f"unknown host `{call.host}`; it is api.x.com"

    @override
    def request(self, call: Call) -> Iterator[str]:
        pairs = ((PROSE.get(key, key), value) for key, value in call.query)
        yield from super().request(
            replace(call, query=tuple(pair for key, value in pairs for pair in _split(key, value)))
        )

    @override
    def files(self, schema: Any, parts: list[Part]) -> Iterator[str]:
        """A medium is a file; nothing else is."""
        for part in parts:
            if part.name == "media" and part.filename is None:
                yield "the part `media` is a file and has no filename"
            if part.name != "media" and part.filename is not None:
                yield f"the part `{part.name}` is a field and has a filename"

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        """What a post must have, what excludes what, and how a request says who it is: prose in the description."""
        authorization = call.headers.get("authorization", "")
        if not re.fullmatch(r"Bearer \S+", authorization) and not OAUTH1.fullmatch(authorization):
            yield "the header `authorization` is neither a bearer token nor a signature"
        if (call.method, operation.template) == ("POST", "/2/tweets"):
            post = call.json()
            if not post.get("text") and "media" not in post and "poll" not in post:
                yield "body: a post needs a text or media"
            if "poll" in post and ("media" in post or "quote_tweet_id" in post):
                yield "body: `poll` excludes `media` and `quote_tweet_id`"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        if answer.status < 400:
            yield from super().response(call, answer, allow_unknown=allow_unknown)
            return
        try:
            value = answer.json()
        except Malformed as error:
            yield str(error)
            return
        yield from self.judge(self._error(value), value, allow_unknown=allow_unknown)

    def _error(self, value: Any) -> Any:
        kind = value.get("type") if isinstance(value, dict) else None
        schemas = self.document.root["components"]["schemas"]
        return HANDWRITTEN_PROBLEM if kind == "about:blank" else schemas["Problem" if kind else "Error"]


def _split(key: str, value: str) -> list[tuple[str, str]]:
    values = value.split(",") if LISTS.fullmatch(key) else [value]
    return [(key, PROSE.get(item, item)) for item in values]


def _allow_null(node: Any) -> None:
    """Say in the terms of JSON Schema what OpenAPI 3.0 says by ``nullable``."""
    for item in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        _allow_null(item)
    if isinstance(node, dict) and node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
