from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from postiz_ops.sandbox import Sandbox, Server
from postiz_ops.sandbox.server import redirected
from tests.sandbox.client import Client

TOKEN = {"Authorization": "Bearer test-token"}
STATUSES = "/mastodon.example/api/v1/statuses"


def address(sandbox: Sandbox) -> str:
    return sandbox.url.removeprefix("http://")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/Slack.com/api/auth.test?a=1&a=2&b=", ("slack.com", "/api/auth.test", (("a", "1"), ("a", "2"), ("b", "")))),
        ("/x.example:8443/xrpc/y", ("x.example:8443", "/xrpc/y", ())),
        ("/x.example%3A8443/", ("x.example:8443", "/", ())),
        ("/x.example", ("x.example", "/", ())),
        ("/api/v1/statuses/1%2F2", ("127.0.0.1:1", "/api/v1/statuses/1%2F2", ())),
        ("/xrpc/y?z=%26", ("127.0.0.1:1", "/xrpc/y", (("z", "&"),))),
    ],
)
def test_the_redirection_is_undone(target: str, expected: tuple[str, str, tuple[tuple[str, str], ...]]) -> None:
    assert redirected(target, "127.0.0.1:1") == expected


def test_a_server_on_loopback_is_reached_without_redirection(sandbox: Sandbox, client: Client) -> None:
    headers = {**TOKEN, "Content-Type": "application/json"}
    assert client.raw("POST", "/api/v1/statuses", b'{"status": "Hi"}', headers).status == 200
    assert sandbox.posts()[0]["account"] == f"user_4c5dc9b7@{address(sandbox)}"


def test_what_is_not_imitated_is_said_loudly(client: Client) -> None:
    for method, url in (
        ("GET", "https://api.example.com/v1/me"),
        ("POST", "https://mastodon.example/api/v1/apps"),
        ("PUT", "https://discord.com/api/v10/channels/1/pins/2"),
    ):
        answer = client.call(method, url)
        assert (answer.status, answer.json["error"]) == (501, f"the sandbox does not imitate {method} {url}")


def test_the_sandboxes_own_paths(client: Client) -> None:
    client.call("POST", "https://mastodon.example/api/v1/statuses", value={"status": "Hi"}, headers=TOKEN)
    assert [post["text"] for post in client.raw("GET", "/_sandbox/posts").json] == ["Hi"]
    assert client.raw("DELETE", "/_sandbox/posts").status == 204
    assert client.raw("GET", "/_sandbox/posts").json == []
    for method, path in (("GET", "/_sandbox/other"), ("POST", "/"), ("PUT", "/_sandbox/posts")):
        assert client.raw(method, path).json == {"error": f"the sandbox has no {method} {path}"}


def test_one_connection_serves_many_requests(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(address(sandbox), timeout=10)
    headers = {**TOKEN, "Content-Type": "application/json"}
    sockets = set()
    for number in range(5):
        connection.request("POST", STATUSES, json.dumps({"status": str(number)}), headers)
        assert connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()
    assert len(sockets) == 1
    assert len(sandbox.posts()) == 5


def test_a_connection_goes_on_after_an_answer_without_a_body(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(address(sandbox), timeout=10)
    hook = "/discord.com/api/webhooks/1/test-token"
    for _ in range(2):
        connection.request("POST", hook, '{"content": "Hi"}', {"Content-Type": "application/json"})
        response = connection.getresponse()
        assert (response.status, response.read()) == (204, b"")
    connection.close()


def test_50_connections_in_flight(sandbox: Sandbox) -> None:
    """All of them are open at once: each waits for the others before it reads its answer."""
    barrier = threading.Barrier(50, timeout=20)

    def publish(number: int) -> int:
        connection = http.client.HTTPConnection(address(sandbox), timeout=20)
        headers = {**TOKEN, "Content-Type": "application/json"}
        connection.request("POST", STATUSES, json.dumps({"status": str(number)}), headers)
        barrier.wait()
        status = connection.getresponse().status
        connection.close()
        return status

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(publish, range(50))) == {200}
    assert {post["text"] for post in sandbox.posts()} == {str(number) for number in range(50)}
    assert len({post["remote_id"] for post in sandbox.posts()}) == 50


def test_one_key_in_50_hands_makes_one_post(sandbox: Sandbox, client: Client) -> None:
    def publish(_: int) -> str:
        headers = {**TOKEN, "Content-Type": "application/json", "Idempotency-Key": "key"}
        answer = client.raw("POST", STATUSES, b'{"status": "once"}', headers)
        status_id: str = answer.json["id"]
        return status_id

    with ThreadPoolExecutor(50) as pool:
        assert len(set(pool.map(publish, range(50)))) == 1
    assert len(sandbox.posts()) == 1


def test_a_body_in_chunks(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(address(sandbox), timeout=10)
    headers = {**TOKEN, "Content-Type": "application/json"}
    connection.request("POST", STATUSES, iter([b'{"status":', b' "Hi"}']), headers, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()


def test_a_body_that_is_too_large_is_not_read(sandbox: Sandbox) -> None:
    host, port = address(sandbox).split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"POST {STATUSES} HTTP/1.1\r\nContent-Length: {2**40}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_hangs_up_is_no_news(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = address(sandbox).split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(f"POST {STATUSES} HTTP/1.1\r\nContent-Length: 10\r\n\r\n".encode())
    assert Client(sandbox.url).raw("GET", "/_sandbox/posts").json == []
    assert capfd.readouterr() == ("", "")


def test_it_listens_on_the_other_loopback_too() -> None:
    try:
        server = Server("::1", 0)
    except OSError as reason:
        pytest.skip(f"no IPv6 here: {reason}")
    assert re.fullmatch(r"http://\[::1\]:\d+", server.url)
    server.server_close()


def test_a_mistake_of_the_sandbox_is_no_lost_connection(
    client: Client, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("postiz_ops.sandbox.page.html", lambda *_: 1 / 0)
    assert client.raw("GET", "/").status == 500
    assert capfd.readouterr().err.endswith("ZeroDivisionError: division by zero\n")


def test_closing_hangs_up_on_connections_that_are_kept_alive() -> None:
    with Sandbox() as sandbox:
        connection = http.client.HTTPConnection(address(sandbox), timeout=10)
        connection.request("GET", "/_sandbox/posts")
        assert connection.getresponse().read() == b"[]"
        assert connection.sock is not None
        plug = connection.sock
    assert plug.recv(1) == b""
    connection.close()


def test_reset_keeps_nobody_out(sandbox: Sandbox, client: Client) -> None:
    """A session from before the reset goes on, as the same account."""
    xrpc = "https://pds.example/xrpc/com.atproto"
    login = {"identifier": "alice.example.com", "password": "test-password"}
    session = client.call("POST", f"{xrpc}.server.createSession", value=login).json
    client.raw("DELETE", "/_sandbox/posts")
    record = {"text": "Hi", "createdAt": "2026-12-01T09:00:00Z"}
    body = {"repo": session["did"], "collection": "app.bsky.feed.post", "record": record}
    headers = {"Authorization": f"Bearer {session['accessJwt']}"}
    assert client.call("POST", f"{xrpc}.repo.createRecord", value=body, headers=headers).status == 200
    assert sandbox.posts()[0]["account"] == "alice.example.com"


def test_no_credential_is_ever_shown(sandbox: Sandbox, client: Client) -> None:
    calls = [
        ("https://mastodon.example/api/v1/statuses", {"status": "x"}, {"Authorization": "Bearer test-secret"}),
        (
            "https://slack.com/api/chat.postMessage",
            {"channel": "C1", "text": "x"},
            {"Authorization": "Bearer test-secret"},
        ),
        ("https://discord.com/api/v10/channels/1/messages", {"content": "x"}, {"Authorization": "Bot test-secret"}),
        ("https://discord.com/api/webhooks/1/test-secret?wait=true", {"content": "x"}, {}),
        ("https://hooks.slack.com/services/T/B/test-secret", {"text": "x"}, {}),
    ]
    for url, value, headers in calls:
        assert client.call("POST", url, value=value, headers=headers).status == 200
    client.call("GET", "https://discord.com/api/webhooks/1/test-secret")
    shown = [answer.body for answer in client.seen]
    shown += [client.raw("GET", path).body for path in ("/", "/_sandbox/posts", "/_sandbox/faults")]
    assert not [body for body in shown if b"test-secret" in body]
