"""A stand-in for the YouTube Data API, version 3, and for the reports of the YouTube Analytics API.

https://developers.google.com/youtube/v3/docs has the calls. Limits of the title, the description and the tags are those
of its page about videos; what of an upload nobody says is told in ``uploads``.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route
from postiz_ops.sandbox.youtube import channels, comments, reports, uploads, videos
from postiz_ops.sandbox.youtube.common import NAME, bad, error, unauthorized

API = "/youtube/v3"
UPLOAD = "(?:/resumable)?/upload/youtube/v3"
_SPENT = (
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota'
    "</a>."
)


def _rate_limited(request: Request) -> Reply:
    """A budget of the day for uploads, which has no ``Retry-After``; for everything else the one of the minute."""
    if request.method == "POST" and request.path.endswith("/upload/youtube/v3/videos"):
        return error(403, "quotaExceeded", _SPENT, domain="youtube.quota").reply
    sentence = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'."
    refused = error(429, "rateLimitExceeded", sentence, domain="usageLimits").reply
    return Reply(429, {**refused.headers, "Retry-After": "30"}, refused.body)


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", f"{UPLOAD}/videos", uploads.start),
        Route("PUT", f"{UPLOAD}/videos", uploads.receive),
        Route("DELETE", f"{UPLOAD}/videos", uploads.cancel),
        Route("POST", f"{UPLOAD}/thumbnails/set", videos.thumbnail),
        Route("GET", f"{API}/videos", videos.listing),
        Route("PUT", f"{API}/videos", videos.update),
        Route("DELETE", f"{API}/videos", videos.delete),
        Route("GET", f"{API}/videoCategories", channels.categories),
        Route("GET", f"{API}/channels", channels.mine),
        Route("GET", "/v2/reports", reports.query),
        Route("GET", f"{API}/playlists", channels.playlists),
        Route("GET", f"{API}/playlistItems", channels.items),
        Route("POST", f"{API}/playlistItems", channels.insert),
        Route("DELETE", f"{API}/playlistItems", channels.remove),
        Route("GET", f"{API}/commentThreads", comments.threads),
        Route("POST", f"{API}/commentThreads", comments.start),
        Route("GET", f"{API}/comments", comments.listing),
        Route("POST", f"{API}/comments", comments.answer),
        Route("PUT", f"{API}/comments", comments.update),
        Route("DELETE", f"{API}/comments", comments.delete),
    ),
    refuse=lambda _: bad("Request contains an invalid argument.").reply,
    unauthorized=lambda _: unauthorized().reply,
    rate_limit=_rate_limited,
    broken=lambda _: error(500, "backendError", "Internal error encountered.", domain="global").reply,
    unreadable=lambda _: bad("Invalid JSON payload received.").reply,
)
