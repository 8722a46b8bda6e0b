"""What Facebook counts of a page and its posts. Impressions and the old reach are gone: there are viewers now.

https://developers.facebook.com/docs/graph-api/reference/insights/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _meta, _meta_metrics, base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, names, one_by_one, readings, total

ROOT = f"/{_meta.VERSION}"
REFERENCE = "https://developers.facebook.com/docs/graph-api/reference/"
CHECKED = "2026-11-22"

KEEP_DAYS = 730

COUNTED = "shares,comments.limit(0).summary(true)"
"""What a post says of itself, without insights."""

REACTIONS = "post_reactions_by_type_total"

_insight = partial(Measured, source=f"{REFERENCE}insights/", checked=CHECKED)
_post = partial(Measured, source=f"{REFERENCE}page-post/", checked=CHECKED)
_page = partial(_insight, scope="account", days=1)

METRICS = (
    _insight(Metric.IMPRESSIONS, "post_media_view", "how often the post was played or displayed", verified=False),
    _insight(Metric.REACH, "post_total_media_view_unique", "people who viewed the post, each once"),
    _insight(Metric.LIKES, REACTIONS, "reactions of every kind together"),
    _insight(Metric.CLICKS, "post_clicks", "clicks anywhere in the post"),
    _post(Metric.COMMENTS, "comments.summary.total_count", "comments and replies to them"),
    _post(Metric.SHARES, "shares.count", "shares; absent as long as there are none"),
    Measured(
        Metric.VIDEO_VIEWS,
        "views",
        "of a video: its views",
        source=f"{REFERENCE}video/",
        checked=CHECKED,
        verified=False,
    ),
    Measured(
        Metric.FOLLOWERS, "followers_count", "followers", source=f"{REFERENCE}page/", checked=CHECKED, scope="account"
    ),
    _page(Metric.IMPRESSIONS, "page_media_view", "how often its content was played or displayed"),
    _page(Metric.REACH, "page_total_media_view_unique", "people who viewed its content, each once"),
    _page(Metric.ENGAGEMENTS, "page_post_engagements", "reactions, comments, shares and more on its posts"),
    _page(Metric.NEW_FOLLOWERS, "page_daily_follows", "people who began to follow it"),
)

INSIGHTS = tuple(each for each in METRICS if each.native.startswith("post_"))

NO_SUCH_METRIC = "100"
"""How Facebook refuses a whole list for one metric in it that it does not have, or has no longer."""


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each post, and the post that a video is in. Comments and stories have no figures here."""
    if not (page := account.settings.get("page")):
        return {}

    async def read(receipt: Receipt) -> Readings | None:
        if receipt.extra.get("kind") != "video":
            told = await _of_post(http, receipt.remote_id) if receipt.remote_id.startswith(f"{page}_") else None
            return None if told is None else readings(told, METRICS)
        params = {"fields": "views,post_id"}
        answer = await http.get(f"{ROOT}/{receipt.remote_id}", params=params, expect=(_meta.GONE,))
        if answer.status >= 400:
            return None
        base.said(answer.json, "id", errors.Unavailable)
        post = str(answer.json.get("post_id") or "")
        told = await _of_post(http, post if "_" in post else f"{page}_{post}") if post else None
        return readings({**(told or {}), "views": answer.json.get("views")}, METRICS)

    return await one_by_one(receipts, read)


async def of_account(http: Http, account: Account) -> Readings:
    """The page now, and what it had in the last day that Facebook knows. Pages with few followers get nothing."""
    if not (number := account.settings.get("page")):
        return {}
    place = f"{ROOT}/{number}"
    page = (await http.get(place, params={"fields": "followers_count"})).json
    base.said(page, "id", errors.Unavailable)
    params = {"metric": names(METRICS, "account", days=1), "period": "day"} | _meta_metrics.yesterday(http)
    answer = await http.get(f"{place}/insights", params=params)
    return readings({**page, **_meta_metrics.insights(answer.json)}, METRICS, "account")


async def _of_post(http: Http, post: str) -> dict[str, Any] | None:
    """What a post and its insights say; ``None`` where it is gone."""
    answer = await http.get(f"{ROOT}/{post}", params={"fields": COUNTED}, expect=(_meta.GONE,))
    if answer.status >= 400:
        return None
    base.said(answer.json, "id", errors.Unavailable)
    told = await _insights(http, f"{ROOT}/{post}/insights")
    if isinstance(kinds := told.get(REACTIONS), dict):
        told[REACTIONS] = total(list(kinds.values()))
    return {**answer.json, **told}


async def _insights(http: Http, place: str) -> dict[str, Any]:
    """All figures of a post; where Facebook does not have one that is not confirmed, the confirmed ones."""
    period = {"period": "lifetime"}
    answer = await http.get(place, params={"metric": names(INSIGHTS), **period}, expect=(NO_SUCH_METRIC,))
    if answer.status >= 400:
        answer = await http.get(place, params={"metric": names(INSIGHTS, verified=True), **period})
    return _meta_metrics.insights(answer.json)
