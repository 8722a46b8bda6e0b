"""YAML into plain values that know their places.

Built from the parser's events without recursion: no object is constructed, no alias is followed and no tag is obeyed,
so what a hostile file can cost is bounded by its size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from postiz_ops.compile import syntax
from postiz_ops.compile.decode import hidden
from postiz_ops.compile.pages import page
from postiz_ops.compile.places import Places
from postiz_ops.compile.scalars import resolve
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span

DEEPEST = 32
"""Levels of nesting: the deepest value of a post has six, and indentation soon fills a screen's width."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it (eight times faster), else the same parser in Python."""

# --- rules --------------------------------------------------------------------------------------------------------

ANCHOR = Rule(
    "PZ011",
    "yaml-anchor",
    Severity.ERROR,
    "an anchor, an alias or a merge key in YAML",
    page(
        what="Refuses `&anchors`, `*aliases` and `<<` merge keys in front-matter and in accounts.yaml.",
        why="""
            A value that stands elsewhere cannot be reviewed where it is used, and a few aliases of aliases grow to
            gigabytes when they are followed.
        """,
        example="""
            settings:
              mastodon: &quiet {visibility: unlisted}
              acme-mastodon: *quiet
        """,
        instead="""
            Write the value at both places, or once in `defaults` of accounts.yaml.

            settings:
              mastodon: {visibility: unlisted}
        """,
    ),
)
TAG = Rule(
    "PZ012",
    "yaml-tag",
    Severity.ERROR,
    "a tag in YAML",
    page(
        what="Refuses tags such as `!!str`, `!!binary` or `!python/object`.",
        why="A tag tells a program to build something from a value. Nothing here needs one, and some do harm.",
        example="title: !!str 2026",
        instead='title: "2026"',
    ),
)
DUPLICATE = Rule(
    "PZ013",
    "duplicate-key",
    Severity.ERROR,
    "a key stands twice in one mapping",
    page(
        what="Finds a key that stands twice in the same mapping.",
        why="Most programs silently take the last one, so a reviewer who sees the first is wrong about what happens.",
        example="""
            publish_at: 2026-12-01 09:00
            title: We are live
            publish_at: 2026-12-08 09:00
        """,
        instead="""
            title: We are live
            publish_at: 2026-12-08 09:00
        """,
    ),
)
DOCUMENTS = Rule(
    "PZ014",
    "several-documents",
    Severity.ERROR,
    "more than one YAML document",
    page(
        what="Finds a second YAML document in front-matter or in accounts.yaml.",
        why="Only the first one would count, and nothing would say that the rest is ignored.",
        example="""
            version: 1
            ---
            accounts: {}
        """,
        instead="""
            version: 1
            accounts: {}
        """,
    ),
)
DEPTH = Rule(
    "PZ015",
    "nested-too-deep",
    Severity.ERROR,
    f"more than {DEEPEST} levels of nesting",
    page(
        what=f"Refuses lists and mappings that are nested more than {DEEPEST} levels deep.",
        why="Nothing in a post or in accounts.yaml is that deep: the file is damaged, or made to exhaust its reader.",
        example="tags: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[spring]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        instead="tags: [spring]",
    ),
)
NOT_MAPPING = Rule(
    "PZ017",
    "not-a-mapping",
    Severity.ERROR,
    "a file or its front-matter is no mapping",
    page(
        what="Finds front-matter, or an accounts.yaml, that is a list or a single text instead of `key: value` lines.",
        why="Nothing in it can be found by its name.",
        example="- platforms\n- publish_at",
        instead="""
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
        """,
    ),
)

# --- values -------------------------------------------------------------------------------------------------------


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


_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Node(NamedTuple):
    """A value and where it stands. ``value`` is plain Python: ``None``, bool, int, float, str, list, dict (str keys).

    ``children`` holds the nodes of a mapping by key and of a list by index; ``keys`` the offsets of a mapping's keys.
    ``start`` and ``end`` are code-point offsets in ``places.text``.
    """

    value: Any
    start: int
    end: int
    places: Places
    style: Style = Style.PLAIN
    children: Mapping[str | int, Node] = _NOTHING
    keys: Mapping[str, tuple[int, int]] = _NOTHING

    @property
    def span(self) -> Span:
        """The place of the value."""
        return self.places.span(self.start, self.end)

    def find(self, loc: Sequence[str | int]) -> Node:
        """The deepest node on the way to ``loc``. A step that leads nowhere is skipped: validators add their own."""
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


# --- the builder --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end was not seen yet. ``key`` is the key that waits for its value."""

    start: int
    flow: bool
    mapping: bool
    children: dict[str | int, Node] = field(default_factory=dict)
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    key: str | None = None
    keep: bool = True
    """False while the value of a merge key or of a second key of the same name is read."""

    @property
    def wants_key(self) -> bool:
        return self.mapping and self.key is None

    def add(self, node: Node) -> None:
        if not self.mapping:
            self.children[len(self.children)] = node
            return
        if self.key is not None and self.keep:
            self.children[self.key] = node
        self.key, self.keep = None, True

    def close(self, end: int, places: Places) -> Node:
        values = self.children.values()
        value: Any = {k: n.value for k, n in self.children.items()} if self.mapping else [n.value for n in values]
        if not self.flow:
            end = max((node.end for node in values), default=end)
        return Node(value, self.start, end, places, Style.FLOW if self.flow else Style.BLOCK, self.children, self.keys)


_STYLES = {'"': Style.QUOTED, "'": Style.QUOTED, "|": Style.LITERAL, ">": Style.LITERAL}


class _Builder:
    """Takes events one by one and keeps the open lists and mappings on a stack of its own."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.root: Node | None = None
        self.findings: list[Diagnostic] = []
        self.stack: list[_Open] = []
        self.documents = 0
        self.comments = syntax.Comments(places) if "#" in places.text else None

    def take(self, event: Any) -> bool:
        """Take in one event; false when going on has no sense."""
        start, end = event.start_mark.index, event.end_mark.index
        if self.comments is not None:
            in_flow = bool(self.stack) and self.stack[-1].flow
            self.comments.before(start, end, in_flow=in_flow)
        return _TAKE[type(event)](self, event, start, end)

    def nothing(self, _event: Any, _start: int, _end: int) -> bool:
        return True

    def document(self, event: Any, start: int, end: int) -> bool:
        self.documents += 1
        if self.documents > 1:
            self._find(DOCUMENTS, start, end, "a second document begins here", "put everything into one document")
        elif event.version or event.tags:
            self._find(TAG, start, end, "a `%` directive of YAML", "delete this line")
        return self.documents == 1

    def scalar(self, event: Any, start: int, end: int) -> bool:
        if event.anchor is not None or event.tag is not None:
            self._properties(event, start, end)
        style = _STYLES.get(event.style, Style.PLAIN)
        top = self.stack[-1] if self.stack else None
        if top is not None and top.wants_key:
            self._key(top, event.value, start, end, plain=style is Style.PLAIN)
            return True
        if self.comments is not None:
            self.comments.may_swallow = style is Style.PLAIN
        if style is Style.QUOTED:
            self.findings += hidden(event.value, self.places, start, end)
        value = resolve(event.value) if style is Style.PLAIN and event.tag is None else event.value
        self._add(Node(value, start, end, self.places, style))
        return True

    def alias(self, event: Any, start: int, end: int) -> bool:
        advice = "write the value here too"
        self._find(ANCHOR, start, end, f"alias {quoted('*' + event.anchor)} stands for a value elsewhere", advice)
        if self.stack and self.stack[-1].wants_key:
            return False
        self._add(Node(None, start, end, self.places))
        return True

    def open(self, event: Any, start: int, end: int) -> bool:
        if event.anchor is not None or event.tag is not None:
            self._properties(event, start, end)
        if len(self.stack) >= DEEPEST:
            self._find(DEPTH, start, end, f"more than {DEEPEST} levels of nesting", "write it flatter")
            return False
        if self.stack and self.stack[-1].wants_key:
            self.findings.append(syntax.bad_key(self.places.span(start, end)))
            return False
        self.stack.append(_Open(start, event.flow_style, isinstance(event, yaml.MappingStartEvent)))
        return True

    def close(self, _event: Any, start: int, end: int) -> bool:
        opened = self.stack.pop()
        self._add(opened.close(end if opened.flow else start, self.places))
        return True

    def broken(self, error: yaml.YAMLError) -> None:
        """The parser gave up: say why, unless a comment that swallowed a bracket is the reason."""
        self.root = None
        if self.comments is not None and self.comments.broke_flow(in_flow=bool(self.stack) and self.stack[-1].flow):
            return
        self.findings.append(syntax.explain(error, self.places))

    def _properties(self, event: Any, start: int, end: int) -> None:
        if event.anchor is not None:
            advice = "delete it, and write the value wherever it is meant"
            self._find(ANCHOR, start, end, f"anchor {quoted('&' + event.anchor)} names a value", advice)
        if event.tag is not None:
            advice = "delete the tag, and quote what must stay text"
            self._find(TAG, start, end, "a tag says what to make of a value", advice)

    def _key(self, top: _Open, key: str, start: int, end: int, *, plain: bool) -> None:
        top.key = key
        if plain and key == "<<":
            top.keep = False
            self._find(ANCHOR, start, end, "merge key `<<` copies another mapping", "write the keys here")
        elif key in top.keys:
            top.keep = False
            line, _ = self.places.position(top.keys[key][0])
            message = f"{quoted(key)} stands twice, first on line {line}"
            self._find(DUPLICATE, start, end, message, "keep one of the two")
        else:
            top.keys[key] = (start, end)

    def _add(self, node: Node) -> None:
        if self.stack:
            self.stack[-1].add(node)
        else:
            self.root = node

    def _find(self, rule: Rule, start: int, end: int, message: str, help: str) -> None:
        self.findings.append(rule.at(self.places.span(start, end), message, help=help))


_TAKE: Mapping[type, Callable[[_Builder, Any, int, int], bool]] = {
    yaml.StreamStartEvent: _Builder.nothing,
    yaml.StreamEndEvent: _Builder.nothing,
    yaml.DocumentStartEvent: _Builder.document,
    yaml.DocumentEndEvent: _Builder.nothing,
    yaml.ScalarEvent: _Builder.scalar,
    yaml.AliasEvent: _Builder.alias,
    yaml.SequenceStartEvent: _Builder.open,
    yaml.MappingStartEvent: _Builder.open,
    yaml.SequenceEndEvent: _Builder.close,
    yaml.MappingEndEvent: _Builder.close,
}


Loaded = tuple[Node | None, tuple[Diagnostic, ...]]
"""What was read, ``None`` where nothing was, and what is to be said about it."""


def load_yaml(text: str, path: str, first_line: int = 1, *, loader: Any = _LOADER) -> Loaded:
    r"""Read one YAML document. ``None`` where it is empty or cannot be read; other findings leave a node beside them.

    ``text`` has ``\n`` for line ends, and ``first_line`` is the file's line that it begins on. Never raises.
    """
    builder = _Builder(Places(text, path, first_line))
    try:
        for event in _events(text, loader):
            if not builder.take(event):
                builder.root = None
                break
    except yaml.YAMLError as error:
        builder.broken(error)
    swallowed = builder.comments.findings if builder.comments is not None else []
    return builder.root, (*builder.findings, *swallowed)


def _events(text: str, loader: Any) -> Iterator[Any]:
    """What ``yaml.parse`` gives, without asking before each event whether there is one."""
    parser = loader(text)
    try:
        while (event := parser.get_event()) is not None:
            yield event
    finally:
        parser.dispose()


def not_mapping(node: Node, what: str) -> Diagnostic:
    """A document is a list or a text where it has to be a mapping."""
    kind = "a list" if node.style in (Style.FLOW, Style.BLOCK) else "a single value"
    message = f"{what} is {kind}, not a mapping"
    return NOT_MAPPING.at(node.span, message, help="write it as `key: value` lines")


RULES = (ANCHOR, TAG, DUPLICATE, DOCUMENTS, DEPTH, NOT_MAPPING)
