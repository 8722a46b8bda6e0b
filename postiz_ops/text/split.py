"""A text in pieces that fit: cut between paragraphs, else sentences, else words."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from postiz_ops.model import Facet, Unit
from postiz_ops.text.characters import graphemes
from postiz_ops.text.rendered import ImageRef, Rendered
from postiz_ops.text.units import measure, prefix

Spans = list[tuple[int, int]]
T = TypeVar("T")

PARAGRAPH = re.compile(r"()\n[^\S\n]*\n")
SENTENCE = re.compile(r"()\n|[.!?…][\"'”’»)\]]*()(?=\s+[^\sa-zà-öø-ÿ])|[。！？][」』”’）]*()(?![。！？」』”’）])")
"""Its end is no abbreviation's: the next word does not begin with a small letter."""
WORD = re.compile(r"()\s")
ADDRESS = re.compile(r"https?://\S+|(?<![\w@#])[@#][\w][\w.@-]*", re.IGNORECASE)

AHEAD = 16
"""How far a boundary looks at what follows it."""

FULL_ENOUGH = 3
"""A cut that would leave a piece less than one third full is passed over for a finer one."""


def split(rendered: Rendered, limits: Sequence[tuple[Unit, int]]) -> tuple[Rendered, ...]:
    """The text in pieces that are within every limit; one piece where it fits as it is.

    Between paragraphs, else sentences, else words, never in a link, a mention, a hashtag or a grapheme, and in emphasis
    or code only where nothing else is left. A word longer than the limit is cut after a grapheme; a link or a mention
    is left too long, for the rule to report.
    """
    if fits(rendered.text, limits):
        return (rendered,)
    return Cutter(rendered, limits).pieces()


def fits(text: str, limits: Sequence[tuple[Unit, int]]) -> bool:
    """Whether a text is within every limit."""
    return all(measure(text, unit) <= limit for unit, limit in limits)


class Cutter:
    """The text, what must not be cut, and where it may be."""

    def __init__(self, rendered: Rendered, limits: Sequence[tuple[Unit, int]]) -> None:
        self.rendered = rendered
        self.text = rendered.text
        self.limits = limits
        self.whole = merged([*rendered.whole, *addresses(rendered)])
        self.kept = merged([*self.whole, *rendered.marked])

    def pieces(self) -> tuple[Rendered, ...]:
        """The pieces, each with what lies in it. An image goes with the text that it stood in or after."""
        spans = list(self.spans())
        whole = shared(self.rendered.whole, spans)
        marked = shared(self.rendered.marked, spans)
        images = self.images([self.rendered.source(start) for start, _ in spans])
        bare = self.rendered._replace(whole=(), marked=())
        pieces = [
            piece(bare, *span)._replace(whole=whole[index], marked=marked[index], images=images[index])
            for index, span in enumerate(spans)
        ]
        pieces[0] = pieces[0]._replace(unknown_people=self.rendered.unknown_people)
        return tuple(pieces)

    def images(self, sources: Sequence[int]) -> list[tuple[ImageRef, ...]]:
        """The images of each piece, which are told by where the pieces begin in the source."""
        result: list[list[ImageRef]] = [[] for _ in sources]
        for image in self.rendered.images:
            result[max(0, bisect_right(sources, image.start) - 1)].append(image)
        return list(map(tuple, result))

    def spans(self) -> Iterator[tuple[int, int]]:
        """Start and end of each piece, without white space at the ends."""
        start, stop = 0, len(self.text.rstrip())
        while start < stop:
            start += len(self.text[start:stop]) - len(self.text[start:stop].lstrip())
            end = self.cut(start, min(self.reach(start), stop), stop)
            yield start, start + len(self.text[start:end].rstrip())
            start = end

    def reach(self, start: int) -> int:
        """The last place up to which a piece from ``start`` is within every limit."""
        stop = len(self.text)
        for unit, limit in self.limits:
            stop = self.reach_in(start, stop, unit, limit)
        return stop

    def reach_in(self, start: int, stop: int, unit: Unit, limit: int) -> int:
        """The same for one limit, up to ``stop``.

        Looks at twice what can fit, so that a long text is not measured for each piece, and at no more than the limits
        before leave.
        """
        size = 2 * limit + 64
        while True:
            window = self.text[start : min(start + size, stop)]
            fit = prefix(window, unit, limit)
            if fit <= size // 2 or len(window) < size:
                return start + fit
            size *= 2

    def cut(self, start: int, end: int, stop: int) -> int:
        """The best place for a cut in ``text[start:end]``."""
        if end >= stop:
            return stop
        for kept in (self.kept, self.whole):
            for least in ((end - start) // FULL_ENOUGH, 1):
                for boundary in (PARAGRAPH, SENTENCE, WORD):
                    place = self.last(boundary, start + least, end, kept)
                    if place is not None:
                        return place
        return self.cut_word(start, end)

    def last(self, boundary: re.Pattern[str], start: int, end: int, kept: Spans) -> int | None:
        """The last boundary in ``text[start:end]`` that cuts none of the stretches."""
        found = None
        for match in boundary.finditer(self.text, start, end + AHEAD):
            place = match.start(match.lastindex or 0)
            if start <= place <= end and enclosing(kept, place) is None:
                found = place
        return found

    def cut_word(self, start: int, end: int) -> int:
        """Where a word that is too long is cut: after a grapheme, before or after a link."""
        span = enclosing(self.whole, end)
        if span is not None:
            return span[0] if span[0] > start else span[1]
        return end if end > start else start + len(graphemes(self.text[start : start + 64])[0])


def addresses(rendered: Rendered) -> Iterator[tuple[int, int]]:
    """What is a link, a mention or a hashtag by itself."""
    yield from (match.span() for match in ADDRESS.finditer(rendered.text))
    yield from ((facet.start, facet.end) for facet in rendered.facets)


def merged(spans: Sequence[tuple[int, int]]) -> Spans:
    """The stretches in order, those that overlap as one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def enclosing(spans: Spans, place: int) -> tuple[int, int] | None:
    """The stretch that a cut at a place would cut."""
    index = bisect_right(spans, place, key=lambda span: span[0]) - 1
    return spans[index] if index >= 0 and spans[index][0] < place < spans[index][1] else None


def piece(rendered: Rendered, start: int, end: int) -> Rendered:
    """A part of a text, with its places counted from its own start."""
    facets = between(rendered.facets, start, end, key=lambda facet: facet.start)
    anchors = between(rendered.anchors, start + 1, end, key=lambda anchor: anchor[0])
    return Rendered(
        text=rendered.text[start:end],
        facets=tuple(Facet(facet.start - start, facet.end - start, facet.kind, facet.value) for facet in facets),
        anchors=(
            (0, rendered.source(start)),
            *((out - start, source) for out, source in anchors),
            (end - start, rendered.source(end)),
        ),
        whole=shared(rendered.whole, [(start, end)])[0],
        marked=shared(rendered.marked, [(start, end)])[0],
    )


def between(items: Sequence[T], start: int, end: int, *, key: Callable[[T], int]) -> Sequence[T]:
    """Those of the items, which are in order, that begin in ``range(start, end)``."""
    return items[bisect_left(items, start, key=key) : bisect_left(items, end, key=key)]


def shared(spans: Sequence[tuple[int, int]], pieces: Spans) -> list[tuple[tuple[int, int], ...]]:
    """What of the stretches lies in each of the pieces, counted from its start."""
    result: list[list[tuple[int, int]]] = [[] for _ in pieces]
    ends = [end for _, end in pieces]
    for start, end in spans:
        index = bisect_right(ends, start)
        while index < len(pieces) and pieces[index][0] < end:
            first, last = pieces[index]
            result[index].append((max(start, first) - first, min(end, last) - first))
            index += 1
    return list(map(tuple, result))
