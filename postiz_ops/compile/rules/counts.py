"""Texts with more links, hashtags, cashtags or mentions than a platform takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from postiz_ops.compile.candidate import Candidate, Piece
from postiz_ops.compile.pages import page
from postiz_ops.compile.rules.attachments import certainty
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span
from postiz_ops.text import urls
from postiz_ops.text.compose import TAG

TOO_MANY = Rule(
    "PZ307",
    "too-many-in-text",
    Severity.ERROR,
    "a text has more links, hashtags or mentions than a platform takes",
    page(
        what="""
            Counts the links, the hashtags and the mentions of each part where the platform limits them: Threads takes
            five links, Instagram 30 hashtags and 20 mentions. Where the limit itself is not certain, it is a warning.
        """,
        why="The platform would refuse the post, or take the rest for plain words.",
        example="hashtags: [one, two, three, four, five, six]     # on Instagram, which shows five",
        instead="""
            Write fewer for those accounts.

            hashtags:
              instagram: [one, two, three, four, five]
        """,
    ),
)

RULES = (TOO_MANY,)

MENTION = re.compile(r"(?<![\w@/.])@\w[\w.]*")
CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)")

Place = tuple[int, int]


def _links(text: str) -> list[Place]:
    """The first of each address."""
    found = {text[start:end]: (start, end) for start, end in reversed(urls.find(text, urls.MASTODON))}
    return sorted(found.values())


_FINDERS: Mapping[str, Callable[[str], list[Place]]] = {
    "links": _links,
    "hashtags": lambda text: [match.span() for match in TAG.finditer(text)],
    "cashtags": lambda text: [match.span() for match in CASHTAG.finditer(text)],
    "mentions": lambda text: [match.span() for match in MENTION.finditer(text)],
}


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every part against every count of the platform; of several for the same thing, the first that is broken."""
    for piece in candidate.pieces:
        broken: set[str] = set()
        for count in candidate.spec.text.counts:
            places = _FINDERS[count.what](piece.sent.text)
            number = len(places) + (count.what == "links" and _adds_card(candidate, piece))
            if number > count.max and count.what not in broken:
                broken.add(count.what)
                severity, doubt = certainty(count.verified)
                message = (
                    f"{number} {count.what} are more than the {count.max} that {quoted(candidate.account.id)} takes"
                )
                span = _place(candidate, piece, places[count.max :])
                fix = f"leave {number - count.max} of them out, or write another text for it"
                yield candidate.finding(TOO_MANY, span, message + doubt, help=fix, severity=severity)


def _adds_card(candidate: Candidate, piece: Piece) -> bool:
    """Whether the link's card is one more link: it goes with the first part, and gives way to media."""
    link = candidate.draft.link
    shown = link is not None and candidate.spec.link_card and piece is candidate.pieces[0] and not piece.sent.media
    return shown and link is not None and link.url not in piece.sent.text


def _place(candidate: Candidate, piece: Piece, rest: list[Place]) -> Span:
    if not rest:
        return piece.whole(candidate.path)
    return piece.place(candidate.path, rest[0][0], rest[-1][1])
