"""Starts the servers on free ports of loopback, and stops them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from tests.real.http import Server

HERE = Path(__file__).resolve().parent
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Pds:
    """A Bluesky PDS with one account on it, and an app password for that account."""

    url: str
    did: str
    handle: str
    app_password: str
    password: str
    """The owner's own, for its log-in page."""
    directory: str
    """Its PLC directory."""
    home: str
    """Its address as it calls itself, which is what its tokens are good for."""

    @property
    def server(self) -> Server:
        """The way to ask it without a token: repositories are public."""
        return Server(self.url)


@contextmanager
def running_pds(modules: Path, data: Path) -> Iterator[Pds]:
    """A PDS and its PLC directory, on data of its own."""
    plc, port = free_port(), free_port()
    command = ["node", str(HERE / "pds" / "server.cjs"), str(modules), str(data), str(plc), str(port)]
    with answering(command, f"http://127.0.0.1:{port}/xrpc/_health", data.parent / "pds.log"):
        yield _with_account(port, f"http://127.0.0.1:{plc}")


@contextmanager
def running_mastodon_mock(command: Path, log: Path) -> Iterator[Server]:
    """The third-party mock, in memory, with its one account's token."""
    port = free_port()
    start = [str(command), "serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    with answering(start, f"http://127.0.0.1:{port}/api/v2/instance", log):
        yield Server(f"http://127.0.0.1:{port}", token="mock_token")


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _with_account(port: int, directory: str) -> Pds:
    url, home = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
    login = {"handle": "acme-news.test", "email": "acme@example.com", "password": "test-password"}
    owner = Server(url).post("/xrpc/com.atproto.server.createAccount", login)
    signed_in = Server(url, token=owner["accessJwt"])
    password = signed_in.post("/xrpc/com.atproto.server.createAppPassword", {"name": "publisher"})["password"]
    return Pds(url, owner["did"], owner["handle"], password, login["password"], directory, home)


@contextmanager
def answering(command: Sequence[str], health: str, log: Path) -> Iterator[None]:
    """A program, from when it answers at ``health`` until the block ends."""
    with log.open("wb") as out, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out) as process:
        started = time.monotonic()
        try:
            while not _answers(health):
                if process.poll() is not None or time.monotonic() - started > START_SECONDS:
                    raise RuntimeError(f"`{command[0]}` did not start:\n{log.read_text()[-4000:]}")
                time.sleep(0.05)
            print(f"{Path(command[0]).name} answered after {time.monotonic() - started:.1f} s", file=sys.stderr)
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _answers(url: str) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False
