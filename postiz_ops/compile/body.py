"""The body of a post: parts and directives, with the file's line for every line of text."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass

from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Span


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines of a part that go to the same accounts. ``lines`` has the file's line number of each line."""

    markdown: str
    lines: tuple[int, ...]
    only: frozenset[str] | None = None
    except_: frozenset[str] | None = None

    def is_for(self, names: Container[str]) -> bool:
        """Whether an account that has these names (its id, its provider, its groups) gets this block."""
        if self.only is not None:
            return any(name in names for name in self.only)
        return self.except_ is None or not any(name in names for name in self.except_)


@dataclass(frozen=True, slots=True)
class BodyPart:
    """One part of the post as it was written, for all accounts. ``comment`` marks a ``:::comment``; these stand last."""

    blocks: tuple[Block, ...]
    comment: bool = False


@dataclass(frozen=True, slots=True)
class PartSource:
    """The Markdown of one part for one account, without blank lines around it, and the file's line of each of its lines."""

    markdown: str
    lines: tuple[int, ...]
    comment: bool = False

    def place(self, path: str, start: int, end: int) -> Span:
        """Where the code points ``start`` to ``end`` of ``markdown`` stand in the file."""
        (line, column), (end_line, end_column) = self._position(start), self._position(max(end, start + 1))
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        return Span(path, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        before = self.markdown[: max(offset, 0)]
        line = min(before.count("\n"), len(self.lines) - 1)
        return self.lines[line], len(before) - before.rfind("\n")


def split_body(
    text: str, path: str, first_line: int, names: Collection[str]
) -> tuple[tuple[BodyPart, ...], tuple[Diagnostic, ...]]:
    """The parts of a body. ``names`` are what ``only`` and ``except`` may name; ``first_line`` is the file's line of ``text``."""
    raise NotImplementedError


def for_names(parts: tuple[BodyPart, ...], names: Container[str]) -> tuple[PartSource, ...]:
    """What remains for an account whose names (id, provider, groups) are ``names``; empty parts are dropped."""
    raise NotImplementedError
