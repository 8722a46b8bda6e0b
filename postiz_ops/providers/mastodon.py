"""Mastodon, and what speaks its API: https://docs.joinmastodon.org/methods/statuses/ ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, Media, MediaKind, Receipt, Unit
from postiz_ops.providers import _mastodon_auth, _mastodon_metrics, base
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity

CHECKED = "2026-11-22"
STATUSES = "https://docs.joinmastodon.org/methods/statuses/"
INSTANCE = "https://docs.joinmastodon.org/entities/Instance/"
POSTING = "https://docs.joinmastodon.org/user/posting/"
RATES = "https://docs.joinmastodon.org/api/rate-limits/"

PROCESSING = (1, 2, 3, 5, *[10] * 28)
"""Seconds to wait between looks at a file that the instance still converts: about five minutes in all."""

SKEW = timedelta(minutes=2)
"""How far the instance's clock may be behind ours, so that a post of ours is not taken for an older one."""

PAGES = 5
"""How many pages of 40 statuses a look-up reads before it says that it cannot tell."""


class Poll(BaseModel, extra="forbid", frozen=True):
    """A poll; the bounds are a stock instance's."""

    options: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        min_length=2, max_length=4, description="the answers, 2 to 4, each up to 50 characters"
    )
    expires_in: int = Field(ge=300, le=2_629_746, description="seconds that the poll is open, 300 to 2629746")
    multiple: bool = Field(default=False, description="whether several answers may be chosen")
    hide_totals: bool = Field(default=False, description="whether the counts are hidden until it ends")


class Settings(BaseModel, extra="forbid", frozen=True):
    """What a post may say for Mastodon alone. What is absent is as the account's preferences have it."""

    visibility: Literal["public", "unlisted", "private", "direct"] | None = Field(
        default=None, description="who sees the post"
    )
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = Field(
        default=None, description="ISO 639 code of the post's language"
    )
    sensitive: bool = Field(default=False, description="hides the media behind a warning")
    quote_policy: Literal["public", "followers", "nobody"] | None = Field(
        default=None, description="who may quote the post (Mastodon 4.5 and later)"
    )
    poll: Poll | None = Field(default=None, description="a poll under the first part; excludes media there")


SPEC = base.Spec(
    name="mastodon",
    title="Mastodon",
    docs=STATUSES,
    api="Mastodon REST API, 4.5 (API version 7)",
    origin=None,
    text=base.TextRule(
        form=Form.PLAIN,
        limit=base.Limit(500, Unit.MASTODON, INSTANCE, CHECKED, discovered="max_characters"),
        with_content_warning=True,
    ),
    media=base.MediaRule(
        kinds={
            MediaKind.IMAGE: base.KindRule(
                ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif", "image/gif"),
                max_bytes=16_777_216,
                max_pixels=33_177_600,
                fit=True,
            ),
            MediaKind.GIF: base.KindRule(("image/gif",), max_bytes=16_777_216, max_pixels=921_600, max_items=1),
            MediaKind.VIDEO: base.KindRule(
                ("video/mp4", "video/x-m4v", "video/quicktime", "video/webm"),
                max_bytes=103_809_024,
                max_pixels=8_294_400,
                max_items=1,
            ),
            MediaKind.AUDIO: base.KindRule(
                ("audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/opus", "audio/aac", "audio/mp4"),
                max_bytes=103_809_024,
                max_items=1,
            ),
        },
        max_items=4,
        source=POSTING,
        checked=CHECKED,
        alt=base.Limit(1500, Unit.CODE_POINT, INSTANCE, CHECKED, discovered="max_alt"),
        discovered="max_media",
        excluded_by=("poll",),
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_mastodon_auth.AUTH,),
    manual=_mastodon_auth.MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    content_warning=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    metrics=_mastodon_metrics.METRICS,
    metrics_need=("read:statuses", "read:accounts"),
    no_metrics="how often a post was seen",
    rates=(
        base.Rate("all calls", 300, 300, "account", RATES),
        base.Rate("media uploads", 30, 1800, "account", RATES),
        base.Rate("deletions", 30, 1800, "account", RATES),
    ),
    error_table=(
        base.ErrorRule(400, "invalid_token", errors.Reauthorize, "the access token is not valid"),
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Reauthorize, "the access token may not do this, or the login is disabled"),
        base.ErrorRule(404, None, errors.Rejected, "there is no such post, or not for this account"),
        base.ErrorRule(413, None, errors.Rejected, "a file is larger than this instance takes"),
        base.ErrorRule(422, None, errors.Rejected, "the instance does not take this post"),
    ),
    notes=(
        "Limits differ from instance to instance: `GET /api/v2/instance` tells them; until then, a stock one's hold.",
        "Every URL counts as 23 characters, and of a remote mention only the name; the content warning counts too.",
        "`Idempotency-Key` is sent and not relied on: it lives for an hour, and some servers with this API ignore it.",
        "After a lost answer the account's own list of posts decides.",
        "The link card is made by the instance from the first link of the text.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The account behind the token, and the limits of its instance."""
    me = (await http.get("/api/v1/accounts/verify_credentials")).json
    instance = (await http.get("/api/v2/instance")).json
    return Identity(base.said(me, "id", errors.Unavailable), f"@{me.get('acct', '')}", _limits(instance))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload the part's media and wait until the instance has converted them: ``{"media": [id, ...]}``."""
    if dispatch.part.media and _poll(dispatch):
        raise errors.Rejected("a post cannot have both a poll and media", help="move the media into the next part")
    return {"media": [await _upload(http, media) for media in dispatch.part.media]}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Post one status."""
    body = _content(dispatch, dispatch.prepared["media"]) | base.filled(
        visibility=_settings(dispatch).visibility,
        in_reply_to_id=dispatch.answers and dispatch.answers.remote_id,
    )
    answer = await http.mutate("POST", "/api/v1/statuses", json=body, headers={"Idempotency-Key": dispatch.key})
    return (_receipt(answer.json, dispatch.prepared["media"]),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the account's own posts back to the time of the claim."""
    me = base.said((await http.get("/api/v1/accounts/verify_credentials")).json, "id", errors.Unavailable)
    since = (dispatch.claimed_at - SKEW).strftime("%Y-%m-%dT%H:%M:%S")
    params = {"limit": "40", "exclude_reblogs": "true"}
    for _ in range(PAGES):
        page = base.rows((await http.get(f"/api/v1/accounts/{me}/statuses", params=params)).json)
        recent = [status for status in page if str(status.get("created_at")) >= since]
        for status in recent:
            if _is(status, dispatch):
                return Found((_receipt(status, dispatch.prepared["media"]),))
        if len(recent) < len(page) or not page:
            return Absent()
        params |= {"max_id": base.said(page[-1], "id", errors.Unavailable)}
    return Blind(f"the account has published more than {PAGES * 40} posts since")


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text; media that were not uploaded anew stay."""
    kept = [media for media in receipt.extra.get("media", "").split(",") if media]
    media = dispatch.prepared["media"] if dispatch.prepared else kept
    answer = await http.mutate("PUT", f"/api/v1/statuses/{receipt.remote_id}", json=_content(dispatch, media))
    return _receipt(answer.json, media)


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the status down; one that is gone is fine."""
    await http.mutate("DELETE", f"/api/v1/statuses/{receipt.remote_id}", expect=(404,))


options = base.no_options
metrics = _mastodon_metrics.of_posts
account_metrics = _mastodon_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _poll(dispatch: Dispatch) -> Poll | None:
    return _settings(dispatch).poll if dispatch.first == 0 else None


def _content(dispatch: Dispatch, media: list[str]) -> dict[str, Any]:
    """What a new status and an edited one have in common."""
    settings, poll = _settings(dispatch), _poll(dispatch)
    return base.filled(
        status=dispatch.part.text,
        spoiler_text=dispatch.draft.content_warning,
        sensitive=settings.sensitive,
        language=settings.language,
        quote_approval_policy=settings.quote_policy,
        media_ids=media,
        poll=poll and poll.model_dump(),
    )


def _limits(instance: JSON) -> Mapping[str, int]:
    """``configuration`` of an instance, under the names that the limits of ``SPEC`` are discovered by."""
    places = {
        "max_characters": ("statuses", "max_characters"),
        "max_media": ("statuses", "max_media_attachments"),
        "max_alt": ("media_attachments", "description_limit"),
    }
    configuration = instance.get("configuration", {}) if isinstance(instance, dict) else {}
    told = {name: configuration.get(group, {}).get(key) for name, (group, key) in places.items()}
    return {name: value for name, value in told.items() if isinstance(value, int) and value > 0}


async def _upload(http: Http, media: Media) -> str:
    blob = await http.load(media)
    files = [base.Upload("file", blob.filename, blob.type, blob.data)]
    if media.thumbnail:
        cover = await http.load(media.thumbnail)
        files.append(base.Upload("thumbnail", cover.filename, cover.type, cover.data))
    answer = await http.post("/api/v2/media", form=base.filled(description=blob.alt), files=files)
    media_id = base.said(answer.json, "id", errors.Unavailable)
    for seconds in PROCESSING:
        if answer.status == 200:
            return media_id
        await http.pause(seconds)
        answer = await http.get(f"/api/v1/media/{media_id}")
    raise errors.Unavailable(f"the instance is still converting `{media.path}`")


def _receipt(status: JSON, media: list[str]) -> Receipt:
    return Receipt(base.said(status, "id"), status.get("url"), base.filled(media=",".join(media)))


def _is(status: Mapping[str, Any], dispatch: Dispatch) -> bool:
    """Whether a status is the dispatch's part: the very files that were uploaded for it, or else the same words."""
    if status.get("in_reply_to_id") != (dispatch.answers and dispatch.answers.remote_id):
        return False
    media = [attachment.get("id") for attachment in status.get("media_attachments") or ()]
    uploaded = dispatch.prepared["media"]
    return media == uploaded and (bool(media) or _plain(_text_of(status.get("content"))) == _plain(dispatch.part.text))


def _plain(text: str) -> str:
    """A text as it can be compared: instances drop the domain of a mention and fold white space."""
    return " ".join(re.sub(r"(@[\w.-]+)@[\w.-]*\w", r"\1", text).split())


def _text_of(html: object) -> str:
    """The words of a status: instances wrap links and mentions in elements, and break lines with them."""
    broken = re.sub(r"<(?:br|p)\b[^>]*>", "\n", str(html or ""))
    return unescape(re.sub(r"""<(?:"[^"]*"|'[^']*'|[^'">])*>""", "", broken))
