"""Media that a platform does not take: their number, kind, type and size, and their alt text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from postiz_ops.compile.candidate import Candidate, Piece
from postiz_ops.compile.media import Asset
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import listed, quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Media, MediaKind, Span
from postiz_ops.providers.base import CONVERTIBLE, KindRule, changeable
from postiz_ops.text.units import measure

KIND = Rule(
    "PZ370",
    "media-kind-unsupported",
    Severity.ERROR,
    "a platform does not take this kind of media",
    page(
        what="Finds pictures, animations, videos, sounds and documents for platforms that do not take them.",
        why="The platform would refuse the upload, and with it the post.",
        example="""
            platforms: [bluesky]
            media: [podcast.mp3]
        """,
        instead="""
            Give it to those accounts alone that take it.

            platforms: [bluesky, mastodon]
            media:
              - {src: podcast.mp3, only: [mastodon]}
        """,
    ),
)
TYPE = Rule(
    "PZ371",
    "media-type-unsupported",
    Severity.ERROR,
    "a platform does not take this type of file",
    page(
        what="Finds files of a kind that the platform takes, in a format that it does not.",
        why="The platform would refuse the upload, and with it the post.",
        example="media: [clip.webm]",
        instead="media: [clip.mp4]",
    ),
)
TOO_LARGE = Rule(
    "PZ372",
    "media-too-large",
    Severity.ERROR,
    "a file is larger than a platform takes",
    page(
        what="""
            Compares bytes and pixels with the platform's limits. Pictures that are shrunk to the limit before they are
            uploaded are no finding.
        """,
        why="The platform would refuse the upload, and with it the post.",
        example="media: [clip.mp4]     # 700 MB",
        instead="media: [clip-720p.mp4]     # 60 MB",
    ),
)
TOO_LONG = Rule(
    "PZ373",
    "media-too-long",
    Severity.ERROR,
    "a video or a sound is longer than a platform takes",
    page(
        what="Compares the duration with the platform's limit.",
        why="The platform would refuse the upload, or cut it.",
        example="media: [talk.mp4]     # 40 minutes",
        instead="media: [trailer.mp4]     # 2 minutes",
    ),
)
TOO_MANY = Rule(
    "PZ374",
    "too-many-media",
    Severity.ERROR,
    "a part has more media than a platform takes",
    page(
        what="Counts the media of each part, all of them and of each kind.",
        why="The platform would refuse the post, or leave some of them out.",
        example="media: [1.jpg, 2.jpg, 3.jpg, 4.jpg, 5.jpg]",
        instead="""
            Put the rest into the next part of the thread, or leave the account out with `only`.

            media: [1.jpg, 2.jpg, 3.jpg, 4.jpg]
        """,
    ),
)
MIXED = Rule(
    "PZ375",
    "media-mixed",
    Severity.ERROR,
    "a platform does not take these kinds of media together",
    page(
        what="Finds pictures and a video in one part, for example, where the platform takes one kind at a time.",
        why="The platform would refuse the post.",
        example="media: [office.jpg, clip.mp4]",
        instead="media: [clip.mp4]",
    ),
)
TOTAL = Rule(
    "PZ376",
    "media-total-too-large",
    Severity.ERROR,
    "the media of a part are together larger than a platform takes",
    page(
        what="Adds up the bytes of each part's media where the platform limits the whole.",
        why="The platform would refuse the upload, and with it the post.",
        example="media: [1.png, 2.png, 3.png]     # 6 MB each, 10 MB is the limit",
        instead="media: [1.png]",
    ),
)
REQUIRED = Rule(
    "PZ377",
    "media-required",
    Severity.ERROR,
    "a platform publishes nothing without media",
    page(
        what="Finds posts without media for platforms that need some.",
        why="The platform would refuse the post.",
        example="""
            platforms: [instagram]
        """,
        instead="""
            platforms: [instagram]
            media: [office.jpg]
        """,
    ),
)
EXCLUDED = Rule(
    "PZ378",
    "media-excluded",
    Severity.ERROR,
    "a setting does not go together with media",
    page(
        what="Finds media beside a setting that excludes them: on Mastodon a poll has no pictures.",
        why="The platform would refuse the post.",
        example="""
            media: [office.jpg]
            settings:
              mastodon: {poll: {options: ["Yes", "No"], expires_in: 86400}}
        """,
        instead="""
            settings:
              mastodon: {poll: {options: ["Yes", "No"], expires_in: 86400}}
        """,
    ),
)
ALT_MISSING = Rule(
    "PZ379",
    "alt-text-missing",
    Severity.ERROR,
    "a picture or video has no alt text",
    page(
        what="""
            Finds pictures, animations and videos without a description. `policy.alt_text` of accounts.yaml makes it an
            `error` (the default), a `warning`, or turns it `off`.
        """,
        why="Who cannot see the picture, or loads none, learns nothing from the post.",
        example="![](office.jpg)",
        instead="![The new office: a bright room with twelve desks](office.jpg)",
        language="markdown",
    ),
)
ALT_TOO_LONG = Rule(
    "PZ380",
    "alt-text-too-long",
    Severity.ERROR,
    "an alt text is longer than a platform takes",
    page(
        what="Counts each alt text in the unit of the platform.",
        why="The platform would refuse the picture, or cut its description.",
        example="""
            media:
              - {src: chart.png, alt: (2,000 characters)}
        """,
        instead="""
            Say what matters, and the rest in the text.

            media:
              - {src: chart.png, alt: "Visits per month: 100 in January, 900 in June"}
        """,
    ),
)

RULES = (KIND, TYPE, TOO_LARGE, TOO_LONG, TOO_MANY, MIXED, TOTAL, REQUIRED, EXCLUDED, ALT_MISSING, ALT_TOO_LONG)

_NOUNS: Mapping[MediaKind, str] = {
    MediaKind.IMAGE: "pictures",
    MediaKind.GIF: "animations",
    MediaKind.VIDEO: "videos",
    MediaKind.AUDIO: "sounds",
    MediaKind.DOCUMENT: "documents",
}
_SEEN = (MediaKind.IMAGE, MediaKind.GIF, MediaKind.VIDEO)
"""What is looked at, and so needs a description for those who cannot see it."""


def check_alt(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether everything that can be seen is described, whoever it goes to."""
    policy = candidate.config.policy.alt_text
    if policy == "off":
        return
    for asset in candidate.assets:
        if asset.media and asset.media.kind in _SEEN and not asset.media.alt.strip():
            fix = "write it in the brackets: `![…](…)`" if asset.reference.in_body else "add `alt:` to it"
            message = f"{quoted(asset.reference.src)} has no alt text"
            yield ALT_MISSING.at(asset.reference.span, message, help=fix, severity=Severity(policy))


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every part's media against what the platform takes."""
    for piece in candidate.pieces:
        for asset in piece.assets:
            if asset.media:
                yield from _one(candidate, asset, asset.media)
        if piece.assets:
            yield from _together(candidate, piece, [asset for asset in piece.assets if asset.media])
    if candidate.spec.media.required and candidate.main and not candidate.main[0].assets:
        message = f"{candidate.spec.title} publishes nothing without media"
        yield candidate.finding(
            REQUIRED, candidate.fields.media.key_span(), message, help="add `media` to the front-matter"
        )


def _one(candidate: Candidate, asset: Asset, media: Media) -> Iterator[Diagnostic]:
    span, kinds = asset.reference.span, candidate.spec.media.kinds
    takes, account = f"{quoted(candidate.account.id)} takes", candidate.account.id
    if media.kind not in kinds:
        message = f"{takes} no {_NOUNS[media.kind]}, and {quoted(media.path)} is of that kind"
        leave = f"leave {quoted(account)} out with `only`"
        fix = f"attach {listed_kinds(kinds)}, or {leave}" if kinds else leave
        yield candidate.finding(KIND, span, message, help=fix)
        return
    rule = kinds[media.kind]
    if media.type not in rule.types and not (media.type in CONVERTIBLE and changeable(candidate.spec.media, media)):
        message = f"{takes} no {quoted(media.type)}, and {quoted(media.path)} is of that type"
        yield candidate.finding(TYPE, span, message, help=f"convert it to one of {listed(rule.types, last='or')}")
    else:
        yield from _size(candidate, media, rule, span)
    yield from _alt_length(candidate, media, span)


def listed_kinds(kinds: Mapping[MediaKind, KindRule]) -> str:
    """The kinds that a platform takes, as a sentence has them."""
    nouns = [noun for kind, noun in _NOUNS.items() if kind in kinds]
    return " or ".join(filter(None, [", ".join(nouns[:-1]), *nouns[-1:]]))


def _size(candidate: Candidate, media: Media, rule: KindRule, span: Span) -> Iterator[Diagnostic]:
    account, path = quoted(candidate.account.id), quoted(media.path)
    severity, doubt = certainty(rule.verified)
    shrunk = changeable(candidate.spec.media, media)
    if media.bytes > rule.max_bytes and not shrunk:
        message = f"{path} has {media.bytes:,} bytes: {account} takes {rule.max_bytes:,}{doubt}"
        fix = "make it smaller, or leave this account out with `only`"
        yield candidate.finding(TOO_LARGE, span, message, help=fix, severity=severity)
    pixels = (media.width or 0) * (media.height or 0)
    if rule.max_pixels is not None and pixels > rule.max_pixels and not shrunk:
        size = f"{media.width}x{media.height} = {pixels:,} pixels"
        message = f"{path} has {size}: {account} takes {rule.max_pixels:,}{doubt}"
        fix = "scale it down, or leave this account out with `only`"
        yield candidate.finding(TOO_LARGE, span, message, help=fix, severity=severity)
    if rule.max_duration is not None and (media.duration or 0) > rule.max_duration:
        message = f"{path} lasts {media.duration:.0f} seconds: {account} takes {rule.max_duration:.0f}{doubt}"
        fix = "cut it, or leave this account out with `only`"
        yield candidate.finding(TOO_LONG, span, message, help=fix, severity=severity)


def certainty(verified: bool) -> tuple[Severity, str]:  # noqa: FBT001 - it is the one thing that is asked
    """What more than a limit is, and what has to be said of it, by whether the limit was confirmed."""
    return (Severity.ERROR, "") if verified else (Severity.WARNING, ", as far as we know")


def _alt_length(candidate: Candidate, media: Media, span: Span) -> Iterator[Diagnostic]:
    limit = candidate.spec.media.alt
    if limit is None or (length := measure(media.alt, limit.unit)) <= limit.max:
        return
    severity, doubt = certainty(limit.verified)
    message = f"this alt text has {length:,} characters: {quoted(candidate.account.id)} takes {limit.max:,}{doubt}"
    yield candidate.finding(
        ALT_TOO_LONG, span, message, help=f"shorten it by {length - limit.max:,}", severity=severity
    )


def _together(candidate: Candidate, piece: Piece, assets: list[Asset]) -> Iterator[Diagnostic]:
    rule, account = candidate.spec.media, quoted(candidate.account.id)
    if not assets:
        return
    kinds = Counter(asset.media.kind for asset in assets if asset.media)
    yield from _number(candidate, piece, assets, kinds)
    if len(kinds) > 1 and not rule.mixed:
        nouns = " and ".join(_NOUNS[kind] for kind in kinds)
        message = f"{account} does not take {nouns} together in one part"
        fix = "put one of the two into the next part, or leave it out with `only`"
        yield candidate.finding(MIXED, assets[-1].reference.span, message, help=fix)
    total = sum(asset.media.bytes for asset in assets if asset.media and not _fits(candidate, asset.media))
    if rule.total_bytes is not None and total > rule.total_bytes:
        message = f"the media of this part have {total:,} bytes: {account} takes {rule.total_bytes:,} together"
        fix = "make them smaller, or put some into the next part"
        yield candidate.finding(TOTAL, assets[-1].reference.span, message, help=fix)
    yield from _excluded(candidate, piece, assets)


def _fits(candidate: Candidate, media: Media) -> bool:
    return changeable(candidate.spec.media, media)


def _number(candidate: Candidate, piece: Piece, assets: list[Asset], kinds: Counter[MediaKind]) -> Iterator[Diagnostic]:
    rule, account = candidate.spec.media, quoted(candidate.account.id)
    fix = "put the rest into the next part, or leave this account out with `only`"
    if not rule.kinds:
        return
    if rule.replies is not None and len(assets) > rule.replies and piece is not candidate.pieces[0]:
        takes = f"{rule.replies} in a comment or a later part" if rule.replies else "none in comments and later parts"
        message = f"{account} takes media in the first part, and {takes}"
        move = "move it into the first part, or leave this account out with `only`"
        yield candidate.finding(TOO_MANY, assets[rule.replies].reference.span, message, help=move)
    elif len(assets) > rule.max_items:
        message = f"{len(assets)} media are more than the {rule.max_items} that {account} takes in one part"
        yield candidate.finding(TOO_MANY, assets[rule.max_items].reference.span, message, help=fix)
        return
    for kind, number in kinds.items():
        most = rule.kinds[kind].max_items if kind in rule.kinds else None
        if most is not None and number > most:
            of_kind = [asset for asset in assets if asset.media and asset.media.kind is kind]
            message = f"{number} {_NOUNS[kind]} are more than the {most} that {account} takes in one part"
            yield candidate.finding(TOO_MANY, of_kind[most].reference.span, message, help=fix)


def _excluded(candidate: Candidate, piece: Piece, assets: list[Asset]) -> Iterator[Diagnostic]:
    if piece is not candidate.main[0]:
        return
    for name in candidate.spec.media.excluded_by:
        if candidate.draft.settings.get(name):
            message = f"{quoted(name)} and media exclude each other for {quoted(candidate.account.id)}"
            fix = "put the media into the next part, or leave this account out with `only`"
            yield candidate.finding(EXCLUDED, assets[0].reference.span, message, help=fix)
