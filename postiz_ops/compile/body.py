"""The body of a post: parts and directives, with the file's line for every line of text."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field

from postiz_ops.compile.directives import (
    BREAK,
    NAMES,
    NESTED,
    STRAY,
    UNCLOSED,
    UNKNOWN_DIRECTIVE,
    UNKNOWN_NAME,
)
from postiz_ops.compile.places import Places
from postiz_ops.compile.wording import instead, quoted
from postiz_ops.diagnostics import Diagnostic, Rule
from postiz_ops.model import Span
from postiz_ops.text.parts import breaks, code_ranges, inside


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
    """One part of the post as it was written, for all accounts. Those of ``:::comment`` stand after the others."""

    blocks: tuple[Block, ...]
    comment: bool = False


@dataclass(frozen=True, slots=True)
class PartSource:
    """The Markdown of one part for one account, without blank lines around it, and the file's line of each line."""

    markdown: str
    lines: tuple[int, ...]
    comment: bool = False

    def place(self, path: str, start: int, end: int) -> Span:
        """Where the code points ``start`` to ``end`` of ``markdown`` stand in the file; one character at least."""
        line, column = self._position(start)
        end_line, end_column = self._position(end)
        if (end_line, end_column) <= (line, column):
            end_line, end_column = line, column + 1
        return Span(path, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        before = self.markdown[: max(offset, 0)]
        return self.lines[before.count("\n")], len(before) - before.rfind("\n")


def named(parts: tuple[BodyPart, ...]) -> frozenset[str]:
    """The names that directives speak of: who has the same ones of them gets the same blocks."""
    blocks = (block for part in parts for block in part.blocks)
    return frozenset().union(*(block.only or block.except_ or () for block in blocks))


def for_names(parts: tuple[BodyPart, ...], names: Container[str]) -> tuple[PartSource, ...]:
    """What remains for an account whose names (id, provider, groups) are ``names``; empty parts are dropped.

    Lines of directives vanish without a trace: where no blank line was written around one, none is there afterwards.
    """
    found = (_join([block for block in part.blocks if block.is_for(names)], comment=part.comment) for part in parts)
    return tuple(part for part in found if part is not None)


def _join(blocks: list[Block], *, comment: bool) -> PartSource | None:
    texts = [line for block in blocks for line in block.markdown.split("\n")]
    numbers = [number for block in blocks for number in block.lines]
    written = [index for index, text in enumerate(texts) if text.strip()]
    if not written:
        return None
    first, last = written[0], written[-1] + 1
    return PartSource("\n".join(texts[first:last]), tuple(numbers[first:last]), comment)


# --- reading ------------------------------------------------------------------------------------------------------

_MARKER = re.compile(r" {0,3}:{3,}[ \t]*(?P<word>[^\s:]*)(?P<rest>.*)")
_NAME = re.compile(r"[^\s,]+")
_DIRECTIVES = ("only", "except", "comment")


def split_body(
    text: str, path: str, first_line: int, names: Collection[str]
) -> tuple[tuple[BodyPart, ...], tuple[Diagnostic, ...]]:
    r"""The parts of a body. ``names`` are what ``only`` and ``except`` may name.

    ``text`` has ``\n`` for line ends, and ``first_line`` is the file's line that it begins on. A mistake in a directive
    is a finding; its lines then belong to whom they seem meant for.
    """
    reader = _Reader(Places(text, path, first_line), names)
    for number, (start, end) in enumerate(_lines(text), first_line):
        reader.take(number, start, end)
    reader.finish()
    return tuple(reader.parts()), tuple(reader.findings)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield start, end
        start = end + 1
    if start < len(text):
        yield start, len(text)


@dataclass(slots=True)
class _Open:
    """A directive that is not closed yet. ``depth`` counts those opened inside; ``held`` findings wait for its end."""

    word: str
    start: int
    end: int
    only: frozenset[str] | None = None
    except_: frozenset[str] | None = None
    depth: int = 0
    held: list[Diagnostic] = field(default_factory=list)


class _Reader:
    """Takes a body line by line."""

    def __init__(self, places: Places, names: Collection[str]) -> None:
        self.places = places
        self.names = names
        self.findings: list[Diagnostic] = []
        self.open: _Open | None = None
        self._breaks = {found.start for found in breaks(places.text)}
        self._code = code_ranges(places.text) if ":::" in places.text else ()
        self._parts: list[list[Block]] = [[]]
        self._comments: list[list[Block]] = []
        self._waiting: list[tuple[int, str]] = []

    def parts(self) -> Iterator[BodyPart]:
        """What was read, in order, the comments last."""
        yield from (BodyPart(tuple(blocks)) for blocks in self._parts if blocks)
        yield from (BodyPart(tuple(blocks), comment=True) for blocks in self._comments if blocks)

    def take(self, number: int, start: int, end: int) -> None:
        """Take in a line of the file, which stands from ``start`` to ``end``."""
        line = self.places.text[start:end]
        match = _MARKER.fullmatch(line) if ":::" in line else None
        if start in self._breaks:
            self._break(start, end)
        elif match is None or inside(self._code, start + line.index(":")):
            self._waiting.append((number, line))
        elif match["word"] or match["rest"].strip():
            self._begin(match, start, end)
        else:
            self._close(start, end)

    def finish(self) -> None:
        """The body ends here."""
        if self.open is not None:
            message = f"`:::{self.open.word}` is not closed"
            self._find(UNCLOSED, self.open.start, self.open.end, message, "add a line `:::` where it ends")
        self._flush()

    def _break(self, start: int, end: int) -> None:
        if self.open is not None:
            span = self.places.span(start, end)
            message = f"a part cannot end inside `:::{self.open.word}`"
            advice = "close it with `:::` before this line, and open it again after it"
            self.open.held.append(BREAK.at(span, message, help=advice))
        self._flush()
        if self.open is None or self.open.word != "comment":
            self._parts.append([])

    def _begin(self, match: re.Match[str], start: int, end: int) -> None:
        word = match["word"]
        if self.open is not None:
            self.open.depth += 1
            message = f"`:::{word}` begins inside `:::{self.open.word}`"
            self._find(NESTED, start, end, message, "close the outer one with `:::` first")
            return
        self._flush()
        if word not in _DIRECTIVES:
            offset = start + match.start("word")
            message, advice = f"unknown directive {quoted(word)}", instead(word, _DIRECTIVES, what="directives")
            self._find(UNKNOWN_DIRECTIVE, offset, offset + len(word), message, advice)
        named = self._names(match, start, end)
        only, except_ = (named if word == kind and named else None for kind in ("only", "except"))
        self.open = _Open(word, start, end, only, except_)
        if word == "comment":
            self._comments.append([])

    def _names(self, match: re.Match[str], start: int, end: int) -> frozenset[str]:
        word, found = match["word"], list(_NAME.finditer(match["rest"]))
        if word == "comment" and found:
            self._find(NAMES, start, end, "`:::comment` takes no names", "write `:::comment` alone")
        elif word in ("only", "except") and not found:
            self._find(
                NAMES, start, end, f"`:::{word}` names nobody", f"write `:::{word}` and the names that it is for"
            )
        elif word in ("only", "except"):
            for name in found:
                self._check(name[0], start + match.start("rest") + name.start())
        return frozenset(name[0] for name in found)

    def _check(self, name: str, offset: int) -> None:
        if name not in self.names:
            advice = instead(name, self.names, what="accounts, providers and groups")
            message = f"unknown account, provider or group {quoted(name)}"
            self._find(UNKNOWN_NAME, offset, offset + len(name), message, advice)

    def _close(self, start: int, end: int) -> None:
        if self.open is None:
            self._find(STRAY, start, end, "this `:::` closes nothing", "delete it, or open a directive above")
        elif self.open.depth:
            self.open.depth -= 1
        else:
            self._flush()
            self.findings += self.open.held
            self.open = None

    def _flush(self) -> None:
        """The lines so far are a block."""
        if not self._waiting:
            return
        numbers, lines = zip(*self._waiting, strict=True)
        self._waiting = []
        is_comment = self.open is not None and self.open.word == "comment"
        only, except_ = (self.open.only, self.open.except_) if self.open else (None, None)
        target = self._comments if is_comment else self._parts
        target[-1].append(Block("\n".join(lines), numbers, only, except_))

    def _find(self, rule: Rule, start: int, end: int, message: str, help: str) -> None:
        self.findings.append(rule.at(self.places.span(start, end), message, help=help))
