"""YouTube: https://developers.google.com/youtube/v3/docs/videos/insert .

The last chunk of an upload makes the video, so that is the mutation; the session that it ends was recorded before, and
tells afterwards what became of it. What YouTube takes apart from the video (its picture, its place in a playlist) can
be repeated, and is part of settling: a delivery counts as published when all of it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Form, MediaKind, Receipt, Unit
from postiz_ops.providers import _resumable, _youtube_auth, _youtube_comments, _youtube_metrics, base
from postiz_ops.providers._youtube_after import API, finish, in_uploads, mine, url_of, what_is_left
from postiz_ops.providers._youtube_video import Settings, resource, settings_of
from postiz_ops.providers.base import JSON, Absent, Dispatch, Evidence, Http, Identity, Refused

CHECKED = "2026-11-22"
VIDEOS = "https://developers.google.com/youtube/v3/docs/videos"
INSERT = "https://developers.google.com/youtube/v3/docs/videos/insert"
QUOTA = "https://developers.google.com/youtube/data/determine_quota_cost"
ERRORS = "https://developers.google.com/youtube/v3/docs/errors"

PAGES = 20
"""How many pages of 50 playlists are listed at most."""

PACIFIC = "America/Los_Angeles"
"""Quotas begin anew at midnight there (https://developers.google.com/youtube/v3/getting-started#quota)."""

SPEC = base.Spec(
    name="youtube",
    title="YouTube",
    docs=INSERT,
    api="YouTube Data API v3",
    origin="https://www.googleapis.com",
    text=base.TextRule(form=Form.PLAIN, limit=base.Limit(5000, Unit.UTF8_BYTE, VIDEOS, CHECKED), forbidden="<>"),
    media=base.MediaRule(
        kinds={
            MediaKind.VIDEO: base.KindRule(
                (
                    *("video/mp4", "video/quicktime", "video/webm", "video/x-m4v", "video/3gpp", "video/mpeg"),
                    *("video/x-msvideo", "video/x-flv", "video/x-ms-wmv", "video/x-matroska"),
                ),
                max_bytes=274_877_906_944,
                max_duration=43_200,
            )
        },
        max_items=1,
        source=INSERT,
        checked=CHECKED,
        required=True,
    ),
    credentials=("access_token",),
    settings=Settings,
    auth=(_youtube_auth.AUTH,),
    manual=_youtube_auth.MANUAL,
    comments=True,
    post_title=base.Title.REQUIRED,
    title_limit=base.Limit(100, Unit.CODE_POINT, VIDEOS, CHECKED),
    edit=True,
    delete=True,
    lookup=base.Lookup.BY_ID,
    metrics=_youtube_metrics.METRICS,
    metrics_batch=_youtube_metrics.BATCH,
    metrics_need=("youtube.readonly", "yt-analytics.readonly"),
    no_metrics="comments; shares and watch time without the second scope",
    rates=(
        base.Rate("uploads", 100, 86_400, "project", QUOTA, posts=True),
        base.Rate("units (a thumbnail, a comment, an edit cost 50)", 10_000, 86_400, "project", QUOTA),
    ),
    error_codes=("error.errors.0.reason", "error.status"),
    error_texts=("error.message",),
    error_table=(
        base.ErrorRule(308, None, errors.Unavailable, "a part of the file did not arrive: the upload goes on later"),
        base.ErrorRule(None, "uploadLimitExceeded", errors.Throttled, "the channel has uploaded too many videos today"),
        base.ErrorRule(
            None, "quotaExceeded", errors.Throttled, "the project's quota of the day is used up", resets=PACIFIC
        ),
        base.ErrorRule(
            None, "dailyLimitExceeded", errors.Throttled, "the project's quota of the day is used up", resets=PACIFIC
        ),
        base.ErrorRule(None, "rateLimitExceeded", errors.Throttled, "too many calls"),
        base.ErrorRule(None, "userRateLimitExceeded", errors.Throttled, "too many calls"),
        base.ErrorRule(None, "RESOURCE_EXHAUSTED", errors.Throttled, "too many calls"),
        base.ErrorRule(None, "youtubeSignupRequired", errors.Reauthorize, "the Google account has no channel"),
        base.ErrorRule(None, "commentsDisabled", errors.Rejected, "the video takes no comments"),
        base.ErrorRule(None, "videoNotFound", errors.Rejected, "the video is gone"),
        base.ErrorRule(None, "commentNotFound", errors.Rejected, "the comment is gone"),
        base.ErrorRule(None, "playlistNotFound", errors.Rejected, "there is no such playlist: check the setting"),
        base.ErrorRule(None, "invalidTitle", errors.Rejected, "the title is empty or not taken"),
        base.ErrorRule(None, "invalidDescription", errors.Rejected, "the description is not taken"),
        base.ErrorRule(None, "invalidTags", errors.Rejected, "the tags are too long together or not taken"),
        base.ErrorRule(None, "invalidCategoryId", errors.Rejected, "there is no such category: check the setting"),
        base.ErrorRule(None, "invalidVideoMetadata", errors.Rejected, "title or category is missing"),
        base.ErrorRule(401, None, errors.Reauthorize, "the access token was refused"),
        base.ErrorRule(403, None, errors.Reauthorize, "the access token may not do this: check its scopes"),
        base.ErrorRule(404, None, errors.Unavailable, "the upload is forgotten: it begins again"),
        base.ErrorRule(410, None, errors.Unavailable, "the upload is forgotten: it begins again"),
        base.ErrorRule(400, None, errors.Rejected, "it does not take this"),
    ),
    notes=(
        "The body is the description; the hashtags stand in it, and are the video's tags too, as far as those fit.",
        "`privacy` is always sent and read back: a video that is up with another one is a doubt for a person.",
        "A video is published when YouTube has processed it: until then the delivery is `sending`.",
        "What YouTube cannot process, or refuses after all, is `failed`, with its reason.",
        "A `thumbnail` is set, and the video added to its `playlist`, before the delivery counts as published.",
        "An upload that broke off is gone on with, in the same run or a later one; the last chunk makes the video.",
        "A lost answer is settled by the upload's session, or by the channel's uploads once that is forgotten.",
        "Further parts and `:::comment` are comments on the video, which need the scope `youtube.force-ssl`.",
        "A video of up to 180 s that is not wider than high becomes a Short; there is no setting for it.",
        "Alt text is not sent: videos have none there.",
        "A changed post changes title, description, tags and settings; the film stays.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of account."""
    return SPEC


authorize = base.bearer
sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The channel behind the token."""
    channel = await mine(http, "snippet")
    return Identity(base.said(channel, "id", errors.Unavailable), str((channel.get("snippet") or {}).get("title", "")))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload the film but for its last chunk: ``{"session": address, "size": bytes, "at": where the last begins}``."""
    if dispatch.first:
        return None
    blob = await http.load(dispatch.part.media[0])
    session, at = await _resumed(http, dispatch, len(blob.data))
    if not session:
        notify = str(settings_of(dispatch).notify_subscribers).lower()
        params = {"part": "snippet,status", "notifySubscribers": notify}
        session = await _resumable.begin(http, f"/upload{API}/videos", params, resource(dispatch), blob)
    at = await _resumable.advance(http, session, blob, at)
    return {"session": session, "size": len(blob.data), "at": at}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Send the last chunk; or a comment on the video."""
    if dispatch.first:
        return (await _youtube_comments.write(http, dispatch),)
    blob = await http.load(dispatch.part.media[0])
    answer = await _resumable.finish(http, dispatch.prepared["session"], blob, dispatch.prepared["at"])
    video = base.said(answer.json, "id")
    if left := what_is_left(dispatch, answer.json):
        raise errors.Unknown(f"{url_of(video)} is uploaded, and {left}")
    return (Receipt(video, url_of(video)),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Ask the session what was made of it, and see the video through; or look for the comment."""
    if dispatch.first:
        return await _youtube_comments.find(http, dispatch)
    answer = await _resumable.ask(http, dispatch.prepared["session"], dispatch.prepared["size"])
    if answer.status == _resumable.INCOMPLETE:
        # The session makes one video at most, so going on with it is safe whatever is still under way.
        return Refused("the end of the file did not arrive: the upload goes on", again=True)
    if answer.status in _resumable.GONE:
        video = await in_uploads(http, dispatch)
        return await finish(http, dispatch, video) if video else Absent()
    return await finish(http, dispatch, base.said(answer.json, "id", errors.Unavailable))


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change title, description, tags and settings, or the text of a comment; the film stays."""
    if dispatch.first:
        return await _youtube_comments.change(http, dispatch, receipt)
    body = {"id": receipt.remote_id} | resource(dispatch)
    await http.mutate("PUT", f"{API}/videos", params={"part": "snippet,status"}, json=body)
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take a video or a comment down; one that is gone is fine."""
    kind = "comments" if receipt.extra.get("video") else "videos"
    await http.mutate("DELETE", f"{API}/{kind}", params={"id": receipt.remote_id}, expect=(404,))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The channel's playlists, or the categories (``category``)."""
    if kind == "category":
        params = {"part": "snippet", "regionCode": "US"}
        return _titles((await http.get(f"{API}/videoCategories", params=params)).json)
    found: dict[str, str] = {}
    params = {"part": "snippet", "mine": "true", "maxResults": "50"}
    for _ in range(PAGES):
        page = (await http.get(f"{API}/playlists", params=params)).json
        found |= _titles(page)
        if not (token := page.get("nextPageToken")):
            break
        params |= {"pageToken": str(token)}
    return found


metrics = _youtube_metrics.of_posts
account_metrics = _youtube_metrics.of_account


# --- mappers ------------------------------------------------------------------------------------------------------


async def _resumed(http: Http, dispatch: Dispatch, size: int) -> tuple[str, int]:
    """The session of an earlier run and how far it got; an empty one where there is none, or it is forgotten."""
    session = (dispatch.prepared or {}).get("session", "")
    if not session:
        return "", 0
    answer = await _resumable.ask(http, session, size)
    if answer.status in _resumable.GONE:
        return "", 0
    return session, _resumable.stored(answer) if answer.status == _resumable.INCOMPLETE else size


def _titles(page: JSON) -> dict[str, str]:
    rows: list[dict[str, Any]] = base.rows(page, "items")
    return {base.said(row, "id", errors.Unavailable): str((row.get("snippet") or {}).get("title")) for row in rows}
