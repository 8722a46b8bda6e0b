"""Reddit: ``reddit/openapi.handwritten.json``, and ``reddit/endpoints.json`` for the parameters of its lists.

The latter is Reddit's own page, taken apart by a machine; the former our reading of that page and of clients' traffic.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from typing_extensions import override

from tests.specs.exchange import MULTIPART, Answer, Call, Malformed
from tests.specs.folder import specs_dir
from tests.specs.handwritten import Handwritten

LISTS = ("submitted", "comments")


class Reddit(Handwritten):
    """``oauth.reddit.com`` with a ``User-Agent``; leased files go to Amazon's S3."""

    def __init__(self) -> None:
        super().__init__("reddit", "oauth.reddit.com")
        paths = self.document.root["paths"]
        submitted, names = paths["/user/{username}/submitted"], _parameters_of_lists()
        known = {each["name"] for each in submitted["get"]["parameters"]}
        more = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in sorted(names - known)]
        submitted["get"]["parameters"] += more
        for each in LISTS:
            paths[f"/user/{{username}}/{each}"] = submitted
        for item in list(paths.values()):
            for node in list(item.values()):
                paths.update(dict.fromkeys(node.get("x-aliases", ()), item))
        for path in ("/api/submit_poll_post", "/api/submit_gallery_post"):
            schema = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
            schema["properties"].setdefault("api_type", {"enum": ["json"]})

    @override
    def request(self, call: Call) -> Iterator[str]:
        if call.host.endswith(".amazonaws.com"):
            yield from _handwritten_storage(call)
            return
        yield from super().request(call)
        if "user-agent" not in call.headers:
            yield "the header `user-agent` is missing"

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        if call.host.endswith(".amazonaws.com"):
            if answer.status == 201 and b"<PostResponse>" not in answer.body:
                yield "storage answers with XML"
            return
        yield from super().response(call, answer, allow_unknown=allow_unknown)


def _parameters_of_lists() -> set[str]:
    """What Reddit's page says that a user's lists take."""
    endpoints = json.loads((specs_dir() / "reddit" / "endpoints.json").read_bytes())["endpoints"]
    (node,) = [each for each in endpoints if each["path"] == "/user/username/where"]
    return {each["name"] for each in node["params"]} - {"username"}


def _handwritten_storage(call: Call) -> Iterator[str]:
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
    if "key" not in {part.name for part in parts}:
        yield "the field `key` is missing"
