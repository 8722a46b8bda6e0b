"""Texts that are too long, and what a platform cannot show of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import le

from postiz_ops.compile.assemble import warning_length
from postiz_ops.compile.candidate import Candidate, Piece
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import instead, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Span, Unit
from postiz_ops.providers.base import Limit, Threads, variant_of
from postiz_ops.text.units import prefix

TOO_LONG = Rule(
    "PZ300",
    "text-too-long",
    Severity.ERROR,
    "a text is longer than a platform takes",
    page(
        what="""
            Counts each part exactly as it will be sent, in the unit of the platform: links, mentions, hashtags and
            the signature included, and on Mastodon the content warning too. What is underlined is what is too much.
            Where the limit itself is not certain, it is a warning.
        """,
        why="The platform would refuse the post, or cut it.",
        example="""
            ---
            platforms: [bluesky]
            publish_at: 2026-12-01 09:00
            ---
            (a text of 350 characters)
        """,
        instead="""
            Shorten it, split it with `thread: auto` where the platform has threads, or write another text for it.

            ---
            platforms: [bluesky, mastodon]
            publish_at: 2026-12-01 09:00
            thread: auto
            ---
            A first sentence for everybody.

            :::except bluesky
            What only the others have room for.
            :::
        """,
        language="markdown",
    ),
)
LONG = Rule(
    "PZ301",
    "text-long",
    Severity.WARNING,
    "a text is longer than a platform recommends",
    page(
        what="Finds texts that the platform takes and advises against: above 4,000 characters on Slack, for example.",
        why="The platform may show them cut, or split them into several messages.",
        example="(a text of 5,000 characters)",
        instead="""
            Shorten it, or make two parts of it.

            A first part.

            ---

            A second part.
        """,
        language="markdown",
    ),
)
PERHAPS_TOO_LONG = Rule(
    "PZ302",
    "text-perhaps-too-long",
    Severity.WARNING,
    "a text may be longer than a platform takes",
    page(
        what="""
            Some platforms limit "characters" and do not say which. Counted as code points the text fits; counted as
            UTF-16 units, in which most emoji are two, it does not.
        """,
        why="The platform may refuse the post.",
        example="(a text of 1,999 letters and 10 emoji for a limit of 2,000)",
        instead="(a text of 1,999 letters)",
        language="markdown",
    ),
)
UNKNOWN_PERSON = Rule(
    "PZ303",
    "unknown-person",
    Severity.ERROR,
    "a person is mentioned whom accounts.yaml does not know",
    page(
        what="Finds `@{name}` in a text where `people` of accounts.yaml has no such name.",
        why="Nobody would be mentioned, and the braces would be published.",
        example="Thanks, @{alise}!",
        instead="Thanks, @{alice}!",
        language="markdown",
    ),
)
SIGNATURE_NOT_FOUND = Rule(
    "PZ304",
    "signature-not-found",
    Severity.ERROR,
    "a signature has no file",
    page(
        what="Finds a `signature` for which there is no file `signatures/NAME.md`. `none` means no signature.",
        why="The post would go out without its ending.",
        example="signature: defualt",
        instead="signature: default",
    ),
)
WARNING_LEFT_OUT = Rule(
    "PZ305",
    "content-warning-left-out",
    Severity.WARNING,
    "a platform has no content warnings",
    page(
        what="Finds a `content_warning` for an account whose platform has no place for it.",
        why="There the post is shown without the warning.",
        example="""
            platforms: [mastodon, discord]
            content_warning: Spoilers
        """,
        instead="""
            Leave the account out, or warn in the text.

            platforms: [mastodon]
            content_warning: Spoilers
        """,
    ),
)
LINK_LEFT_OUT = Rule(
    "PZ306",
    "link-left-out",
    Severity.WARNING,
    "a link is in no card and in no text",
    page(
        what="""
            Finds a `link` where the platform takes no link cards, or none beside pictures and films, and the text does
            not hold it either.
        """,
        why="The readers there do not get the link at all.",
        example="""
            ---
            platforms: [bluesky, mastodon]
            link: https://example.com
            ---
            Read it on our page.
        """,
        instead="""
            Say it in the text for those platforms.

            ---
            platforms: [bluesky, mastodon]
            link: https://example.com
            ---
            Read it on our page.

            :::only mastodon
            https://example.com
            :::
        """,
        language="markdown",
    ),
)

TEXT_LEFT_OUT = Rule(
    "PZ308",
    "text-left-out",
    Severity.WARNING,
    "a kind of post shows no text",
    page(
        what="Finds a text in a post whose settings make it a story, which shows its picture or video alone.",
        why="There the text is not published.",
        example="""
            ---
            platforms: [instagram]
            media: [{src: office.jpg, alt: The new office}]
            settings: {instagram: {type: story}}
            ---
            We have moved!
        """,
        instead="""
            Write it into the picture, or keep it for the others.

            :::except instagram
            We have moved!
            :::
        """,
        language="markdown",
    ),
)

RULES = (
    TOO_LONG,
    LONG,
    PERHAPS_TOO_LONG,
    UNKNOWN_PERSON,
    SIGNATURE_NOT_FOUND,
    WARNING_LEFT_OUT,
    LINK_LEFT_OUT,
    TEXT_LEFT_OUT,
)

_NAMES = {
    Unit.UTF16: "UTF-16 units",
    Unit.UTF8_BYTE: "bytes",
    Unit.X_WEIGHTED: "weighted characters",
    Unit.EMOJI_BYTES: "characters (an emoji counts as its bytes)",
}


@dataclass(frozen=True, slots=True)
class _Excess:
    """A part that is over a limit: ``length`` is all that counts, ``taken`` what the content warning has of it."""

    piece: Piece
    number: int
    limit: Limit
    length: int
    taken: int

    @property
    def over(self) -> int:
        return self.length - self.limit.max

    @property
    def unit(self) -> str:
        return _NAMES.get(self.limit.unit, "characters")

    @property
    def where(self) -> str:
        return f"part {self.number}" if self.number else "this text"

    def place(self, path: str) -> Span:
        """What is too much."""
        text = self.piece.sent.text
        return self.piece.place(path, prefix(text, self.limit.unit, max(self.limit.max - self.taken, 0)), len(text))


def check_length(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every part against every limit of the platform."""
    most = [limit.max for limit in candidate.limits]
    for index, piece in enumerate(candidate.pieces):
        if all(map(le, piece.lengths, most)):
            continue
        found = list(_excesses(candidate, piece, index + 1 if len(candidate.pieces) > 1 else 0))
        for excess in found:
            if not (candidate.spec.text.loose and excess.limit is candidate.limits[-1]):
                yield _too_long(candidate, excess)
            elif len(found) == 1:
                yield _perhaps(candidate, excess)


def _excesses(candidate: Candidate, piece: Piece, number: int) -> Iterator[_Excess]:
    counted = list(zip(candidate.limits, piece.lengths, strict=True))
    doubtful = counted[-1:] if candidate.spec.text.loose else []
    for limit, length in (*_strictest(counted[: len(counted) - len(doubtful)]), *doubtful):
        if length > limit.max:
            taken = warning_length(candidate.fields, candidate.spec, limit.unit)
            yield _Excess(piece, number, limit, length, taken)


def _strictest(counted: Iterable[tuple[Limit, int]]) -> Iterable[tuple[Limit, int]]:
    """Of limits with the same number, which count the same in two ways, the one by which a text is longer."""
    kept: dict[int, tuple[Limit, int]] = {}
    for limit, length in counted:
        if limit.max not in kept or kept[limit.max][1] < length:
            kept[limit.max] = (limit, length)
    return kept.values()


def _too_long(candidate: Candidate, excess: _Excess) -> Diagnostic:
    limit = excess.limit
    counted = ", its content warning included" if excess.taken else ""
    doubt = "" if limit.verified else ", as far as we know"
    return candidate.finding(
        TOO_LONG,
        excess.place(candidate.path),
        f"{excess.where} has {excess.length:,} {excess.unit}{counted}: {excess.over:,} more than the {limit.max:,} "
        f"that {quoted(candidate.account.id)} takes{doubt}",
        help=_shorten(candidate, excess),
        severity=Severity.ERROR if limit.verified else Severity.WARNING,
        label=f"{excess.over:,} too many",
    )


def _perhaps(candidate: Candidate, excess: _Excess) -> Diagnostic:
    return candidate.finding(
        PERHAPS_TOO_LONG,
        excess.place(candidate.path),
        f"{excess.where} has {excess.length:,} UTF-16 units, and {quoted(candidate.account.id)} takes "
        f"{excess.limit.max:,} characters without saying how it counts them",
        help=f"shorten it by {excess.over:,} to be sure",
        label=f"{excess.over:,} perhaps too many",
    )


def _shorten(candidate: Candidate, excess: _Excess) -> str:
    ways = [f"shorten it by {excess.over:,} {excess.unit if excess.over > 1 else excess.unit.removesuffix('s')}"]
    if candidate.spec.threads is not Threads.NONE and candidate.fields.thread.value != "auto":
        ways.append("split it with `thread: auto`")
    return ", ".join(ways) + f", or write another text for it with `:::only {candidate.account.id}`"


def check_recommended(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every part against what the platform advises."""
    limit = candidate.spec.text.limit
    if limit.warn_above is None:
        return
    for piece in candidate.pieces:
        length = piece.lengths[0]
        if limit.warn_above < length <= limit.max:
            fits = prefix(piece.sent.text, limit.unit, limit.warn_above)
            yield candidate.finding(
                LONG,
                piece.place(candidate.path, fits, len(piece.sent.text)),
                f"{length:,} characters are more than the {limit.warn_above:,} up to which {candidate.spec.title} "
                "shows a text as it is",
                help=f"shorten it by {length - limit.warn_above:,}, or make two parts of it",
            )


def check_people(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether everybody who is mentioned is known."""
    for key, span in candidate.problems.unknown_people:
        fix = instead(key, candidate.config.people, what="people")
        yield UNKNOWN_PERSON.at(span, f"{quoted(key)} is not among the `people` of accounts.yaml", help=fix)


def check_signature(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether the signature is there."""
    if (problem := candidate.problems.signature) is not None:
        fix = instead(problem.name, problem.known, what="signatures")
        message = f"there is no file {quoted(f'signatures/{problem.name}.md')}"
        yield SIGNATURE_NOT_FOUND.at(problem.span, message, help=fix)


def check_left_out(candidate: Candidate) -> Iterator[Diagnostic]:
    """What the platform has no place for."""
    account, fields = candidate.account, candidate.fields
    if fields.content_warning.value and not candidate.spec.content_warning:
        yield candidate.finding(
            WARNING_LEFT_OUT,
            fields.content_warning.span(),
            f"{candidate.spec.title} has no content warnings: {quoted(account.id)} shows this post without one",
            help="leave this account out, or warn in the text",
        )
    yield from _text_left_out(candidate)
    yield from _link_left_out(candidate)


def _link_left_out(candidate: Candidate) -> Iterator[Diagnostic]:
    link, spec, account = candidate.fields.link, candidate.spec, quoted(candidate.account.id)
    if not link.value or _says(candidate, link.value.url):
        return
    pictured = bool(candidate.pieces and candidate.pieces[0].sent.media) and not spec.link_with_media
    if not spec.link_card:
        why = f"{spec.title} takes no link cards, and this link is not in the text for {account}"
    elif pictured:
        why = f"{spec.title} shows media or a link card, not both, and this link is not in the text for {account}"
    else:
        return
    advice = f"write the link in the text, in `:::only {candidate.account.id}` where the others have their card"
    yield candidate.finding(LINK_LEFT_OUT, link.span(), why, help=advice)


def _text_left_out(candidate: Candidate) -> Iterator[Diagnostic]:
    variant = variant_of(candidate.spec, candidate.settings)
    if variant and not variant.text and candidate.main and candidate.main[0].sent.text:
        kind = f"`{variant.setting}: {variant.value}`"
        yield candidate.finding(
            TEXT_LEFT_OUT,
            candidate.main[0].whole(candidate.path),
            f"a post with {kind} shows no text: {quoted(candidate.account.id)} leaves this one out",
            help=f"write it into the picture, or keep it for the others with `:::except {candidate.account.id}`",
        )


def _says(candidate: Candidate, url: str) -> bool:
    return any(url in piece.sent.text or any(f.value == url for f in piece.sent.facets) for piece in candidate.pieces)
