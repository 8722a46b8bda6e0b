"""What Threads counts: https://developers.facebook.com/documentation/threads/insights ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _meta, _meta_metrics
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, names, one_by_one, readings

ROOT = "/v1.0"

_post = partial(Measured, source="https://developers.facebook.com/documentation/threads/insights", checked="2026-11-22")
_account = partial(_post, scope="account")

METRICS = (
    _post(Metric.IMPRESSIONS, "views", "how often the post was seen (in development, by Meta's own word)"),
    _post(Metric.LIKES, "likes", "likes"),
    _post(Metric.COMMENTS, "replies", "replies"),
    _post(Metric.SHARES, "reposts", "reposts"),
    _post(Metric.QUOTES, "quotes", "quotes"),
    _account(Metric.FOLLOWERS, "followers_count", "followers"),
    _account(Metric.PROFILE_VISITS, "views", "how often the profile was seen in a day", days=1),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each post; replies are posts too."""
    params = {"metric": names(METRICS)}

    async def read(receipt: Receipt) -> Readings | None:
        answer = await http.get(f"{ROOT}/{receipt.remote_id}/insights", params=params, expect=(_meta.GONE,))
        return None if answer.status >= 400 else readings(_meta_metrics.insights(answer.json), METRICS)

    return await one_by_one(receipts, read)


async def of_account(http: Http, account: Account) -> Readings:
    """The profile. Its views are told day by day: the last day counts."""
    if not (user := account.settings.get("user")):
        return {}
    params = {"metric": names(METRICS, "account")}
    answer = await http.get(f"{ROOT}/{user}/threads_insights", params=params)
    return readings(_meta_metrics.insights(answer.json), METRICS, "account")
