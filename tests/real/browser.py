"""A real headless Chromium, driven over WebDriver (https://www.w3.org/TR/webdriver2/): what a person does with it."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.real.install import Chromium
from tests.real.servers import answering, free_port

T = TypeVar("T")
OPENER = build_opener(ProxyHandler({}))
PATIENCE = 20.0
"""Seconds that a page has to show what is waited for."""

# Without a sandbox, because a container's root has none to give; without the traffic that a browser makes by itself.
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--window-size=1000,900",
)


class NotThere(Exception):
    """The page does not show what was looked for. The message says what it shows."""


@dataclass(frozen=True, slots=True)
class Browser:
    """One window. ``shots`` is where pictures of it go."""

    session: str
    shots: Path

    def open(self, url: str) -> None:
        """Go to an address, and wait until the page is loaded."""
        self._ask("POST", "/url", {"url": url})

    @property
    def url(self) -> str:
        """The address that the window shows."""
        shown: str = self._ask("GET", "/url")
        return shown

    @property
    def text(self) -> str:
        """The words that the page shows."""
        return str(self._script("return document.body ? document.body.innerText : ''"))

    def type(self, css: str, words: str) -> None:
        """Write into a field, once it is there."""
        self._ask("POST", f"/element/{self._element('css selector', css)}/value", {"text": words})

    def click(self, words: str) -> None:
        """Press the button with these words, once it is there."""
        button = self._element("xpath", f"//button[normalize-space()={json.dumps(words)} and not(@disabled)]")
        self._ask("POST", f"/element/{button}/click", {})

    def sees(self, words: str) -> None:
        """Wait until the page shows these words."""
        self.until(lambda: words in self.text, f"`{words}`")

    def until(self, holds: Callable[[], T], what: str) -> T:
        """Wait until something holds, and give it back. Raises ``NotThere``."""
        ends = time.monotonic() + PATIENCE
        while True:
            if found := holds():
                return found
            if time.monotonic() > ends:
                self.shoot("not-there")
                raise NotThere(f"{what} is not there; {self.url} shows:\n{self.text}")
            time.sleep(0.05)

    def shoot(self, name: str) -> Path:
        """Keep a picture of the window."""
        self.shots.mkdir(parents=True, exist_ok=True)
        picture = self.shots / f"{name}.png"
        picture.write_bytes(b64decode(self._ask("GET", "/screenshot")))
        return picture

    def _element(self, using: str, value: str) -> str:
        def look() -> Sequence[Any]:
            found: Sequence[Any] = self._ask("POST", "/elements", {"using": using, "value": value})
            return [e for e in found if self._ask("GET", f"/element/{next(iter(e.values()))}/displayed")]

        return str(next(iter(self.until(look, value)[0].values())))

    def _script(self, script: str) -> Any:
        return self._ask("POST", "/execute/sync", {"script": script, "args": []})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return _ask(method, self.session + path, body)


@contextmanager
def browsing(chromium: Chromium, folder: Path, shots: Path) -> Iterator[Browser]:
    """A window of a new profile, while the block lasts."""
    port = free_port()
    command = [str(chromium.driver), f"--port={port}"]
    with answering(command, f"http://127.0.0.1:{port}/status", folder / "chromedriver.log"):
        options = {"binary": str(chromium.browser), "args": [*FLAGS, f"--user-data-dir={folder / 'profile'}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options}
        made = _ask("POST", f"http://127.0.0.1:{port}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"http://127.0.0.1:{port}/session/{made['sessionId']}"
        try:
            yield Browser(session, shots)
        finally:
            _ask("DELETE", session)


def _ask(method: str, url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, headers={"Content-Type": "application/json"}, method=method)
    try:
        with OPENER.open(request, timeout=60) as answer:
            return json.loads(answer.read())["value"]
    except HTTPError as error:
        with error:
            raise NotThere(f"{method} {url.rpartition('/session/')[2]}: {error.read()[:500]!r}") from None
