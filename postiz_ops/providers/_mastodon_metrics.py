"""What Mastodon counts: https://docs.joinmastodon.org/entities/Status/ . Nobody is told how often a post was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, one_by_one, readings

CHECKED = "2026-11-22"

_post = partial(Measured, source="https://docs.joinmastodon.org/entities/Status/", checked=CHECKED)
_account = partial(Measured, source="https://docs.joinmastodon.org/entities/Account/", checked=CHECKED, scope="account")

METRICS = (
    _post(Metric.LIKES, "favourites_count", "favourites that this server knows of"),
    _post(Metric.COMMENTS, "replies_count", "replies that this server knows of"),
    _post(Metric.SHARES, "reblogs_count", "boosts that this server knows of"),
    _post(Metric.QUOTES, "quotes_count", "accepted quotes (Mastodon 4.5 and later)"),
    _account(Metric.FOLLOWERS, "followers_count", "followers"),
    _account(Metric.FOLLOWING, "following_count", "accounts that it follows"),
    _account(Metric.POSTS, "statuses_count", "statuses, boosts of others among them"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each status. Asking for several at once needs Mastodon 4.3, and other servers do not have it."""

    async def read(receipt: Receipt) -> Readings | None:
        answer = await http.get(f"/api/v1/statuses/{receipt.remote_id}", expect=(404,))
        if answer.status == 404:
            return None
        base.said(answer.json, "id", errors.Unavailable)
        return readings(answer.json, METRICS)

    return await one_by_one(receipts, read)


async def of_account(http: Http, account: Account) -> Readings:
    """The account behind the token."""
    me = (await http.get("/api/v1/accounts/verify_credentials")).json
    base.said(me, "id", errors.Unavailable)
    return readings(me, METRICS, "account")
