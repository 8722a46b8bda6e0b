"""The tests' own way to a server: a few lines over the standard library, so that nothing of ours is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

OPENER = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, the token to ask it with, and further headers for what is sent."""

    url: str
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON of a GET."""
        return json.loads(self.read(path, **query))

    def read(self, path: str, **query: str | int) -> bytes:
        """The body of a GET."""
        return self._send("GET", f"{path}?{urlencode(query)}", None)

    def post(self, path: str, value: Any = None) -> Any:
        """The JSON of a POST, with JSON in its body."""
        return json.loads(self._send("POST", path, value) or b"null")

    def _send(self, method: str, path: str, value: Any) -> bytes:
        data = None if value is None else json.dumps(value).encode()
        headers = {"Content-Type": "application/json", **self.headers} if data else dict(self.headers)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.url + path, data=data, headers=headers, method=method)
        try:
            with OPENER.open(request, timeout=30) as answer:
                body: bytes = answer.read()
                return body
        except HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from None
