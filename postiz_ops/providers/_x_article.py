"""Articles on X: https://docs.x.com/x-api/articles/create-draft-article . A draft that one call makes public."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from postiz_ops import errors
from postiz_ops.model import DraftPart, Facet
from postiz_ops.providers import _x_media, base
from postiz_ops.providers.base import Dispatch, Http

KINDS = ((re.compile("• "), "unordered-list-item"), (re.compile(r"\d+[.)] "), "ordered-list-item"))
QUOTE = re.compile("> ")


async def draft(http: Http, dispatch: Dispatch, media: list[str]) -> str:
    """Make the draft, which its author alone sees; the first picture is its cover."""
    if not dispatch.draft.title:
        raise errors.Rejected("an article needs a title", help="write one as `title` in the front-matter")
    body = {"title": dispatch.draft.title, "content_state": content(dispatch.part, media[1:])}
    body |= base.filled(cover_media=media and _item(media[0]))
    answer = await http.post("/2/articles/draft", json=body)
    return base.said(_x_media.data_of(answer.json), "id", errors.Unavailable)


def is_article(post: Mapping[str, Any], title: str | None) -> bool:
    """Whether a post that X lists is an article with this title."""
    return bool(title) and (post.get("article") or {}).get("title") == title


def content(part: DraftPart, pictures: list[str]) -> dict[str, Any]:
    """The text as blocks, a line each, with its links; further pictures follow it."""
    entities: list[dict[str, Any]] = []
    blocks = [_block(line, start, part.facets, entities) for start, line in _lines(part.text)]
    for picture in pictures:
        place = {"key": len(entities), "offset": 0, "length": 1}
        blocks.append({"text": " ", "type": "atomic", "entity_ranges": [place]})
        _entity(entities, "image", "immutable", {"media_items": [_item(picture)]})
    return {"blocks": blocks, "entities": entities}


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _block(line: str, start: int, facets: tuple[Facet, ...], entities: list[dict[str, Any]]) -> dict[str, Any]:
    kind, mark = _kind(line)
    first, end = start + mark, start + len(line)
    ranges = []
    for facet in facets:
        if facet.kind == "link" and first <= facet.start and facet.end <= end:
            before, inside = line[mark : facet.start - start], line[facet.start - start : facet.end - start]
            ranges.append({"key": len(entities), "offset": _utf16(before), "length": _utf16(inside)})
            _entity(entities, "link", "mutable", {"url": facet.value})
    return {"text": line[mark:], "type": kind} | base.filled(entity_ranges=ranges)


def _kind(line: str) -> tuple[str, int]:
    """What a line is, by the mark that the plain form begins it with, and how long that is."""
    for pattern, kind in (*KINDS, (QUOTE, "blockquote")):
        if match := pattern.match(line):
            return kind, match.end()
    return "unstyled", 0


def _entity(entities: list[dict[str, Any]], kind: str, mutability: str, data: dict[str, Any]) -> None:
    entities.append({"key": str(len(entities)), "value": {"type": kind, "mutability": mutability, "data": data}})


def _item(media: str) -> dict[str, str]:
    return {"media_category": "tweet_image", "media_id": media}


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
