"""A Markdown page for a pull-request comment or a step summary, and the honest end of one that would be too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from postiz_ops.report.escape import code, escape

LIMIT = 65_536
"""What GitHub takes in a comment, in characters."""
_ROOM_FOR_END = 200


class Page:
    """Blocks of Markdown, a blank line between them, as far as they fit. A block is shown whole or not at all."""

    def __init__(self, *, limit: int = LIMIT) -> None:
        self._room = limit - _ROOM_FOR_END
        self._blocks: list[str] = []
        self._full = False

    def add(self, block: str) -> bool:
        """Add a block; False where it, or one before it, did not fit."""
        self._full = self._full or len(block) + 2 > self._room
        if not self._full:
            self._room -= len(block) + 2
            self._blocks.append(block)
        return not self._full

    def add_all(self, blocks: Iterable[str], end: Callable[[int], str]) -> None:
        """Add blocks until one does not fit; then ``end`` says how many are left out."""
        every = list(blocks)
        shown = sum(self.add(block) for block in every)
        if shown < len(every):
            self._blocks.append(end(len(every) - shown))

    def add_list(self, items: Iterable[str], end: Callable[[int], str], *, room: int = LIMIT) -> None:
        """Add a list's items, no blank line between them, in the same way; in at most so many characters."""
        every, fitting = list(items), 0
        left = min(room, self._room)
        while fitting < len(every) and len(every[fitting]) < left:
            left -= len(every[fitting]) + 1
            fitting += 1
        if every:
            missing = [end(len(every) - fitting)] if fitting < len(every) else []
            self._blocks.append("\n".join([*every[:fitting], *missing]))
            self._room -= len(self._blocks[-1])

    @property
    def room(self) -> int:
        """The characters that are left."""
        return self._room

    def text(self) -> str:
        """The page."""
        return "\n\n".join(self._blocks)


_ADDRESS = re.compile(r"https?://[^\s<>|`\\]+")


def address(url: str) -> str:
    """A URL that can be clicked if it is one, else as code."""
    return f"<{url}>" if _ADDRESS.fullmatch(url) and escape(url) == url else code(url)


class Table:
    """A table of Markdown as far as it fits. Cells are Markdown already."""

    def __init__(self, head: Sequence[str], *, room: int = LIMIT) -> None:
        self._lines = [_line(head), _line(["---"] * len(head))]
        self._room = room - sum(map(len, self._lines))

    def add(self, cells: Sequence[str]) -> bool:
        """Add a row; False where it, or one before it, did not fit."""
        line = _line(cells)
        self._room -= len(line) + 1
        if self._room >= 0:
            self._lines.append(line)
        return self._room >= 0

    def text(self) -> str:
        """The table."""
        return "\n".join(self._lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
