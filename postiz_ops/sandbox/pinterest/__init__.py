"""A stand-in for version 5 of Pinterest's API, and for the storage that its films go to.

https://developers.pinterest.com/docs/api/v5/ has the calls.
"""

from __future__ import annotations

from postiz_ops.sandbox import s3
from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply
from postiz_ops.sandbox.pinterest import boards, media, pins
from postiz_ops.sandbox.pinterest.common import NAME, error, invalid


def _is_storage(request: Request) -> bool:
    return request.host == media.HOST


def _refuse(request: Request) -> Reply:
    return s3.denied().reply if _is_storage(request) else invalid("this content is not acceptable").reply


def _unauthorized(request: Request) -> Reply:
    return s3.denied().reply if _is_storage(request) else error(401, 2, "Authentication failed.").reply


def _rate_limited(request: Request) -> Reply:
    if _is_storage(request):
        return s3.error(503, "SlowDown", "Please reduce your request rate.").reply
    body = {"code": 8, "message": "You have exceeded your rate limit. Try again later."}
    return reply(429, body, {"Retry-After": "30", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"})


def _broken(request: Request) -> Reply:
    if _is_storage(request):
        return s3.error(500, "InternalError", "We encountered an internal error. Please try again.").reply
    return error(500, 0, "Something went wrong on our end. Sorry about that.").reply


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/v5/pins", pins.create),
        Route("GET", "/v5/pins", pins.listing),
        Route("GET", r"/v5/pins/(?P<id>\d+)", pins.show),
        Route("PATCH", r"/v5/pins/(?P<id>\d+)", pins.update),
        Route("DELETE", r"/v5/pins/(?P<id>\d+)", pins.delete),
        Route("GET", "/v5/pins/{id}/analytics", pins.analytics),
        Route("POST", "/v5/media", media.register),
        Route("GET", "/v5/media/{id}", media.status),
        Route("POST", "/", media.receive),
        Route("GET", "/v5/boards", boards.listing),
        Route("GET", "/v5/boards/{id}", boards.show),
        Route("GET", "/v5/boards/{id}/pins", pins.of_board),
        Route("GET", "/v5/boards/{id}/sections", boards.sections),
        Route("GET", "/v5/user_account", boards.me),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=_broken,
    unreadable=lambda _: invalid("the body is no JSON").reply,
)
