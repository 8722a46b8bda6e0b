"""Where a post's body breaks into parts, and where it is code."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from postiz_ops.text.markdown import Event, Kind, parse

EXACT = re.compile(r"^---(?=\r?$)", re.MULTILINE)


RULE = re.compile(r"^[ \t]*([-*_])[ \t]*(?:\1[ \t]*){2,}\r?$", re.MULTILINE)
"""What a thematic break looks like. Most posts have none, and are not parsed for it."""


@dataclass(frozen=True, slots=True)
class Break:
    """A line that starts the next part: code points of the source, its line end included."""

    start: int
    end: int


def breaks(markdown: str) -> tuple[Break, ...]:
    """The breaks between parts: top-level thematic breaks, and every line that is exactly ``---``.

    In a code block they are text. ``---`` breaks even directly under a paragraph, in an HTML block or in a list.
    """
    if not RULE.search(markdown):
        return ()
    events = parse(EXACT.sub("***", markdown))
    code = blocks_of_code(events)
    exact = (match.start() for match in EXACT.finditer(markdown))
    starts = {start for start in exact if not inside(code, start)}
    starts.update(line_start(markdown, rule) for rule in top_level_rules(events))
    return tuple(Break(start, line_end(markdown, start)) for start in sorted(starts))


def code_ranges(markdown: str) -> tuple[tuple[int, int], ...]:
    """The code blocks, fenced and indented, as code points of the source, in order."""
    return blocks_of_code(parse(EXACT.sub("***", markdown)))


def blocks_of_code(events: Sequence[Event]) -> tuple[tuple[int, int], ...]:
    """The ranges of the code blocks among the events."""
    return tuple((event.start, event.end) for event in events if event.kind is Kind.START and event.name == "CodeBlock")


def top_level_rules(events: Sequence[Event]) -> list[int]:
    """Where thematic breaks stand that are in no list and no quotation."""
    depth = 0
    places = []
    for event in events:
        depth += (event.kind is Kind.START) - (event.kind is Kind.END)
        if event.kind is Kind.RULE and not depth:
            places.append(event.start)
    return places


def inside(ranges: Sequence[tuple[int, int]], place: int) -> bool:
    """Whether a place lies in one of the ranges, which are in order and apart."""
    index = bisect_right(ranges, (place, len(ranges) and ranges[-1][1])) - 1
    return index >= 0 and ranges[index][0] <= place < ranges[index][1]


def line_start(text: str, place: int) -> int:
    """Where the line of a place begins."""
    return text.rfind("\n", 0, place) + 1


def line_end(text: str, place: int) -> int:
    """Where the line after that of a place begins, or the end of the text."""
    newline = text.find("\n", place)
    return len(text) if newline < 0 else newline + 1
