"""Offsets in a text turned into the lines and columns that a person sees."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from postiz_ops.model import Span


class Places:
    r"""A stretch of a file, from ``first_line`` of it on, and where its characters stand.

    ``text`` has ``\n`` for line ends: ``\r\n`` and ``\r`` were replaced, which moves no line and no column. The
    table of lines is made when the first place is asked for: a healthy file never needs it.
    """

    def __init__(self, text: str, path: str, first_line: int = 1) -> None:
        self.text = text
        self.path = path
        self.first_line = first_line

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        starts = [0]
        while (found := self.text.find("\n", starts[-1])) >= 0:
            starts.append(found + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset, both from 1, the line counted in the file."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self.starts, offset) - 1
        return line + self.first_line, offset - self.starts[line] + 1

    def span(self, start: int, end: int | None = None) -> Span:
        """The place from ``start`` to ``end``; without an ``end``, or with an empty stretch, one character."""
        line, column = self.position(start)
        end_line, end_column = self.position(end or 0)
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        return Span(self.path, line, column, end_line, end_column)

    def offset(self, line: int, column: int) -> int:
        """The offset of a line of the file and a column in it: the inverse of ``position``."""
        return self.starts[line - self.first_line] + column - 1
