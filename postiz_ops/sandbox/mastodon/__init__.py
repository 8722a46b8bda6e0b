"""A stand-in for a Mastodon server; every host is a server of its own.

https://docs.joinmastodon.org/methods/statuses/ has the calls. The words of errors are those of Mastodon 4.5 in English.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply
from postiz_ops.sandbox.mastodon import media, statuses
from postiz_ops.sandbox.mastodon.common import instance, verify_credentials
from postiz_ops.sandbox.mastodon.entities import NAME


def _rate_limited(_: Request) -> Reply:
    headers = {"Retry-After": "30", "X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0"}
    return reply(429, {"error": "Too many requests"}, headers)


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", "/api/v2/instance", instance),
        Route("GET", "/api/v1/accounts/verify_credentials", verify_credentials),
        Route("GET", "/api/v1/accounts/{id}/statuses", statuses.timeline),
        Route("POST", "/api/v2/media", media.upload),
        Route("GET", "/api/v1/media/{id}", media.show),
        Route("PUT", "/api/v1/media/{id}", media.describe),
        Route("POST", "/api/v1/statuses", statuses.create),
        Route("GET", "/api/v1/statuses/{id}", statuses.show),
        Route("PUT", "/api/v1/statuses/{id}", statuses.edit),
        Route("DELETE", "/api/v1/statuses/{id}", statuses.delete),
        Route("GET", "/api/v1/statuses/{id}/context", statuses.context),
        Route("GET", "/api/v1/statuses/{id}/source", statuses.source),
    ),
    refuse=lambda _: reply(422, {"error": "Validation failed: Text is not acceptable"}),
    unauthorized=lambda _: reply(401, {"error": "The access token is invalid"}),
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"error": "We're sorry, but something went wrong"}),
    unreadable=lambda _: reply(400, {"error": "Error occurred while parsing request parameters"}),
)
