"""What Reddit counts: https://www.reddit.com/dev/api#GET_api_info . It tells nobody how often something was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, readings

CHECKED = "2026-11-22"

BATCH = 100
"""Names that one call takes."""

_thing = partial(Measured, source="https://www.reddit.com/dev/api#GET_api_info", checked=CHECKED)

METRICS = (
    _thing(Metric.SCORE, "score", "votes for it less votes against it, blurred on purpose"),
    _thing(Metric.UPVOTE_PERCENT, "upvote_ratio", "of a post: votes for it in a hundred (a share of one there)"),
    _thing(Metric.COMMENTS, "num_comments", "of a post: comments on it, answers to them among them"),
    Measured(
        Metric.KARMA,
        "total_karma",
        "karma of posts, comments and awards together",
        source="https://www.reddit.com/dev/api#GET_api_v1_me",
        checked=CHECKED,
        scope="account",
    ),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read posts and comments; what Reddit does not know is left out of its answer."""
    params = {"id": ",".join(receipt.remote_id for receipt in receipts)}
    listing = (await http.get("/api/info", params=params)).json
    things = base.rows(listing.get("data") if isinstance(listing, dict) else None, "children")
    rows = [thing.get("data") or {} for thing in things]
    return {base.said(row, "name", errors.Unavailable): readings(_in_percent(row), METRICS) for row in rows}


async def of_account(http: Http, account: Account) -> Readings:
    """The user behind the token."""
    me = (await http.get("/api/v1/me")).json
    base.said(me, "id", errors.Unavailable)
    return readings(me, METRICS, "account")


def _in_percent(row: Mapping[str, Any]) -> dict[str, Any]:
    """Reddit rounds the ratio to hundredths, so nothing is lost."""
    ratio = row.get("upvote_ratio")
    if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 0 <= ratio <= 1:
        return {**row, "upvote_ratio": None}
    return {**row, "upvote_ratio": round(ratio * 100)}
