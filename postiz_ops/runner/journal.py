"""What the runner tells while it is up: one entry a line, for people or for machines, and no secret in either."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from postiz_ops.publish.effects import Clock
from postiz_ops.report.escape import escape


class Level(StrEnum):
    """How much an entry matters."""

    INFO = "info"
    WARNING = "warning"
    """Something is not as it should be, and may pass."""
    ERROR = "error"
    """A person has to act."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. ``event`` is a word for machines to search by; ``fields`` are what it is about."""

    at: datetime
    level: Level
    event: str
    message: str
    fields: Mapping[str, str | float | None] = field(default_factory=dict)


BLOCK = "block"
"""The field that holds several lines to be copied as they are."""

Form = Callable[[Entry], str]


def readable(entry: Entry) -> str:
    """``2026-12-01T09:00:01Z warning waiting: the remote cannot be reached``; under it its block, where it has one."""
    level = "" if entry.level is Level.INFO else f"{entry.level} "
    block = entry.fields.get(BLOCK)
    below = [escape(line) for line in block.splitlines()] if isinstance(block, str) else []
    return "\n".join([escape(f"{_instant(entry.at)} {level}{entry.event}: {entry.message}"), *below])


def json_line(entry: Entry) -> str:
    """One object in ASCII: ``time``, ``level``, ``event``, ``message``, and the fields beside them."""
    head = {"time": _instant(entry.at), "level": entry.level, "event": entry.event, "message": entry.message}
    return json.dumps({**entry.fields, **head}).replace("\x7f", "\\u007f")


FORMS: Mapping[str, Form] = {"text": readable, "json": json_line}


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class Journal:
    """Where entries go. ``redact`` takes out what is secret, whoever put it in; ``quiet`` leaves out what is well."""

    def __init__(
        self, clock: Clock, write: Callable[[str], None], form: Form = readable, *, quiet: bool = False
    ) -> None:
        self._clock = clock
        self._write = write
        self._form = form
        self._quiet = quiet
        self.redact: Callable[[str], str] = str

    def say(self, level: Level, event: str, message: str, **fields: str | float | None) -> None:
        """Write an entry."""
        if self._quiet and level is Level.INFO:
            return
        clean = {name: self.redact(value) if isinstance(value, str) else value for name, value in fields.items()}
        self._write(self._form(Entry(self._clock.now(), level, event, self.redact(message), clean)))
