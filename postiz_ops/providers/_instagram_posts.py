"""Instagram, whichever login its account uses: what is declared and what is done is the same on both hosts.

https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import _meta, base
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Found, Http

CHECKED = "2026-11-22"
GUIDE = "https://developers.facebook.com/docs/instagram-platform/content-publishing"
REFERENCE = "https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/"
MEDIA = f"{REFERENCE}ig-user/media.md"

ROOT = f"/{_meta.VERSION}"
CONTAINERS = _meta.Containers("Instagram", ROOT, "media", "media_publish", "status_code", "status")


class UserTag(BaseModel, extra="forbid", frozen=True):
    """Somebody who is seen on the first picture, or in the video."""

    username: Annotated[str, Field(pattern=r"^[\w.]{1,30}$", description="the account's name, without `@`")]
    x: float | None = Field(default=None, ge=0, le=1, description="from the left, 0 to 1; pictures need both")
    y: float | None = Field(default=None, ge=0, le=1, description="from the top, 0 to 1")


class Settings(BaseModel, extra="forbid", frozen=True):
    """What a post may say for Instagram alone."""

    user: _meta.Id = Field(description="id of the professional account, a number")
    type: Literal["post", "story"] = Field(default="post", description="a lone video is a reel; a story has no text")
    collaborators: Annotated[list[str], Field(max_length=3)] = Field(
        default=[], description="names of accounts that are invited to share the post, up to 3; not on stories"
    )
    user_tags: Annotated[list[UserTag], Field(max_length=20)] = Field(default=[], description="who is seen, up to 20")
    location_id: _meta.Id | None = Field(default=None, description="id of the page of the place")
    share_to_feed: bool | None = Field(default=None, description="whether a reel is shown in the feed too")
    thumb_offset: int | None = Field(
        default=None, ge=0, description="the cover of a reel, in milliseconds; its `thumbnail` goes before it"
    )
    audio_name: str | None = Field(default=None, description="a name for the sound of a reel")
    trial: Literal["MANUAL", "SS_PERFORMANCE"] | None = Field(
        default=None, description="a trial reel, for people who do not follow yet, and when the others see it"
    )
    ai_generated: bool = Field(default=False, description="labels the post as made with AI")


class Audio(BaseModel, extra="forbid", frozen=True):
    """A sound of Instagram's own library."""

    id: _meta.Id = Field(description="id of the sound")
    audio_volume: int = Field(default=100, ge=0, le=100, description="how loud it is, 0 to 100")
    video_volume: int = Field(default=100, ge=0, le=100, description="how loud the video's own sound is, 0 to 100")


class AllSettings(Settings, extra="forbid", frozen=True):
    """With what only the login by Facebook has."""

    audio: Audio | None = Field(default=None, description="a sound under a reel")


TEXT = base.TextRule(
    form=Form.PLAIN,
    limit=base.Limit(2200, Unit.CODE_POINT, MEDIA, CHECKED),
    loose=True,
    counts=(
        base.Count("hashtags", 30, MEDIA, CHECKED),
        base.Count(
            "hashtags",
            5,
            "https://www.sasdigitaltv.com/articles/5-4080/indiscriminate-hashtag-use-limited-on-instagram",
            CHECKED,
            verified=False,
        ),
        base.Count("mentions", 20, MEDIA, CHECKED),
    ),
)

ATTACHED = base.MediaRule(
    kinds={
        MediaKind.IMAGE: base.KindRule(("image/jpeg",), max_bytes=8_388_608, fit=True, aspect=(0.8, 1.91)),
        MediaKind.VIDEO: base.KindRule(
            ("video/mp4", "video/quicktime"),
            max_bytes=314_572_800,
            min_duration=3,
            max_duration=900,
            aspect=(0.01, 10.0),
            verified=False,
        ),
    },
    max_items=10,
    source=MEDIA,
    checked=CHECKED,
    mixed=True,
    required=True,
    alt=base.Limit(1000, Unit.CODE_POINT, MEDIA, CHECKED),
    public=(MediaKind.IMAGE, MediaKind.VIDEO),
    replies=0,
)

STORY = base.Variant(
    "type",
    "story",
    replace(
        ATTACHED,
        kinds={
            MediaKind.IMAGE: base.KindRule(("image/jpeg",), max_bytes=8_388_608, fit=True),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/quicktime"),
                max_bytes=104_857_600,
                min_duration=3,
                max_duration=60,
                aspect=(0.1, 10.0),
            ),
        },
        max_items=1,
    ),
    text=False,
    answers=False,
)

RATES = (
    base.Rate(
        "posts (a carousel is one)",
        100,
        86_400,
        "account",
        f"{REFERENCE}ig-user/content_publishing_limit.md",
        posts=True,
    ),
    base.Rate("containers", 400, 86_400, "account", MEDIA),
)

ERRORS = (
    base.ErrorRule(None, "2207010", errors.Rejected, "the caption is too long, or has too many hashtags or mentions"),
    base.ErrorRule(None, "2207023", errors.Rejected, "it does not know this kind of media"),
    base.ErrorRule(None, "2207028", errors.Rejected, "a carousel takes 2 to 10 media"),
    base.ErrorRule(None, "2207040", errors.Rejected, "more than 20 accounts are tagged"),
    base.ErrorRule(None, "2207081", errors.Rejected, "the account has no trial reels"),
    *_meta.CONTAINERS,
    base.ErrorRule(None, "80002", errors.Throttled, "the account makes too many calls"),
    *_meta.ERRORS,
)

NOTES = (
    "A post is a container first, which is published when it is ready: its id is in the claim.",
    "After a lost answer the container says whether it was published.",
    "An error 2207051 (the action is blocked) has been seen although the post was out: the container decides.",
    "Media are fetched by Instagram from a public address: set `media_host`, or give an https `src`.",
    "Pictures must be JPEG: others are converted, unless their `src` is an address.",
    "Several media become a carousel, cut to the shape of its first picture. A lone video becomes a reel.",
    "A story is one picture or one video, without a text, and cannot be commented on.",
    "Further parts and `:::comment` are comments on the post, and text alone.",
    "Links in a caption cannot be opened by a tap.",
    "Sources differ on the size of a reel (300 MiB or 1 GB) and on hashtags (5 or 30): from the smaller on, a warning.",
    "Alt text goes with pictures; reels and stories have none.",
)


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Make the containers, and wait until Instagram has fetched everything. A comment needs none."""
    if dispatch.root:
        return _may_comment(dispatch)
    settings, media = _settings(dispatch), dispatch.part.media
    if settings.type == "story":
        return await _prepare_story(http, dispatch)
    if len(media) == 1:
        whole = await _medium(http, media[0], settings) | _reel(media[0], settings) | _words(dispatch)
        if cover := media[0].thumbnail:
            whole |= {"cover_url": await http.public_url(cover)}
        return await CONTAINERS.prepare(http, settings.user, [], whole, dispatch.prepared)
    items = [await _medium(http, each, settings, first=at == 0) for at, each in enumerate(media)]
    children = [item | {"is_carousel_item": "true"} for item in items]
    whole = {"media_type": "CAROUSEL"} | _words(dispatch)
    return await CONTAINERS.prepare(http, settings.user, children, whole, dispatch.prepared)


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Publish the container, or comment on the first part."""
    if root := dispatch.root:
        answer = await http.mutate("POST", f"{ROOT}/{root.remote_id}/comments", form={"message": dispatch.part.text})
        return (Receipt(base.said(answer.json, "id"), root.url),)
    post = await CONTAINERS.send(http, _settings(dispatch).user, dispatch.prepared)
    return (Receipt(post, await _meta.link_of(http, f"{ROOT}/{post}")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Ask the container; what came of it stands among the account's media, or its stories."""
    if root := dispatch.root:
        comments = _meta.Listing(f"{ROOT}/{root.remote_id}/comments", "text", link="")
        comment = await comments.search(http, dispatch)
        return Found((Receipt(comment.remote_id, root.url),)) if comment else Absent()
    if not dispatch.prepared:
        return Absent()
    settings = _settings(dispatch)
    edge = "stories" if settings.type == "story" else "media"
    return await CONTAINERS.evidence(http, dispatch, _meta.Listing(f"{ROOT}/{settings.user}/{edge}", "caption"))


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> AllSettings:
    return AllSettings.model_validate(dispatch.draft.settings)


def _may_comment(dispatch: Dispatch) -> None:
    if _settings(dispatch).type == "story":
        raise errors.Rejected("a story cannot be commented on", help="leave the further parts out")
    if dispatch.part.media:
        raise errors.Rejected("a comment on Instagram has no media", help="move the media into the first part")


async def _prepare_story(http: Http, dispatch: Dispatch) -> JSON:
    settings, media = _settings(dispatch), dispatch.part.media
    if len(media) != 1:
        raise errors.Rejected("a story is one picture or one video", help="write one post for each of them")
    address = await http.public_url(media[0])
    said = {"media_type": "STORIES", "video_url" if _is_video(media[0]) else "image_url": address}
    whole = said | _tags(media[0], settings)
    return await CONTAINERS.prepare(http, settings.user, [], whole, dispatch.prepared)


def _is_video(media: Media) -> bool:
    return media.kind is MediaKind.VIDEO


async def _medium(http: Http, media: Media, settings: Settings, *, first: bool = True) -> dict[str, str]:
    """One picture or video, alone or in a carousel."""
    address = await http.public_url(media)
    tags = _tags(media, settings) if first else {}
    if _is_video(media):
        return {"media_type": "VIDEO", "video_url": address} | tags
    return {"image_url": address} | base.filled(alt_text=media.alt) | tags


def _reel(media: Media, settings: AllSettings) -> dict[str, str]:
    """What a lone video is, and may say beside a picture."""
    if not _is_video(media):
        return {}
    shared = settings.share_to_feed
    audio = settings.audio and settings.audio.model_dump()
    trial = settings.trial and json.dumps({"graduation_strategy": settings.trial})
    offset = settings.thumb_offset
    return {"media_type": "REELS"} | base.filled(
        share_to_feed="" if shared is None else str(shared).lower(),
        thumb_offset="" if offset is None or media.thumbnail else str(offset),
        audio_name=settings.audio_name,
        trial_params=trial,
        audio_configuration=audio and json.dumps({"audio_id": audio.pop("id"), **audio}),
    )


def _words(dispatch: Dispatch) -> dict[str, str]:
    """What is said of the whole post."""
    settings = _settings(dispatch)
    return base.filled(
        caption=dispatch.part.text,
        collaborators=settings.collaborators and json.dumps(settings.collaborators),
        location_id=settings.location_id,
        is_ai_generated="true" if settings.ai_generated else "",
    )


def _tags(media: Media, settings: Settings) -> dict[str, str]:
    """Who is seen: at a place in a picture, anywhere in a video."""
    shown: list[dict[str, Any]] = [
        tag.model_dump(exclude_none=True, exclude={"x", "y"} if _is_video(media) else set())
        for tag in settings.user_tags
    ]
    return base.filled(user_tags=shown and json.dumps(shown))
