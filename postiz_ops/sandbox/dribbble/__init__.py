"""A stand-in for version 2 of Dribbble's API: https://developer.dribbble.com/v2/ ."""

from __future__ import annotations

from postiz_ops.sandbox.dribbble import shots, users
from postiz_ops.sandbox.dribbble.common import NAME, error, invalid
from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply


def _rate_limited(_: Request) -> Reply:
    headers = {"Retry-After": "30", "X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0"}
    return reply(429, {"message": "API rate limit exceeded."}, headers)


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/v2/shots", shots.create),
        Route("GET", "/v2/shots/{id}", shots.show),
        Route("PUT", "/v2/shots/{id}", shots.update),
        Route("DELETE", "/v2/shots/{id}", shots.delete),
        Route("GET", "/v2/user", users.me),
        Route("GET", "/v2/user/shots", shots.listing),
        Route("GET", "/v2/user/projects", users.projects),
    ),
    refuse=lambda _: invalid("title", "can't be blank").reply,
    unauthorized=lambda _: error(401, "Bad credentials.").reply,
    rate_limit=_rate_limited,
    broken=lambda _: error(500, "We're sorry, but something went wrong.").reply,
    unreadable=lambda _: error(400, "Problems parsing the request.").reply,
)
