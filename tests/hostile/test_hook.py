"""Whoever calls a runner's webhook: case 28. The most that a call can do is have it look sooner than it would."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Site
from tests.runner.processes import SECRET, Process, runner

LONG = 60


def called(process: Process, length: str, *, signature: str = "", body: bytes = b"") -> int:
    """The status of a call that says of itself what it likes."""
    connection = http.client.HTTPConnection(urlsplit(process.address).netloc, timeout=LONG)
    connection.putrequest("POST", "/hook")
    connection.putheader("Content-Length", length)
    if signature:
        connection.putheader("X-Hub-Signature-256", signature)
    connection.putheader("X-GitHub-Event", "push")
    connection.endheaders(body)
    status = connection.getresponse().status
    connection.close()
    return status


def test_case_28_calls_that_nobody_signed_or_somebody_repeats(site: Site, sandbox: Sandbox) -> None:
    """No signature, a wrong one, too much; then a good one, twenty times over."""
    with runner(site) as process:
        process.until("approved")
        looked = len(process.lines)
        assert called(process, "2", body=b"{}") == 401
        assert called(process, "2", signature="sha256=" + "0" * 64, body=b"{}") == 401
        assert called(process, "2", signature=SECRET, body=b"{}") == 401
        assert process.hook(secret="")[0] == 401
        assert called(process, str(26 << 20)) == 413
        assert called(process, "-1") == 411
        assert len(process.lines) == looked
        site.post("launch").approve()
        assert {process.hook()[0] for _ in range(20)} == {202}
        process.until("published")
        assert {process.hook(b'{"ref": "::error::x\\u001b[31m"}')[0] for _ in range(3)} == {202}
        assert process.end() == 0
    assert [post["text"] for post in sandbox.posts()] == ["Hello"]
    assert not process.events("not json")
    assert not any(SECRET in str(line) or "\x1b" in str(line) for line in process.lines)
