"""One post file: bytes into front-matter and body, each with its places."""

from __future__ import annotations

from dataclasses import dataclass, field

from postiz_ops.compile.body import BodyPart
from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.nodes import Node
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Config


@dataclass(frozen=True, slots=True)
class Source:
    """A post as it was written.

    ``front`` holds the fields that could be read, even where others could not: ``dropped`` names those, so that nobody
    complains of their absence. It is ``None`` where there is nothing to go on with (not text, broken YAML). ``node`` has
    the places of the front-matter. ``lines`` are the file's lines without their ends: what a finding's place underlines.
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
    raise NotImplementedError
