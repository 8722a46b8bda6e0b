"""Incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks ."""

from __future__ import annotations

import json

from postiz_ops.sandbox.exchange import Refused, Reply, Request, Unreadable, plain
from postiz_ops.sandbox.slack import chat
from postiz_ops.sandbox.slack.common import Call, channel_of, new_post, thread_of
from postiz_ops.sandbox.world import World, short


def post(world: World, request: Request) -> Reply:
    """POST /services/…: the answer is ``ok``, and nobody learns where the message is."""
    account = short(request.params["secret"], "webhook")
    call = Call(account, _payload(request))
    channel = channel_of(world, account)
    try:
        made = new_post(world, account, channel, chat.text(call), thread_of(world, channel, call.text("thread_ts")))
    except Refused as refused:
        raise Refused(plain(400, json.loads(refused.reply.body)["error"])) from refused
    made.detail["blocks"] = call.structure("blocks")
    world.add(made)
    return plain(200, "ok")


def _payload(request: Request) -> dict[str, object]:
    """The JSON body, or the ``payload`` of a form."""
    form = request.form()
    try:
        given = form.json if form.json is not None else json.loads(form.first().get("payload", ""))
    except ValueError as problem:
        raise Unreadable(str(problem)) from problem
    if not isinstance(given, dict):
        raise Unreadable("not an object")
    return given
