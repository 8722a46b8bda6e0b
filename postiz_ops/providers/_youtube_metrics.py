"""What YouTube counts: of videos and the channel at once, and what its reports add, some days late.

https://developers.google.com/youtube/v3/docs/videos#statistics and https://developers.google.com/youtube/analytics
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers._youtube_after import API, mine
from postiz_ops.providers.base import JSON, Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, readings, whole

CHECKED = "2026-11-22"
REFERENCE = "https://developers.google.com/youtube/v3/docs/"
REPORTS = "https://youtubeanalytics.googleapis.com/v2/reports"

BATCH = 50
"""Ids that one call takes."""

BEGINNING = "2005-02-14"
"""A day before which no video is: a report must begin somewhere."""

MINUTES = "estimatedMinutesWatched"

NOT_ALLOWED = ("insufficientPermissions", "forbidden", "accessNotConfigured", "PERMISSION_DENIED")
"""The token lacks the scope for reports, or the project does not have their API: the figures are a gap."""

_post = partial(Measured, source=f"{REFERENCE}videos#statistics", checked=CHECKED)
_report = partial(Measured, source="https://developers.google.com/youtube/analytics/metrics", checked=CHECKED)
_account = partial(Measured, source=f"{REFERENCE}channels#statistics", checked=CHECKED, scope="account")

METRICS = (
    _post(Metric.VIDEO_VIEWS, "statistics.viewCount", "views"),
    _post(Metric.LIKES, "statistics.likeCount", "likes"),
    _post(Metric.COMMENTS, "statistics.commentCount", "comments; absent where they are turned off"),
    _report(Metric.SHARES, "shares", "uses of the share button; up to 72 hours late"),
    _report(Metric.WATCH_SECONDS, MINUTES, "how long it was watched, in whole minutes there; up to 72 hours late"),
    _account(Metric.FOLLOWERS, "statistics.subscriberCount", "subscribers, rounded down to three digits"),
    _account(Metric.VIDEO_VIEWS, "statistics.viewCount", "views of all videos"),
    _account(Metric.POSTS, "statistics.videoCount", "public videos"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read the videos, and their reports where the token may. Comments have no figures here."""
    videos = [receipt.remote_id for receipt in receipts if "video" not in receipt.extra]
    if not videos:
        return {}
    params = {"part": "statistics", "id": ",".join(videos)}
    rows = base.rows((await http.get(f"{API}/videos", params=params)).json, "items")
    found = {base.said(row, "id", errors.Unavailable): row for row in rows}
    reports = await _reports(http, list(found)) if found else {}
    return {video: readings({**row, **reports.get(video, {})}, METRICS) for video, row in found.items()}


async def of_account(http: Http, account: Account) -> Readings:
    """The channel. One that hides how many subscribe to it has a gap there."""
    channel = await mine(http, "statistics")
    base.said(channel, "id", errors.Unavailable)
    counts = dict(channel.get("statistics") or {})
    if counts.get("hiddenSubscriberCount"):
        counts.pop("subscriberCount", None)
    return readings({"statistics": counts}, METRICS, "account")


async def _reports(http: Http, videos: list[str]) -> dict[str, dict[str, Any]]:
    params = {
        "ids": "channel==MINE",
        "startDate": BEGINNING,
        "endDate": http.today().isoformat(),
        "dimensions": "video",
        "metrics": f"{MINUTES},shares",
        "filters": f"video=={','.join(videos)}",
    }
    answer = await http.get(REPORTS, params=params, expect=NOT_ALLOWED)
    return {} if answer.status >= 400 else _table(answer.json)


def _table(report: JSON) -> dict[str, dict[str, Any]]:
    """Video -> column -> value. A report without figures has no rows."""
    columns = [str(column.get("name")) for column in base.rows(report, "columnHeaders")]
    rows = [row for row in report.get("rows") or () if isinstance(row, list) and len(row) == len(columns)]
    table = (dict(zip(columns, row, strict=True)) for row in rows)
    return {str(row.pop("video", "")): row | _seconds(row) for row in table}


def _seconds(row: Mapping[str, Any]) -> dict[str, int]:
    minutes = whole(row.get(MINUTES))
    return {} if minutes is None else {MINUTES: minutes * 60}
