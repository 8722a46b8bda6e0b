"""Where the front-matter of a post ends and its body begins, as python-frontmatter sees it, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from postiz_ops.compile.nodes import Loaded, load_yaml
from postiz_ops.compile.pages import page
from postiz_ops.compile.tables import load_json, load_toml
from postiz_ops.diagnostics import Rule, Severity

LARGEST_FRONT = 64 * 1024
"""Bytes: a thousand lines, and what a parser reads in a few hundredths of a second."""

MISSING = Rule(
    "PZ004",
    "front-matter-missing",
    Severity.WARNING,
    "a post has no front-matter",
    page(
        what="Finds a Markdown file in the content folder that does not begin with front-matter.",
        why="Without it nothing says where and when to publish, so the file stays a draft for ever.",
        example="We are live!",
        instead="""
            ---
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
            ---
            We are live!
        """,
        language="markdown",
    ),
)
UNCLOSED = Rule(
    "PZ005",
    "front-matter-unclosed",
    Severity.ERROR,
    "the front-matter has no end",
    page(
        what="Finds front-matter that is opened and never closed.",
        why="All that follows would be read as front-matter, or all of it as text to publish.",
        example="""
            ---
            platforms: [mastodon]

            We are live!
        """,
        instead="""
            ---
            platforms: [mastodon]
            ---
            We are live!
        """,
        language="markdown",
    ),
)
TOO_LARGE = Rule(
    "PZ006",
    "front-matter-too-large",
    Severity.ERROR,
    "the front-matter is larger than 64 KiB",
    page(
        what="Refuses front-matter of more than 64 KiB, without reading it.",
        why="No post needs it, and a reader of YAML can be kept busy with it for long.",
        example="description: (70,000 characters)",
        instead="""
            Write what is to be published below the front-matter.

            title: We are live
        """,
    ),
)


_TOML = BaseHandler(re.compile(r"^\+{3,}\s*$", re.MULTILINE))
"""As python-frontmatter has it, whose own needs a parser that the standard library has replaced."""

Load = Callable[[str, str, int], Loaded]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of front-matter. ``close`` is the line that ends it; ``braces``: its fences belong to its text."""

    name: str
    handler: BaseHandler
    load: Load
    close: str
    braces: bool = False

    @property
    def boundary(self) -> re.Pattern[str]:
        """What a line that opens or closes it looks like."""
        assert self.handler.FM_BOUNDARY is not None  # noqa: S101 - the constructor refuses to be without
        return self.handler.FM_BOUNDARY


FORMATS = (
    Format("yaml", YAMLHandler(), load_yaml, "---"),
    Format("json", JSONHandler(), load_json, "}", braces=True),
    Format("toml", _TOML, load_toml, "+++"),
)


@dataclass(frozen=True, slots=True)
class Front:
    """Front-matter cut out: what its parser reads stands from ``start`` to ``end``, the rest from ``body`` on."""

    format: Format
    start: int
    end: int
    body: int


def cut(text: str) -> Front | Format | None:
    """Find the front-matter. A ``Format`` alone: it is opened and never closed; ``None``: there is none."""
    lead = len(text) - len(text.lstrip())
    stripped = text[lead:]
    found = next((known for known in FORMATS if known.boundary.match(stripped)), None)
    return None if found is None else _split(found, stripped, lead)


def _split(format: Format, text: str, lead: int) -> Front | Format:
    try:
        front, content = format.handler.split(text)
    except ValueError:
        return format
    opening = format.boundary.match(text)
    start = lead + (0 if format.braces or opening is None else opening.end())
    body = lead + len(text) - len(content)
    return Front(format, start, start + len(front), body)


RULES = (MISSING, UNCLOSED, TOO_LARGE)
