"""How much room text takes on a terminal: tabs, wide characters, emoji of many code points, and what is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from unicode_segmentation_rs import graphemes, text_width

from postiz_ops.report.escape import escape

TAB = "    "
_SURROGATE = re.compile("[\ud800-\udfff]")


class Cell(NamedTuple):
    """What takes its room together: one character as people see it, from code point ``start`` to before ``end``."""

    text: str
    width: int
    start: int
    end: int


def cells(line: str) -> list[Cell]:
    """A line as it is shown, cell by cell."""
    found: list[Cell] = []
    start = 0
    # The library takes no lone surrogates; any other character that is escaped stands in for one here.
    for cluster in graphemes(_SURROGATE.sub("\x00", line), is_extended=True):
        end = start + len(cluster)
        shown = TAB if cluster == "\t" else escape(line[start:end])
        if line.startswith("##[", end - 3):
            shown = "\\x5b"  # as ``escape`` has it where it sees the whole line
        found.append(Cell(shown, width(shown), start, end))
        start = end
    return found


def width(text: str) -> int:
    """The columns that a printable text takes."""
    return len(text) if text.isascii() else text_width(text)


def padded(text: str, columns: int) -> str:
    """A printable text with blanks behind it up to so many columns."""
    return text + " " * max(columns - width(text), 0)


def aligned(rows: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """Rows of printable texts as lines with their columns below each other."""
    columns = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [gap.join(map(padded, row, columns)).rstrip() for row in rows]
