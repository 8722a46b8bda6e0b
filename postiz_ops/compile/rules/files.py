"""References to media that lead to no usable file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from postiz_ops.compile.candidate import Candidate
from postiz_ops.compile.media import Asset, Trouble, extension_type
from postiz_ops.compile.pages import page
from postiz_ops.compile.wording import quoted
from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.model import MediaKind

NOT_FOUND = Rule(
    "PZ350",
    "media-not-found",
    Severity.ERROR,
    "a media file is not there",
    page(
        what="""
            Looks for every file that `media`, an image of the body, a thumbnail or a link card names. Paths are
            relative to the post; with a leading `/` they are relative to the repository.
        """,
        why="The post would go out without its picture, or not at all.",
        example="![Our new office](ofice.jpg)",
        instead="![Our new office](office.jpg)",
        language="markdown",
    ),
)
UNTRACKED = Rule(
    "PZ351",
    "media-untracked",
    Severity.ERROR,
    "a media file is unknown to git",
    page(
        what="Finds media that lie in the work tree and were not added to git.",
        why="What is published is read from git: after the merge the file would not be there.",
        example="""
            $ git status --short
             M content/launch.md
            ?? content/launch.jpg
        """,
        instead="$ git add content/launch.jpg",
        language="console",
    ),
)
IGNORED = Rule(
    "PZ352",
    "media-ignored",
    Severity.ERROR,
    "a media file is ignored by git",
    page(
        what="Finds media that a `.gitignore` keeps out of git.",
        why="What is published is read from git, and this file will never be there.",
        example="*.mp4",
        instead="""
            Allow the folder in `.gitignore`, or add the file with `git add --force`.

            *.mp4
            !content/**/*.mp4
        """,
        language="gitignore",
    ),
)
NOT_A_FILE = Rule(
    "PZ353",
    "media-not-a-file",
    Severity.ERROR,
    "media names a folder",
    page(
        what="Finds media that name a folder or a submodule.",
        why="Only files can be published.",
        example="media: [pictures]",
        instead="media: [pictures/office.jpg, pictures/garden.jpg]",
    ),
)
SYMLINK = Rule(
    "PZ354",
    "media-symlink",
    Severity.ERROR,
    "media is a symbolic link, or lies behind one",
    page(
        what="Refuses media that are symbolic links, and media in a linked folder.",
        why="A link can lead out of the repository, to files that nobody reviewed and nobody wants published.",
        example="media: [latest.jpg]     # latest.jpg -> ../../private/scan.jpg",
        instead="media: [office.jpg]",
    ),
)
NAME_DIFFERS = Rule(
    "PZ355",
    "media-name-differs",
    Severity.ERROR,
    "git knows a media file under another spelling",
    page(
        what="Finds names that differ from git's in upper and lower case, or in how an accented letter is composed.",
        why="macOS and Windows find the file anyway; the Linux machine that publishes does not.",
        example="media: [Launch.JPG]",
        instead="media: [launch.jpg]",
    ),
)
LFS_POINTER = Rule(
    "PZ356",
    "media-lfs-pointer",
    Severity.ERROR,
    "the content of a Git LFS file is not here",
    page(
        what="Finds media of which only the Git LFS pointer is here.",
        why="What would be published is a text file of three lines instead of the picture.",
        example="""
            version https://git-lfs.github.com/spec/v1
            oid sha256:4d7a…
            size 12345
        """,
        instead="$ git lfs install && git lfs pull",
        language="console",
    ),
)
OUTSIDE = Rule(
    "PZ357",
    "media-outside",
    Severity.ERROR,
    "media lies outside of the repository",
    page(
        what="Refuses paths that lead out of the repository, or into `.git`.",
        why="Such a file is on one machine only, and nobody reviewed it.",
        example="media: [../../Downloads/office.jpg]",
        instead="""
            Copy the file into the repository.

            media: [office.jpg]
        """,
    ),
)
UNREADABLE = Rule(
    "PZ358",
    "media-unreadable",
    Severity.ERROR,
    "a media file is broken or of no known kind",
    page(
        what="Reads the first bytes of every media file; its name does not count.",
        why="No platform takes a file that is empty, cut off, or no picture, video, sound or document.",
        example="media: [office.psd]",
        instead="media: [office.png]",
    ),
)
NOT_HTTPS = Rule(
    "PZ359",
    "media-not-https",
    Severity.ERROR,
    "media is neither a path nor an https URL",
    page(
        what="Refuses media that `http:`, `data:`, `file:` or another scheme names.",
        why="Only `https` makes sure that the bytes come from that server.",
        example="media: [http://cdn.example.com/office.jpg]",
        instead="""
            media:
              - src: https://cdn.example.com/office.jpg
                sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        """,
    ),
)
UNPINNED = Rule(
    "PZ360",
    "media-unpinned",
    Severity.ERROR,
    "remote media has no hash",
    page(
        what="Finds `https` media without `sha256`, also as images of the body, where no hash can be written.",
        why="What a URL leads to can change after the review. With the hash, what was approved is published.",
        example="media: [https://cdn.example.com/big.mp4]",
        instead="""
            media:
              - src: https://cdn.example.com/big.mp4
                sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

            `postiz-ops media pin POST` downloads it and writes that line.
        """,
    ),
)
WRONG_HASH = Rule(
    "PZ361",
    "media-wrong-hash",
    Severity.ERROR,
    "the hash of a media file is wrong",
    page(
        what="Finds a `sha256` that is not 64 hexadecimal digits, or not the hash of the file that it stands beside.",
        why="The bytes that are there are not those that were meant.",
        example="""
            media:
              - {src: https://cdn.example.com/big.mp4, sha256: 9f86d0}
        """,
        instead="""
            `sha256sum FILE` prints it.

            media:
              - src: https://cdn.example.com/big.mp4
                sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        """,
    ),
)
UNKNOWN_TYPE = Rule(
    "PZ362",
    "media-type-unknown",
    Severity.ERROR,
    "a URL does not tell what it leads to",
    page(
        what="Finds `https` media whose URL has no extension that says what it is. `check` fetches nothing.",
        why="Whether a platform takes it cannot be known before the merge.",
        example="""
            media:
              - src: https://cdn.example.com/watch?v=1
                sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        """,
        instead="""
            media:
              - src: https://cdn.example.com/1.mp4
                sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        """,
    ),
)
NOT_A_PICTURE = Rule(
    "PZ363",
    "thumbnail-not-a-picture",
    Severity.ERROR,
    "a thumbnail or card image is no picture",
    page(
        what="Finds a `thumbnail`, or an `image` of a link card, that is a video, a sound or a document.",
        why="Platforms show a still picture there.",
        example="""
            media:
              - {src: clip.mp4, alt: A short clip, thumbnail: clip.mp4}
        """,
        instead="""
            media:
              - {src: clip.mp4, alt: A short clip, thumbnail: cover.jpg}
        """,
    ),
)
NAME_MISLEADS = Rule(
    "PZ364",
    "media-name-misleads",
    Severity.WARNING,
    "a file is not what its name says",
    page(
        what="Finds files whose bytes are of another type than their extension: a JPEG that is called `.png`, say.",
        why="It is published as what it is; but whoever reads the post expects another, and some tools refuse it.",
        example="media: [office.png]     # a JPEG",
        instead="media: [office.jpg]",
    ),
)

RULES = (
    NOT_FOUND,
    UNTRACKED,
    IGNORED,
    NOT_A_FILE,
    SYMLINK,
    NAME_DIFFERS,
    LFS_POINTER,
    OUTSIDE,
    UNREADABLE,
    NOT_HTTPS,
    UNPINNED,
    WRONG_HASH,
    UNKNOWN_TYPE,
    NOT_A_PICTURE,
    NAME_MISLEADS,
)


_TELLING = ("image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf")
"""Types whose extension means that type and no other: a `.mov` or an `.ogg` may be several things."""


class _Saying(NamedTuple):
    """How a trouble is said: the rule, the message for the path in backticks, and the help."""

    rule: Rule
    message: Callable[[str], str]
    help: Callable[[Asset], str]


def _meant(asset: Asset) -> str:
    if asset.suggestion:
        return f"write {quoted(asset.suggestion)}"
    return (
        "put the file there, or correct the path: it is relative to the post, and with a leading `/` to the repository"
    )


def _pinning(asset: Asset) -> str:
    command = f"postiz-ops media pin {asset.reference.span.path}"
    if asset.reference.in_body:
        return f"`{command} --vendor` brings the file into the repository; under `media` it may stay where it is"
    return f"`{command}` writes it there; with --vendor it brings the file into the repository"


_SAYINGS = {
    Trouble.MISSING: _Saying(NOT_FOUND, lambda path: f"there is no file {path}", _meant),
    Trouble.UNTRACKED: _Saying(
        UNTRACKED, lambda path: f"git does not know {path}", lambda asset: f"run {quoted(f'git add {asset.path}')}"
    ),
    Trouble.IGNORED: _Saying(
        IGNORED,
        lambda path: f"git ignores {path}",
        lambda asset: f"take it out of `.gitignore`, or run {quoted(f'git add --force {asset.path}')}",
    ),
    Trouble.NOT_A_FILE: _Saying(
        NOT_A_FILE, lambda path: f"{path} is a folder", lambda _: "name the files that are to be published"
    ),
    Trouble.SYMLINK: _Saying(
        SYMLINK,
        lambda path: f"{path} is a symbolic link, or lies behind one",
        lambda _: "put the file itself into the repository",
    ),
    Trouble.CASE: _Saying(NAME_DIFFERS, lambda path: f"git has no {path}, but a name that looks like it", _meant),
    Trouble.POINTER: _Saying(
        LFS_POINTER,
        lambda path: f"the content of {path} is in Git LFS, and not here",
        lambda _: "run `git lfs pull`; where git-lfs is not installed, install it first",
    ),
    Trouble.OUTSIDE: _Saying(
        OUTSIDE,
        lambda path: f"{path} lies outside of the repository",
        lambda _: "copy the file into the repository",
    ),
    Trouble.UNREADABLE: _Saying(
        UNREADABLE,
        lambda path: f"{path} is no picture, video, sound or document that can be read",
        lambda _: "export it again, as PNG, JPEG or MP4 for example",
    ),
    Trouble.SCHEME: _Saying(
        NOT_HTTPS,
        lambda path: f"{path} is neither a path nor an https URL",
        lambda _: "bring the file into the repository, or write an `https://` URL with its `sha256`",
    ),
    Trouble.UNPINNED: _Saying(
        UNPINNED,
        lambda path: f"{path} has no hash",
        _pinning,
    ),
    Trouble.BAD_HASH: _Saying(
        WRONG_HASH,
        lambda path: f"the `sha256` of {path} is wrong",
        lambda asset: f"write {asset.suggestion}" if asset.suggestion else "write all 64 hexadecimal digits",
    ),
    Trouble.UNKNOWN_TYPE: _Saying(
        UNKNOWN_TYPE,
        lambda path: f"{path} does not end in an extension that says what it is",
        lambda _: "use a URL that ends in `.jpg` or `.mp4` for example, or bring the file into the repository",
    ),
}


def check(candidate: Candidate) -> Iterator[Diagnostic]:
    """Every file that a post names, whoever it goes to."""
    for asset in candidate.assets:
        for each in asset.each():
            yield from _look(each)
        if asset.thumbnail:
            yield from _picture(asset.thumbnail)
    if candidate.card:
        yield from _look(candidate.card)
        yield from _picture(candidate.card)


def _look(asset: Asset) -> Iterator[Diagnostic]:
    span = asset.reference.span
    if asset.trouble is not None:
        saying = _SAYINGS[asset.trouble]
        yield saying.rule.at(span, saying.message(quoted(asset.path)), help=saying.help(asset))
    elif asset.media and (promised := extension_type(asset.path)) in _TELLING and promised != asset.media.type:
        message = f"{quoted(asset.path)} is {quoted(asset.media.type)}, and its name says {quoted(promised)}"
        yield NAME_MISLEADS.at(span, message, help="give the file the extension of what it is")


def _picture(asset: Asset) -> Iterator[Diagnostic]:
    if asset.media and asset.media.kind not in (MediaKind.IMAGE, MediaKind.GIF):
        message = f"{quoted(asset.path)} is no picture"
        yield NOT_A_PICTURE.at(asset.reference.span, message, help="name a JPEG or a PNG")
