"""Titles that are too long, and characters that a platform takes in no text."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.rules.attachments import certainty
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.providers.base import Title
from postiz_ops.text.units import measure

TOO_LONG = Rule(
    "PZ325",
    "title-too-long",
    Severity.ERROR,
    "a title is longer than a platform takes",
    page(
        what="Counts the title in the unit of each platform that has titles.",
        why="The platform would refuse the post.",
        example="""
            title: (130 characters)
            platforms: [youtube, reddit]
        """,
        instead="""
            title: (130 characters)
            platforms: [youtube, reddit]
            overrides:
              youtube: {title: (90 characters)}
        """,
    ),
)
FORBIDDEN = Rule(
    "PZ326",
    "character-not-taken",
    Severity.ERROR,
    "a text or a title holds a character that a platform does not take",
    page(
        what="Finds characters that a platform takes in no text: `<` and `>` on YouTube.",
        why="The platform would refuse the post.",
        example="""
            platforms: [youtube]
            title: Latency < 10 ms
        """,
        instead="""
            platforms: [youtube]
            title: Latency below 10 ms
        """,
    ),
)

RULES = (TOO_LONG, FORBIDDEN)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """The title against its limit, and title and texts against what is forbidden there."""
    title = _title(candidate)
    yield from _length(candidate, title)
    for character in dict.fromkeys(each for each in title if each in candidate.spec.text.forbidden):
        yield candidate.finding(
            FORBIDDEN,
            candidate.fields.title.span(),
            f"{candidate.spec.title} takes no {quoted(character)} in a title",
            help=f"write another one for {quoted(candidate.account.id)} in `overrides`",
        )
    yield from _texts(candidate)


def _title(candidate: Candidate) -> str:
    """The title as far as it is sent: some platforms have one with some media alone."""
    kinds = {asset.media.kind for asset in candidate.assets if asset.media}
    wanted = candidate.spec.title_with
    sent = candidate.spec.post_title is not Title.ABSENT and (not wanted or not kinds.isdisjoint(wanted))
    return candidate.draft.title or "" if sent else ""


def _length(candidate: Candidate, title: str) -> Iterator[Diagnostic]:
    limit = candidate.spec.title_limit
    if limit is None or (length := measure(title, limit.unit)) <= limit.max:
        return
    severity, doubt = certainty(limit.verified)
    account = quoted(candidate.account.id)
    yield candidate.finding(
        TOO_LONG,
        candidate.fields.title.span(),
        f"the title has {length:,} characters: {account} takes {limit.max:,}{doubt}",
        help=f"shorten it by {length - limit.max:,}, or write another one for {account} in `overrides`",
        severity=severity,
    )


def _texts(candidate: Candidate) -> Iterator[Diagnostic]:
    """The first of each forbidden character in each part."""
    for piece in candidate.pieces:
        for character in candidate.spec.text.forbidden:
            if (at := piece.sent.text.find(character)) >= 0:
                yield candidate.finding(
                    FORBIDDEN,
                    piece.place(candidate.path, at, at + 1),
                    f"{candidate.spec.title} takes no {quoted(character)} in a text",
                    help=f"say it otherwise, in `:::only {candidate.account.id}` where the others may keep it",
                )
