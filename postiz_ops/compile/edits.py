"""Changes to a user's file that leave everything else as it was: comments, order, line ends, byte-order mark."""

from __future__ import annotations

import json
import re

from postiz_ops.compile.nodes import Node, Style, load_yaml
from postiz_ops.compile.scalars import resolve

_LINE_END = re.compile(r"\r\n|\r|\n")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")


class Edits:
    r"""Replacements in a text, by offsets in ``text``, which has ``\n`` for line ends and no byte-order mark."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._bom = raw[:1] if raw.startswith("\ufeff") else ""
        ends = list(_LINE_END.finditer(raw, len(self._bom)))
        self._newline = ends[0][0] if ends else "\n"
        self.text = _LINE_END.sub("\n", raw.removeprefix("\ufeff"))
        self._starts = [len(self._bom), *(match.end() for match in ends)]
        self._changes: list[tuple[int, int, str]] = []

    def replace(self, start: int, end: int, new: str) -> None:
        r"""Put ``new``, with ``\n`` for line ends, into the place of what stands from ``start`` to ``end``."""
        self._changes.append((self._offset(start), self._offset(end), new.replace("\n", self._newline)))

    def insert(self, offset: int, new: str) -> None:
        """Put ``new`` before what stands at ``offset``."""
        self.replace(offset, offset, new)

    def result(self) -> str:
        """The text with all replacements made."""
        pieces, end = [], 0
        for start, stop, new in sorted(self._changes):
            pieces += [self._raw[end:start], new]
            end = stop
        return "".join([*pieces, self._raw[end:]])

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def column(self, offset: int) -> int:
        """How far in its line an offset is, from 0."""
        return offset - self.text.rfind("\n", 0, offset) - 1

    def _offset(self, offset: int) -> int:
        before = self.text.count("\n", 0, offset)
        return self._starts[before] + self.column(offset)


def written(text: str) -> str:
    """A text as a YAML scalar: plain where that means the same everywhere, else in double quotes."""
    if _PLAIN.fullmatch(text) and resolve(text) == text and not text.endswith(":"):
        return text
    return json.dumps(text, ensure_ascii=False)


def add_entry(edits: Edits, mapping: Node, entry: str, *, at: int = 0) -> None:
    """Write ``entry`` (``key: value``) as the first of a mapping that begins at offset ``at`` of the text."""
    if mapping.style is Style.FLOW:
        edits.insert(at + mapping.start + 1, f"{entry}, " if mapping.children else entry)
    else:
        start = at + mapping.start
        edits.insert(start, f"{entry}\n{' ' * edits.column(start)}")


def fill(edits: Edits, node: Node, value: str, *, at: int = 0) -> None:
    """Write a value into the place of a scalar, which may be empty."""
    gap = " " if node.start == node.end and not edits.text[at + node.start - 1].isspace() else ""
    edits.replace(at + node.start, at + node.end, gap + value)


_BEFORE_STATE = ("version", "branch", "timezone", "content")


def write_state_id(text: str, id: str) -> str:
    """accounts.yaml with ``state.id`` set to ``id``. Raises ``ValueError`` where the file cannot be read.

    Of a file without ``state`` the entry stands behind its neighbours of the documented order.
    """
    edits = Edits(text)
    node, findings = load_yaml(edits.text, "accounts.yaml")
    if node is None and not findings:
        edits.insert(len(edits.text), f"{_gap(edits.text)}state: {{id: {written(id)}}}\n")
        return edits.result()
    if node is None or not isinstance(node.value, dict):
        raise ValueError("accounts.yaml cannot be read")
    _set_state(edits, node, written(id))
    return edits.result()


def _gap(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"


def _set_state(edits: Edits, node: Node, id: str) -> None:
    state = node.children.get("state")
    if state is None:
        _add_state(edits, node, f"state: {{id: {id}}}")
    elif state.value is None:
        fill(edits, state, f"{{id: {id}}}")
    elif not isinstance(state.value, dict):
        raise ValueError("`state` of accounts.yaml is no mapping")
    elif "id" in state.children:
        fill(edits, state.children["id"], id)
    else:
        add_entry(edits, state, f"id: {id}")


def _add_state(edits: Edits, node: Node, entry: str) -> None:
    before = [node.children[key] for key in _BEFORE_STATE if key in node.children]
    last = max(before, key=lambda child: child.start, default=None)
    if last is None or node.style is Style.FLOW:
        add_entry(edits, node, entry)
    else:
        edits.insert(edits.line_end(last.end), f"\n{' ' * edits.column(node.start)}{entry}")
