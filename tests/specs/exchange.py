"""One HTTP exchange taken apart: URL, query, headers, and bodies in JSON, form and multipart encoding."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"

USUAL_HEADERS = frozenset(
    {"accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host", "user-agent"}
)
"""What any HTTP client may send anywhere. Every other header has to be in the platform's description."""


class Malformed(ValueError):
    """A body is not in the encoding that its Content-Type names."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body. ``filename`` is ``None`` for a field."""

    name: str
    filename: str | None
    type: str | None
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises ``Malformed``."""
        return read_json(self.body)


@dataclass(frozen=True, slots=True)
class Call:
    """A request. Header names are lower case; ``query`` keeps repeated keys; ``path`` is percent-decoded by segment."""

    method: str
    scheme: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Call:
        """Take a request apart."""
        parts = urlsplit(url)
        return cls(
            method=method.upper(),
            scheme=parts.scheme,
            host=parts.netloc,
            path=unquote(parts.path),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    @property
    def content_type(self) -> str:
        """The media type without its parameters, lower case; empty where none is sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON. Raises ``Malformed``."""
        return read_json(self.body)

    def form(self) -> list[tuple[str, str]]:
        """The fields of a URL-encoded body, repeated keys kept."""
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def parts(self) -> list[Part]:
        """The parts of a multipart body. Raises ``Malformed``."""
        header = Message()
        header["Content-Type"] = self.headers.get("content-type", "")
        boundary = header.get_param("boundary")
        if not isinstance(boundary, str) or not boundary:
            raise Malformed("the Content-Type of a multipart body names no boundary")
        return [_part(raw) for raw in _split(self.body, boundary.encode())]


def read_json(body: bytes) -> Any:
    """Parse JSON as strictly as its standard: no NaN, no duplicate keys. Raises ``Malformed``."""
    try:
        return json.loads(body, parse_constant=_no_constant, object_pairs_hook=_unique)
    except ValueError as error:
        raise Malformed(f"the body is not JSON: {error}") from error


def nest(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Read field names as Rails does: ``a[b]`` is a key in an object, ``a[]`` an item of a list.

    >>> nest([("poll[options][]", "yes"), ("poll[options][]", "no"), ("status", "hi")])
    {'poll': {'options': ['yes', 'no']}, 'status': 'hi'}
    """
    result: dict[str, Any] = {}
    for name, value in fields:
        head, keys = re.match(r"[^\[]*", name), re.findall(r"\[([^\]]*)\]", name)
        _place(result, [head.group() if head else name, *keys], value)
    return result


def _place(target: dict[str, Any], keys: list[str], value: Any) -> None:
    key, rest = keys[0], keys[1:]
    if rest == [""]:
        target.setdefault(key, []).append(value)
    elif rest:
        _place(target.setdefault(key, {}), rest, value)
    elif key in target:
        raise Malformed(f"the field `{key}` is sent twice")
    else:
        target[key] = value


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or pieces[0] or not pieces[-1].startswith(b"--"):
        raise Malformed("the multipart body does not begin and end with its boundary")
    return [piece.removeprefix(b"\r\n") for piece in pieces[1:-1]]


def _part(raw: bytes) -> Part:
    head, blank, data = raw.partition(b"\r\n\r\n")
    if not blank:
        raise Malformed("a part of the multipart body has no blank line after its headers")
    headers = HeaderParser().parsestr(head.decode())
    name = headers.get_param("name", header="content-disposition")
    if not isinstance(name, str):
        raise Malformed("a part of the multipart body has no name")
    return Part(name=name, filename=headers.get_filename(), type=headers.get("content-type"), data=data)


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is no JSON value")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object has the same key twice")
    return result
