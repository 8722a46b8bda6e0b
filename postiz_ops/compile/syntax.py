"""What the YAML parser means when it gives up, and the comments that swallow what was meant as text."""

from __future__ import annotations

import re

import yaml

from postiz_ops.compile.pages import page
from postiz_ops.compile.places import Places
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span

SYNTAX = Rule(
    "PZ010",
    "invalid-yaml",
    Severity.ERROR,
    "the YAML cannot be read",
    page(
        what="Reports what a YAML parser cannot read, at the place where it begins to go wrong.",
        why="Nothing in the file counts until it can be read: not even its `status: draft`.",
        example="title: Coming soon: our new office",
        instead="""
            Quote a value that holds a colon and a space, or that begins with one of `@ % & * ! | > [ { #`.

            title: "Coming soon: our new office"
        """,
    ),
)
SWALLOWED = Rule(
    "PZ016",
    "swallowed-by-comment",
    Severity.ERROR,
    "an unquoted `#` makes a comment of what follows",
    page(
        what="Finds a `#` with a word right behind it that YAML takes for the start of a comment.",
        why="""
            Everything from there to the end of the line is lost: the rest of a title, or the rest of a list with its
            bracket. A real comment is written with a space behind its `#`.
        """,
        example="""
            title: Join us for #PyCon
            hashtags: [spring, #launch]
        """,
        instead="""
            title: "Join us for #PyCon"
            hashtags: [spring, launch]
        """,
    ),
)

_SWALLOWED = re.compile(r"[ \t]*(#(?=\w))")
_COMMENT = re.compile(r"#.*")


class Comments:
    """Looks at what the parser skipped between two events for comments that were meant as text.

    ``may_swallow`` is whether the last event was an unquoted value: a comment on its line took the rest of it.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.findings: list[Diagnostic] = []
        self.may_swallow = False
        self._end = 0
        self._in_flow = False

    def before(self, start: int, end: int, *, in_flow: bool) -> None:
        """Look at the gap between the last event and the one from ``start`` to ``end``."""
        self._look(start, in_flow=in_flow)
        self._end = max(self._end, end)
        self.may_swallow = False

    def broke_flow(self, *, in_flow: bool) -> bool:
        """Whether a comment took the closing bracket of a list or mapping that the parser then found unfinished."""
        self._look(len(self.places.text), in_flow=in_flow)
        return self._in_flow

    def _look(self, start: int, *, in_flow: bool) -> None:
        text = self.places.text
        if text.find("#", self._end, start) < 0:
            return
        if in_flow:
            self._look_in_flow(start)
        elif self.may_swallow and (match := _SWALLOWED.match(text, self._end, start)):
            self._report(match.start(1), "the rest of the value")

    def _look_in_flow(self, start: int) -> None:
        text = self.places.text
        for match in _COMMENT.finditer(text, self._end, start):
            line = text.rfind("\n", 0, match.start()) + 1
            if text[line : match.start()].strip() and _SWALLOWED.match(match[0]):
                self._in_flow = True
                self._report(match.start(), "the rest of the list" if self._list(match.start()) else "the rest of it")
                return

    def _list(self, offset: int) -> bool:
        before = self.places.text[:offset]
        return before.rfind("[") > before.rfind("{")

    def _report(self, offset: int, lost: str) -> None:
        text = self.places.text
        end = text.find("\n", offset)
        span = self.places.span(offset, len(text) if end < 0 else end)
        word = re.split(r"[\s,\]}]", text[offset : offset + 80], maxsplit=1)[0]
        example = quoted(f'"{word}"')
        advice = f"quote what holds it, as in {example}, or put a space behind the `#` of a comment"
        if "hashtags" in text[text.rfind("\n", 0, offset) + 1 : offset]:
            advice = f"write {quoted(word[1:])}: `hashtags` have no `#`"
        self.findings.append(SWALLOWED.at(span, f"an unquoted `#` starts a comment, and {lost} is lost", help=advice))


_TROUBLES = (
    (
        ("mapping values are not allowed",),
        "a colon begins a value where none can stand",
        "quote the text that the colon belongs to, or put this key into the column of its neighbours",
    ),
    (
        ("could not find expected ':'",),
        "this line is neither a key with its value nor part of one",
        "write it as `key: value`, or indent it under the key that it belongs to",
    ),
    (
        ("while scanning a quoted scalar", "a quoted scalar"),
        "this quote is not closed",
        "close the quote",
    ),
    (
        ("',' or ']'",),
        "this list is not closed",
        "close it with `]`, and put a comma between its items",
    ),
    (
        ("',' or '}'",),
        "this mapping is not closed",
        "close it with `}`, and put a comma between its entries",
    ),
    (
        ("node content",),
        "a value is missing here",
        "close the list or mapping with its bracket, and quote a value that begins with a sign",
    ),
    (
        ("scanning an anchor", "scanning an alias", "cannot start any token"),
        "an unquoted value cannot begin with this character",
        "quote the value",
    ),
    (
        ("expected '-' indicator",),
        "this is no item of the list above it",
        "begin all items of one list in the same column",
    ),
    (
        ("did not find expected key", "expected <block end>"),
        "this belongs to nothing above it",
        "begin all keys of one mapping in the same column, and quote a value that holds quotes",
    ),
)
_TAB = ("a tab stands where a value or a key begins", "indent with spaces: YAML takes no tabs")
_ESCAPE = ("an unknown escape after `\\`", "write `\\\\` for a backslash, or use single quotes")
_AT_CONTEXT = ("end of stream", "document indicator", "could not find expected ':'", "',' or ']'", "',' or '}'")


def explain(error: yaml.YAMLError, places: Places) -> Diagnostic:
    """A finding for what the parser raised. libyaml has no codes, so what it means is found by its wording."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")
    offset = _offset(error, problem, places)
    said = f"{getattr(error, 'context', None) or ''}: {problem}"
    meaning, advice = _meaning(said, places.text[offset : offset + 1])
    return SYNTAX.at(places.span(offset), meaning or f"this is not YAML: {problem}", help=advice)


def _meaning(said: str, character: str) -> tuple[str | None, str]:
    if character == "\t":
        return _TAB
    if "escape" in said:
        return _ESCAPE
    for fragments, message, advice in _TROUBLES:
        if any(fragment in said for fragment in fragments):
            return message, advice
    return None, "mend this line, or quote the value on it"


def _offset(error: yaml.YAMLError, problem: str, places: Places) -> int:
    context = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None)
    if context is not None and any(words in problem for words in _AT_CONTEXT):
        mark = context
    offset = int(mark.index) if mark is not None else 0
    return max(min(offset, len(places.text.rstrip()) - 1), 0)


def bad_key(span: Span) -> Diagnostic:
    """A list or mapping stands where a key belongs."""
    return SYNTAX.at(span, "a list or mapping cannot be a key", help="write a word before the colon; quote `{{ … }}`")


RULES = (SYNTAX, SWALLOWED)
