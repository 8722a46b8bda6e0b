"""The transport: one HTTP/1.1 server on loopback that undoes the redirection, applies faults, and asks the stand-ins.

A request for ``https://HOST/PATH`` arrives as ``/HOST/PATH``; one without a host in its path is for the address it came to.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from postiz_ops.sandbox import bluesky, discord, mastodon, page, slack
from postiz_ops.sandbox.exchange import Platform, Refused, Reply, Request, Unreadable, reply
from postiz_ops.sandbox.faults import BadFault, Faults, Strike
from postiz_ops.sandbox.world import World

MAX_BODY = 512 * 1024**2
"""Bytes: above every platform's limit for one request."""
_HOSTS: Mapping[str, Platform] = {
    "discord.com": discord.PLATFORM,
    "discordapp.com": discord.PLATFORM,
    "slack.com": slack.PLATFORM,
}
_PATHS: Mapping[str, Platform] = {"xrpc": bluesky.PLATFORM, "api": mastodon.PLATFORM, "oauth": mastodon.PLATFORM}


class Cut(Exception):
    """The connection is to be cut without an answer."""


class State:
    """What all connections share. ``lock`` is the world's: faults are counted under it too."""

    def __init__(self) -> None:
        self.world = World()
        self.faults = Faults()

    def answer(self, request: Request) -> Reply:
        """What the platform says. The request was not dropped; raises ``Cut`` when its answer is to be lost."""
        with self.world.lock:
            strike = self.faults.strike(request.method, request.host, request.path)
        return self.carry_out(request, strike)

    def carry_out(self, request: Request, strike: Strike) -> Reply:
        """Do to the request what its faults say. A delay holds back the answer of what was kept at once."""
        answer = self._struck(request, strike.effect)
        if strike.delay:
            time.sleep(strike.delay)
        if strike.effect == "lost-answer":
            raise Cut
        return answer

    def _struck(self, request: Request, effect: str) -> Reply:
        platform = platform_of(request)
        if platform is None:
            return _not_imitated(request)
        early = {
            "refuse": platform.refuse,
            "unauthorized": platform.unauthorized,
            "rate-limit": platform.rate_limit,
            "error-before": platform.broken,
        }
        if effect in early:
            return early[effect](request)
        answer = self._kept(platform, request, effect)
        if effect == "error-after":
            return platform.broken(request)
        return Reply(answer.status, answer.headers, b'{"id": "1') if effect == "malformed" else answer

    def _kept(self, platform: Platform, request: Request, effect: str) -> Reply:
        """The platform's own answer, for what it takes and for what it refuses."""
        for route in platform.routes:
            params = route.match(request.method, request.path)
            if params is not None:
                break
        else:
            return platform.missing(request) if platform.missing else _not_imitated(request)
        plain = {name: unquote(value) for name, value in params.items()}
        asynchronous = effect if effect.startswith("async-") else ""
        with self.world.lock:
            try:
                return route.handler(self.world, _with(request, plain, asynchronous))
            except Refused as refused:
                return refused.reply
            except Unreadable:
                return platform.unreadable(request)


def _with(request: Request, params: Mapping[str, str], effect: str) -> Request:
    from dataclasses import replace

    return replace(request, params=params, effect=effect)


def platform_of(request: Request) -> Platform | None:
    """The stand-in for a request: by host where the platform has its own, else by the API's first path segment."""
    host = request.host.partition(":")[0]
    for name, platform in _HOSTS.items():
        if host == name or host.endswith(f".{name}"):
            return platform
    return _PATHS.get(request.path.split("/")[1])


def _not_imitated(request: Request) -> Reply:
    sentence = f"the sandbox does not imitate {request.method} https://{request.host}{request.path}"
    return reply(501, {"error": sentence, "ok": False})


def redirected(target: str, own: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Host, path and query of what was asked for. ``own`` is the host of requests that came without redirection."""
    parts = urlsplit(target)
    first, _, rest = parts.path.lstrip("/").partition("/")
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    if first in _PATHS:
        return own, parts.path, query
    return unquote(first).lower(), f"/{rest}", query


# --- the sandbox's own pages ----------------------------------------------------------------------------------------


def own(state: State, method: str, path: str, body: bytes) -> Reply:
    """``/`` and ``/_sandbox/…``."""
    answer = _OWN.get((method, path))
    if answer:
        return answer(state, body)
    if method == "GET" and path.startswith("/_sandbox/media/"):
        return page.media(state.world, path.rpartition("/")[2])
    return reply(404, {"error": f"no {method} {path} in the sandbox"})


def _posts(state: State, _: bytes) -> Reply:
    return reply(200, [post.public() for post in state.world.posts])


def _reset(state: State, _: bytes) -> Reply:
    state.world.reset()
    return Reply(204)


def _list_faults(state: State, _: bytes) -> Reply:
    return reply(200, [rule.public() for rule in state.faults.rules])


def _add_faults(state: State, body: bytes) -> Reply:
    try:
        state.faults.add(json.loads(body))
    except BadFault as problem:
        return reply(400, {"error": str(problem)})
    except ValueError as problem:
        return reply(400, {"error": f"not JSON: {problem}"})
    return _list_faults(state, b"")


def _clear_faults(state: State, _: bytes) -> Reply:
    state.faults.clear()
    return Reply(204)


_OWN: Mapping[tuple[str, str], Callable[[State, bytes], Reply]] = {
    ("GET", "/"): lambda state, _: page.feed(state.world),
    ("GET", "/_sandbox/style.css"): lambda *_: page.style(),
    ("GET", "/_sandbox/posts"): _posts,
    ("DELETE", "/_sandbox/posts"): _reset,
    ("GET", "/_sandbox/faults"): _list_faults,
    ("POST", "/_sandbox/faults"): _add_faults,
    ("DELETE", "/_sandbox/faults"): _clear_faults,
}


# --- connections ----------------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """A thread per connection; as many may wait as a burst of clients brings."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int) -> None:
        self.state = State()
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is told."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive between requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def serve(self) -> None:
        """Answer one request, whatever its method."""
        path = self.path.partition("?")[0]
        mine = path == "/" or path.startswith("/_sandbox/")
        try:
            self._send(self._own(path) if mine else self._platforms())
        except Cut:
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve

    def _own(self, path: str) -> Reply:
        body, state = self._body(), self.server.state
        with state.world.lock:
            return own(state, self.command, path, body)

    def _platforms(self) -> Reply:
        state = self.server.state
        host, path, query = redirected(self.path, self.headers.get("Host", ""))
        with state.world.lock:
            strike = state.faults.strike(self.command, host, path)
        if strike.effect == "drop":
            time.sleep(strike.delay)
            raise Cut
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, host, path, query, headers, self._body())
        return state.carry_out(request, strike)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            raise Cut
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        pieces: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            if size + sum(map(len, pieces)) > MAX_BODY:
                raise Cut
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def _send(self, answer: Reply) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a path may hold a credential."""


class Sandbox:
    """A sandbox in this process, on a free port, for tests::

    with Sandbox() as sandbox:
        sandbox.faults([{"match": {"nth": 1}, "effect": "lost-answer"}])
        ...  # publish with the endpoint sandbox.url
        assert len(sandbox.posts()) == 1
    """

    def __init__(self, port: int = 0) -> None:
        self._server = Server("127.0.0.1", port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """The endpoint: ``http://127.0.0.1:PORT``."""
        return self._server.url

    @property
    def world(self) -> World:
        """What the stand-ins remember."""
        return self._server.state.world

    def posts(self) -> list[dict[str, Any]]:
        """What ``GET /_sandbox/posts`` shows."""
        with self.world.lock:
            return [post.public() for post in self.world.posts]

    def faults(self, asked: list[dict[str, Any]]) -> None:
        """Put these faults in the place of those in force. Raises ``BadFault``."""
        with self.world.lock:
            self._server.state.faults.clear()
            self._server.state.faults.add(asked)

    def __enter__(self) -> Sandbox:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
