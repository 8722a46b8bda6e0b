"""Every kind of post that each platform takes, as a user writes it.

``test_sixteen`` publishes all of them, and the table of docs/providers/README.md lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """Front-matter and body of a post, and what of it has to stand on the platform.

    ``settings`` are the platform's own, as YAML. ``parts`` is how many posts and answers it makes (none, where the
    creator finishes it in the app), ``media`` the types under the first of them. ``account`` is what sets its account
    apart from the platform's usual one.
    """

    front: str = ""
    body: str = "We have moved."
    settings: str = ""
    parts: int = 1
    media: tuple[str, ...] = ()
    account: str = ""


JPEG, MP4, PDF = "image/jpeg", "video/mp4", "application/pdf"
_ONE = "media: [{src: /media/one.jpg, alt: Two desks}]\n"
_UPRIGHT = "media: [{src: /media/upright.jpg, alt: A door}]\n"
_TWO = "media: [{src: /media/one.jpg, alt: Two desks}, {src: /media/two.jpg, alt: A plant}]\n"
_FILM = "media: [{src: /media/clip.mp4, alt: A tour}]\n"
_COVERED = "media: [{src: /media/clip.mp4, alt: A tour, thumbnail: /media/one.jpg}]\n"
_BOTH = "media: [{src: /media/one.jpg, alt: Two desks}, {src: /media/clip.mp4, alt: A tour}]\n"
_PAPER = "media: [{src: /media/paper.pdf}]\n"
_CARD = "link: {url: https://example.com/office, title: The office, description: Where it is}\n"

TEXT = Kind()
CARD = Kind(_CARD)
PICTURE = Kind(_ONE, media=(JPEG,))
PICTURES = Kind(_TWO, media=(JPEG, JPEG))
VIDEO = Kind(_FILM, media=(MP4,))
MIXED = Kind(_BOTH, media=(JPEG, MP4))
DOCUMENT = Kind(_PAPER, media=(PDF,))
THREAD = Kind(body="One of three.\n\n---\n\nTwo of three.\n\n---\n\nThree of three.", parts=3)
COMMENT = Kind(body="We have moved.\n\n:::comment\nAsk us anything.\n:::", parts=2)


def _of(kind: Kind, settings: str) -> Kind:
    return Kind(kind.front, kind.body, settings, kind.parts, kind.media)


def _with(kind: Kind, front: str, media: tuple[str, ...]) -> Kind:
    return Kind(front, kind.body, kind.settings, kind.parts, media)


def _story(front: str, type: str) -> Kind:
    return Kind(front, "", "{type: story}", media=(type,))


_LINKEDIN = {
    "text": TEXT,
    "link card": CARD,
    "picture": PICTURE,
    "pictures": PICTURES,
    "video": VIDEO,
    "document": DOCUMENT,
    "poll": _of(TEXT, "{poll: {question: Which?, options: [This, That], duration: ONE_DAY}}"),
}
_INSTAGRAM = {
    "picture": PICTURE,
    "carousel": MIXED,
    "reel": VIDEO,
    "reel with a cover": Kind(_COVERED, media=(MP4,)),
    "story of a picture": _story(_UPRIGHT, JPEG),
    "story of a video": _story(_FILM, MP4),
    "first comment": _with(COMMENT, _ONE, (JPEG,)),
}

KINDS: Mapping[str, Mapping[str, Kind]] = {
    "bluesky": {
        "text": TEXT,
        "link card": CARD,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "thread": THREAD,
        "first comment": COMMENT,
    },
    "discord": {
        "text": TEXT,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "document": DOCUMENT,
        "thread": THREAD,
        "first comment": COMMENT,
        "text by a webhook": Kind(account="-webhook"),
        "pictures by a webhook": Kind(_TWO, media=(JPEG, JPEG), account="-webhook"),
    },
    "dribbble": {"shot": PICTURE},
    "facebook": {
        "text": TEXT,
        "link card": CARD,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "reel": _of(VIDEO, "{type: reel}"),
        "story of a picture": _story(_UPRIGHT, JPEG),
        "story of a video": _story(_FILM, MP4),
        "further parts": THREAD,
        "first comment": COMMENT,
    },
    "instagram": _INSTAGRAM,
    "instagram-standalone": _INSTAGRAM,
    "linkedin": {**_LINKEDIN, "first comment": _of(COMMENT, "{comments: v2}")},
    "linkedin-page": {**_LINKEDIN, "first comment": COMMENT},
    "mastodon": {
        "text": TEXT,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "poll": _of(TEXT, "{poll: {options: [This, That], expires_in: 86400}}"),
        "content warning": Kind("content_warning: Offices\n"),
        "thread": THREAD,
        "first comment": COMMENT,
    },
    "pinterest": {
        "picture": PICTURE,
        "carousel": PICTURES,
        "video": Kind(_COVERED, media=(MP4,)),
    },
    "reddit": {
        "text": TEXT,
        "link": CARD,
        "picture": PICTURE,
        "gallery": PICTURES,
        "video": Kind(_COVERED, media=(MP4,)),
        "poll": _of(TEXT, "{poll: {options: [This, That], duration: 3}}"),
        "further parts": THREAD,
        "first comment": COMMENT,
    },
    "slack": {
        "text": TEXT,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "document": DOCUMENT,
        "thread": THREAD,
        "first comment": COMMENT,
        "text by a webhook": Kind(account="-webhook"),
    },
    "threads": {
        "text": TEXT,
        "link card": CARD,
        "picture": PICTURE,
        "video": VIDEO,
        "carousel": MIXED,
        "poll": _of(TEXT, "{poll: [This, That]}"),
        "thread": THREAD,
        "first comment": COMMENT,
    },
    "tiktok": {
        "video": VIDEO,
        "photos": PICTURES,
        "draft of a video": Kind(_FILM, "", "{mode: inbox}", parts=0),
    },
    "x": {
        "text": TEXT,
        "picture": PICTURE,
        "pictures": PICTURES,
        "video": VIDEO,
        "poll": _of(TEXT, "{poll: {options: [This, That], duration_minutes: 1440}}"),
        "thread": THREAD,
        "first comment": COMMENT,
        "article": Kind(_ONE, "## Why\n\nWe have moved.", media=(JPEG,), account="-articles"),
    },
    "youtube": {
        "video": VIDEO,
        "video with a thumbnail": Kind(_COVERED, media=(MP4,)),
        "first comment": _with(COMMENT, _FILM, (MP4,)),
    },
}
"""Provider -> the name of a kind of post -> how it is written."""


def post_id(provider: str, name: str) -> str:
    """The id of the post that has a kind."""
    return f"{provider}-{name.replace(' ', '-')}"


def post_of(provider: str, name: str, account: str) -> str:
    """The post as a file; its words name its kind, so that no two of one account are the same."""
    kind = KINDS[provider][name]
    words = kind.body.replace("moved", f"moved ({name})").replace("One of", f"{name.capitalize()}: one of")
    settings = f"settings: {{{provider}: {kind.settings}}}\n" * bool(kind.settings)
    front = (
        f"title: A new office ({name})\nplatforms: [{account}{kind.account}]\npublish_at: now\n{kind.front}{settings}"
    )
    return f"---\nid: {post_id(provider, name)}\n{front}---\n{words}\n"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of others that kinds of posts are tried against, in ``tests/real``."""

    what: str
    kinds: tuple[str, ...]


REAL: Mapping[str, Server] = {
    "bluesky": Server("a Bluesky PDS", tuple(KINDS["bluesky"])),
    "mastodon": Server("`mastodon_mock`, a mock that others wrote", tuple(KINDS["mastodon"])),
}
