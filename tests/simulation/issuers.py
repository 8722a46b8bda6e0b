"""Token endpoints: what platforms give an account whose access tokens end, and what may go wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import parse_qs

from postiz_ops.providers.auth import Grant, Rotation
from postiz_ops.publish.effects import Lost, NotSent, Request, Response

ROTATIONS = (Rotation.SINGLE_USE, Rotation.SINGLE_USE, Rotation.RETURNED, Rotation.KEPT)
LIVES = (1200.0, 3600.0, 7200.0)
"""Seconds that an access token may live."""
MONTHS = timedelta(days=180)
"""How long a refresh token lives: no world gets as old as that."""
SHARE = 0.3
"""Of the worlds that have a vault, and in them of two accounts one."""

TROUBLES = (
    "not sent",
    "request lost",
    *["answer lost"] * 2,
    "late",
    "throttled",
    "busy",
    "failed before",
    *["failed after"] * 2,
    "malformed",
    "ended",
)
"""What may become of a renewal. ``busy`` is 503, which says that it was not taken up; 500 says nothing."""
TAKEN = frozenset({"ok", "answer lost", "failed after", "malformed"})
SAID = frozenset({"not sent", "throttled", "busy"})
"""After these it is known that the token was not used."""


@dataclass(slots=True)
class Issuer:
    """A platform's token endpoint for one account.

    A consent begins a family of tokens. Whoever presents one that has been used ends the family, as RFC 9700 wants it.
    """

    account: str
    rotation: Rotation
    life: float
    family: int = 0
    made: int = 0
    refresh: str = ""
    ended: bool = False
    used: set[str] = field(default_factory=set)
    valid: dict[str, float] = field(default_factory=dict)
    """Access token -> until when it is taken."""

    def consent(self, now: float) -> None:
        """A person agrees (again): tokens of a new family."""
        self.family, self.made, self.ended = self.family + 1, 0, False
        self.refresh = f"{self.account} refresh {self.family}.0"
        self._access(now)

    def allows(self, access: str, now: float) -> bool:
        """Whether a request with this token is taken."""
        return self.valid.get(access, 0.0) > now

    def end(self) -> None:
        """The whole grant is gone."""
        self.ended = True
        self.valid.clear()

    def renew(self, token: str, now: float) -> tuple[int, Mapping[str, Any]]:
        """What the endpoint answers."""
        if token in self.used and token.startswith(f"{self.account} refresh {self.family}."):
            self.end()
        if self.ended or token != self.refresh:
            return 400, {"error": "invalid_grant"}
        self.made += 1
        body: dict[str, Any] = {"access_token": self._access(now), "expires_in": self.life}
        if self.rotation is not Rotation.KEPT:
            self.used.add(token)
            self.refresh = f"{self.account} refresh {self.family}.{self.made}"
            body["refresh_token"] = self.refresh
        return 200, body

    def _access(self, now: float) -> str:
        access = f"{self.account} access {self.family}.{self.made}"
        self.valid[access] = now + self.life
        return access

    def grant(self, now: datetime) -> Grant:
        """What a person has just been given. ``now`` is her clock."""
        secrets = {"access_token": f"{self.account} access {self.family}.{self.made}", "refresh_token": self.refresh}
        return Grant(secrets, now, now + timedelta(seconds=self.life), now + MONTHS, ("post",), "me")


def presented(request: Request) -> str:
    """The refresh token in a request."""
    return parse_qs(request.body.decode())["refresh_token"][0]


def issuers(seed: int, kinds: Mapping[str, str]) -> dict[str, Issuer]:
    """Who renews tokens in a world: by a dice of its own, so that the other worlds stay as they are."""
    dice = Random(f"vault {seed}")
    if dice.random() >= SHARE:
        return {}
    first, *others = dice.sample(sorted(kinds), k=len(kinds))
    names = [first, *(name for name in others if dice.random() < 0.5)]
    return {name: Issuer(name, dice.choice(ROTATIONS), dice.choice(LIVES)) for name in names}


def spoilt(trouble: str, status: int, body: Mapping[str, Any], retry_after: int) -> Response:
    """The answer that comes back, or ``NotSent`` or ``Lost`` where none does."""
    match trouble:
        case "not sent":
            raise NotSent("no connection")
        case "request lost" | "answer lost" | "late":
            raise Lost("cut")
        case "throttled" | "busy":
            number = 429 if trouble == "throttled" else 503
            return _json(number, {"error": "slow_down"}, {"retry-after": str(retry_after)})
        case "failed before" | "failed after":
            return _json(500, {"error": "server_error"})
        case "malformed":
            return Response(200, {"content-type": "application/json"}, b'{"access_token": ')
        case _:
            return _json(status, body)


def _json(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, {"content-type": "application/json", **(headers or {})}, json.dumps(body).encode())
