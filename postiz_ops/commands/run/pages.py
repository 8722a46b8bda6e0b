"""What the runner answers over HTTP: whether it is well, its figures, and the webhook that has it look at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from postiz_ops import __version__
from postiz_ops.net.listener import Reply
from postiz_ops.publish.effects import Clock
from postiz_ops.runner.health import Vitals, healthz, metrics
from postiz_ops.runner.hook import is_signed, wants_look

_METRICS = "text/plain; version=0.0.4; charset=utf-8"


class Pages:
    """``net.listener.Service``. ``look`` has the runner look at once; it is called in the server's threads."""

    def __init__(self, vitals: Callable[[], Vitals], clock: Clock, secret: str, look: Callable[[], None]) -> None:
        self._vitals = vitals
        self._clock = clock
        self._secret = secret
        self._look = look

    def get(self, path: str) -> Reply | None:
        """``/healthz`` or ``/metrics``."""
        if path == "/healthz":
            return Reply.json(*healthz(self._vitals(), self._clock.now()))
        if path == "/metrics":
            return Reply(200, metrics(self._vitals(), self._clock.now(), __version__).encode(), _METRICS)
        return None

    def hook(self, signature: str, event: str, body: Iterable[bytes]) -> Reply:
        """``/hook``. What is signed may at most have the runner look, so that a replayed call does no harm."""
        if not self._secret:
            return Reply(404, b"no webhook is set up here: POSTIZ_WEBHOOK_SECRET is not set\n")
        if not is_signed(self._secret, signature, body):
            return Reply(401, b"the signature is not right\n")
        if wants_look(event):
            self._look()
        return Reply(202, b"thank you\n")
