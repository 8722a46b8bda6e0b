"""Comments and later parts of a thread that are longer than a platform takes, where that is less than a post."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.rules.attachments import certainty
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.text.units import measure

TOO_LONG = Rule(
    "PZ309",
    "reply-too-long",
    Severity.ERROR,
    "a comment or a later part is longer than a platform takes",
    page(
        what="""
            Counts the parts after the first where the platform takes less of them: Reddit takes posts of 40,000
            characters and comments of 10,000. Where the limit itself is not certain, it is a warning.
        """,
        why="The first part would be out, and the platform would refuse what follows.",
        example="""
            ---
            platforms: [reddit]
            title: What is new
            ---
            In short.

            ---

            (12,000 characters)
        """,
        instead="""
            ---
            platforms: [reddit]
            title: What is new
            ---
            In short.

            ---

            (6,000 characters)

            ---

            (6,000 characters)
        """,
        language="markdown",
    ),
)

RULES = (TOO_LONG,)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every part that follows the first."""
    limit = candidate.spec.text.replies
    if limit is None:
        return
    for piece in candidate.pieces[1:]:
        length = measure(piece.sent.text, limit.unit)
        if length > limit.max:
            severity, doubt = certainty(limit.verified)
            message = (
                f"this part has {length:,} characters: {quoted(candidate.account.id)} takes {limit.max:,} in a comment "
                f"or a later part{doubt}"
            )
            fix = f"shorten it by {length - limit.max:,}, or split it with a line of `---`"
            yield candidate.finding(TOO_LONG, piece.whole(candidate.path), message, help=fix, severity=severity)
