"""Faults on demand: what to do to which request, counted, until they are cleared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

EFFECTS = (
    "refuse",
    "unauthorized",
    "rate-limit",
    "error-before",
    "error-after",
    "lost-answer",
    "drop",
    "malformed",
    "async-fail",
    "async-never",
)
_MATCH = {"host": str, "path": str, "method": str, "nth": int}
_DELAY = re.compile(r"delay:(\d+(?:\.\d+)?)")


class BadFault(ValueError):
    """A fault that cannot be understood; the message says which part."""


@dataclass(slots=True)
class Fault:
    """One rule. ``nth`` counts from 1 among the requests that match the rest; without it, every one is hit."""

    effect: str
    host: str | None = None
    path: re.Pattern[str] | None = None
    method: str | None = None
    nth: int | None = None
    seen: int = 0
    hits: int = 0

    def strikes(self, method: str, host: str, path: str) -> bool:
        """Count a request that matches, and say whether it is to be hit."""
        if not self._matches(method, host, path):
            return False
        self.seen += 1
        hit = self.nth is None or self.seen == self.nth
        self.hits += hit
        return hit

    def _matches(self, method: str, host: str, path: str) -> bool:
        return (
            (self.method is None or self.method == method)
            and (self.host is None or self.host in (host, host.partition(":")[0]))
            and (self.path is None or self.path.search(path) is not None)
        )

    def public(self) -> dict[str, Any]:
        """The fault as it was asked for, with how many requests it has seen and hit."""
        asked = {"host": self.host, "path": self.path and self.path.pattern, "method": self.method, "nth": self.nth}
        match = {name: value for name, value in asked.items() if value is not None}
        return {"match": match, "effect": self.effect, "seen": self.seen, "hits": self.hits}


@dataclass(frozen=True, slots=True)
class Strike:
    """What is done to one request: the first effect that is no delay, and all delays together, in seconds."""

    effect: str = ""
    delay: float = 0.0


@dataclass(slots=True)
class Faults:
    """The faults in force, in the order in which they were asked for. Not locked: the server holds its lock."""

    rules: list[Fault] = field(default_factory=list)

    def add(self, asked: Any) -> None:
        """Take ``[{match: {host, path, method, nth}, effect}]``. All or none; raises ``BadFault``."""
        if not isinstance(asked, list):
            raise BadFault("a list of faults is expected")
        self.rules += [parse(one) for one in asked]

    def clear(self) -> None:
        """No more faults."""
        self.rules.clear()

    def strike(self, method: str, host: str, path: str) -> Strike:
        """Count the request with every rule that it matches, and say what is done to it."""
        return combine(rule.effect for rule in list(self.rules) if rule.strikes(method, host, path))


def combine(effects: Iterable[str]) -> Strike:
    """Several effects on one request."""
    effect, delay = "", 0.0
    for one in effects:
        seconds = _DELAY.fullmatch(one)
        if seconds:
            delay += float(seconds[1])
        else:
            effect = effect or one
    return Strike(effect, delay)


def parse(asked: Any) -> Fault:
    """One fault from its JSON. Raises ``BadFault``."""
    if not isinstance(asked, Mapping) or not set(asked) <= {"match", "effect"}:
        raise BadFault(f"a fault has `match` and `effect`, not `{asked!r}`")
    effect, match = asked.get("effect"), asked.get("match", {})
    if not isinstance(effect, str) or not (effect in EFFECTS or _DELAY.fullmatch(effect)):
        raise BadFault(f"unknown effect `{effect}`; known: {', '.join(EFFECTS)}, delay:SECONDS")
    if not isinstance(match, Mapping):
        raise BadFault("`match` is an object")
    return Fault(effect, **_conditions(match))


def _conditions(match: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in match.items() if value is not None}
    for name, value in given.items():
        if not isinstance(value, _MATCH.get(name, ())) or isinstance(value, bool):
            raise BadFault(f"`match.{name}` cannot be `{value}`")
    if given.get("nth", 1) < 1:
        raise BadFault("`match.nth` counts from 1")
    if "method" in given:
        given["method"] = given["method"].upper()
    if "host" in given:
        given["host"] = given["host"].lower()
    if "path" in given:
        given["path"] = _pattern(given["path"])
    return given


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise BadFault(f"`match.path` is no regular expression: {error}") from error
