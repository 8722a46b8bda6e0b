"""A Markdown page for a pull-request comment or a step summary, and the honest end of one that would be too long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

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

    def text(self) -> str:
        """The page."""
        return "\n\n".join(self._blocks)


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
