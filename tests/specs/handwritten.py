"""Platforms that publish no description of their API: ``openapi.handwritten.json`` is our reading of their pages.

What passes here agrees with that reading alone, so tests that rest on it say ``handwritten`` in their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from tests.specs.exchange import Call
from tests.specs.folder import specs_dir
from tests.specs.openapi import METHODS, OpenAPI, Operation
from tests.specs.schema import Document


class Handwritten(OpenAPI):
    """One host, bearer tokens, and no key that the reading does not have, even where it says that there are others."""

    def __init__(self, folder: str, host: str, *, base: str = "") -> None:
        super().__init__(Document(specs_dir() / folder / "openapi.handwritten.json"), base=base)
        self.host = host
        allow_null(self.document.root)
        for item in self.document.root["paths"].values():
            for node in (item[method] for method in METHODS & set(item)):
                close(node.get("requestBody", {}))

    @override
    def place(self, call: Call) -> Iterator[str]:
        if (call.scheme, call.host) != ("https", self.host):
            yield f"unknown host `{call.scheme}://{call.host}`; it is {self.host}"

    @override
    def extra(self, call: Call, operation: Operation) -> Iterator[str]:
        if not re.fullmatch(r"Bearer \S+", call.headers.get("authorization", "")):
            yield "the header `authorization` is not `Bearer` and a token"


def allow_null(node: Any) -> None:
    """Say in the terms of JSON Schema what OpenAPI 3.0 says by ``nullable``."""
    for item in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        allow_null(item)
    if isinstance(node, dict) and node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]


def close(node: Any) -> None:
    """Take away the permission to send what is not described."""
    for item in node if isinstance(node, list) else node.values() if isinstance(node, dict) else ():
        close(item)
    if isinstance(node, dict) and node.get("additionalProperties") is True:
        del node["additionalProperties"]
