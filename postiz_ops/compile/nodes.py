"""YAML into plain values that know their places. Built from parser events, so nothing is constructed that was not asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from postiz_ops.compile.places import Places
from postiz_ops.model import Span


class Style(StrEnum):
    """How a value is written."""

    PLAIN = "plain"
    QUOTED = "quoted"
    LITERAL = "literal"
    """A block scalar (``|`` or ``>``)."""
    FLOW = "flow"
    """A list or mapping in brackets."""
    BLOCK = "block"
    """A list or mapping by indentation."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands. ``value`` is plain Python: ``None``, bool, int, float, str, list, dict (str keys).

    ``children`` holds the nodes of a mapping by key and of a list by index; ``keys`` the offsets of a mapping's keys.
    ``start`` and ``end`` are code-point offsets in ``places.text``.
    """

    value: Any
    start: int
    end: int
    places: Places = field(repr=False)
    style: Style = Style.PLAIN
    children: Mapping[str | int, Node] = field(default_factory=dict)
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """The place of the value."""
        return self.places.span(self.start, self.end)

    def find(self, loc: Sequence[str | int]) -> Node:
        """The deepest node on the way to ``loc``. Steps that lead nowhere are skipped: validators add some of their own."""
        node = self
        for step in loc:
            node = node.children.get(step, node)
        return node

    def at(self, loc: Sequence[str | int]) -> Span:
        """The place of the deepest value on the way to ``loc``."""
        return self.find(loc).span

    def key_span(self, *loc: str | int) -> Span:
        """The place of the key that ``loc`` ends with; of its value, where it is an item of a list or not there."""
        parent, key = self.find(loc[:-1]), loc[-1] if loc else None
        if isinstance(key, str) and key in parent.keys:
            return self.places.span(*parent.keys[key])
        return self.at(loc)
