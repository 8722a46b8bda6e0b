"""What TikTok counts: https://developers.tiktok.com/doc/tiktok-api-v2-video-query ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _tiktok_upload, base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, names, readings

CHECKED = "2026-11-22"
DOCS = "https://developers.tiktok.com/doc/tiktok-api-v2-"

BATCH = 20
"""Ids that one call takes."""

_post = partial(Measured, source=f"{DOCS}video-object", checked=CHECKED)
_account = partial(Measured, source=f"{DOCS}get-user-info", checked=CHECKED, scope="account")

METRICS = (
    _post(Metric.VIDEO_VIEWS, "view_count", "views"),
    _post(Metric.LIKES, "like_count", "likes"),
    _post(Metric.COMMENTS, "comment_count", "comments"),
    _post(Metric.SHARES, "share_count", "shares"),
    _account(Metric.FOLLOWERS, "follower_count", "followers"),
    _account(Metric.FOLLOWING, "following_count", "accounts that it follows"),
    _account(Metric.LIKES, "likes_count", "likes on all that it posted"),
    _account(Metric.POSTS, "video_count", "public posts"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read the posts that are public. One that was not moderated yet is known by its task, which tells its id later."""
    own = {post: each.remote_id for each in receipts if (post := await _post_id(http, each.remote_id))}
    if not own:
        return {}
    params = {"fields": f"id,{names(METRICS)}"}
    answer = await http.post("/v2/video/query/", params=params, json={"filters": {"video_ids": list(own)}})
    rows = base.rows(_data(answer.json), "videos")
    found = {base.said(row, "id", errors.Unavailable): readings(row, METRICS) for row in rows}
    return {own[post]: figures for post, figures in found.items() if post in own}


async def _post_id(http: Http, known: str) -> str | None:
    """The id of a post that may be known by its task alone; ``None`` where it is not public, or not yet."""
    if known.isdigit():
        return known
    posts = (await _tiktok_upload.state(http, known)).get("publicaly_available_post_id") or ()
    return str(posts[0]) if posts else None


async def of_account(http: Http, account: Account) -> Readings:
    """The user behind the token."""
    params = {"fields": names(METRICS, "account")}
    user = _data((await http.get("/v2/user/info/", params=params)).json).get("user")
    if not isinstance(user, dict):
        raise errors.Unavailable("the answer cannot be understood: it has no `user`")
    return readings(user, METRICS, "account")


def _data(answer: Any) -> Mapping[str, Any]:
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}
