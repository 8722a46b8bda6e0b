"""A place in a file as compilers show it: the line, what is meant underlined, and what is to be said beside it.

::

       |
    14 | We are happy ...
       | ^^^^^^^ 537 characters, the limit is 500
       |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from postiz_ops.model import Span
from postiz_ops.report.escape import escape
from postiz_ops.report.paint import Paint
from postiz_ops.report.width import cells

ROOM = 100
"""Columns of a source line that are shown: what is longer is cut around the place."""
BEFORE = 20
"""Columns of them that stand before a place in the middle of a long line."""
_CUT = "…"
_HEAD, _TAIL = 3, 2
"""Lines shown of a place that has more of them."""


def snippet(lines: Sequence[str], span: Span, label: str | None, paint: Paint, role: str) -> list[str]:
    """The place in a frame, line by line; nothing where the file has no such line. ``role`` colours what is marked."""
    if not 1 <= span.line <= len(lines):
        return []
    last = _last_line(lines, span)
    marked = _one if last == span.line else _several
    margin = gutter(lines, span)
    edge = f"{' ' * margin} {paint('|', 'frame')}"
    rows = (_framed(row, margin, paint) for row in marked(lines, span, last, _Pen(paint, role, label)))
    return [edge, *rows, edge]


def gutter(lines: Sequence[str], span: Span) -> int:
    """The width of the line numbers."""
    return len(str(_last_line(lines, span)))


class _Pen(NamedTuple):
    paint: Paint
    role: str
    label: str | None

    def mark(self, text: str) -> str:
        return self.paint(text, self.role)

    def last(self, text: str) -> str:
        """The end of a marked place, with what is said beside it."""
        return self.mark(f"{text} {escape(self.label)}" if self.label else text)


class _Row(NamedTuple):
    number: int | None
    """``None`` under a line."""
    text: str
    gap: bool = False


class _View(NamedTuple):
    """What is shown of a line, the columns before the place in it, and the columns that the place takes."""

    text: str
    before: int
    length: int


def _last_line(lines: Sequence[str], span: Span) -> int:
    """An end in front of a line's first character is on the line before."""
    last = span.end_line - (span.end_column <= 1 and span.end_line > span.line)
    return min(max(last, span.line), len(lines))


def _framed(row: _Row, margin: int, paint: Paint) -> str:
    if row.gap:
        return f"{paint('...', 'frame')}{' ' * margin}{row.text}"
    number = "" if row.number is None else str(row.number)
    return f"{paint(number.rjust(margin), 'frame')} {paint('|', 'frame')} {row.text}".rstrip()


def _one(lines: Sequence[str], span: Span, last: int, pen: _Pen) -> Iterator[_Row]:
    view = _view(lines[last - 1], span.column - 1, _stop(lines, span, last))
    yield _Row(last, view.text)
    yield _Row(None, " " * view.before + pen.last("^" * view.length))


def _several(lines: Sequence[str], span: Span, last: int, pen: _Pen) -> Iterator[_Row]:
    """Lines with a bar beside them, from where the place starts to a caret under its end."""
    bar, start = pen.mark("|"), span.column - 1
    first = _view(lines[span.line - 1], start, start + 1)
    if lines[span.line - 1][:start].strip():
        yield _Row(span.line, f"  {first.text}")
        yield _Row(None, f" {pen.mark('_' * (first.before + 1) + '^')}")
    else:
        yield _Row(span.line, f"{pen.mark('/')} {first.text}")
    for number in range(span.line + 1, last):
        if number < span.line + _HEAD or number > last - _TAIL:
            yield _Row(number, f"{bar} {_view(lines[number - 1], 0, 1).text}")
        elif number == span.line + _HEAD:
            yield _Row(None, bar, gap=True)
    stop = _stop(lines, span, last)
    end = _view(lines[last - 1], stop - 1, stop)
    yield _Row(last, f"{bar} {end.text}")
    yield _Row(None, pen.last(f"|{'_' * (end.before + 1)}^"))


def _stop(lines: Sequence[str], span: Span, last: int) -> int:
    """Where the place ends in its last line, as an index into it."""
    return span.end_column - 1 if span.end_line == last else len(lines[last - 1])


def _view(line: str, start: int, stop: int) -> _View:
    """A line, cut around the place from code point ``start`` to before ``stop`` where it is too long."""
    shown = cells(line)
    places = list(accumulate((cell.width for cell in shown), initial=0))
    first = next((i for i, cell in enumerate(shown) if cell.end > start), len(shown))
    behind = next((i for i, cell in enumerate(shown) if cell.start >= stop), len(shown))
    before, end = places[first], places[max(behind, first)]
    low, high = _window(places, before, end)
    text = "".join(cell.text for cell in shown[low:high])
    left, right = _CUT * (low > 0), _CUT * (high < len(shown))
    room = min(end, places[high]) - before
    return _View(left + text + right, before - places[low] + len(left), max(room, 1))


def _window(places: Sequence[int], before: int, end: int) -> tuple[int, int]:
    """The first cell that is shown and the one behind the last."""
    cells_in_all, total = len(places) - 1, places[-1]
    if total <= ROOM:
        return 0, cells_in_all
    offset = 0 if end <= ROOM else min(before - BEFORE, total - ROOM)
    low = next(i for i, place in enumerate(places) if place >= offset)
    high = next((i for i in range(low, cells_in_all) if places[i + 1] > places[low] + ROOM), cells_in_all)
    return low, high
