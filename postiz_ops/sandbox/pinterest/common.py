"""What all calls of Pinterest share: its memory, who asks, failures, bodies, pages of lists, and boards.

Every number is a board but those that begin with 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from postiz_ops.sandbox import shape
from postiz_ops.sandbox.exchange import Refused, Reply, Request, reply
from postiz_ops.sandbox.world import File, World, digits, short

NAME = "pinterest"
PAGE, PAGE_MAX = 25, 250
BOARDS = ("Summer recipes", "Spring", "Workshop")
"""The boards that an account is shown to have."""


@dataclass(slots=True)
class Upload:
    """A film on its way, and how often it was asked for since its bytes came."""

    file: File
    at: datetime
    looks: int = 0

    @property
    def key(self) -> str:
        """What storage calls it."""
        return f"uploads/sandbox/{self.file.id}"


@dataclass(slots=True)
class State:
    """Uploads by their media id."""

    uploads: dict[str, Upload] = field(default_factory=dict)


def error(status: int, code: int, message: str) -> Refused:
    """Pinterest's error object, ready to be raised."""
    return Refused(reply(status, {"code": code, "message": message}))


def invalid(message: str) -> Refused:
    """A request that Pinterest does not take."""
    return error(400, 1, f"Invalid request: {message}")


def account_of(request: Request) -> str:
    """The account of the bearer token. Any token is one."""
    token = request.bearer()
    if not token:
        raise error(401, 2, "Authentication failed.")
    return short(token)


def body(request: Request, known: shape.Shape) -> dict[str, Any]:
    """A JSON object of keys that are known, each of its type; ``null`` is as good as left out."""
    value = request.form().json
    if not isinstance(value, dict):
        raise invalid("the body has to be an object")
    given = {name: one for name, one in value.items() if one is not None or name not in known}
    for path, expected in shape.wrong(given, known):
        name = path.rpartition(".")[2]
        if expected is None:
            raise invalid(f"Additional properties are not allowed ('{name}' was unexpected)")
        raise invalid(f"'{path}' is not of type '{expected.__name__}'")
    return given


def numeric(given: dict[str, Any], name: str) -> str:
    """An id, which is a number in a text."""
    value: str = given.get(name, "")
    if not value.isascii() or not value.isdigit():
        raise invalid(f"'{value}' does not match '^\\\\d+$'")
    return value


def board_of(given: dict[str, Any]) -> str:
    """The board that is named."""
    board = numeric(given, "board_id")
    if board.startswith("0"):
        raise error(404, 40, "Board not found.")
    return board


def own_boards(account: str) -> dict[str, str]:
    """Ids and names of the boards that an account is shown to have."""
    return {digits(f"{account}/{name}", 18): name for name in BOARDS}


def page(request: Request, items: Sequence[dict[str, Any]]) -> Reply:
    """One page of a list; the bookmark is where the next one begins."""
    size, bookmark = request.ask("page_size", str(PAGE)), request.ask("bookmark", "0")
    if not size.isdecimal() or not 0 < int(size) <= PAGE_MAX:
        raise invalid(f"'{size}' is not from 1 to {PAGE_MAX}")
    if not bookmark.isdecimal():
        raise invalid(f"'{bookmark}' is no bookmark")
    start, end = int(bookmark), int(bookmark) + int(size)
    return reply(200, {"items": list(items[start:end]), "bookmark": str(end) if end < len(items) else None})


def look(world: World, media_id: str) -> Upload | None:
    """An upload by its id."""
    return world.state(State).uploads.get(media_id)
