"""A stand-in for TikTok's Content Posting API and what of its Display API shows one's own videos.

https://developers.tiktok.com/doc/content-posting-api-get-started/ has the calls.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, plain
from postiz_ops.sandbox.tiktok import inits, publishing, reads
from postiz_ops.sandbox.tiktok.common import NAME, error, invalid, unauthorized

_BUSY = "The API rate limit was exceeded. Please try again later."
_LIMITED = {"Retry-After": "30"}


def _is_upload(request: Request) -> bool:
    """Whether it is for the hosts that take bytes, which have no envelope."""
    return request.path.startswith("/video/")


def _rate_limited(request: Request) -> Reply:
    if _is_upload(request):
        return plain(429, "too many requests", _LIMITED)
    refused = error(429, "rate_limit_exceeded", _BUSY).reply
    return Reply(429, {**refused.headers, **_LIMITED}, refused.body)


def _unauthorized(request: Request) -> Reply:
    return plain(403, "the upload_url has expired") if _is_upload(request) else unauthorized().reply


def _refuse(request: Request) -> Reply:
    return plain(400, "the size does not match") if _is_upload(request) else invalid("Invalid post_info").reply


def _broken(request: Request) -> Reply:
    if _is_upload(request):
        return plain(500, "internal error")
    return error(500, "internal_error", "Something went wrong. Please try again later.").reply


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/v2/post/publish/creator_info/query/", reads.creator),
        Route("POST", "/v2/post/publish/video/init/", inits.video),
        Route("POST", "/v2/post/publish/inbox/video/init/", inits.inbox),
        Route("POST", "/v2/post/publish/content/init/", inits.content),
        Route("POST", "/v2/post/publish/status/fetch/", publishing.status),
        Route("POST", "/v2/post/publish/cancel/", publishing.cancel),
        Route("PUT", "/video/", publishing.receive),
        Route("POST", "/v2/video/list/", reads.listing),
        Route("POST", "/v2/video/query/", reads.query),
        Route("GET", "/v2/user/info/", reads.user),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=_broken,
    unreadable=lambda _: invalid("The request body is not valid JSON").reply,
)
