"""TOML and JSON front-matter into the same nodes as YAML. Their parsers tell no places: keys are searched for."""

from __future__ import annotations

import json
import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from postiz_ops.compile.decode import hidden
from postiz_ops.compile.nodes import DEEPEST, DEPTH, DUPLICATE, Loaded, Node, Style
from postiz_ops.compile.pages import page
from postiz_ops.compile.places import Places
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

TOML = Rule(
    "PZ019",
    "invalid-toml",
    Severity.ERROR,
    "the TOML cannot be read",
    page(
        what="Reports what a TOML parser cannot read in front-matter between `+++` lines.",
        why="Nothing in the file counts until it can be read.",
        example="title = We are live",
        instead='title = "We are live"',
        language="toml",
    ),
)
JSON = Rule(
    "PZ020",
    "invalid-json",
    Severity.ERROR,
    "the JSON cannot be read",
    page(
        what="Reports what a JSON parser cannot read in front-matter between `{` and `}`, each on a line of its own.",
        why="Nothing in the file counts until it can be read.",
        example="""
            {
              'title': "We are live",
            }
        """,
        instead="""
            {
              "title": "We are live"
            }
        """,
        language="json",
    ),
)

_TOKEN = re.compile(r""""[^"\n]*"|'[^'\n]*'|[\w-]+""")
_AFTER_KEY = re.compile(r"[ \t]*[=:.\]]")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


def load_toml(text: str, path: str, first_line: int = 1) -> Loaded:
    """Read TOML. ``None`` where it cannot be read."""
    return _load(text, Places(text, path, first_line), tomllib.loads, _bad_toml)


def load_json(text: str, path: str, first_line: int = 1) -> Loaded:
    """Read JSON. ``None`` where it cannot be read."""
    places = Places(text, path, first_line)
    doubles: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                doubles.append(key)
            found.setdefault(key, value)
        return found

    def parse(text: str) -> Any:
        return json.loads(text, object_pairs_hook=pairs, parse_constant=_no_constant)

    node, findings = _load(text, places, parse, _bad_json)
    return node, (*findings, *(_double(key, places) for key in dict.fromkeys(doubles)))


def _load(
    text: str, places: Places, parse: Callable[[str], Any], explain: Callable[[ValueError, Places], Diagnostic]
) -> Loaded:
    try:
        value = parse(text)
    except RecursionError:
        return None, (_too_deep(places),)
    except ValueError as error:
        return None, (explain(error, places),)
    if _depth(value) > DEEPEST:
        return None, (_too_deep(places),)
    node = _node(value, _Keys(places), 0, len(text))
    return node, tuple(_hidden(node))


def _too_deep(places: Places) -> Diagnostic:
    start = len(places.text) - len(places.text.lstrip())
    return DEPTH.at(places.span(start), f"more than {DEEPEST} levels of nesting", help="write it flatter")


def _bad_toml(error: ValueError, places: Places) -> Diagnostic:
    message = str(error)
    line, column = (int(part) for part in match.groups("0")) if (match := _AT.search(message)) else (0, 0)
    offset = places.offset(line + places.first_line - 1, column) if line else len(places.text.rstrip()) - 1
    said = _AT.sub("", message)
    advice = 'quote text, and write lists as `["a", "b"]`'
    return TOML.at(places.span(max(offset, 0)), f"this is not TOML: {said[:1].lower()}{said[1:]}", help=advice)


def _bad_json(error: ValueError, places: Places) -> Diagnostic:
    said, offset = (error.msg, error.pos) if isinstance(error, json.JSONDecodeError) else (str(error), 0)
    advice = 'put names and text into `"`, commas between entries alone, and indent inner braces'
    offset = max(min(offset, len(places.text) - 1), 0)
    return JSON.at(places.span(offset), f"this is not JSON: {said[:1].lower()}{said[1:]}", help=advice)


def _no_constant(name: str) -> Any:
    raise ValueError(f"`{name}` is no JSON number")


def _double(key: str, places: Places) -> Diagnostic:
    keys = _Keys(places)
    first = keys.find(key, 0) or (0, 1)
    second = keys.find(key, first[1]) or first
    line, _ = places.position(first[0])
    message = f"{quoted(key)} stands twice, first on line {line}"
    return DUPLICATE.at(places.span(*second), message, help="keep one of the two")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting and deepest <= DEEPEST:
        item, depth = waiting.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, depth)
            waiting += [(child, depth + 1) for child in (item.values() if isinstance(item, dict) else item)]
    return deepest


def _node(value: Any, keys: _Keys, start: int, end: int) -> Node:
    """The node of a value whose line shows it from ``start`` to ``end``. No deeper than ``DEEPEST``."""
    places = keys.places
    if isinstance(value, dict):
        known = {key: keys.find(key, start) or (start, end) for key in value}
        children: dict[str | int, Node] = {key: _node(value[key], keys, *_value(places, known[key])) for key in value}
        plain: Any = {key: child.value for key, child in children.items()}
        return Node(plain, start, end, places, Style.FLOW, children, known)
    if isinstance(value, list):
        items: dict[str | int, Node] = {index: _node(item, keys, start, end) for index, item in enumerate(value)}
        return Node([item.value for item in items.values()], start, end, places, Style.FLOW, items)
    return Node(_scalar(value), start, end, places, Style.QUOTED)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return str(value)
    return str(value) if isinstance(value, float) and not abs(value) < float("inf") else value


class _Keys:
    """Where words stand that may be keys, as far as a search can tell: in TOML also as a part of a table's name."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._found: dict[str, list[tuple[int, int]]] = {}
        for match in _TOKEN.finditer(places.text):
            if _AFTER_KEY.match(places.text, match.end()):
                self._found.setdefault(match[0].strip("\"'"), []).append(match.span())

    def find(self, key: str, start: int) -> tuple[int, int] | None:
        """The first place of a key from ``start`` on."""
        found = self._found.get(key, [])
        index = bisect_left(found, (start, 0))
        return found[index] if index < len(found) else None


def _value(places: Places, key: tuple[int, int]) -> tuple[int, int]:
    """The place of a key's value: the rest of its line, or the key itself where it is the name of a table."""
    text = places.text
    newline = text.find("\n", key[1])
    rest = text[key[1] : len(text) if newline < 0 else newline]
    value = rest.lstrip(" \t=:")
    if value == rest or not value:
        return key
    start = key[1] + len(rest) - len(value)
    return start, start + len(value.rstrip(" \t,"))


def _hidden(node: Node) -> Iterable[Diagnostic]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        waiting += node.children.values()
        if isinstance(node.value, str):
            yield from hidden(node.value, node.places, node.start, node.end)


RULES = (TOML, JSON)
