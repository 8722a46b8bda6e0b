"""What Pinterest counts: https://developers.pinterest.com/docs/api/v5/pins-get (``pin_metrics``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, one_by_one, readings

CHECKED = "2026-11-22"
DOCS = "https://developers.pinterest.com/docs/api/v5/"
API = "/v5"

LIFE = "pin_metrics.lifetime_metrics"

_pin = partial(Measured, source=f"{DOCS}pins-get", checked=CHECKED)
_account = partial(Measured, source=f"{DOCS}user_account-get", checked=CHECKED, scope="account")

METRICS = (
    _pin(Metric.IMPRESSIONS, f"{LIFE}.impression", "how often the pin was on a screen"),
    _pin(Metric.LIKES, f"{LIFE}.reaction", "reactions"),
    _pin(Metric.COMMENTS, f"{LIFE}.comment", "comments"),
    _pin(Metric.SAVES, f"{LIFE}.save", "how often it was saved to a board", verified=False),
    _pin(Metric.CLICKS, f"{LIFE}.pin_click", "clicks that opened the pin"),
    _pin(Metric.LINK_CLICKS, f"{LIFE}.clickthrough", "clicks that led to the pin's own address"),
    _account(Metric.FOLLOWERS, "follower_count", "followers"),
    _account(Metric.FOLLOWING, "following_count", "accounts that it follows"),
    _account(Metric.IMPRESSIONS, "monthly_views", "how often its pins were on a screen", days=30),
    _account(Metric.POSTS, "pin_count", "pins, created or saved"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each pin with its figures. The call for several pins is in beta, and not open to all apps."""

    async def read(receipt: Receipt) -> Readings | None:
        answer = await http.get(f"{API}/pins/{receipt.remote_id}", params={"pin_metrics": "true"}, expect=(404,))
        if answer.status == 404:
            return None
        base.said(answer.json, "id", errors.Unavailable)
        return readings(answer.json, METRICS)

    return await one_by_one(receipts, read)


async def of_account(http: Http, account: Account) -> Readings:
    """The account behind the token."""
    me = (await http.get(f"{API}/user_account")).json
    base.said(me, "username", errors.Unavailable)
    return readings(me, METRICS, "account")
