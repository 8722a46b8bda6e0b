"""How a test talks to the server: starts it, tells it what to play, asks what it saw, and clicks for the person."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.oauth.rules import Platform

ROOT = Path(__file__).resolve().parents[2]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class OAuthServer:
    """A running server. ``url`` is what ``POSTIZ_OPS_ENDPOINT`` takes."""

    url: str

    # --- what it plays, and what happens there ---------------------------------------------------------------------

    def play(self, platform: Platform) -> Platform:
        """Put a platform on its stage, in the place of one with the same name."""
        self._control("PUT", "/platforms", asdict(platform))
        return platform

    def grant(
        self, platform: Platform, *, sub: str | None = None, scope: str | None = None, client: str | None = None
    ) -> dict[str, Any]:
        """Tokens as after a consent, with the ``grant``'s number: ``access_token``, ``refresh_token``, …"""
        named = {
            "platform": platform.name,
            "client": client or platform.apps[0].id,
            "sub": sub or next(iter(platform.people)),
            "scope": scope or " ".join(platform.scopes),
        }
        made: dict[str, Any] = self._control("POST", "/grants", named)
        return made

    def revoke(self, grant: int) -> None:
        """The person takes a grant back."""
        self._control("POST", "/revoke", {"grant": grant})

    def advance(self, seconds: float) -> None:
        """Let codes and tokens grow older."""
        self._control("POST", "/advance", {"seconds": seconds})

    def renew_nonces(self) -> None:
        """Ask for other DPoP nonces from now on."""
        self._control("POST", "/nonces")

    def fault(self, effect: str, *, role: str = "token", nth: int = 1, grant_type: str | None = None) -> None:
        """An accident, as ``tests.oauth.server`` lists them."""
        told = {"effect": effect, "role": role, "nth": nth, "grant_type": grant_type}
        self._control("POST", "/faults", told)

    def forget(self) -> None:
        """As new."""
        self._control("DELETE", "")

    # --- what it saw -----------------------------------------------------------------------------------------------

    def grants(self) -> list[dict[str, Any]]:
        """What consents gave: ``id``, ``sub``, ``scope``, ``revoked`` (why, or ``None``), ``refreshes``, …"""
        found: list[dict[str, Any]] = self._control("GET", "/grants")
        return found

    def presentations(self) -> list[dict[str, Any]]:
        """Every time that a refresh token came in: ``token``, ``grant``, ``error``, ``answered``."""
        found: list[dict[str, Any]] = self._control("GET", "/presentations")
        return found

    def presented_twice(self) -> list[str]:
        """The refresh tokens that came in more than once, also where we hung up before looking at them.

        What was refused for want of a nonce, or with 429, the client knows not to be used up: that does not count.
        """
        harmless = ("use_dpop_nonce", "slow-down")
        counted = [shown["token"] for shown in self.presentations() if shown["error"] not in harmless]
        return sorted({token for token in counted if counted.count(token) > 1})

    def requests(self, role: str | None = None) -> list[dict[str, Any]]:
        """The requests for played addresses, each with ``role``, ``method``, ``url``, ``form`` and ``headers``.

        ``status`` is what was answered, ``None`` where nothing was, or not the truth.
        """
        found: list[dict[str, Any]] = self._control("GET", "/requests")
        return [each for each in found if role in (None, each["role"])]

    # --- the other sides -------------------------------------------------------------------------------------------

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answered:
        """GET a platform's address."""
        return self._send("GET", self.here(url), b"", headers or {})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answered:
        """POST a form to a platform's address."""
        return self._send("POST", self.here(url), urlencode(form).encode(), {**FORM, **(headers or {})})

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Send anything to a platform's address."""
        return self._send(method, self.here(url), body, headers)

    def decide(self, url: str, decision: str = "allow", *, sub: str = "acme") -> dict[str, str]:
        """Open an authorization address as the person does, and decide: the fields that the app is called back with.

        ``url`` is the platform's own. Raises ``AssertionError`` with the page's text where there is nothing to decide.
        """
        path = self.here(url)
        page = self._send("GET", path, b"", {})
        if page.status == 200:
            found = re.search(r'name="ticket" value="([^"]+)"', page.text)
            assert found, page.text
            form = urlencode({"ticket": found[1], "sub": sub, "decision": decision}).encode()
            page = self._send("POST", path, form, FORM)
        assert page.status == 302, page.text
        return dict(parse_qsl(urlsplit(page.headers["location"]).query))

    def here(self, url: str) -> str:
        """The path under which this server plays an address."""
        parts = urlsplit(url)
        return f"/{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def _control(self, method: str, path: str, told: Any = None) -> Any:
        answer = self._send(method, f"/_oauth{path}", json.dumps(told).encode(), {})
        assert answer.status == 200, answer.text
        return answer.json

    def _send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answered(answer.status, named, answer.read().decode())
        finally:
            connection.close()


@contextmanager
def running(*arguments: str) -> Iterator[OAuthServer]:
    """The server in a process of its own, while the block lasts."""
    command = [sys.executable, "-m", "tests.oauth.server", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("READY "), line
            yield OAuthServer(line.split()[1])
        finally:
            process.terminate()
            process.wait(10)
