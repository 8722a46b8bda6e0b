"""A stand-in for a Bluesky PDS, its video service, and as much of the AppView as reads posts back.

https://docs.bsky.app/docs/category/http-reference has the calls. Statuses and errors are those seen from
``@atproto/pds`` 0.4: a used record key is a 500, a bad token a 400.
"""

from __future__ import annotations

from postiz_ops.sandbox.bluesky import blobs, reads, sessions, writes
from postiz_ops.sandbox.bluesky.repos import NAME
from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, reply


def _unauthorized(request: Request) -> Reply:
    if request.path.endswith(".createSession"):
        return reply(401, {"error": "AuthenticationRequired", "message": "Invalid identifier or password"})
    return reply(400, {"error": "InvalidToken", "message": "Token could not be verified"})


def _rate_limited(_: Request) -> Reply:
    budget = {"RateLimit-Limit": "3000", "RateLimit-Remaining": "0", "RateLimit-Policy": "3000;w=300"}
    answer = {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}
    return reply(429, answer, {"Retry-After": "30", **budget})


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("POST", "/xrpc/com.atproto.server.createSession", sessions.create),
        Route("POST", "/xrpc/com.atproto.server.refreshSession", sessions.refresh),
        Route("GET", "/xrpc/com.atproto.server.getSession", sessions.show),
        Route("GET", "/xrpc/com.atproto.server.getServiceAuth", sessions.service_auth),
        Route("GET", "/xrpc/com.atproto.server.describeServer", sessions.describe_server),
        Route("GET", "/xrpc/com.atproto.identity.resolveHandle", sessions.resolve_handle),
        Route("POST", "/xrpc/com.atproto.repo.uploadBlob", blobs.upload),
        Route("POST", "/xrpc/com.atproto.repo.createRecord", writes.create_record),
        Route("POST", "/xrpc/com.atproto.repo.putRecord", writes.put_record),
        Route("POST", "/xrpc/com.atproto.repo.deleteRecord", writes.delete_record),
        Route("POST", "/xrpc/com.atproto.repo.applyWrites", writes.apply_writes),
        Route("GET", "/xrpc/com.atproto.repo.getRecord", reads.get_record),
        Route("GET", "/xrpc/com.atproto.repo.listRecords", reads.list_records),
        Route("GET", "/xrpc/com.atproto.sync.getLatestCommit", reads.latest_commit),
        Route("GET", "/xrpc/app.bsky.actor.getProfile", reads.profile),
        Route("GET", "/xrpc/app.bsky.feed.getPosts", reads.get_posts),
        Route("GET", "/xrpc/app.bsky.feed.getAuthorFeed", reads.author_feed),
        Route("GET", "/xrpc/app.bsky.video.getUploadLimits", blobs.upload_limits),
        Route("POST", "/xrpc/app.bsky.video.uploadVideo", blobs.upload_video),
        Route("GET", "/xrpc/app.bsky.video.getJobStatus", blobs.job_status),
    ),
    refuse=lambda _: reply(400, {"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record"}),
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: reply(500, {"error": "InternalServerError", "message": "Internal Server Error"}),
    unreadable=lambda _: reply(400, {"error": "SyntaxError", "message": "Unexpected token in JSON"}),
    missing=lambda _: reply(501, {"error": "MethodNotImplemented", "message": "Method Not Implemented"}),
)
