"""What a post says of itself for TikTok, within what its creator may choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from postiz_ops import errors
from postiz_ops.model import MediaKind
from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch

Privacy = Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]

WORDS: Mapping[str, str] = {
    "PUBLIC_TO_EVERYONE": "everyone",
    "MUTUAL_FOLLOW_FRIENDS": "friends",
    "FOLLOWER_OF_CREATOR": "followers",
    "SELF_ONLY": "only the creator",
}
"""TikTok's levels of privacy, in words."""


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for TikTok alone. TikTok wants its creator to have chosen; nothing is on by default."""

    privacy: Privacy = Field(description="who sees the post; one of what the creator may choose")
    mode: Literal["direct", "inbox"] = Field(
        default="direct", description="`inbox` sends a draft to the creator, who posts it in the app"
    )
    disable_comment: bool = Field(default=False, description="turns comments off")
    disable_duet: bool = Field(default=False, description="turns duets off; films alone")
    disable_stitch: bool = Field(default=False, description="turns stitches off; films alone")
    brand_content_toggle: bool = Field(default=False, description="says that it is a paid partnership")
    brand_organic_toggle: bool = Field(default=False, description="says that it promotes the creator's own business")
    is_aigc: bool = Field(default=False, description="says that it was made by AI; films alone")
    video_cover_timestamp_ms: int | None = Field(
        default=None, ge=0, description="milliseconds into the film of the frame that is its cover"
    )
    photo_cover_index: int = Field(default=0, ge=0, le=34, description="which photo is the cover, from 0")
    auto_add_music: bool = Field(default=False, description="lets TikTok add music; photos alone")

    @model_validator(mode="after")
    def _partnerships_are_seen(self) -> Self:
        if self.brand_content_toggle and self.privacy == "SELF_ONLY":
            raise ValueError("a paid partnership cannot be seen by its creator alone")
        return self


def settings_of(dispatch: Dispatch) -> Settings:
    """The settings of a dispatch."""
    return Settings.model_validate(dispatch.draft.settings)


def check(dispatch: Dispatch, creator: Mapping[str, Any]) -> None:
    """Whether the creator may post this. Raises ``Rejected`` with what she may."""
    settings, allowed = settings_of(dispatch), creator.get("privacy_level_options") or ()
    if settings.privacy not in allowed:
        offered = ", ".join(f"`{each}`" for each in allowed) or "nothing"
        raise errors.Rejected(
            f"this creator may not choose the privacy `{settings.privacy}`",
            help=f"choose one of {offered}; apps that TikTok has not audited have `SELF_ONLY` alone",
        )
    most = creator.get("max_video_post_duration_sec")
    lasts = max((media.duration or 0 for media in dispatch.part.media if media.kind is MediaKind.VIDEO), default=0)
    if isinstance(most, int) and lasts > most:
        raise errors.Rejected(f"the film lasts {lasts:.0f} seconds, and this creator may post {most}")


def film(dispatch: Dispatch, creator: Mapping[str, Any]) -> dict[str, Any]:
    """``post_info`` of a film: the caption is the post's text."""
    settings = settings_of(dispatch)
    info = _common(settings, creator) | {
        "disable_duet": settings.disable_duet or bool(creator.get("duet_disabled")),
        "disable_stitch": settings.disable_stitch or bool(creator.get("stitch_disabled")),
        "is_aigc": settings.is_aigc,
    }
    return info | base.filled(title=dispatch.part.text, video_cover_timestamp_ms=settings.video_cover_timestamp_ms)


def photos(dispatch: Dispatch, creator: Mapping[str, Any], urls: list[str]) -> dict[str, Any]:
    """The whole request for photos, which TikTok fetches from their addresses. A draft has its words alone."""
    settings = settings_of(dispatch)
    direct = settings.mode == "direct"
    info = _common(settings, creator) | {"auto_add_music": settings.auto_add_music} if direct else {}
    return {
        "media_type": "PHOTO",
        "post_mode": "DIRECT_POST" if direct else "MEDIA_UPLOAD",
        "post_info": info | base.filled(title=dispatch.draft.title, description=dispatch.part.text),
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": urls,
            "photo_cover_index": min(settings.photo_cover_index, len(urls) - 1),
        },
    }


def _common(settings: Settings, creator: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "privacy_level": settings.privacy,
        "disable_comment": settings.disable_comment or bool(creator.get("comment_disabled")),
        "brand_content_toggle": settings.brand_content_toggle,
        "brand_organic_toggle": settings.brand_organic_toggle,
    }
