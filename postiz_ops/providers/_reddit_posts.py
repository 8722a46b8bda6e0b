"""What a post says of itself for Reddit: settings, and the form or JSON that each kind of post is submitted as."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from postiz_ops.model import MediaKind
from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch

SUBMIT = "/api/submit"
GALLERY = "/api/submit_gallery_post.json"
POLL = "/api/submit_poll_post"


class Poll(BaseModel, extra="forbid", frozen=True):
    """A poll under the text."""

    options: list[Annotated[str, Field(min_length=1, max_length=120)]] = Field(
        min_length=2, max_length=6, description="the answers, 2 to 6"
    )
    duration: int = Field(default=3, ge=1, le=7, description="days that the poll is open, 1 to 7")


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for Reddit alone."""

    subreddit: Annotated[str, Field(pattern=r"^(u_)?[A-Za-z0-9_-]{2,30}$")] = Field(
        description="the community, without `r/`; `u_name` is a user's own page"
    )
    flair: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="id or text of one of the community's flairs"
    )
    flair_text: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        default=None, description="other words on that flair, where it can be edited"
    )
    nsfw: bool = Field(default=False, description="marks the post as for adults")
    spoiler: bool = Field(default=False, description="hides the preview as a spoiler")
    send_replies: bool = Field(default=True, description="whether answers come to the inbox")
    resubmit: bool = Field(default=True, description="whether a link may be posted that was posted there before")
    crosspost: Annotated[str, Field(pattern=r"^t3_[0-9a-z]+$")] | None = Field(
        default=None, description="fullname of a post to share instead of a text, a link or media"
    )
    poll: Poll | None = Field(default=None, description="a poll under the text; excludes media there")


def settings_of(dispatch: Dispatch) -> Settings:
    """The settings of a dispatch."""
    return Settings.model_validate(dispatch.draft.settings)


def kind_of(dispatch: Dispatch) -> str:
    """Which of Reddit's kinds a first part is."""
    media, settings = dispatch.part.media, settings_of(dispatch)
    if settings.crosspost:
        return "crosspost"
    if settings.poll:
        return "poll"
    if len(media) > 1:
        return "gallery"
    if media:
        return "video" if media[0].kind is MediaKind.VIDEO else "image"
    return "link" if dispatch.draft.link else "self"


def submission(dispatch: Dispatch) -> tuple[str, dict[str, Any]]:
    """Where a first part goes and what is sent, in JSON's types. The text goes with every kind."""
    kind, settings = kind_of(dispatch), settings_of(dispatch)
    body = {
        "api_type": "json",
        "sr": settings.subreddit,
        "title": dispatch.draft.title or "",
        "text": dispatch.part.text,
        "nsfw": settings.nsfw,
        "spoiler": settings.spoiler,
        "sendreplies": settings.send_replies,
        "resubmit": settings.resubmit,
        "validate_on_submit": True,
    } | base.filled(flair_id=dispatch.prepared["flair"], flair_text=settings.flair_text)
    if settings.poll and kind == "poll":
        return POLL, body | settings.poll.model_dump()
    if kind == "gallery":
        items = [{"media_id": each["id"]} for each in dispatch.prepared["media"]]
        return GALLERY, body | {"items": items, "show_error_list": True}
    return SUBMIT, body | {"kind": kind} | _target(kind, dispatch, settings)


def as_form(body: dict[str, Any]) -> dict[str, str]:
    """A form of it: truth in words, and nothing where there is nothing."""
    words = {True: "true", False: "false"}
    return {name: words[value] if isinstance(value, bool) else str(value) for name, value in body.items()}


def _target(kind: str, dispatch: Dispatch, settings: Settings) -> dict[str, str]:
    media = dispatch.prepared["media"]
    match kind:
        case "crosspost":
            return {"crosspost_fullname": settings.crosspost or ""}
        case "link":
            return {"url": dispatch.draft.link.url if dispatch.draft.link else ""}
        case "image":
            return {"url": media[0]["url"]}
        case "video":
            return {"url": media[0]["url"], "video_poster_url": dispatch.prepared["poster"]}
    return {}
