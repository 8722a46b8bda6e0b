"""Reports by video, days late: https://developers.google.com/youtube/analytics/reference/reports/query ."""

from __future__ import annotations

from postiz_ops.sandbox.audience import LATE, Audience, audience
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import World
from postiz_ops.sandbox.youtube.common import State, account_of, bad, channel_of

COLUMNS = ("views", "likes", "shares", "estimatedMinutesWatched")
"""What is imitated of what can be asked for."""


def query(world: World, request: Request) -> Reply:
    """GET /v2/reports, of the token's own channel, by video. What is too young is not in it yet."""
    channel, wanted = channel_of(account_of(request)), request.ask("metrics").split(",")
    if request.ask("ids") != "channel==MINE" or request.ask("dimensions") != "video" or set(wanted) - set(COLUMNS):
        raise bad(f"the sandbox imitates ids=channel==MINE, dimensions=video and metrics of {', '.join(COLUMNS)}")
    now, names = world.clock(), request.ask("filters").removeprefix("video==").split(",")
    found = [world.state(State).videos.get(name) for name in names]
    mine = [video for video in found if video and video.channel == channel and now - video.at > LATE]
    rows = [[video.id, *_row(audience(video.id, video.at, now), wanted)] for video in mine]
    columns = [{"name": "video", "columnType": "DIMENSION", "dataType": "STRING"}]
    columns += [{"name": name, "columnType": "METRIC", "dataType": "INTEGER"} for name in wanted]
    return reply(200, {"kind": "youtubeAnalytics#resultTable", "columnHeaders": columns, "rows": rows})


def _row(people: Audience, wanted: list[str]) -> list[int]:
    known = {
        "views": people.views,
        "likes": people.likes,
        "shares": people.shares,
        "estimatedMinutesWatched": people.seconds // 60,
    }
    return [known[name] for name in wanted]
