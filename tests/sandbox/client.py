"""A client that knows nothing of the project: raw HTTP through the redirection, every exchange remembered."""

from __future__ import annotations

import http.client
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from PIL import Image

BOUNDARY = "test-boundary"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a multipart body."""

    name: str
    data: bytes
    filename: str = "file.bin"
    type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for what was asked."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Client:
    """``headers`` go with every request. URLs are those of the platforms."""

    endpoint: str
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)

    def call(
        self,
        method: str,
        url: str,
        *,
        value: Any = None,
        form: Mapping[str, str] | list[tuple[str, str]] | None = None,
        files: list[File] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {**self.headers, **(headers or {})}
        if value is not None:
            body, kind = json.dumps(value).encode(), "application/json"
        elif files is not None:
            body, kind = multipart(form or {}, files), f"multipart/form-data; boundary={BOUNDARY}"
        elif form is not None:
            body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
        else:
            kind = sent.get("Content-Type", "")
        sent |= {"Content-Type": kind} if kind else {}
        parts = urlsplit(url)
        path = f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        answer = self.raw(method, path, body, sent)
        self.seen.append(Answer(method, url, answer.status, answer.headers, answer.body))
        return self.seen[-1]

    def raw(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection(self.endpoint.removeprefix("http://"), timeout=10)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(method, path, response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()


def multipart(form: Mapping[str, str] | list[tuple[str, str]], files: list[File]) -> bytes:
    return b"".join(_sections(form, files)) + f"--{BOUNDARY}--\r\n".encode()


def _sections(form: Mapping[str, str] | list[tuple[str, str]], files: list[File]) -> Iterator[bytes]:
    for name, value in form.items() if isinstance(form, Mapping) else form:
        yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    for file in files:
        disposition = f'form-data; name="{file.name}"; filename="{file.filename}"'
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\nContent-Type: {file.type}\r\n\r\n"
        yield head.encode() + file.data + b"\r\n"


def png(width: int = 4, height: int = 3, colour: str = "red") -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def gif() -> bytes:
    """A picture that moves."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(range(256)) * 4
