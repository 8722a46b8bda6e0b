"""One request and one reply as the platforms' handlers see them, and the three body formats that clients send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from postiz_ops.sandbox.world import World


class Unreadable(Exception):
    """The body is not what its content type says."""


class Refused(Exception):
    """A handler's way out: the platform answers with this reply, and nothing is kept."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a multipart body."""

    name: str
    filename: str
    type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Form:
    """The body's fields in their order, names repeated as sent, and its files. JSON arrives as ``json`` alone."""

    json: Any = None
    pairs: tuple[tuple[str, str], ...] = ()
    files: tuple[Attachment, ...] = ()

    def first(self) -> dict[str, str]:
        """Each name's first value."""
        return dict(reversed(self.pairs))


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request after the redirection was undone. Header names are lower case.

    ``params`` are what the route's pattern captured; ``effect`` is a fault of media processing that was asked for.
    """

    method: str
    host: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    params: Mapping[str, str] = field(default_factory=dict)
    effect: str = ""

    @property
    def type(self) -> str:
        """The media type of the body, lower case, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def ask(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def asked(self, name: str) -> list[str]:
        """All values of a query parameter."""
        return [value for key, value in self.query if key == name]

    def bearer(self, scheme: str = "Bearer") -> str:
        """The credential of the ``Authorization`` header, empty where it is of another scheme or absent."""
        given, _, credential = self.headers.get("authorization", "").partition(" ")
        return credential.strip() if given.lower() == scheme.lower() else ""

    def form(self) -> Form:
        """The body, read by its content type. Raises ``Unreadable``."""
        return _READERS.get(self.type, _nothing)(self)


Handler = Callable[["World", Request], Reply]
Answer = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a regular expression of the path, in which ``{name}`` captures one segment, and who answers."""

    method: str
    pattern: str
    handler: Handler

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """What the pattern captured, percent-decoded, or ``None``."""
        found = _compiled(self.pattern).fullmatch(path) if method == self.method else None
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern))


@dataclass(frozen=True, slots=True)
class Platform:
    """A stand-in: its routes, and how the platform itself words the failures that faults ask for.

    ``missing`` answers what the platform does not know, or ``None`` where only the sandbox does not.
    """

    name: str
    routes: tuple[Route, ...]
    refuse: Answer
    unauthorized: Answer
    rate_limit: Answer
    broken: Answer
    unreadable: Answer
    missing: Answer | None = None


def reply(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON answer."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})}, body)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list that a client sent; whatever else it is, it has none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def plain(status: int, text: str, headers: Mapping[str, str] | None = None) -> Reply:
    """A plain text answer."""
    return Reply(status, {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}, text.encode())


def _json(request: Request) -> Form:
    try:
        return Form(json=json.loads(request.body))
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def _urlencoded(request: Request) -> Form:
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(str(error)) from error
    return Form(pairs=tuple(parse_qsl(text, keep_blank_values=True)))


def _multipart(request: Request) -> Form:
    boundary = re.search(r'boundary="?([^";,]+)"?', request.headers["content-type"])
    if boundary is None:
        raise Unreadable("no boundary")
    pairs: list[tuple[str, str]] = []
    files: list[Attachment] = []
    for name, filename, kind, data in _sections(request.body, boundary[1].strip().encode()):
        if filename is None:
            pairs.append((name, data.decode("utf-8", "replace")))
        else:
            files.append(Attachment(name, filename, kind, data))
    return Form(pairs=tuple(pairs), files=tuple(files))


def _sections(body: bytes, boundary: bytes) -> list[tuple[str, str | None, str, bytes]]:
    """Name, file name, type and bytes of each section. Cut by hand: ``email`` would decode every byte of a video."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise Unreadable("the last boundary is missing")
    return [_section(piece) for piece in pieces[1:-1]]


def _section(piece: bytes) -> tuple[str, str | None, str, bytes]:
    head, found, data = piece.partition(b"\r\n\r\n")
    header = head.decode("utf-8", "replace")
    name = re.search(r'\bname="([^"]*)"', header)
    if not found or name is None:
        raise Unreadable("a section without a name")
    filename = re.search(r'\bfilename="([^"]*)"', header)
    kind = re.search(r"(?im)^content-type:\s*([^\s;]+)", header)
    return name[1], filename and filename[1], kind[1].lower() if kind else "application/octet-stream", data


def _nothing(request: Request) -> Form:  # noqa: ARG001 - the readers' shape
    return Form()


_READERS: Mapping[str, Callable[[Request], Form]] = {
    "application/json": _json,
    "application/x-www-form-urlencoded": _urlencoded,
    "multipart/form-data": _multipart,
}
