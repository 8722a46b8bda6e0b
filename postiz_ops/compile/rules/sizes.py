"""Pictures that must have certain sizes, and films that need a picture of their own."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate, Piece
from postiz_ops.compile.media import Asset
from postiz_ops.compile.pages import page
from postiz_ops.compile.rules.attachments import certainty
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Media
from postiz_ops.providers.base import KindRule

EXACT = Rule(
    "PZ383",
    "media-size",
    Severity.ERROR,
    "a platform takes pictures of certain sizes alone",
    page(
        what="Compares width and height with the sizes that the platform takes: Dribbble has exactly two.",
        why="The platform would refuse the picture, and with it the post. Nothing is cut off or enlarged by itself.",
        example="""
            platforms: [dribbble]
            media: [shot.png]     # 1600 x 900
        """,
        instead="""
            platforms: [dribbble]
            media: [shot.png]     # 800 x 600
        """,
    ),
)
DIFFERENT = Rule(
    "PZ384",
    "media-sizes-differ",
    Severity.ERROR,
    "the pictures of a part must have the same size",
    page(
        what="Compares the sizes of the pictures of one part, where the platform shows them in one frame.",
        why="The platform would refuse the post.",
        example="""
            platforms: [pinterest]
            media: [1.jpg, 2.jpg]     # 1000 x 1500 and 1000 x 1000
        """,
        instead="""
            platforms: [pinterest]
            media: [1.jpg, 2.jpg]     # both 1000 x 1500
        """,
    ),
)
COVER = Rule(
    "PZ385",
    "cover-missing",
    Severity.ERROR,
    "a platform needs a picture for a video",
    page(
        what="Finds videos without a `thumbnail` for platforms that take none without, such as Pinterest and Reddit.",
        why="The platform would refuse the post.",
        example="""
            platforms: [pinterest]
            media: [{src: clip.mp4, alt: A short clip}]
        """,
        instead="""
            platforms: [pinterest]
            media: [{src: clip.mp4, alt: A short clip, thumbnail: cover.jpg}]
        """,
    ),
)

RULES = (EXACT, DIFFERENT, COVER)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every picture and video against the sizes and covers of its kind."""
    for piece in candidate.pieces:
        for asset in piece.assets:
            rule = asset.media and candidate.spec.media.kinds.get(asset.media.kind)
            if asset.media and rule:
                yield from _exact(candidate, asset, asset.media, rule)
                yield from _cover(candidate, asset, rule)
        if candidate.spec.media.same_size:
            yield from _same(candidate, piece)


def _exact(candidate: Candidate, asset: Asset, media: Media, rule: KindRule) -> Iterator[Diagnostic]:
    if not rule.sizes or not media.width or (media.width, media.height) in rule.sizes:
        return
    severity, doubt = certainty(rule.verified)
    takes = f"{quoted(candidate.account.id)} takes " + " or ".join(f"{wide}x{high}" for wide, high in rule.sizes)
    message = f"{quoted(media.path)} is {media.width}x{media.height}: {takes}{doubt}"
    fix = "cut it to that size, or leave this account out with `only`"
    yield candidate.finding(EXACT, asset.reference.span, message, help=fix, severity=severity)


def _cover(candidate: Candidate, asset: Asset, rule: KindRule) -> Iterator[Diagnostic]:
    if not rule.cover or asset.reference.thumbnail:
        return
    fix = "add `thumbnail:` to it, or leave this account out with `only`"
    if asset.reference.in_body:
        fix = "name it in `media` with a `thumbnail`, or leave this account out with `only`"
    message = f"{quoted(candidate.account.id)} takes no video without a picture, and {quoted(asset.path)} has none"
    yield candidate.finding(COVER, asset.reference.span, message, help=fix)


def _same(candidate: Candidate, piece: Piece) -> Iterator[Diagnostic]:
    """The first picture that is of another size than the first of all."""
    sized = [(asset, asset.media.width, asset.media.height) for asset in piece.assets if asset.media]
    known = [each for each in sized if each[1]]
    for asset, width, height in known:
        if (width, height) != known[0][1:]:
            message = (
                f"{quoted(asset.path)} is {width}x{height} and the first picture {known[0][1]}x{known[0][2]}: "
                f"{quoted(candidate.account.id)} takes pictures of one size together"
            )
            fix = "cut them to the same size, or leave this account out with `only`"
            yield candidate.finding(DIFFERENT, asset.reference.span, message, help=fix)
            return
