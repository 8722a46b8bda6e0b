"""Posts with nothing in them, and parts and titles that a platform has or has not."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span
from postiz_ops.providers.base import Threads, Title

EMPTY = Rule(
    "PZ320",
    "post-empty",
    Severity.ERROR,
    "nothing remains of a post for an account",
    page(
        what="Finds posts without text and without media, also where directives leave nothing for an account.",
        why="There is nothing to publish.",
        example="""
            ---
            platforms: [bluesky, mastodon]
            publish_at: 2026-12-01 09:00
            ---
            :::only bluesky
            We are live!
            :::
        """,
        instead="""
            ---
            platforms: [bluesky]
            publish_at: 2026-12-01 09:00
            ---
            We are live!
        """,
        language="markdown",
    ),
)
NO_REPLIES = Rule(
    "PZ321",
    "no-replies",
    Severity.ERROR,
    "a platform has neither threads nor comments",
    page(
        what="Finds a post of several parts for an account where nothing can follow the first part.",
        why="All but the first part would be lost.",
        example="""
            ---
            platforms: [mastodon, my-forum]
            publish_at: 2026-12-01 09:00
            ---
            First part.

            ---

            Second part.
        """,
        instead="""
            Keep the other parts for those that take them.

            ---
            platforms: [mastodon, my-forum]
            publish_at: 2026-12-01 09:00
            ---
            First part.

            ---

            :::except my-forum
            Second part.
            :::
        """,
        language="markdown",
    ),
)
TOO_MANY = Rule(
    "PZ322",
    "too-many-parts",
    Severity.ERROR,
    "a post has more parts than a platform takes",
    page(
        what="Counts the parts for each account, those that `thread: auto` makes included.",
        why="The platform would refuse the thread, or end it early.",
        example="(a thread of 60 parts)",
        instead="(two posts of 30 parts each)",
        language="markdown",
    ),
)
TITLE_MISSING = Rule(
    "PZ323",
    "title-missing",
    Severity.ERROR,
    "a platform needs a title",
    page(
        what="Finds posts without a `title` for platforms that publish none without.",
        why="The platform would refuse the post.",
        example="platforms: [youtube]",
        instead="""
            title: Our spring release in two minutes
            platforms: [youtube]
        """,
    ),
)
COMMENT_LEFT_OUT = Rule(
    "PZ324",
    "comment-left-out",
    Severity.WARNING,
    "a platform has no comments",
    page(
        what="Finds a `:::comment` for an account whose platform has neither comments nor replies.",
        why="There the comment is not published.",
        example="""
            We are live!

            :::comment
            The recording is at https://example.com.
            :::
        """,
        instead="""
            Say what matters in the text itself.

            We are live! The recording is at https://example.com.
        """,
        language="markdown",
    ),
)

RULES = (EMPTY, NO_REPLIES, TOO_MANY, TITLE_MISSING, COMMENT_LEFT_OUT)


def check_empty(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether there is something to publish."""
    if not candidate.main:
        fix = "write a text or attach media, or leave out the accounts for which nothing remains"
        yield EMPTY.at(Span(candidate.path, end_column=2), "there is nothing to publish in this post", help=fix)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether the platform has a place for each part of the post."""
    yield from _parts(candidate)
    yield from _comments(candidate)
    if candidate.spec.post_title is Title.REQUIRED and not candidate.draft.title:
        yield candidate.finding(
            TITLE_MISSING,
            candidate.fields.title.span(),
            f"{candidate.spec.title} publishes nothing without a title",
            help="add `title` to the front-matter",
        )


def _parts(candidate: Candidate) -> Iterator[Diagnostic]:
    spec, account, number = candidate.spec, candidate.account, len(candidate.main)
    if number > 1 and spec.threads is Threads.NONE and not spec.comments:
        yield candidate.finding(
            NO_REPLIES,
            candidate.main[1].whole(candidate.path),
            f"{spec.title} has neither threads nor comments, and this post has {number} parts for {quoted(account.id)}",
            help=spec.no_threads_help,
        )
    elif spec.max_parts is not None and number > spec.max_parts:
        yield candidate.finding(
            TOO_MANY,
            candidate.main[spec.max_parts].whole(candidate.path),
            f"{number} parts are more than the {spec.max_parts} that {quoted(account.id)} takes",
            help=f"make {number - spec.max_parts} fewer of them, or another post of the rest",
            label="the first that is too many",
        )


def _comments(candidate: Candidate) -> Iterator[Diagnostic]:
    for source in candidate.comments:
        yield candidate.finding(
            COMMENT_LEFT_OUT,
            source.place(candidate.path, 0, len(source.markdown)),
            f"{candidate.spec.title} has no comments: this one is left out for {quoted(candidate.account.id)}",
            help="say it in the text, or leave this account out",
        )
