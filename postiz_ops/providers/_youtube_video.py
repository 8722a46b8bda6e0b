"""What a post says of its video: YouTube's settings, and the resource that they and the text make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator

from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch

MAX_TAGS = 500
"""Characters of all tags together, the commas between them and the quotes around those with a blank included."""


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for YouTube alone."""

    privacy: Literal["public", "unlisted", "private"] = Field(default="public", description="who sees the video")
    made_for_kids: bool = Field(default=False, description="whether the video is made for children, which the law asks")
    contains_synthetic_media: bool = Field(
        default=False, description="whether it shows realistic scenes that were altered or made by a machine"
    )
    notify_subscribers: bool = Field(default=True, description="whether the channel's subscribers are told")
    category: Annotated[str, Field(pattern=r"^[0-9]{1,3}$")] = Field(
        default="22", description="id of YouTube's category; 22 is People & Blogs"
    )
    playlist: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")] | None = Field(
        default=None, description="id of one of the channel's playlists, which the video is added to"
    )
    tags: list[Annotated[str, Field(min_length=1, pattern=r"^[^<>,]+$")]] = Field(
        default=[], description="keywords beside the hashtags, all together up to 500 characters"
    )
    license: Literal["youtube", "creativeCommon"] = Field(default="youtube", description="the video's license")
    embeddable: bool = Field(default=True, description="whether other sites may embed the video")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = Field(
        default=None, description="language of title and description (BCP 47)"
    )

    @field_validator("tags")
    @classmethod
    def _fit(cls, tags: list[str]) -> list[str]:
        if (length := tags_length(tags)) > MAX_TAGS:
            raise ValueError(f"the tags have {length} characters together, and YouTube takes {MAX_TAGS}")
        return tags


def settings_of(dispatch: Dispatch) -> Settings:
    """The settings of a dispatch."""
    return Settings.model_validate(dispatch.draft.settings)


def resource(dispatch: Dispatch) -> dict[str, Any]:
    """The video resource: YouTube replaces whole parts of it, so a new one and an edited one are the same."""
    settings = settings_of(dispatch)
    snippet = base.filled(
        title=dispatch.draft.title,
        tags=list(_tags(settings.tags, dispatch.draft.hashtags)),
        defaultLanguage=settings.language,
    )
    return {
        "snippet": {"description": dispatch.part.text, "categoryId": settings.category} | snippet,
        "status": {
            "privacyStatus": settings.privacy,
            "selfDeclaredMadeForKids": settings.made_for_kids,
            "containsSyntheticMedia": settings.contains_synthetic_media,
            "license": settings.license,
            "embeddable": settings.embeddable,
        },
    }


def tags_length(tags: list[str]) -> int:
    """As YouTube counts: https://developers.google.com/youtube/v3/docs/videos#snippet.tags[] ."""
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)


def _tags(tags: list[str], hashtags: tuple[str, ...]) -> Iterator[str]:
    """The tags, and as many of the hashtags as still fit: all of those stand in the description too."""
    chosen: list[str] = []
    for tag in dict.fromkeys([*tags, *(hashtag.strip().lstrip("#\uff03") for hashtag in hashtags)]):
        if tag and tags_length([*chosen, tag]) <= MAX_TAGS:
            chosen.append(tag)
            yield tag
