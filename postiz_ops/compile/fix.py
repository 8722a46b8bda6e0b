"""``check --fix``: what can be mended without changing what will be published, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

from postiz_ops.compile import fences
from postiz_ops.compile.ambiguity import ambiguous_values
from postiz_ops.compile.decode import decode
from postiz_ops.compile.edits import Edits, add_entry, fill, written
from postiz_ops.compile.fences import LARGEST_FRONT, Front
from postiz_ops.compile.frontmatter import read_front
from postiz_ops.compile.names import default_id
from postiz_ops.compile.nodes import Loaded, Node, Style
from postiz_ops.diagnostics import has_errors

_SIGNS = frozenset(",[]{}")
"""What an unquoted value may hold in a list by indentation, and not in one in brackets."""


def fix(path: str, data: bytes, *, content: str = "content", alt: bool = True) -> bytes:
    """A post's bytes, mended. What needs no mending, or cannot be read, comes back as it is; twice is as once.

    - ``id:`` where it is missing: the one that the post already has by its path under ``content``, so that it survives
      a renaming. A file without front-matter gets none: it is no post yet.
    - Quotes around values that other readers of YAML take for something else (``ambiguity``).
    - With ``alt``, an empty ``alt: ""`` for every entry of ``media`` without one. It is a slot, not a text: an empty
      alt text is a missing one, so ``check`` goes on reporting it until a person has written what is to be seen.
      ``![](picture.jpg)`` in a body is such a slot already; in TOML and JSON it is left to the author.
    """
    text, found = decode(path, data)
    front = fences.cut(text) if text is not None and not has_errors(found) else None
    if not isinstance(front, Front) or front.end - front.start > LARGEST_FRONT:
        return data
    edits = Edits(data.decode())
    before, said = _load(front, edits.text, path)
    if has_errors(said) or (before is not None and not isinstance(before.value, dict)):
        return data
    _mend(edits, front, before, default_id(path, content), alt=alt)
    result = edits.result()
    return result.encode() if _same(before, result, path) else data


def _load(front: Front, text: str, path: str) -> Loaded:
    return front.format.load(text[front.start : front.end], path, 1)


def _mend(edits: Edits, front: Front, node: Node | None, id: str, *, alt: bool) -> None:
    if front.format.name != "yaml":
        if node is None or "id" not in node.children:
            _add_foreign_id(edits, front, node, id)
        return
    _set_id(edits, front, node, written(id))
    if node is None:
        return
    items = list(media_items(node)) if alt else []
    unquoted = {found.start: found for found, _ in ambiguous_values(node)}
    for item in items:
        _add_alt(edits, item, front.start, quote=unquoted.pop(item.start, None) is item)
    for found in unquoted.values():
        edits.replace(front.start + found.start, front.start + found.end, f'"{found.value}"')


def _set_id(edits: Edits, front: Front, node: Node | None, id: str) -> None:
    if node is None:
        edits.insert(front.start, f"\nid: {id}")
    elif "id" not in node.children:
        add_entry(edits, node, f"id: {id}", at=front.start)
    elif node.children["id"].value is None:
        fill(edits, node.children["id"], id, at=front.start)


def _add_foreign_id(edits: Edits, front: Front, node: Node | None, id: str) -> None:
    if front.format.name == "toml":
        edits.insert(front.start, f"\nid = {json.dumps(id)}")
    else:
        comma = "," if node is not None and node.children else ""
        edits.insert(front.start + 1, f'\n  "id": {json.dumps(id)}{comma}')


def media_items(node: Node) -> Iterator[Node]:
    """The entries of every ``media`` of a post's front-matter."""
    overrides = node.find(("overrides",)).children.values() if "overrides" in node.children else ()
    for owner in (node, *overrides):
        if "media" in owner.children and isinstance(owner.children["media"].value, list):
            yield from owner.children["media"].children.values()


def _add_alt(edits: Edits, item: Node, at: int, *, quote: bool) -> None:
    source = item.children.get("src", item)
    start, end = at + source.start, at + source.end
    raw = edits.text[start:end]
    if "\n" in raw or not raw or not isinstance(source.value, str) or source.style is Style.LITERAL:
        return
    if source is item:
        plain = source.style is Style.PLAIN and (quote or _SIGNS & set(raw))
        shown = json.dumps(raw, ensure_ascii=False) if plain else raw
        edits.replace(start, end, f'{{src: {shown}, alt: ""}}')
    elif "alt" not in item.children and item.style is Style.FLOW:
        edits.insert(end, ', alt: ""')
    elif "alt" not in item.children:
        indent = " " * edits.column(at + item.start)
        edits.insert(edits.line_end(end), f'\n{indent}alt: ""')


def _same(before: Node | None, result: str, path: str) -> bool:
    """Whether the post still says what it said, but for its id and empty alt texts. Else nothing is written."""
    front = fences.cut(Edits(result).text)
    after = _load(front, Edits(result).text, path)[0] if isinstance(front, Front) else None
    return after is not None and _meaning(before) == _meaning(after)


def _meaning(node: Node | None) -> object:
    if node is None:
        return {}, frozenset()
    fields, _, dropped = read_front(node)
    said = fields.model_dump(exclude={"id"}, exclude_defaults=True) if fields else {}
    for owner in (said, *said.get("overrides", {}).values()):
        for item in owner.get("media") or ():
            item["alt"] = item.get("alt") or None
    return said, dropped - {"id"}
