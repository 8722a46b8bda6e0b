"""What TikTok counts: https://developers.tiktok.com/doc/tiktok-api-v2-video-query ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
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
    """Read the posts whose own id is known: TikTok tells that of public ones, once they have passed moderation."""
    known = [receipt.remote_id for receipt in receipts if receipt.remote_id.isdigit()]
    if not known:
        return {}
    params = {"fields": f"id,{names(METRICS)}"}
    answer = await http.post("/v2/video/query/", params=params, json={"filters": {"video_ids": known}})
    rows = base.rows(_data(answer.json), "videos")
    return {base.said(row, "id", errors.Unavailable): readings(row, METRICS) for row in rows}


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
