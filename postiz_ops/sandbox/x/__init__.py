"""A stand-in for the X API, version 2, with bearer tokens and with signatures of OAuth 1.0a.

https://docs.x.com/x-api/introduction has the calls. A signature has to be complete; whether it is right is not looked
at, since any token is an account and none has a secret here.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route
from postiz_ops.sandbox.x import articles, media, posts, reads
from postiz_ops.sandbox.x.common import NAME, invalid, plain


def _rate_limited(_: Request) -> Reply:
    answer = plain(429, "Too Many Requests", "Too Many Requests").reply
    budget = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0"}
    return Reply(429, {**answer.headers, **budget, "Retry-After": "30"}, answer.body)


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", "/2/users/me", reads.me),
        Route("GET", "/2/users/{id}/tweets", reads.timeline),
        Route("POST", "/2/tweets", posts.create),
        Route("GET", "/2/tweets", reads.several),
        Route("GET", r"/2/tweets/(?P<id>\d+)", reads.show),
        Route("DELETE", "/2/tweets/{id}", posts.delete),
        Route("POST", "/2/media/upload", media.upload),
        Route("GET", "/2/media/upload", media.status),
        Route("POST", "/2/media/upload/initialize", media.initialize),
        Route("POST", "/2/media/upload/{id}/append", media.append),
        Route("POST", "/2/media/upload/{id}/finalize", media.finalize),
        Route("POST", "/2/media/metadata", media.metadata),
        Route("POST", "/2/articles/draft", articles.draft),
        Route("POST", "/2/articles/{id}/publish", articles.publish),
    ),
    refuse=lambda _: invalid("text", "", "Your Tweet text is not acceptable.").reply,
    unauthorized=lambda _: plain(401, "Unauthorized", "Unauthorized").reply,
    rate_limit=_rate_limited,
    broken=lambda _: plain(500, "Internal Server Error", "Internal Server Error").reply,
    unreadable=lambda _: invalid("body", "", "The request body cannot be read").reply,
)
