"""What was approved, as a hash: everything that is sent, and nothing else."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from postiz_ops.model import Draft, DraftPart, LinkCard, Media

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_digest(draft: Draft, *, titled: bool) -> str:
    """SHA-256 over what a draft sends: not when it goes out, nor how the repository files it (tags, status).

    ``titled`` is whether the platform has titles: elsewhere the title is the calendar's alone.
    """
    return _hash(
        {
            "parts": [_part(part) for part in draft.parts],
            "title": draft.title if titled else None,
            "link": draft.link and _card(draft.link),
            "content_warning": draft.content_warning,
            "hashtags": draft.hashtags,
            "settings": draft.settings,
        }
    )


def text_digest(draft: Draft) -> str:
    """SHA-256 over the texts of a draft's parts, by their media where they have none: what readers have seen before.

    A NUL stands between parts: no text has one in it.
    """
    shown = (part.text or " ".join(media.sha256 for media in part.media) for part in draft.parts)
    return _hashed("\0".join(shown))


def _hash(value: Any) -> str:
    return _hashed(_CANONICAL.encode(value))


def _hashed(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _part(part: DraftPart) -> dict[str, Any]:
    facets = [(facet.start, facet.end, facet.kind, facet.value) for facet in part.facets]
    media = [_media(media) for media in part.media]
    return {"text": part.text, "facets": facets, "media": media, "comment": part.comment}


def _media(media: Media) -> list[Any]:
    """The path is part of it: platforms show a document's or a video's file name."""
    name = media.path.rpartition("/")[2]
    return [media.sha256, name, media.alt, media.thumbnail and media.thumbnail.sha256]


def _card(card: LinkCard) -> list[Any]:
    return [card.url, card.title, card.description, card.image and card.image.sha256]
