"""``media pin``: media that a post names by https address, and the hashes or file names that are written beside them.

Pure: whoever calls has fetched the files, and writes what comes back.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from postiz_ops.compile import fences
from postiz_ops.compile.decode import decode
from postiz_ops.compile.edits import Edits, fill, written
from postiz_ops.compile.fences import LARGEST_FRONT, Front
from postiz_ops.compile.fix import media_items
from postiz_ops.compile.nodes import Node, Style
from postiz_ops.diagnostics import has_errors

_IMAGE = re.compile(r"(!\[[^\]\n]*\]\(<?)(https://[^\s)>]+)")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Remote:
    """An https address in a post. ``pinned`` is the hash beside it; ``holds`` is whether there is a place for one."""

    url: str
    pinned: str | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """What an address gave: its hash, and the name of the file that takes its place, if one does."""

    sha256: str
    file: str | None = None


def remote_media(path: str, data: bytes) -> tuple[Remote, ...]:
    """Every https address that a post takes media from, each once, in the order of the file."""
    opened = _opened(path, data)
    if opened is None:
        return ()
    edits, front, node = opened
    listed = [remote for item in _yaml_items(front, node) for remote in _remotes(item)]
    shown = [Remote(match[2], None, holds=False) for match in _IMAGE.finditer(edits.text, front.end)]
    return tuple({remote.url: remote for remote in (*shown, *listed)}.values())


def pinned(path: str, data: bytes, pins: Mapping[str, Pin]) -> bytes:
    """The post with hashes, or file names, for these addresses; all else stays as it was."""
    opened = _opened(path, data)
    if opened is None:
        return data
    edits, front, node = opened
    for item in _yaml_items(front, node):
        _write(edits, item, front.start, pins)
    for match in _IMAGE.finditer(edits.text, front.end):
        pin = pins.get(match[2])
        if pin is not None and pin.file is not None:
            edits.replace(match.start(2), match.end(2), pin.file)
    return edits.result().encode()


def file_name(url: str, sha256: str, taken: Collection[str]) -> str:
    """A name for the file at an address: the address's own, made plain, and told apart where it is taken."""
    name = _UNSAFE.sub("-", unquote(posixpath.basename(urlsplit(url).path))).strip("-.")[-_LONGEST:] or "media"
    stem, suffix = posixpath.splitext(name)
    return name if name not in taken else f"{stem}-{sha256[:8]}{suffix}"


def _opened(path: str, data: bytes) -> tuple[Edits, Front, Node] | None:
    text, found = decode(path, data)
    front = fences.cut(text) if text is not None and not has_errors(found) else None
    if not isinstance(front, Front) or front.end - front.start > LARGEST_FRONT:
        return None
    edits = Edits(data.decode())
    node, said = front.format.load(edits.text[front.start : front.end], path, 1)
    if node is None or has_errors(said) or not isinstance(node.value, dict):
        return None
    return edits, front, node


def _yaml_items(front: Front, node: Node) -> Iterator[Node]:
    """The entries of ``media``; TOML and JSON are read, and left to their author."""
    return media_items(node) if front.format.name == "yaml" else iter(())


def _remotes(item: Node) -> Iterator[Remote]:
    source, digest = item.children.get("src", item), item.children.get("sha256")
    if _is_remote(source):
        yield Remote(str(source.value), str(digest.value) if digest is not None else None, holds=True)
    thumbnail = item.children.get("thumbnail")
    if thumbnail is not None and _is_remote(thumbnail):
        yield Remote(str(thumbnail.value), None, holds=False)


def _is_remote(node: Node) -> bool:
    return isinstance(node.value, str) and node.value.lower().startswith("https://")


def _write(edits: Edits, item: Node, at: int, pins: Mapping[str, Pin]) -> None:
    source, digest = item.children.get("src", item), item.children.get("sha256")
    pin = pins.get(str(source.value))
    if pin is not None:
        if digest is not None:
            fill(edits, digest, pin.sha256, at=at)
        elif pin.file is None:
            _add_hash(edits, item, source, at, pin.sha256)
        if pin.file is not None:
            edits.replace(at + source.start, at + source.end, written(pin.file))
    thumbnail = item.children.get("thumbnail")
    still = pins.get(str(thumbnail.value)) if thumbnail is not None else None
    if thumbnail is not None and still is not None and still.file is not None:
        edits.replace(at + thumbnail.start, at + thumbnail.end, written(still.file))


def _add_hash(edits: Edits, item: Node, source: Node, at: int, sha256: str) -> None:
    start, end = at + source.start, at + source.end
    raw = edits.text[start:end]
    if source is item:
        shown = json.dumps(raw, ensure_ascii=False) if source.style is Style.PLAIN else raw
        edits.replace(start, end, f"{{src: {shown}, sha256: {written(sha256)}}}")
    elif item.style is Style.FLOW:
        edits.insert(end, f", sha256: {written(sha256)}")
    else:
        indent = " " * edits.column(at + item.start)
        edits.insert(edits.line_end(end), f"\n{indent}sha256: {written(sha256)}")
