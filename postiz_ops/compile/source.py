"""One post file: bytes into front-matter and body, each with its places."""

from __future__ import annotations

from dataclasses import dataclass, field

from postiz_ops.compile import fences, names
from postiz_ops.compile.ambiguity import ambiguous
from postiz_ops.compile.body import BodyPart, split_body
from postiz_ops.compile.decode import LARGEST_FILE, decode
from postiz_ops.compile.fences import LARGEST_FRONT, Format, Front
from postiz_ops.compile.frontmatter import FrontMatter, read_front
from postiz_ops.compile.nodes import Node, not_mapping
from postiz_ops.compile.places import Places
from postiz_ops.diagnostics import Diagnostic, in_order
from postiz_ops.model import Config


@dataclass(frozen=True, slots=True)
class Source:
    """A post as it was written.

    ``front`` holds the fields that could be read, even where others could not: ``dropped`` names those, so that nobody
    complains of their absence. It is ``None`` where there is nothing to go on with (not text, broken YAML). ``node``
    has the places of the front-matter. ``lines`` are the file's lines without their ends, for underlining a finding.
    """

    path: str
    front: FrontMatter | None
    node: Node | None = field(repr=False)
    parts: tuple[BodyPart, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[str, ...] = field(default=(), repr=False)
    dropped: frozenset[str] = frozenset()


def read_post(path: str, data: bytes, config: Config) -> Source:
    """Read a post file. Never raises: what cannot be read is a diagnostic."""
    text, found = decode(path, data)
    if text is None:
        return Source(path, None, None, (), found, _shown(data))
    places, lines = Places(text, path), tuple(text.split("\n"))
    front = fences.cut(text)
    if isinstance(front, Format):
        return Source(path, None, None, (), (*found, _unclosed(front, places)), lines)
    fields, node, dropped, said = _front(front, places)
    parts, spoken = _body(text, path, front.body if front else 0, config)
    diagnostics = in_order((*found, *said, *spoken))
    return Source(path, fields, node, parts, diagnostics, lines, dropped)


def _shown(data: bytes) -> tuple[str, ...]:
    """The lines of a file that is not text, as far as they can be shown."""
    if len(data) > LARGEST_FILE:
        return ()
    text = data.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _unclosed(format: Format, places: Places) -> Diagnostic:
    start = len(places.text) - len(places.text.lstrip())
    message = "the front-matter that begins here is not closed"
    advice = f"write `{format.close}` on a line of its own where it ends"
    return fences.UNCLOSED.at(places.span(start, places.text.find("\n", start)), message, help=advice)


Fields = tuple[FrontMatter | None, Node | None, frozenset[str], tuple[Diagnostic, ...]]


def _front(front: Front | None, places: Places) -> Fields:
    if front is None:
        message, advice = (
            "this post has no front-matter, so it stays a draft",
            "begin it with `platforms` between `---`",
        )
        return FrontMatter(), None, frozenset(), (fences.MISSING.at(places.span(0), message, help=advice),)
    text = places.text[front.start : front.end]
    if len(text.encode()) > LARGEST_FRONT:
        message = f"the front-matter has more than {LARGEST_FRONT // 1024} KiB"
        advice = "write what is to be published below the front-matter"
        start = front.start + len(text) - len(text.lstrip())
        return None, None, frozenset(), (fences.TOO_LARGE.at(places.span(start), message, help=advice),)
    node, found = front.format.load(text, places.path, places.text.count("\n", 0, front.start) + 1)
    if node is None:
        return (None if found else FrontMatter()), None, frozenset(), found
    return _fields(node, found)


def _fields(node: Node, found: tuple[Diagnostic, ...]) -> Fields:
    if not isinstance(node.value, dict):
        return None, node, frozenset(), (*found, not_mapping(node, "the front-matter"))
    fields, said, dropped = read_front(node)
    return fields, node, dropped, (*found, *said, *ambiguous(node))


def _body(text: str, path: str, start: int, config: Config) -> tuple[tuple[BodyPart, ...], tuple[Diagnostic, ...]]:
    start += text.startswith("\n", start) and start > 0
    first_line = text.count("\n", 0, start) + 1
    return split_body(text[start:], path, first_line, names.known(config))
