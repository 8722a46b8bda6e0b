"""A stand-in for LinkedIn's versioned API, for members and for organizations, and for the addresses of its uploads.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api has the calls. A member is
who the token says; every organization can be written for. Their posts are told apart by the author's URN.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Handler, Platform, Reply, Request, Route
from postiz_ops.sandbox.linkedin import comments, people, posts, uploads
from postiz_ops.sandbox.linkedin.common import PERSON, error, versioned

_COMMENTS = "/socialActions/{urn}/comments"
_STATISTICS = ("organizationalEntityFollowerStatistics", "organizationPageStatistics", "memberCreatorVideoAnalytics")


def _rest(method: str, pattern: str, handler: Handler) -> Route:
    return Route(method, f"/rest{pattern}", versioned(handler))


def _unauthorized(_: Request) -> Reply:
    sentence = "The token used in the request has been revoked by the user"
    return error(401, "REVOKED_ACCESS_TOKEN", sentence, serviceErrorCode=65601).reply


def _rate_limited(_: Request) -> Reply:
    sentence = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    answer = error(429, "TOO_MANY_REQUESTS", sentence, serviceErrorCode=101).reply
    return Reply(429, {**answer.headers, "Retry-After": "30"}, answer.body)


PLATFORM = Platform(
    name=PERSON,
    routes=(
        _rest("POST", "/posts", posts.create),
        _rest("GET", "/posts", posts.listing),
        _rest("GET", "/posts/{urn}", posts.show),
        _rest("POST", "/posts/{urn}", posts.edit),
        _rest("DELETE", "/posts/{urn}", posts.delete),
        _rest("POST", "/images", uploads.image),
        _rest("POST", "/documents", uploads.document),
        _rest("POST", "/videos", uploads.video),
        _rest("GET", "/(?:images|documents|videos)/{urn}", uploads.show),
        Route("PUT", "/dms-uploads/{asset}/{kind}/{part}", uploads.receive),
        _rest("POST", _COMMENTS, comments.create),
        _rest("GET", _COMMENTS, comments.listing),
        _rest("DELETE", _COMMENTS + "/{comment}", comments.delete),
        Route("POST", "/v2" + _COMMENTS, comments.old_create),
        _rest("GET", "/socialMetadata/{urn}", comments.metadata),
        Route("GET", "/v2/userinfo", people.userinfo),
        Route("GET", "/v2/me", people.me),
        _rest("GET", "/organizationAcls", people.roles),
        _rest("GET", "/organizations/{id}", people.organization),
        _rest("GET", "/organizationalEntityShareStatistics", people.of_pages),
        _rest("GET", "/memberCreatorPostAnalytics", people.of_members),
        _rest("GET", "/memberFollowersCount", people.my_followers),
        _rest("GET", f"/(?:{'|'.join(_STATISTICS)})", people.nothing),
        _rest("GET", "/networkSizes/{urn}", people.followers),
    ),
    refuse=lambda _: error(422, "UNPROCESSABLE_ENTITY", "This content cannot be published").reply,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: error(500, "INTERNAL_SERVER_ERROR", "Internal Server Error").reply,
    unreadable=lambda _: error(400, "BAD_REQUEST", "The body cannot be read").reply,
)
"""api.linkedin.com, and www.linkedin.com for uploads."""
