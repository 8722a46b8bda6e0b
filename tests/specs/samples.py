"""What the validators' own tests share: a call in one line, and its findings as a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.specs import check_request, check_response
from tests.specs.exchange import FORM, JSON

BOUNDARY = "sample-boundary"


def request_findings(
    platform: str,
    method: str,
    url: str,
    *,
    value: Any = None,
    form: str | None = None,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> list[str]:
    """The sentences about a request, without what they are about; none means that it passed."""
    sent = {"Authorization": "Bearer test-token"} if headers is None else dict(headers)
    if value is not None:
        sent["Content-Type"], body = JSON, json.dumps(value).encode()
    elif form is not None:
        sent["Content-Type"], body = FORM, form.encode()
    try:
        check_request(platform, method, url, sent, body)
    except AssertionError as error:
        return _sentences(error)
    return []


def response_findings(
    platform: str, method: str, url: str, status: int, value: Any, *, allow_unknown: bool = False
) -> list[str]:
    """The sentences about an answer. ``value`` is JSON, or the body as bytes."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    try:
        check_response(platform, method, url, status, body, allow_unknown=allow_unknown)
    except AssertionError as error:
        return _sentences(error)
    return []


def multipart(*parts: tuple[str, str | None, str | None, bytes]) -> tuple[dict[str, str], bytes]:
    """Headers and body of ``(name, filename, type, data)`` parts."""
    body = b""
    for name, filename, kind, data in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename is not None else "")
        head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n" + (f"Content-Type: {kind}\r\n" if kind else "")
        body += head.encode() + b"\r\n" + data + b"\r\n"
    headers = {"Authorization": "Bearer test-token", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return headers, body + f"--{BOUNDARY}--\r\n".encode()


def _sentences(error: AssertionError) -> list[str]:
    *findings, judged_by = str(error).split("\n")
    assert judged_by.startswith("(judged by ")
    return [finding.partition("`: ")[2] for finding in findings]
