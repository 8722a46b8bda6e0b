"""What a post on LinkedIn says and shows, as members' and pages' settings have it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, model_validator

from postiz_ops.model import LinkCard
from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch

POST_URN = r"urn:li:(?:share|ugcPost|activity):[0-9]+"

TITLE = 399
"""Code points of an article's title, which its description calls less than 400."""


class Poll(BaseModel, extra="forbid", frozen=True):
    """A poll under the post; who votes is always visible to its author."""

    question: str = Field(min_length=1, max_length=140, description="up to 140 characters")
    options: list[Annotated[str, Field(min_length=1, max_length=30)]] = Field(
        min_length=2, max_length=4, description="the answers, 2 to 4, each up to 30 characters"
    )
    duration: Literal["ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"] = Field(
        default="THREE_DAYS", description="how long it is open"
    )


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What members and pages may say."""

    poll: Poll | None = Field(default=None, description="a poll; excludes media and a link card")
    reshare: Annotated[str, Field(pattern=rf"^{POST_URN}$")] | None = Field(
        default=None, description="the post that this one shares, as its address names it (`urn:li:activity:…`)"
    )
    disable_reshare: bool = Field(default=False, description="whether others may not share the post")
    document_title: Annotated[str, Field(min_length=1, max_length=TITLE)] | None = Field(
        default=None, description="title of a document; the post's title, or else the file's name, when absent"
    )
    comments: Literal["rest", "v2"] = Field(
        default="rest",
        description="how comments are made: `v2` is the old call, for apps without the scope `w_…_social_feed`",
    )

    @model_validator(mode="after")
    def _poll_or_reshare(self) -> Settings:
        if self.poll and self.reshare:
            raise ValueError("a post cannot both have a poll and share another post")
        return self


def settings_of(dispatch: Dispatch) -> Settings:
    """What both kinds of account may say; each checks its own."""
    return Settings.model_validate({k: v for k, v in dispatch.draft.settings.items() if k in Settings.model_fields})


def content(dispatch: Dispatch) -> dict[str, Any]:
    settings = settings_of(dispatch)
    body = {
        "author": dispatch.prepared["author"],
        "commentary": dispatch.part.text,
        "visibility": dispatch.draft.settings.get("visibility") or "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": settings.disable_reshare,
    }
    return body | base.filled(
        content=_shown(dispatch, settings), reshareContext=settings.reshare and {"parent": settings.reshare}
    )


def _shown(dispatch: Dispatch, settings: Settings) -> dict[str, Any] | None:
    """One kind of content: media, or a poll, or a card."""
    media = dispatch.prepared["media"]
    if len(media) > 1:
        return {"multiImage": {"images": [{"id": one["id"]} | base.filled(altText=one["alt"]) for one in media]}}
    if media:
        (one,) = media
        alt = one["alt"] if one["kind"] == "image" else ""
        title = _title(dispatch, settings, one["name"]) if one["kind"] == "document" else ""
        return {"media": {"id": one["id"]} | base.filled(altText=alt, title=title)}
    if settings.poll:
        return {"poll": _poll(settings.poll)}
    link = dispatch.draft.link
    return {"article": _article(link, dispatch)} if link and not settings.reshare else None


def _title(dispatch: Dispatch, settings: Settings, name: str) -> str:
    return (settings.document_title or dispatch.draft.title or name)[:TITLE]


def _poll(poll: Poll) -> dict[str, Any]:
    options = [{"text": option} for option in poll.options]
    rules = {"duration": poll.duration, "voteSelectionType": "SINGLE_VOTE", "isVoterVisibleToAuthor": True}
    return {"question": poll.question, "options": options, "settings": rules}


def _article(card: LinkCard, dispatch: Dispatch) -> dict[str, Any]:
    title = card.title or dispatch.draft.title or card.url
    return {"source": card.url, "title": title[:TITLE]} | base.filled(
        description=card.description,
        thumbnail=dispatch.prepared["thumbnail"],
        thumbnailAltText=dispatch.prepared["thumbnail"] and card.image and card.image.alt,
    )
