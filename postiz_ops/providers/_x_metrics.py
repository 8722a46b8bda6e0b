"""What X counts: https://docs.x.com/x-api/fundamentals/metrics ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _x_media, base
from postiz_ops.providers._x_posts import NAMES
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, readings

CHECKED = "2026-11-22"
SOURCE = "https://docs.x.com/x-api/fundamentals/metrics"

BATCH = 100
"""Ids that one call takes."""

PROSE = {"repost_count": "retweet_count", "post_count": "tweet_count"}
"""What X's pages call by another name than its description. Which of them the servers send is not known for certain."""

_post = partial(Measured, source=SOURCE, checked=CHECKED)
_account = partial(
    Measured, source="https://docs.x.com/x-api/fundamentals/data-dictionary", checked=CHECKED, scope="account"
)

METRICS = (
    _post(Metric.IMPRESSIONS, "public_metrics.impression_count", "how often the post was seen"),
    _post(Metric.LIKES, "public_metrics.like_count", "likes"),
    _post(Metric.COMMENTS, "public_metrics.reply_count", "replies"),
    _post(Metric.SHARES, "public_metrics.repost_count", "reposts without words"),
    _post(Metric.QUOTES, "public_metrics.quote_count", "reposts with words"),
    _post(Metric.SAVES, "public_metrics.bookmark_count", "bookmarks"),
    _post(Metric.ENGAGEMENTS, "non_public_metrics.engagements", "all engagements; of posts of the last 30 days alone"),
    _post(
        Metric.LINK_CLICKS,
        "non_public_metrics.url_link_clicks",
        "clicks on an address or a card; of posts of the last 30 days alone",
    ),
    _post(
        Metric.PROFILE_VISITS,
        "non_public_metrics.user_profile_clicks",
        "clicks on the author's name or picture; of posts of the last 30 days alone",
    ),
    _account(Metric.FOLLOWERS, "public_metrics.followers_count", "followers"),
    _account(Metric.FOLLOWING, "public_metrics.following_count", "accounts that it follows"),
    _account(Metric.POSTS, "public_metrics.post_count", "posts, reposts of others among them"),
)

PUBLIC, OWN = "public_metrics", "non_public_metrics"


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read the posts. X may leave those out that are too old for what only their author sees: they are asked again."""
    ids = [receipt.remote_id for receipt in receipts]
    rows = await _rows(http, ids, PUBLIC, OWN)
    if left := [number for number in ids if number not in rows]:
        rows |= await _rows(http, left, PUBLIC)
    return {number: readings(_renamed(row), METRICS) for number, row in rows.items()}


async def of_account(http: Http, account: Account) -> Readings:
    """The account behind the credentials."""
    me = _x_media.data_of((await http.get("/2/users/me", params={"user.fields": PUBLIC})).json)
    base.said(me, "id", errors.Unavailable)
    return readings(_renamed(me), METRICS, "account")


async def _rows(http: Http, ids: Iterable[str], *fields: str) -> dict[str, dict[str, Any]]:
    """Id -> post, of those that X gives."""
    asked = {"ids": ",".join(ids)}
    for name in NAMES:
        answer = await http.get("/2/tweets", params={**asked, name: ",".join(fields)}, expect=(400,))
        if answer.status == 400:
            continue
        none = isinstance(answer.json, dict) and "data" not in answer.json and "errors" in answer.json
        rows = [] if none else base.rows(answer.json, "data")
        return {base.said(row, "id", errors.Unavailable): row for row in rows}
    raise errors.Unavailable("X: what it counts of posts cannot be read")


def _renamed(row: Mapping[str, Any]) -> dict[str, Any]:
    """A post or an account with the names that the description has."""
    given = row.get(PUBLIC) or {}
    return {**row, PUBLIC: {new: given[old] for new, old in PROSE.items() if old in given} | given}
