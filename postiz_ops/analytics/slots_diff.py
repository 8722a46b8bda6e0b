"""Suggested slots as a change of accounts.yaml: a diff for a person to read, and apply or not. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import yaml

_Edit = tuple[int, int, str]


def diff(text: str, slots: Mapping[str, tuple[str, ...]], name: str = "accounts.yaml") -> str:
    """A unified diff that gives accounts these slots; ``git apply`` takes it. Comments and order stay as they are."""
    changed = text
    root = yaml.compose(text, yaml.SafeLoader)
    edits = [edit for account, wanted in slots.items() if (edit := _edit(text, root, account, wanted))]
    for start, end, new in sorted(edits, reverse=True):
        changed = changed[:start] + new + changed[end:]
    before, after = (each.splitlines(keepends=True) for each in (text, changed))
    return "".join(difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"))


def _edit(text: str, root: yaml.Node | None, account: str, slots: Iterable[str]) -> _Edit | None:
    """What to put where; ``None`` for an account that is written in one line, or not there."""
    body = _value(_value(root, "accounts"), account)
    if not isinstance(body, yaml.MappingNode) or body.flow_style or not body.value:
        return None
    written = "[" + ", ".join(f'"{slot}"' for slot in slots) + "]"
    old = _value(body, "slots")
    if old is not None:
        end = len(text[: old.end_mark.index].rstrip())  # the end of a block reaches to what follows it
        start = _start(text, old)
        return start, end, written if text[start - 1] == " " else f" {written}"
    first = body.value[0][0].start_mark
    return first.index, first.index, f"slots: {written}\n{' ' * first.column}"


def _start(text: str, node: yaml.Node) -> int:
    """Where a value begins; of a list in lines, right behind its key."""
    start: int = node.start_mark.index
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return text.rindex("slots:", 0, start) + len("slots:")
    return start


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)
