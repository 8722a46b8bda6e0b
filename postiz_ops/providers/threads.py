"""Threads: https://developers.facebook.com/documentation/threads/posts ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import _meta, _threads_auth, _threads_metrics, base
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Http, Identity

CHECKED = "2026-11-22"
DOCS = "https://developers.facebook.com/documentation/threads/"
POSTS = f"{DOCS}posts"
OVERVIEW = f"{DOCS}overview"
MEDIA = "https://ayrshare.com/docs/media-guidelines/threads"

ROOT = "/v1.0"
CONTAINERS = _meta.Containers("Threads", ROOT, "threads", "threads_publish", "status", "error_message", in_query=True)

Option = Annotated[str, Field(min_length=1, max_length=25)]


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for Threads alone."""

    user: _meta.Id = Field(description="id of the profile, a number")
    reply_control: (
        Literal["everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"] | None
    ) = Field(default=None, description="who may reply; everyone when absent")
    topic_tag: Annotated[str, Field(pattern=r"^[^.&]{1,50}$")] | None = Field(
        default=None, description="the topic of the first part, up to 50 characters without `.` and `&`"
    )
    poll: Annotated[list[Option], Field(min_length=2, max_length=4)] | None = Field(
        default=None, description="answers of a poll under the first part, 2 to 4, up to 25 characters; excludes media"
    )
    quote_post_id: _meta.Id | None = Field(default=None, description="id of a post that the first part quotes")
    location_id: _meta.Id | None = Field(default=None, description="id of the place of the first part")
    spoiler: bool = Field(default=False, description="blurs the media until somebody taps on them")
    ghost: bool = Field(default=False, description="the first part vanishes after 24 hours; text alone")


SPEC = base.Spec(
    name="threads",
    title="Threads",
    docs=POSTS,
    api="Threads API v1.0",
    origin="https://graph.threads.net",
    text=base.TextRule(
        form=Form.PLAIN,
        limit=base.Limit(500, Unit.CODE_POINT, POSTS, CHECKED),
        also=(base.Limit(500, Unit.EMOJI_BYTES, POSTS, CHECKED),),
        loose=True,
        counts=(
            base.Count("links", 5, f"{DOCS}create-posts/text-attachments", CHECKED),
            base.Count("hashtags", 1, MEDIA, CHECKED, verified=False),
        ),
    ),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(
                ("image/jpeg", "image/png"), max_bytes=8_388_608, fit=True, aspect=(0.1, 10.0)
            ),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/quicktime"), max_bytes=1_073_741_824, max_duration=300, aspect=(0.01, 10.0)
            ),
        },
        max_items=20,
        source=MEDIA,
        checked=CHECKED,
        mixed=True,
        alt=base.Limit(1000, Unit.CODE_POINT, f"{DOCS}posts/accessibility", CHECKED, verified=False),
        excluded_by=("poll", "ghost"),
        public=(MediaKind.IMAGE, MediaKind.VIDEO),
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_threads_auth.AUTH,),
    manual=_threads_auth.MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    link_card=True,
    delete=True,
    lookup=base.Lookup.BY_ID,
    required_settings=("user",),
    account_settings=("user",),
    metrics=_threads_metrics.METRICS,
    metrics_need=("threads_manage_insights",),
    rates=(
        base.Rate("posts", 250, 86_400, "profile", OVERVIEW, posts=True),
        base.Rate("replies", 1000, 86_400, "profile", OVERVIEW),
        base.Rate("deletions", 100, 86_400, "profile", f"{DOCS}posts/delete-posts"),
    ),
    error_codes=_meta.CODES,
    error_texts=_meta.TEXTS,
    ok_field="success",
    error_table=(
        base.ErrorRule(None, "4279013", errors.Rejected, "it does not take this content"),
        *_meta.CONTAINERS,
        *_meta.ERRORS,
    ),
    notes=(
        "An emoji counts as its bytes in UTF-8, everything else as a character; URLs count in full.",
        "A post is a container first, which is published when it is ready: its id is in the claim.",
        "After a lost answer the container says whether it was published.",
        "Media are fetched by Threads from a public address: set `media_host`, or give an https `src`.",
        "Several media of a part become a carousel of up to 20.",
        "The card of `link` gives way to media, and a poll to neither: Threads takes one of the three.",
        "Of several hashtags only the first becomes a topic; `topic_tag` sets it without a word in the text.",
        "The rate of all calls depends on how many people see the profile's posts (4800 times the views of a day).",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The profile behind the token."""
    me = (await http.get(f"{ROOT}/me", params={"fields": "id,username"})).json
    return Identity(base.said(me, "id", errors.Unavailable), f"@{me.get('username', '')}")


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Make the containers, and wait for what Threads has to fetch: ``{"children": [id, ...], "container": id}``."""
    settings = _settings(dispatch)
    if dispatch.first == 0 and settings.poll and dispatch.draft.link:
        raise errors.Rejected("a post cannot have both a poll and a link card", help="write the link in the text")
    items = [await _medium(http, media, settings) for media in dispatch.part.media]
    several = len(items) > 1
    whole = _words(dispatch) | ({"media_type": "CAROUSEL"} if several else items[0] if items else _plain(dispatch))
    children = [item | {"is_carousel_item": "true"} for item in items] if several else []
    return await CONTAINERS.prepare(http, settings.user, children, whole, dispatch.prepared)


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Publish the container."""
    post = await CONTAINERS.send(http, _settings(dispatch).user, dispatch.prepared)
    return (Receipt(post, await _meta.link_of(http, f"{ROOT}/{post}")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Ask the container; what came of it stands among the profile's posts, or its replies."""
    if not dispatch.prepared:
        return Absent()
    user, answers = _settings(dispatch).user, dispatch.answers
    listing = (
        _meta.Listing(f"{ROOT}/{user}/replies", "text", more="replied_to", parent=answers.remote_id)
        if answers
        else _meta.Listing(f"{ROOT}/{user}/threads", "text")
    )
    return await CONTAINERS.evidence(http, dispatch, listing)


edit = base.no_edit


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the post down; one that is gone is fine."""
    await http.mutate("DELETE", f"{ROOT}/{receipt.remote_id}", expect=(_meta.GONE,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The one profile of the token, for ``user``."""
    me = await whoami(http, account)
    return {me.remote_id: me.name}


metrics = _threads_metrics.of_posts
account_metrics = _threads_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _words(dispatch: Dispatch) -> dict[str, str]:
    """What every container may say. What is the first part's alone is not said of a reply."""
    settings, answers = _settings(dispatch), dispatch.answers
    said = base.filled(text=dispatch.part.text, reply_to_id=answers and answers.remote_id)
    if dispatch.first == 0:
        first = {"reply_control", "topic_tag", "quote_post_id", "location_id"}
        said |= settings.model_dump(include=first, exclude_none=True)
    return said


def _plain(dispatch: Dispatch) -> dict[str, str]:
    """What a post without media may have."""
    settings, link = _settings(dispatch), dispatch.draft.link
    if dispatch.first:
        return {"media_type": "TEXT"}
    poll = {f"option_{letter}": option for letter, option in zip("abcd", settings.poll or (), strict=False)}
    return {"media_type": "TEXT"} | base.filled(
        link_attachment=link and link.url,
        poll_attachment=poll and json.dumps(poll, ensure_ascii=False),
        is_ghost_post="true" if settings.ghost else "",
    )


async def _medium(http: Http, media: Media, settings: Settings) -> dict[str, str]:
    kind = "VIDEO" if media.kind is MediaKind.VIDEO else "IMAGE"
    said = {"media_type": kind, f"{kind.lower()}_url": await http.public_url(media)}
    return said | base.filled(alt_text=media.alt, is_spoiler_media="true" if settings.spoiler else "")
