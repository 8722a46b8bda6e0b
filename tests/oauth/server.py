"""A process that plays OAuth servers: ``python -m tests.oauth.server`` prints ``READY http://127.0.0.1:PORT``.

It is an endpoint for ``POSTIZ_OPS_ENDPOINT``: ``https://HOST/PATH`` comes in as ``/HOST/PATH``. Which addresses it
plays, and by which rules, is told to it (``rules.Platform``) under ``/_oauth``, as are the accidents that a test wants.
It is honest where clients go wrong: exact redirect addresses, codes that are used once, PKCE, expiry, rotation with the
end of the grant on reuse, DPoP with nonces, pushed requests.

::

    PUT    /_oauth/platforms       a Platform as JSON
    POST   /_oauth/grants          {platform, client, sub, scope}: tokens without a browser
    GET    /_oauth/grants          what consents gave, and why they are no more
    GET    /_oauth/presentations   every time that a refresh token came in
    GET    /_oauth/requests        every request for a played address, with its fields
    POST   /_oauth/revoke          {grant}: the person takes it back
    POST   /_oauth/advance         {seconds}: codes and tokens grow older by so much
    POST   /_oauth/nonces          from now on other DPoP nonces are asked for
    POST   /_oauth/faults          {role, nth, effect}: an accident, `nth` counts from 1 and from now
    DELETE /_oauth                 forget everything

The effects: ``drop`` (cut before it is looked at), ``error-before`` (500, and nothing was done), ``error-after`` (done,
then 500), ``lost-answer`` (done, then cut), ``malformed`` (done, then half of the answer), ``slow-down`` (429).
"""

from __future__ import annotations

import argparse
import json
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import override

from tests.oauth import oauth1
from tests.oauth.issuing import Reply
from tests.oauth.playing import Play
from tests.oauth.requests import Incoming
from tests.oauth.rules import platform
from tests.oauth.state import Presentation, State

OWN = "/_oauth"


class Cut(Exception):
    """The connection ends without an answer."""


@dataclass(slots=True)
class Fault:
    """An accident that waits for the ``nth`` request in a role. ``grant_type`` narrows it, where it is set."""

    effect: str
    role: str = "token"
    nth: int = 1
    grant_type: str | None = None
    seen: int = 0

    def strikes(self, role: str, incoming: Incoming) -> bool:
        """Whether it is this request's turn."""
        if role != self.role or self.grant_type not in (None, incoming.form.get("grant_type")):
            return False
        self.seen += 1
        return self.seen == self.nth


@dataclass(slots=True)
class World:
    """Everything behind the HTTP front. ``handle`` is called by one thread at a time."""

    upstream: str | None = None
    state: State = field(default_factory=State)
    plays: dict[str, Play | oauth1.Play] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def handle(self, incoming: Incoming) -> Reply:
        """The answer to a request for a played address. Raises ``Cut``."""
        for play in self.plays.values():
            role = play.role(incoming.bare)
            if role is not None:
                return self._played(play, role, incoming)
        return Reply(404, {"error": "nobody_plays_this", "url": incoming.bare}, {})

    def _played(self, play: Play | oauth1.Play, role: str, incoming: Incoming) -> Reply:
        effect = next((fault.effect for fault in self.faults if fault.strikes(role, incoming)), "")
        told: dict[str, Any] = {
            "platform": play.platform.name,
            "role": role,
            "method": incoming.method,
            "url": incoming.url,
            "form": incoming.form if role in ("token", "par") else {},
            "headers": {name.lower(): value for name, value in incoming.headers.items()},
            "status": None,
        }
        self.requests.append(told)
        shown = self._presented(role, incoming)
        if effect in _BEFORE:
            shown.error, shown.answered = effect, effect != "drop"
            return _unseen(effect)
        reply = play.answer(role, incoming)
        shown.error = reply.body.get("error", "") if isinstance(reply.body, dict) else ""
        if effect:
            shown.answered = False
            return _lost(effect)
        told["status"] = reply.status
        return reply

    def _presented(self, role: str, incoming: Incoming) -> Presentation:
        """What is kept of a refresh token that comes in; of any other request, nothing."""
        value = incoming.form.get("refresh_token") if role == "token" else None
        known = self.state.refresh.get(value or "")
        shown = Presentation(value or "", known.grant.id if known else None)
        if value is not None:
            self.state.presentations.append(shown)
        return shown

    def control(self, method: str, path: str, told: Any) -> Any:
        """What a test wants or asks. Raises ``KeyError`` for what there is not."""
        return _CONTROLS[method, path](self, told)

    def _put_platform(self, told: Mapping[str, Any]) -> None:
        played = platform(told)
        self.state.platforms[played.name] = played
        play = oauth1.Play if played.request_token else Play
        self.plays[played.name] = play(played, self.state, self.upstream)

    def _post_grant(self, told: Mapping[str, str]) -> dict[str, Any]:
        play = self.plays[told["platform"]]
        if not isinstance(play, Play):
            raise TypeError(told["platform"])
        scope = told.get("scope", " ".join(play.platform.scopes))
        grant = self.state.new_grant(told["platform"], told["client"], told["sub"], scope, None)
        return play.server.issue(grant) | {"grant": grant.id}

    def _renew_nonces(self, _: object) -> None:
        for play in self.plays.values():
            play.renew_nonces()

    def _revoke(self, told: Mapping[str, int]) -> None:
        self.state.grants[told["grant"]].revoked = "the person took it back"

    def _advance(self, told: Mapping[str, float]) -> None:
        self.state.clock.ahead += told["seconds"]

    def _fault(self, told: Mapping[str, Any]) -> None:
        self.faults.append(Fault(**told))

    def _forget(self, _: object) -> None:
        self.state, self.plays, self.faults, self.requests = State(), {}, [], []


_CONTROLS: Mapping[tuple[str, str], Any] = {
    ("PUT", "/platforms"): World._put_platform,
    ("POST", "/grants"): World._post_grant,
    ("GET", "/grants"): lambda world, _: [asdict(grant) for grant in world.state.grants.values()],
    ("GET", "/presentations"): lambda world, _: [asdict(shown) for shown in world.state.presentations],
    ("GET", "/requests"): lambda world, _: world.requests,
    ("POST", "/revoke"): World._revoke,
    ("POST", "/advance"): World._advance,
    ("POST", "/nonces"): World._renew_nonces,
    ("POST", "/faults"): World._fault,
    ("DELETE", ""): World._forget,
}


_BEFORE = ("drop", "error-before", "slow-down")


def _unseen(effect: str) -> Reply:
    """The answer to something that was not looked at."""
    if effect == "drop":
        raise Cut
    status = 500 if effect == "error-before" else 429
    return Reply(status, {"error": "temporarily_unavailable"}, {"Retry-After": "30"})


def _lost(effect: str) -> Reply:
    """What is left of an answer to something that was done."""
    match effect:
        case "lost-answer":
            raise Cut
        case "error-after":
            return Reply(500, {"error": "server_error"}, {})
        case "malformed":
            return Reply(200, '{"access_token": "half', {"Content-Type": "application/json"})
    raise ValueError(effect)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Front

    def serve(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            with self.server.lock:
                reply = self._answer(body)
        except Cut:
            self.close_connection = True
            return
        except Exception:  # noqa: BLE001 - told on standard error, and no lost connection
            traceback.print_exc()
            reply = Reply(500, {"error": "the test server stumbled"}, {})
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve  # noqa: N815 - http.server's names

    def _answer(self, body: bytes) -> Reply:
        if self.path.startswith(OWN):
            path = self.path.removeprefix(OWN)
            return Reply(200, self.server.world.control(self.command, path, json.loads(body or b"null")), {})
        return self.server.world.handle(Incoming(self.command, _meant(self.path), dict(self.headers.items()), body))

    def _send(self, reply: Reply) -> None:
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        data = text.encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(data)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: standard error is for what went wrong."""


class Front(ThreadingHTTPServer):
    """The HTTP front on loopback."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, upstream: str | None) -> None:
        self.world = World(upstream)
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Handler)


def _meant(target: str) -> str:
    """The platform's own address of a request that was redirected here."""
    host, _, path = target.removeprefix("/").partition("/")
    loopback = urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost")
    return f"{'http' if loopback else 'https'}://{host}/{path}"


def main() -> None:
    """Serve until a signal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--upstream", help="an endpoint that answers for the API when a token is good")
    told = parser.parse_args()
    front = Front(told.port, told.upstream)
    print(f"READY http://127.0.0.1:{front.server_address[1]}", flush=True)
    with suppress(KeyboardInterrupt):
        front.serve_forever()


if __name__ == "__main__":
    main()
