"""What Instagram counts, whichever login the account uses: posts, reels and stories have figures of their own.

https://developers.facebook.com/documentation/instagram-platform/reference/instagram-media/insights
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _meta, _meta_metrics, base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, names, one_by_one, readings, whole

ROOT = f"/{_meta.VERSION}"
REFERENCE = "https://developers.facebook.com/documentation/instagram-platform/"
CHECKED = "2026-11-22"

NO_SUCH_FIELD = "100"
"""A comment has no ``media_product_type``, and no figures."""

KEEP_DAYS = 730

TOO_FEW = "10"
"""How Instagram answers for a story that fewer than five people have seen."""

WATCH_MS = "ig_reels_video_view_total_time"

_post = partial(Measured, source=f"{REFERENCE}reference/instagram-media/insights", checked=CHECKED)
_account = partial(
    Measured, source=f"{REFERENCE}api-reference/instagram-user/insights", checked=CHECKED, scope="account"
)
_profile = partial(
    Measured, source=f"{REFERENCE}instagram-graph-api/reference/ig-user", checked=CHECKED, scope="account"
)

STANDALONE = (
    _post(Metric.IMPRESSIONS, "views", "how often it was played or displayed"),
    _post(Metric.REACH, "reach", "accounts that saw it, each once (an estimate)"),
    _post(Metric.LIKES, "likes", "likes"),
    _post(Metric.COMMENTS, "comments", "comments"),
    _post(Metric.COMMENTS, "replies", "of a story: replies; those from Europe and Japan are not counted"),
    _post(Metric.SHARES, "shares", "shares"),
    _post(Metric.SAVES, "saved", "how often it was saved"),
    _post(
        Metric.WATCH_SECONDS,
        WATCH_MS,
        "of a reel: how long it was played altogether, again and again counted (milliseconds there)",
        verified=False,
    ),
    _profile(Metric.FOLLOWERS, "followers_count", "followers"),
    _profile(Metric.FOLLOWING, "follows_count", "accounts that it follows"),
    _profile(Metric.POSTS, "media_count", "posts and reels that are up"),
    _account(Metric.IMPRESSIONS, "views", "how often its content was played or displayed", days=1),
    _account(Metric.REACH, "reach", "accounts that saw its content, each once (an estimate)", days=1),
)

BUSINESS = (
    *STANDALONE,
    _post(Metric.ENGAGEMENTS, "total_interactions", "likes, saves, comments and shares, less those taken back"),
    _account(Metric.LIKES, "likes", "likes on all posts, reels and videos", days=1),
    _account(Metric.COMMENTS, "comments", "comments on all posts, reels and videos", days=1),
    _account(Metric.SHARES, "shares", "shares of all posts, stories, reels and videos", days=1),
    _account(Metric.SAVES, "saves", "saves of all posts, reels and videos", days=1),
)
"""With what only the login by Facebook tells."""

UNKNOWN_TO = {"FEED": ("replies", WATCH_MS), "REELS": ("replies",), "STORY": ("comments", "likes", "saved", WATCH_MS)}
"""Kind -> what it does not have: asked for, it makes an error of the whole answer."""


async def of_posts(http: Http, receipts: Sequence[Receipt], measured: tuple[Measured, ...]) -> Mapping[str, Readings]:
    """Read each post, reel or story, after its kind. Nothing is told of what is inside a carousel, and of comments."""

    async def read(receipt: Receipt) -> Readings | None:
        place = f"{ROOT}/{receipt.remote_id}"
        gone = (_meta.GONE, NO_SUCH_FIELD)
        answer = await http.get(place, params={"fields": "media_product_type"}, expect=gone)
        if answer.status >= 400:
            return None
        kind = base.said(answer.json, "media_product_type", errors.Unavailable)
        has = tuple(each for each in measured if each.native not in UNKNOWN_TO.get(kind, UNKNOWN_TO["FEED"]))
        expected = (_meta.GONE, TOO_FEW) if kind == "STORY" else (_meta.GONE,)
        answer = await http.get(f"{place}/insights", params={"metric": names(has)}, expect=expected)
        return None if answer.status >= 400 else _of(_meta_metrics.insights(answer.json), has)

    return await one_by_one(receipts, read)


async def of_account(http: Http, account: Account, measured: tuple[Measured, ...]) -> Readings:
    """The account now, and what it had in the last whole day. Figures may come two days late."""
    if not (user := account.settings.get("user")):
        return {}
    me = f"{ROOT}/{user}"
    profile = (await http.get(me, params={"fields": names(measured, "account", days=None)})).json
    base.said(profile, "id", errors.Unavailable)
    params = {"metric": names(measured, "account", days=1), "period": "day", "metric_type": "total_value"}
    answer = await http.get(f"{me}/insights", params=params | _meta_metrics.yesterday(http))
    return readings({**profile, **_meta_metrics.insights(answer.json)}, measured, "account")


def _of(told: dict[str, object], measured: tuple[Measured, ...]) -> Readings:
    if (watched := whole(told.get(WATCH_MS))) is not None:
        told[WATCH_MS] = watched // 1000
    return readings(told, measured)
