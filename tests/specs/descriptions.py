"""Who wrote the descriptions that requests are held against: the table of docs/providers/README.md is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Author(StrEnum):
    """Whose opinion a description is."""

    PLATFORM = "the platform's own"
    COMMUNITY = "the community's"
    US = "our own, handwritten"


@dataclass(frozen=True, slots=True)
class Description:
    """What a platform's validator reads: ``folder`` is its place among the descriptions, ``what`` its form.

    ``uploads`` are the types of media whose bytes travel in a way that it does not have: there our own reading judges.
    """

    folder: str
    author: Author
    what: str
    uploads: tuple[str, ...] = ()


_GRAPH = Description("facebook-graph", Author.PLATFORM, "Graph API specifications of Meta's SDKs")
_LINKEDIN = Description("linkedin", Author.US, "OpenAPI")

DESCRIPTIONS: Mapping[str, Description] = {
    "bluesky": Description("atproto", Author.PLATFORM, "lexicons"),
    "discord": Description("discord", Author.PLATFORM, "OpenAPI"),
    "dribbble": Description("dribbble", Author.US, "OpenAPI"),
    "facebook": _GRAPH,
    "instagram": _GRAPH,
    "instagram-standalone": _GRAPH,
    "linkedin": _LINKEDIN,
    "linkedin-page": _LINKEDIN,
    "mastodon": Description("mastodon", Author.COMMUNITY, "OpenAPI"),
    "pinterest": Description("pinterest", Author.PLATFORM, "OpenAPI", uploads=("video",)),
    "reddit": Description("reddit", Author.US, "OpenAPI"),
    "slack": Description("slack", Author.PLATFORM, "types and OpenAPI", uploads=("image", "video", "application")),
    "threads": Description("threads", Author.PLATFORM, "OpenAPI, converted from Meta's Postman collection"),
    "tiktok": Description("tiktok", Author.US, "OpenAPI"),
    "youtube": Description("youtube-google", Author.PLATFORM, "discovery document", uploads=("video",)),
    "x": Description("x", Author.PLATFORM, "OpenAPI"),
}
"""Provider -> its description."""
