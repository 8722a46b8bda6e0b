"""Pictures and videos of a shape or length that a platform does not take."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.rules.attachments import certainty
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Media, Span
from postiz_ops.providers.base import KindRule

SHAPE = Rule(
    "PZ381",
    "media-shape",
    Severity.ERROR,
    "a picture or video is too wide or too tall for a platform",
    page(
        what="""
            Compares width by height with what the platform takes: Instagram wants pictures between 4:5 and 1.91:1. What
            is too wide or too tall cannot be shrunk into it, as nothing is cut off.
        """,
        why="The platform would refuse the picture, and with it the post, or cut it.",
        example="media: [panorama.jpg]     # 3000 x 1000",
        instead="media: [panorama-cut.jpg]     # 1900 x 1000",
    ),
)
TOO_SHORT = Rule(
    "PZ382",
    "media-too-short",
    Severity.ERROR,
    "a video is shorter than a platform takes",
    page(
        what="Compares the duration with the least that the platform takes.",
        why="The platform would refuse the upload, and with it the post.",
        example="media: [blink.mp4]     # 2 seconds",
        instead="media: [clip.mp4]     # 5 seconds",
    ),
)

RULES = (SHAPE, TOO_SHORT)

ROUNDING = 0.01
"""How much of a shape is not held against it: 1080 x 1350 is 4:5, and so is 1080 x 1351 to everybody who looks."""


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every picture and video against the shapes and lengths of its kind."""
    for piece in candidate.pieces:
        for asset in piece.assets:
            rule = asset.media and candidate.spec.media.kinds.get(asset.media.kind)
            if asset.media and rule:
                yield from _shape(candidate, asset.media, rule, asset.reference.span)
                yield from _length(candidate, asset.media, rule, asset.reference.span)


def _shape(candidate: Candidate, media: Media, rule: KindRule, span: Span) -> Iterator[Diagnostic]:
    if rule.aspect is None or not media.width or not media.height:
        return
    ratio, (least, most) = media.width / media.height, rule.aspect
    if least * (1 - ROUNDING) <= ratio <= most * (1 + ROUNDING):
        return
    severity, doubt = certainty(rule.verified)
    takes = f"{quoted(candidate.account.id)} takes {least:g}:1 to {most:g}:1"
    message = f"{quoted(media.path)} is {media.width}x{media.height}, which is {ratio:.2f}:1: {takes}{doubt}"
    fix = f"cut it to a less {'wide' if ratio > most else 'tall'} shape, or leave this account out with `only`"
    yield candidate.finding(SHAPE, span, message, help=fix, severity=severity)


def _length(candidate: Candidate, media: Media, rule: KindRule, span: Span) -> Iterator[Diagnostic]:
    if rule.min_duration is None or media.duration is None or media.duration >= rule.min_duration:
        return
    severity, doubt = certainty(rule.verified)
    takes = f"{quoted(candidate.account.id)} takes {rule.min_duration:g} and more"
    message = f"{quoted(media.path)} lasts {media.duration:.1f} seconds: {takes}{doubt}"
    fix = "choose a longer one, or leave this account out with `only`"
    yield candidate.finding(TOO_SHORT, span, message, help=fix, severity=severity)
