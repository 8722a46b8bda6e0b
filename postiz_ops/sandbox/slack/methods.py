"""The Web API by method name: https://docs.slack.dev/reference/methods ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops.sandbox.exchange import Reply, Request
from postiz_ops.sandbox.slack import chat, conversations, files
from postiz_ops.sandbox.slack.common import TEAM, Call, Method, error, ok, user_of
from postiz_ops.sandbox.world import World, short

FORM_ONLY = ("files.getUploadURLExternal",)
"""Methods that do not read JSON: its page names the form encoding alone."""


def call(world: World, request: Request) -> Reply:
    """/api/METHOD, by GET or POST, its arguments in the query, a form or JSON."""
    name = request.params["method"]
    method = METHODS.get(name)
    if method is None:
        raise error("unknown_method", req_method=name)
    given = _arguments(request, name)
    token = request.bearer() or str(given.get("token") or "")
    if not token:
        raise error("not_authed")
    return method(world, Call(short(token, "bot"), given, request.effect))


def _arguments(request: Request, name: str) -> dict[str, Any]:
    form = request.form()
    if form.json is not None and not isinstance(form.json, dict):
        raise error("json_not_object")
    return {**dict(request.query), **form.first(), **({} if name in FORM_ONLY else form.json or {})}


def auth_test(_: World, call: Call) -> Reply:
    """Who the token belongs to."""
    user = user_of(call.account)
    team = {"url": "https://sandbox.slack.com/", "team": "Sandbox", "team_id": TEAM}
    return ok(**team, user=call.account, user_id=user, bot_id=f"B{user[1:]}", is_enterprise_install=False)


def retired(_world: World, _call: Call) -> Reply:
    """``files.upload`` stopped on 2025-11-12."""
    raise error("method_deprecated")


METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": chat.post,
    "chat.update": chat.update,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "conversations.list": conversations.listing,
    "conversations.info": conversations.info,
    "conversations.history": conversations.history,
    "conversations.replies": conversations.replies,
    "files.getUploadURLExternal": files.upload_url,
    "files.completeUploadExternal": files.complete,
    "files.info": files.info,
    "files.upload": retired,
}
