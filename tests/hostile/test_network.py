"""Addresses that a post, a platform or accounts.yaml leads to: cases 8, 19 and 21, and a `check` without a network."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from postiz_ops.errors import Failure, Rejected, Unavailable
from postiz_ops.net import fetch as fetching
from postiz_ops.net import http as wiring
from postiz_ops.net.fetch import fetch
from postiz_ops.net.http import HttpWire
from postiz_ops.publish.effects import Lost
from postiz_ops.sandbox import Sandbox
from tests.commands.site import ACCOUNTS, Site
from tests.listener import Listener
from tests.net.test_http import POST, send

FORBIDDEN = (
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/x",
    "https://[::1]/x",
    "https://[fd00::1]/x",
    "https://0x7f.1/x",
    "https://2130706433/x",
    "https://0177.0.0.1/x",
    "https://localhost/x",
    "https://localhost./x",
    "https://100.64.0.1/x",
    "https://10.0.0.1/x",
    "https://user:pass@a.example/x",
    "https://a.example:22/x",
    "https://a.example:80/x",
    "http://a.example/x",
    "file:///etc/passwd",
    "gopher://a.example/x",
    "https:///x",
    "https://ⓛocalhost/x",
)


@pytest.mark.parametrize("url", FORBIDDEN)
def test_case_08_an_address_that_leads_inside(url: str) -> None:
    with pytest.raises(Rejected):
        fetch(url)


@pytest.mark.parametrize("url", FORBIDDEN[:12])
def test_case_08_check_asks_nobody(site: Site, sandbox: Sandbox, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*words: object, **more: object) -> Any:
        raise AssertionError("a name was looked up")

    digest = "0" * 64
    front = f"platforms: [toot]\npublish_at: now\nmedia: [{{src: '{url}', sha256: {digest}, alt: x}}]\n"
    site.write("content/bad.md", f"---\n{front}---\nhi\n")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", no)
        patch.setattr(socket.socket, "connect", no)
        for command in ("check", "plan"):
            ran = site.run(command)
            assert "stumbled" not in ran.err, command


Answers = list[Callable[[socket.socket], None]]


class Internet:
    """Names that resolve as a test says, to a server on loopback that answers in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[str]] = {}
        self.answers: Answers = []
        self.reached: list[tuple[str, str]] = []
        self._listener = Listener(self._serve)
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)
        internet = self

        def connect(connection: Any) -> None:
            internet.reached.append((connection.host, connection._address))
            connection.sock = socket.socket()
            connection.sock.settimeout(connection.timeout)
            connection.sock.connect(internet._listener.address)

        monkeypatch.setattr(fetching._Pinned, "connect", connect)

    def _resolve(self, host: str, port: int, **more: object) -> list[Any]:
        turns = self.names[host]
        address = turns.pop(0) if len(turns) > 1 else turns[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in address.split()]

    def _serve(self, connection: socket.socket) -> None:
        connection.recv(65536)
        if self.answers:
            self.answers.pop(0)(connection)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """The world outside, which is none."""
    made = Internet(monkeypatch)
    yield made
    made.close()


def says(data: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(data)


def moved(to: str) -> Callable[[socket.socket], None]:
    return says(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())


OK = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
PUBLIC = "93.184.216.34"


def test_case_08_a_name_is_resolved_once_and_the_address_that_was_checked_is_connected_to(internet: Internet) -> None:
    internet.names["rebind.example"] = [PUBLIC, "127.0.0.1"]
    internet.answers.append(OK)
    assert fetch("https://rebind.example/x") == b"hi"
    assert internet.reached == [("rebind.example", PUBLIC)]


def test_case_08_a_name_with_one_private_address_among_public_ones(internet: Internet) -> None:
    internet.names["mixed.example"] = [f"{PUBLIC} 10.0.0.1"]
    with pytest.raises(Rejected):
        fetch("https://mixed.example/x")
    assert internet.reached == []


@pytest.mark.parametrize("to", ["https://inside.example/x", "http://a.example/x", "https://a.example:22/", "file:///x"])
def test_case_08_every_redirect_is_checked_as_the_first_address(internet: Internet, to: str) -> None:
    internet.names |= {"a.example": [PUBLIC], "inside.example": ["169.254.169.254"]}
    internet.answers += [moved(to), OK]
    with pytest.raises(Rejected):
        fetch("https://a.example/x")
    assert len(internet.reached) == 1


def test_case_08_redirects_end(internet: Internet) -> None:
    internet.names["a.example"] = [PUBLIC]
    internet.answers += [moved("https://a.example/y")] * 10
    with pytest.raises(Rejected, match="on and on"):
        fetch("https://a.example/x")
    assert len(internet.reached) == fetching.MAX_REDIRECTS + 1


def test_case_08_an_archive_bomb_is_not_unpacked(internet: Internet) -> None:
    import gzip

    bomb = gzip.compress(bytes(10_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()
    internet.names["a.example"] = [PUBLIC]
    internet.answers.append(says(head + bomb))
    assert fetch("https://a.example/x") == bomb


def test_case_08_a_body_without_end(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(bytes(65536))

    monkeypatch.setattr(fetching, "MAX_BYTES", 1 << 20)
    internet.names["a.example"] = [PUBLIC]
    internet.answers.append(endless)
    with pytest.raises(Rejected, match="larger than"):
        fetch("https://a.example/x")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_case_08_a_server_that_drips(internet: Internet, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"a")
            time.sleep(0.02)

    monkeypatch.setattr(fetching, "MAX_SECONDS", 0.3)
    internet.names["a.example"] = [PUBLIC]
    internet.answers.append(drip)
    begin = time.monotonic()
    with pytest.raises(Failure) as caught:
        fetch("https://a.example/x")
    assert isinstance(caught.value, Unavailable)
    assert time.monotonic() - begin < 3


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_case_08_a_platform_that_drips(monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    """To a mutation that is an answer lost: looked up, and not sent again."""

    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(b"a")
            time.sleep(0.02)

    monkeypatch.setattr(wiring, "ANSWER_SECONDS", 0.3)
    platform = Listener(drip)
    begin = time.monotonic()
    with pytest.raises(Lost):
        send(HttpWire(platform.url), POST)
    assert time.monotonic() - begin < 3
    platform.close()


def test_case_19_another_server_gets_nothing_and_is_not_even_looked_up(
    site: Site, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.post("first").approve().publish()
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: Any, *words: Any, **more: Any) -> Any:
        asked.append(str(host))
        return real(host, *words, **more)

    site.write("accounts.yaml", ACCOUNTS.replace("mastodon.example", "evil.example"))
    site.post("second", "second").approve()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        ran = site.publish()
    assert "evil.example" not in asked
    assert [post["text"] for post in sandbox.posts()] == ["Hello"]
    assert "accounts trust" in ran.out


class Thief:
    """A platform that sends everybody on to another host, which would hear it."""

    def __init__(self) -> None:
        self.other = socket.create_server(("127.0.0.1", 0))
        self.other.settimeout(0.01)
        self.requests = 0
        self.listener = Listener(self._serve)

    def _serve(self, connection: socket.socket) -> None:
        connection.recv(1 << 20)
        self.requests += 1
        connection.sendall(
            f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{self.other.getsockname()[1]}/\r\nConnection: close\r\n"
            "Content-Length: 0\r\n\r\n".encode()
        )

    def close(self) -> bool:
        """Stop; whether anybody came to the other host."""
        self.listener.close()
        with self.other:
            try:
                self.other.accept()[0].close()
            except TimeoutError:
                return False
            return True


def test_case_21_a_platform_that_leads_on_to_another_host(site: Site) -> None:
    thief = Thief()
    site.endpoint = thief.listener.url
    site.post("launch", to="everywhere").approve()
    ran = site.publish()
    assert not thief.close()
    assert ran.code
    assert thief.requests
    assert "Traceback" not in ran.err


@pytest.fixture
def namespaces() -> None:
    """Skips where a user may not have a network namespace."""
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this machine permits no network namespace of its own (unshare -rn)")


@pytest.mark.usefixtures("namespaces")
def test_check_and_plan_need_no_network(site: Site) -> None:
    """In a network namespace that has no interface but a loopback that is down."""
    site.post("launch", "hi [there](https://example.com)", to="everywhere").approve()
    for command in ("check", "plan"):
        inside = ["unshare", "-rn", sys.executable, "-m", "postiz_ops", "--repo", str(site.repo), command]
        done = subprocess.run(inside, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command


@pytest.mark.usefixtures("namespaces")
def test_the_namespace_of_that_test_has_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)"
        inside = subprocess.run(["unshare", "-rn", sys.executable, "-c", code], capture_output=True, check=False)
        outside = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (inside.returncode, outside.returncode) == (1, 0)
