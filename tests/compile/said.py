"""Findings as tests write them down: two lines for each, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent

from postiz_ops.compile.source import Source, read_post
from postiz_ops.diagnostics import Diagnostic
from postiz_ops.model import Account, Config

CONFIG = Config(
    accounts={
        "acme-mastodon": Account("acme-mastodon", "mastodon", "https://mastodon.example"),
        "acme-bluesky": Account("acme-bluesky", "bluesky", "https://bsky.social"),
    },
    groups={"everywhere": ("acme-mastodon", "acme-bluesky")},
)


def said(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """``line:column-line:column code message`` of each, and its help."""
    return [line for diagnostic in diagnostics for line in (_headed(diagnostic), f"help: {diagnostic.help}")]


def _headed(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    place = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    return f"{place} {diagnostic.code} {diagnostic.message}"


def post(text: str) -> Source:
    """The source of a post that is written indented in a test."""
    return read_post("content/post.md", dedent(text).lstrip("\n").encode(), CONFIG)
