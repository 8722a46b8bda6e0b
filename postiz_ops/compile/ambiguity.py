"""Unquoted values that other readers of YAML take for something else than we do."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.resolver import Resolver

from postiz_ops.compile.nodes import Node, Style
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity

AMBIGUOUS = Rule(
    "PZ018",
    "ambiguous-value",
    Severity.WARNING,
    "an unquoted value that other readers of YAML take for something else",
    page(
        what="""
            Finds unquoted text that YAML 1.1 reads as a truth value, a number or a time: `no`, `12:30`, `1.10`, or a
            time with seconds and without an offset. `check --fix` quotes it.
        """,
        why="""
            Here it is the text that you wrote. Editors, site generators and forges that read the same file see `false`,
            750, 1.1, or a time in UTC.
        """,
        example="""
            title: No
            publish_at: 2026-12-01 09:00:00
        """,
        instead="""
            title: "No"
            publish_at: "2026-12-01 09:00:00"
        """,
    ),
)

_READINGS = {
    "tag:yaml.org,2002:bool": "a truth value",
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:timestamp": "a time in UTC",
}
_ALIKE = re.compile(r"\d{4}-\d\d?-\d\d?|.*(?:[Zz]|[+-]\d\d?(?::?\d\d)?)", re.DOTALL)
"""Times that all readers read alike: a date alone, and a time with an offset."""
_MEANT = frozenset({"settings", "thread"})
"""Keys below which ``on`` and ``off`` are meant as such, and what looks like a number is read as one."""


def ambiguous(node: Node) -> tuple[Diagnostic, ...]:
    """A finding for each ambiguous value of a post's front-matter."""
    return tuple(_finding(found, reading) for found, reading in ambiguous_values(node))


def ambiguous_values(node: Node) -> Iterator[tuple[Node, str]]:
    """Each ambiguous value, and what other readers take it for."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.children:
            waiting += [child for key, child in node.children.items() if key not in _MEANT]
        elif node.style is Style.PLAIN and isinstance(node.value, str) and (reading := _reading(node.value)):
            yield node, reading


def _reading(text: str) -> str | None:
    """What YAML 1.1 takes a text for that we leave alone, by the table of PyYAML's own resolver."""
    for tag, pattern in Resolver.yaml_implicit_resolvers.get(text[:1], ()):
        if tag in _READINGS and pattern.match(text):
            return None if tag.endswith("timestamp") and _ALIKE.fullmatch(text) else _READINGS[tag]
    return None


def _finding(node: Node, reading: str) -> Diagnostic:
    message = f"{quoted(node.value)} is text here, and {reading} for other readers of YAML"
    written = quoted(f'"{node.value}"')
    return AMBIGUOUS.at(node.span, message, help=f"quote it: {written}")


RULES = (AMBIGUOUS,)
