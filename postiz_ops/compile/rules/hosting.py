"""Media that a platform fetches from a public address, where there is none."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import Media

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

RULES = (NOT_PUBLIC,)


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """One finding for all files: what mends it for one mends it for the others."""
    if candidate.config.media_host is not None:
        return
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
