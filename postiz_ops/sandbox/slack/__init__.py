"""A stand-in for Slack's Web API, its upload addresses and its incoming webhooks.

https://docs.slack.dev/reference/methods has the calls. Failures are HTTP 200 with ``ok: false``, except of webhooks,
which answer in plain text.
"""

from __future__ import annotations

from postiz_ops.sandbox.exchange import Platform, Reply, Request, Route, plain, reply
from postiz_ops.sandbox.slack import files, methods, webhooks
from postiz_ops.sandbox.slack.common import NAME, error


def _is_webhook(request: Request) -> bool:
    return request.host == "hooks.slack.com"


def _refuse(request: Request) -> Reply:
    return plain(400, "invalid_payload") if _is_webhook(request) else error("invalid_arguments").reply


def _unauthorized(request: Request) -> Reply:
    return plain(403, "invalid_token") if _is_webhook(request) else error("invalid_auth").reply


def _rate_limited(request: Request) -> Reply:
    later = {"Retry-After": "30"}
    if _is_webhook(request):
        return plain(429, "rate_limited", later)
    return reply(429, {"ok": False, "error": "ratelimited"}, later)


def _unreadable(request: Request) -> Reply:
    if _is_webhook(request):
        return plain(400, "invalid_payload")
    return error("invalid_json" if request.type == "application/json" else "invalid_form_data").reply


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", "/api/{method}", methods.call),
        Route("POST", "/api/{method}", methods.call),
        Route("POST", "/upload/v1/{file}", files.receive),
        Route("POST", "/services/(?P<secret>.+)", webhooks.post),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: plain(500, "Internal Server Error"),
    unreadable=_unreadable,
)
