"""Real processes of `run` beside a sandbox: started, listened to, called, ended."""

from __future__ import annotations

import hashlib
import hmac
import json
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from tests.commands.site import Site

SECRET = "test-webhook-secret"
PATIENCE = 60.0
"""Seconds that a test waits before it fails: machines are slow at times."""


@dataclass
class Process:
    """A runner that logs in JSON."""

    running: subprocess.Popen[bytes]
    lines: list[dict[str, Any]] = field(default_factory=list)
    _fresh: SimpleQueue[dict[str, Any]] = field(default_factory=SimpleQueue)
    address: str = ""

    def listen(self) -> Process:
        """Begin to read what it says."""
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self.until("listening")["message"]
        return self

    def _read(self) -> None:
        assert self.running.stderr is not None
        for line in self.running.stderr:
            try:
                entry = json.loads(line)
            except ValueError:
                entry = {"event": "not json", "message": line.decode(errors="replace")}
            self.lines.append(entry)
            self._fresh.put(entry)
        self._fresh.put({"event": "end", "message": ""})

    def until(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait for an entry."""
        while True:
            try:
                entry = self._fresh.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no `{event}` in {self.lines}") from None
            if entry["event"] == event and all(entry.get(name) == value for name, value in fields.items()):
                return entry
            assert entry["event"] != "end" or event == "end", self.lines

    def get(self, path: str) -> tuple[int, str]:
        """A page."""
        return _answer(urllib.request.Request(self.address + path))

    def hook(self, body: bytes = b"{}", *, secret: str = SECRET, event: str = "push") -> tuple[int, str]:
        """Call the webhook as GitHub does."""
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Event": event}
        return _answer(urllib.request.Request(f"{self.address}/hook", body, headers))

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.running.send_signal(number)
        return self.running.wait(PATIENCE)

    def events(self, event: str) -> list[dict[str, Any]]:
        """The entries of an event so far."""
        return [line for line in self.lines if line["event"] == event]


def _answer(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()


@contextmanager
def runner(site: Site, *words: str, figures: bool = False) -> Iterator[Process]:
    """A process that looks rarely, so that only the webhook and the plan's instants wake it."""
    site.environment["POSTIZ_WEBHOOK_SECRET"] = SECRET
    options = ["--listen", "127.0.0.1:0", "--log", "json", *(words or ("--interval", "1h"))]
    options += [] if figures else ["--no-analytics"]
    process = Process(site.start("run", *options))
    try:
        yield process.listen()
    finally:
        process.running.kill()
        process.running.communicate()
