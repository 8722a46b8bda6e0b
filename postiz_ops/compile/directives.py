"""The rules of directives (``:::only``, ``:::except``, ``:::comment``)."""

from __future__ import annotations

from postiz_ops.compile.pages import page
from postiz_ops.diagnostics import Rule, Severity

UNKNOWN_NAME = Rule(
    "PZ200",
    "unknown-directive-name",
    Severity.ERROR,
    "a directive names what does not exist",
    page(
        what="Finds names behind `:::only` and `:::except` that are no account, provider or group.",
        why="The text would silently go to nobody, or to those who should be spared it.",
        example="""
            :::only blusky
            Hello, sky!
            :::
        """,
        instead="""
            :::only bluesky
            Hello, sky!
            :::
        """,
        language="markdown",
    ),
)
UNKNOWN_DIRECTIVE = Rule(
    "PZ201",
    "unknown-directive",
    Severity.ERROR,
    "a directive that does not exist",
    page(
        what="Finds words behind `:::` other than `only`, `except` and `comment`.",
        why="The line itself would be published, or the text in it would go to everybody.",
        example="""
            :::onyl mastodon
            Hello, fediverse!
            :::
        """,
        instead="""
            :::only mastodon
            Hello, fediverse!
            :::
        """,
        language="markdown",
    ),
)
UNCLOSED = Rule(
    "PZ202",
    "directive-unclosed",
    Severity.ERROR,
    "a directive has no end",
    page(
        what="Finds a directive without the line `:::` that closes it. In a code block such a line is text.",
        why="All the rest of the post would go where only one paragraph was meant to go.",
        example="""
            :::only mastodon
            Hello, fediverse!

            Hello, everybody!
        """,
        instead="""
            :::only mastodon
            Hello, fediverse!
            :::

            Hello, everybody!
        """,
        language="markdown",
    ),
)
STRAY = Rule(
    "PZ203",
    "directive-stray",
    Severity.ERROR,
    "a `:::` closes nothing",
    page(
        what="Finds a line `:::` where no directive is open.",
        why="The line that opens it was lost, so the text above it goes to everybody.",
        example="""
            Hello, fediverse!
            :::
        """,
        instead="""
            :::only mastodon
            Hello, fediverse!
            :::
        """,
        language="markdown",
    ),
)
NESTED = Rule(
    "PZ204",
    "directive-nested",
    Severity.ERROR,
    "a directive inside another",
    page(
        what="Finds a directive that begins before the one above it is closed.",
        why="Whether both apply or only the inner one is anybody's guess. Mostly a `:::` was forgotten.",
        example="""
            :::only mastodon
            Hello, fediverse!
            :::only bluesky
            Hello, sky!
            :::
        """,
        instead="""
            :::only mastodon
            Hello, fediverse!
            :::
            :::only bluesky
            Hello, sky!
            :::
        """,
        language="markdown",
    ),
)
BREAK = Rule(
    "PZ205",
    "break-in-directive",
    Severity.ERROR,
    "a part ends inside a directive",
    page(
        what="Finds a break between parts (`---`) inside a directive.",
        why="The parts of a thread belong to all; a directive belongs to one part.",
        example="""
            :::only mastodon
            First part

            ---

            Second part
            :::
        """,
        instead="""
            :::only mastodon
            First part
            :::

            ---

            :::only mastodon
            Second part
            :::
        """,
        language="markdown",
    ),
)
NAMES = Rule(
    "PZ206",
    "directive-names",
    Severity.ERROR,
    "a directive names nobody, or too many",
    page(
        what="Finds `:::only` and `:::except` without names, and `:::comment` with some.",
        why="It does not say for whom the text is.",
        example="""
            :::only
            Hello, fediverse!
            :::
        """,
        instead="""
            :::only mastodon
            Hello, fediverse!
            :::
        """,
        language="markdown",
    ),
)

RULES = (UNKNOWN_NAME, UNKNOWN_DIRECTIVE, UNCLOSED, STRAY, NESTED, BREAK, NAMES)
