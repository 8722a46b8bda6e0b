"""A text as it will be sent, and what was found on the way from the Markdown."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from postiz_ops.model import Facet


@dataclass(frozen=True, slots=True)
class ImageRef:
    """An image of the body, which is attached to its part: ``src`` as typed, ``start`` and ``end`` in the source."""

    alt: str
    src: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A ``@{key}`` that accounts.yaml does not know: ``start`` and ``end`` in the source."""

    key: str
    start: int
    end: int


class Rendered(NamedTuple):
    """A text as it will be sent, in code points.

    ``anchors`` are pairs of places (in the text, in the Markdown), both rising, straight in between. ``whole`` are the
    stretches that a cut must leave whole (links, mentions), ``marked`` those that it should (emphasis, code).
    """

    text: str
    facets: tuple[Facet, ...] = ()
    images: tuple[ImageRef, ...] = ()
    anchors: tuple[tuple[int, int], ...] = ()
    unknown_people: tuple[PersonRef, ...] = ()
    whole: tuple[tuple[int, int], ...] = ()
    marked: tuple[tuple[int, int], ...] = ()

    def source(self, offset: int) -> int:
        """The place in the Markdown that a place in the text comes from."""
        if not self.anchors:
            return 0
        index = bisect_right(self.anchors, offset, key=lambda anchor: anchor[0])
        if index == 0:
            return self.anchors[0][1]
        start, source = self.anchors[index - 1]
        if index == len(self.anchors):
            return source
        end, source_end = self.anchors[index]
        return source + (offset - start) * (source_end - source) // (end - start)
