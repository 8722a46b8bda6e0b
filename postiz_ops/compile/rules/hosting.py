"""Media that a platform fetches from a public address, where there is none, or one of another file than it takes."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Media
from postiz_ops.providers.base import KindRule, changeable

NOT_PUBLIC = Rule(
    "PZ387",
    "media-not-public",
    Severity.ERROR,
    "a platform fetches media from a public address, and there is none",
    page(
        what="""
            Finds files of the repository for platforms that take no upload and fetch what they show by its address:
            Instagram, Threads, and TikTok its pictures. `media_host` of accounts.yaml is where they find it.
        """,
        why="The platform could not fetch the file, and the post would not go out.",
        example="""
            version: 1
            accounts:
              acme-instagram: {provider: instagram, settings: {user: 17841400000000000}}
        """,
        instead="""
            Name a place, or give the file's own https address as `src`, with its `sha256`.

            version: 1
            media_host: github-raw     # a public repository, or s3://bucket
            accounts:
              acme-instagram: {provider: instagram, settings: {user: 17841400000000000}}
        """,
    ),
)

AS_IT_IS = Rule(
    "PZ388",
    "media-hosted-as-it-is",
    Severity.ERROR,
    "a file would have to be changed for a platform, and its media host cannot",
    page(
        what="""
            Finds pictures that are larger than the platform takes, or of another format, where `media_host` is
            `github-raw`: what is fetched from there is the file as it was committed. What a picture or a film tells
            beside what it shows, a place for example, is found when it is published, and keeps it from going out.
        """,
        why="The post would not go out: elsewhere such a file is shrunk or converted on its way.",
        example="""
            media_host: github-raw
            # and in a post for Instagram, which takes JPEG:
            # media: [{src: office.png, alt: The new office}]
        """,
        instead="""
            Commit the file as it should be sent, or use a bucket.

            media_host: s3://acme-media
        """,
    ),
)

RULES = (NOT_PUBLIC, AS_IT_IS)

GITHUB_RAW = "github-raw"


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Whether the platform finds what it fetches, and finds what it takes."""
    if candidate.config.media_host is None:
        yield from _homeless(candidate)
    elif candidate.config.media_host == GITHUB_RAW:
        yield from _unchanged(candidate)


def _unchanged(candidate: Candidate) -> Iterator[Diagnostic]:
    rules = candidate.spec.media
    for piece in candidate.pieces:
        for asset in piece.assets:
            media, kind = asset.media, asset.media and rules.kinds.get(asset.media.kind)
            if media and kind and media.kind in rules.public and changeable(rules, media) and _is_over(kind, media):
                yield candidate.finding(
                    AS_IT_IS,
                    asset.reference.span,
                    f"{quoted(candidate.account.id)} does not take {quoted(media.path)} as it is, and `github-raw` "
                    "serves it so",
                    help="commit it smaller or in another format, or use a bucket as `media_host` (`s3://…`)",
                )


def _is_over(rule: KindRule, media: Media) -> bool:
    """Whether a picture would be shrunk or converted on its way."""
    pixels = (media.width or 0) * (media.height or 0)
    too_large = media.bytes > rule.max_bytes or (rule.max_pixels is not None and pixels > rule.max_pixels)
    return too_large or media.type not in rule.types


def _homeless(candidate: Candidate) -> Iterator[Diagnostic]:
    """One finding for all files: what mends it for one mends it for the others."""
    assets = [asset for piece in candidate.pieces for asset in piece.assets if asset.media]
    homeless = [(asset, path) for asset in assets if asset.media for path in _unreachable(candidate, asset.media)]
    if homeless:
        (asset, path), rest = homeless[0], len(homeless) - 1
        others = f" (nor for {rest} more)" if rest else ""
        yield candidate.finding(
            NOT_PUBLIC,
            asset.reference.span,
            f"{quoted(candidate.account.id)} fetches media from a public address, and there is none for "
            f"{quoted(path)}{others}",
            help="set `media_host` in accounts.yaml, or give the file's https address as `src`",
        )


def _unreachable(candidate: Candidate, media: Media) -> list[str]:
    """The file, and the cover that goes the same way, where they have no address."""
    if media.kind not in candidate.spec.media.public:
        return []
    return [each.path for each in (media, media.thumbnail) if each and not each.path.startswith("https://")]
