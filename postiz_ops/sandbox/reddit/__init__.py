"""A stand-in for Reddit's Data API, and for the storage that its files go to.

https://www.reddit.com/dev/api has the calls. Most refusals come with HTTP 200, and so does the limit of submissions.
"""

from __future__ import annotations

from postiz_ops.sandbox import s3
from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply
from postiz_ops.sandbox.reddit import comments, media, posts, reads
from postiz_ops.sandbox.reddit.common import NAME, account_of, empty, errors, status

_WAIT = "Looks like you've been doing that a lot. Take a break for 30 seconds before trying again."
_WRITES = ("/api/submit", "/api/comment")


def _is_storage(request: Request) -> bool:
    return request.host.endswith(".amazonaws.com")


def _refuse(request: Request) -> Reply:
    if _is_storage(request):
        return s3.denied().reply
    if request.path.startswith(_WRITES):
        return errors(("SUBREDDIT_NOTALLOWED", "you aren't allowed to post there.", "sr")).reply
    return status(403, "Forbidden").reply


def _unauthorized(request: Request) -> Reply:
    return s3.denied().reply if _is_storage(request) else status(401, "Unauthorized").reply


def _rate_limited(request: Request) -> Reply:
    if _is_storage(request):
        return s3.error(503, "SlowDown", "Please reduce your request rate.").reply
    if request.path.startswith(_WRITES):
        return reply(200, {"json": {"ratelimit": 30.0, "errors": [["RATELIMIT", _WAIT, "ratelimit"]]}})
    spent = {"x-ratelimit-used": "1000", "x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "30"}
    return reply(429, {"message": "Too Many Requests", "error": 429}, {"Retry-After": "30", **spent})


def _broken(request: Request) -> Reply:
    if _is_storage(request):
        return s3.error(500, "InternalError", "We encountered an internal error. Please try again.").reply
    return status(500, "Internal Server Error").reply


def _switch(_: object, request: Request) -> Reply:
    """POST /api/sendreplies."""
    account_of(request)
    return empty()


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/api/submit", posts.submit),
        Route("POST", r"/api/submit_gallery_post(?:\.json)?", posts.gallery),
        Route("POST", r"/api/submit_poll_post(?:\.json)?", posts.poll),
        Route("POST", r"/api/media/asset(?:\.json)?", media.lease),
        Route("POST", "/", media.receive),
        Route("POST", "/api/comment", comments.create),
        Route("POST", "/api/editusertext", posts.edit),
        Route("POST", "/api/del", posts.delete),
        Route("POST", "/api/sendreplies", _switch),
        Route("GET", "/api/info", reads.info),
        Route("GET", "/api/v1/me", reads.me),
        Route("GET", "/api/v1/{name}/post_requirements", reads.requirements),
        Route("GET", "/user/{name}/submitted", reads.submitted),
        Route("GET", "/user/{name}/comments", reads.comments),
        Route("GET", "/r/{name}/about", reads.about),
        Route("GET", "/r/{name}/api/link_flair_v2", reads.flairs),
        Route("GET", "/subreddits/search", reads.search),
        Route("GET", "/subreddits/mine/subscriber", reads.mine),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=_broken,
    unreadable=lambda _: status(400, "Bad Request").reply,
)
