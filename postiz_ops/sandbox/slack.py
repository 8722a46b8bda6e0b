"""A stand-in for Slack's Web API and its incoming webhooks: https://docs.slack.dev/reference/methods

Failures are HTTP 200 with ``ok: false``, except of webhooks, which answer in plain text.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from postiz_ops.sandbox import limits, sniff
from postiz_ops.sandbox.exchange import Platform, Refused, Reply, Request, Route, plain, reply
from postiz_ops.sandbox.world import File, Post, World, short

NAME = "slack"
TEAM = "T0SANDBOX1"
CHANNELS = {"C0SANDBOX1": "general", "C0SANDBOX2": "random", "C0SANDBOX3": "announcements"}
BLOCKS = 50
"""Most blocks of one message."""
MARKDOWN = 12_000
"""Most characters of ``markdown_text``."""

_ID = re.compile(r"[CGD][A-Z0-9]+")
_CHANNEL_NAME = re.compile(r"#?[a-z0-9][a-z0-9_-]{0,79}")
_TRUE = (True, "true", "1", 1)


@dataclass(slots=True)
class State:
    """Files by id, with where they were shared; channel names by id."""

    files: dict[str, File] = field(default_factory=dict)
    shares: dict[str, list[Post]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=lambda: dict(CHANNELS))


def error(code: str, **more: Any) -> Refused:
    """Slack's failure, ready to be raised."""
    return Refused(reply(200, {"ok": False, "error": code, **more}))


def ok(**values: Any) -> Reply:
    """Slack's success."""
    return reply(200, {"ok": True, **values})


Method = Callable[[World, "Call"], Reply]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the Web API: who calls, with which arguments."""

    account: str
    given: Mapping[str, Any]
    effect: str = ""

    def text(self, name: str) -> str:
        """An argument as text, empty where it is absent."""
        value = self.given.get(name)
        return "" if value is None else str(value)

    def structure(self, name: str) -> Any:
        """An argument that is a list or an object; in a form it is JSON in a string."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as problem:
            raise error("invalid_arguments") from problem


# --- the way in -----------------------------------------------------------------------------------------------------


def call(world: World, request: Request) -> Reply:
    """/api/METHOD, by GET or POST, its arguments in the query, a form or JSON."""
    method = METHODS.get(request.params["method"])
    if method is None:
        raise error("unknown_method", req_method=request.params["method"])
    given = arguments(request)
    token = request.bearer() or str(given.get("token") or "")
    if not token:
        raise error("not_authed")
    return method(world, Call(short(token, "bot"), given, request.effect))


def arguments(request: Request) -> dict[str, Any]:
    """The arguments of a call. Raises ``invalid_json`` and ``invalid_form_data`` as Slack does."""
    form = request.form()
    if form.json is not None and not isinstance(form.json, dict):
        raise error("json_not_object")
    return {**dict(request.query), **form.first(), **(form.json or {})}


def user_of(account: str) -> str:
    """The user id of a bot, the same at every start."""
    return "U" + hashlib.sha256(account.encode()).hexdigest()[:9].upper()


def auth_test(world: World, call: Call) -> Reply:  # noqa: ARG001 - the methods' shape
    """Who the token belongs to."""
    user = user_of(call.account)
    team = {"url": "https://sandbox.slack.com/", "team": "Sandbox", "team_id": TEAM}
    return ok(**team, user=call.account, user_id=user, bot_id="B" + user[1:], is_enterprise_install=False)


def retired(world: World, call: Call) -> Reply:
    """``files.upload`` stopped on 2025-11-12."""
    raise error("method_deprecated")


# --- channels -------------------------------------------------------------------------------------------------------


def channel_of(world: World, named: str) -> str:
    """A channel's id. Every well-formed id or name is a channel; others are ``channel_not_found``."""
    channels = world.state(State).channels
    if _ID.fullmatch(named):
        channels.setdefault(named, f"channel-{named.lower()}")
        return named
    if not _CHANNEL_NAME.fullmatch(named):
        raise error("channel_not_found")
    name = named.removeprefix("#")
    known = next((one for one, title in channels.items() if title == name), None)
    made = known or "C" + hashlib.sha256(name.encode()).hexdigest()[:10].upper()
    channels[made] = name
    return made


def _conversation(channel_id: str, name: str) -> dict[str, Any]:
    return {
        "id": channel_id,
        "name": name,
        "name_normalized": name,
        "is_channel": True,
        "is_group": False,
        "is_im": False,
        "is_private": False,
        "is_archived": False,
        "is_general": name == "general",
        "is_member": True,
        "created": 1_700_000_000,
    }


def conversations_list(world: World, call: Call) -> Reply:  # noqa: ARG001 - the methods' shape
    """All channels that are known."""
    shown = [_conversation(one, name) for one, name in world.state(State).channels.items()]
    return ok(channels=shown, response_metadata={"next_cursor": ""})


def conversations_info(world: World, call: Call) -> Reply:
    """One channel."""
    channel = channel_of(world, call.text("channel"))
    return ok(channel=_conversation(channel, world.state(State).channels[channel]))


def history(world: World, call: Call) -> Reply:
    """A channel's messages without the replies in its threads, newest first, 100 at a time."""
    channel = channel_of(world, call.text("channel"))
    posts = [post for post in _in(world, channel) if post.parent is None or post.detail["broadcast"]]
    return _page(call, [post for post in reversed(posts) if _within(post, call)])


def replies(world: World, call: Call) -> Reply:
    """A thread: its first message, then the answers, oldest first."""
    channel, ts = channel_of(world, call.text("channel")), call.text("ts")
    root = _at(world, channel, ts, "thread_not_found")
    thread = [post for post in _in(world, channel) if post.remote_id == ts or post.parent == ts]
    return _page(call, [post for post in thread if post is root or _within(post, call)])


def _in(world: World, channel: str) -> list[Post]:
    return [post for post in world.of(NAME) if post.detail["channel"] == channel]


def _at(world: World, channel: str, ts: str, absent: str) -> Post:
    post = world.find(NAME, ts)
    if post is None or post.detail["channel"] != channel:
        raise error(absent)
    return post


def _within(post: Post, call: Call) -> bool:
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999"
    at = float(post.remote_id)
    if call.given.get("inclusive") in _TRUE:
        return float(oldest) <= at <= float(latest)
    return float(oldest) < at < float(latest)


def _page(call: Call, posts: list[Post]) -> Reply:
    cursor, limit = call.text("cursor"), call.text("limit") or "100"
    if not limit.isdigit() or not 0 < int(limit) < 1000:
        raise error("invalid_limit")
    if cursor and not cursor.isdigit():
        raise error("invalid_cursor")
    start, end = int(cursor or 0), int(cursor or 0) + int(limit)
    metadata = call.given.get("include_all_metadata") in _TRUE
    more = {"next_cursor": str(end)} if end < len(posts) else {"next_cursor": ""}
    shown = [message(post, metadata=metadata) for post in posts[start:end]]
    return ok(messages=shown, has_more=end < len(posts), response_metadata=more)


# --- messages -------------------------------------------------------------------------------------------------------


def post_message(world: World, call: Call) -> Reply:
    """chat.postMessage: text above the limit is cut off without a word, as Slack does."""
    channel = channel_of(world, call.text("channel"))
    text = _text(call)
    parent = _thread(world, channel, call.text("thread_ts"))
    post = _posted(world, call.account, channel, text, parent)
    post.detail |= {
        "broadcast": call.given.get("reply_broadcast") in _TRUE,
        "blocks": call.structure("blocks"),
        "metadata": call.structure("metadata"),
        "username": call.text("username"),
    }
    world.add(post)
    return ok(channel=channel, ts=post.remote_id, message=message(post))


def _text(call: Call) -> str:
    text, markdown, blocks = call.text("text"), call.text("markdown_text"), call.structure("blocks")
    if markdown and (text or blocks):
        raise error("markdown_text_conflict")
    if blocks is not None and (not isinstance(blocks, list) or len(blocks) > BLOCKS):
        raise error("invalid_blocks")
    if len(markdown) > MARKDOWN:
        raise error("msg_too_long")
    text = text or markdown
    if not text.strip() and not blocks and not call.structure("attachments"):
        raise error("no_text")
    return _cut(text)


def _cut(text: str) -> str:
    limit = limits.text(NAME)
    return text[: limit.max] if limits.too_long(text, limit) else text


def _thread(world: World, channel: str, ts: str) -> str | None:
    """The first message of the thread that a message belongs to."""
    if not ts:
        return None
    target = _at(world, channel, ts, "thread_not_found")
    return target.parent or target.remote_id


def _posted(world: World, account: str, channel: str, text: str, parent: str | None) -> Post:
    seconds, micros = divmod(world.tick(), 1_000_000)
    ts = f"{seconds}.{micros:06d}"
    post = Post(NAME, account, ts, text, world.clock(), parent=parent)
    thread = f"?thread_ts={parent}&cid={channel}" if parent else ""
    post.url = f"https://sandbox.slack.com/archives/{channel}/p{ts.replace('.', '')}{thread}"
    post.detail = {"channel": channel, "broadcast": False, "blocks": None, "metadata": None, "username": ""}
    return post


def message(post: Post, *, metadata: bool = False) -> dict[str, Any]:
    """A message as a channel's history shows it."""
    user, detail = user_of(post.account), post.detail
    shown: dict[str, Any] = {
        "type": "message",
        "user": user,
        "bot_id": "B" + user[1:],
        "app_id": "A" + user[1:],
        "team": TEAM,
        "ts": post.remote_id,
        "text": post.text,
    }
    if post.parent or post.replies:
        shown |= {"thread_ts": post.parent or post.remote_id}
    if post.replies:
        shown |= {"reply_count": post.replies}
    if detail["blocks"]:
        shown |= {"blocks": detail["blocks"]}
    if detail["username"]:
        shown |= {"username": detail["username"]}
    if post.media:
        shown |= {"files": [_file(file, file.name) for file in post.media], "upload": True}
    if post.edited_at:
        shown |= {"edited": {"user": user, "ts": f"{post.edited_at.timestamp():.6f}"}}
    if metadata and detail["metadata"]:
        shown |= {"metadata": detail["metadata"]}
    return shown


def update(world: World, call: Call) -> Reply:
    """chat.update: one's own messages only."""
    channel = channel_of(world, call.text("channel"))
    post = _at(world, channel, call.text("ts"), "message_not_found")
    if post.account != call.account:
        raise error("cant_update_message")
    post.text, post.edited_at = _text(call), world.clock()
    for name in ("blocks", "metadata"):
        if name in call.given:
            post.detail[name] = call.structure(name)
    return ok(channel=channel, ts=post.remote_id, text=post.text, message=message(post))


def delete(world: World, call: Call) -> Reply:
    """chat.delete: one's own messages only."""
    channel = channel_of(world, call.text("channel"))
    post = _at(world, channel, call.text("ts"), "message_not_found")
    if post.account != call.account:
        raise error("cant_delete_message")
    world.remove(post)
    return ok(channel=channel, ts=post.remote_id)


def permalink(world: World, call: Call) -> Reply:
    """chat.getPermalink."""
    channel = channel_of(world, call.text("channel"))
    post = _at(world, channel, call.text("message_ts"), "message_not_found")
    return ok(channel=channel, permalink=post.url)


def webhook(world: World, request: Request) -> Reply:
    """POST /services/T/B/X: the answer is ``ok``, and nobody learns the message's ts."""
    form = request.form()
    given = form.json
    if given is None:
        try:
            given = json.loads(form.first().get("payload", ""))
        except ValueError as problem:
            raise Refused(plain(400, "invalid_payload")) from problem
    if not isinstance(given, dict):
        raise Refused(plain(400, "invalid_payload"))
    account = short("/".join(request.params.values()), "webhook")
    channel = "C" + hashlib.sha256(account.encode()).hexdigest()[:10].upper()
    try:
        call = Call(account, given)
        text, parent = _text(call), _thread(world, channel, call.text("thread_ts"))
    except Refused as refused:
        raise Refused(plain(400, json.loads(refused.reply.body)["error"])) from refused
    post = _posted(world, account, channel_of(world, channel), text, parent)
    post.detail["blocks"] = given.get("blocks")
    world.add(post)
    return plain(200, "ok")


# --- files ----------------------------------------------------------------------------------------------------------


def upload_url(world: World, call: Call) -> Reply:
    """files.getUploadURLExternal: an id and where to send the bytes."""
    name, length, alt = call.text("filename"), call.text("length"), call.text("alt_txt") or call.text("alt_text")
    if not name or not length.isdigit() or not int(length):
        raise error("invalid_arguments")
    if int(length) > max(kind.max_bytes for kind in limits.media(NAME).kinds.values()):
        raise error("file_upload_size_restricted")
    if limits.too_long(alt, limits.media(NAME).alt):
        raise error("alt_txt_too_large")
    state, file_id = world.state(State), f"F{world.tick():X}"[:12]
    state.files[file_id] = File(file_id, "", b"", alt, name, state="awaited", owner=call.account)
    state.lengths[file_id] = int(length)
    return ok(upload_url=f"https://files.slack.com/upload/v1/{file_id}", file_id=file_id)


def receive(world: World, request: Request) -> Reply:
    """POST to the upload URL: the bytes alone, or one file of a multipart body."""
    state = world.state(State)
    file = state.files.get(request.params["file"])
    if file is None:
        raise Refused(plain(404, "not_found"))
    sent = request.form().files if request.type == "multipart/form-data" else ()
    data = sent[0].data if sent else request.body
    if len(data) != state.lengths[file.id]:
        raise Refused(plain(400, "length_mismatch"))
    file.data, file.type = data, sniff.mime(data) or "application/octet-stream"
    size = sniff.size(data) if file.type.startswith("image/") else None
    file.width, file.height = size or (None, None)
    file.state, file.stuck = "processing", request.effect == "async-never"
    if request.effect == "async-fail":
        file.state = "failed"
    return plain(200, f"OK - {len(data)}")


def complete(world: World, call: Call) -> Reply:
    """files.completeUploadExternal: with a channel, the files are shared there in one message."""
    state, asked = world.state(State), call.structure("files")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, dict) for one in asked):
        raise error("invalid_arguments")
    files = [state.files.get(str(one.get("id"))) for one in asked]
    found = [file for file in files if file and file.owner == call.account and file.data and not file.used]
    if len(found) != len(files):
        raise error("file_not_found")
    if call.effect == "async-fail" or any(file.state == "failed" for file in found):
        raise error("file_update_failed")
    for file, one in zip(found, asked, strict=True):
        state.titles[file.id] = str(one.get("title") or file.name)
    if call.text("channel_id"):
        _share(world, call, found)
    for file in found:
        file.used, file.stuck = True, file.stuck or call.effect == "async-never"
    return ok(files=[{"id": file.id, "title": state.titles[file.id]} for file in found])


def _share(world: World, call: Call, files: list[File]) -> None:
    channel = channel_of(world, call.text("channel_id"))
    parent = _thread(world, channel, call.text("thread_ts"))
    post = _posted(world, call.account, channel, _cut(call.text("initial_comment")), parent)
    post.media = files
    world.add(post)
    for file in files:
        world.state(State).shares.setdefault(file.id, []).append(post)


def file_info(world: World, call: Call) -> Reply:
    """files.info: where a file was shared is told from the second question on, since Slack shares asynchronously."""
    state = world.state(State)
    file = state.files.get(call.text("file"))
    if file is None or not file.used:
        raise error("file_not_found")
    shown = _file(file, state.titles[file.id])
    if file.state == "ready":
        shown["shares"] = {"public": _shares(state, file)}
        shown["channels"] = list(shown["shares"]["public"])
    elif not file.stuck and call.effect != "async-never":
        file.state = "ready"
    return ok(file=shown, comments=[], response_metadata={"next_cursor": ""})


def _shares(state: State, file: File) -> dict[str, list[dict[str, Any]]]:
    shared: dict[str, list[dict[str, Any]]] = {}
    for post in state.shares.get(file.id, ()):
        channel = post.detail["channel"]
        at = {"ts": post.remote_id, "channel_name": state.channels[channel], "team_id": TEAM}
        shared.setdefault(channel, []).append(at | ({"thread_ts": post.parent} if post.parent else {}))
    return shared


def _file(file: File, title: str) -> dict[str, Any]:
    size = {"original_w": file.width, "original_h": file.height} if file.width else {}
    return {
        "id": file.id,
        "name": file.name,
        "title": title,
        "mimetype": file.type,
        "size": len(file.data),
        "user": user_of(file.owner),
        "alt_txt": file.alt,
        "is_public": True,
        "channels": [],
        "shares": {},
        **size,
    }


METHODS: Mapping[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": permalink,
    "conversations.list": conversations_list,
    "conversations.info": conversations_info,
    "conversations.history": history,
    "conversations.replies": replies,
    "files.getUploadURLExternal": upload_url,
    "files.completeUploadExternal": complete,
    "files.info": file_info,
    "files.upload": retired,
}


# --- faults ---------------------------------------------------------------------------------------------------------


def _is_webhook(request: Request) -> bool:
    return request.host == "hooks.slack.com"


def _refuse(request: Request) -> Reply:
    return plain(400, "invalid_payload") if _is_webhook(request) else error("invalid_arguments").reply


def _unauthorized(request: Request) -> Reply:
    return plain(403, "invalid_token") if _is_webhook(request) else error("invalid_auth").reply


def _rate_limited(request: Request) -> Reply:
    headers = {"Retry-After": "30"}
    if _is_webhook(request):
        return plain(429, "rate_limited", headers)
    return reply(429, {"ok": False, "error": "ratelimited"}, headers)


def _unreadable(request: Request) -> Reply:
    if _is_webhook(request):
        return plain(400, "invalid_payload")
    return error("invalid_json" if request.type == "application/json" else "invalid_form_data").reply


PLATFORM = Platform(
    name=NAME,
    routes=(
        Route("GET", "/api/{method}", call),
        Route("POST", "/api/{method}", call),
        Route("POST", "/upload/v1/{file}", receive),
        Route("POST", "/services/{team}/{hook}/{secret}", webhook),
    ),
    refuse=_refuse,
    unauthorized=_unauthorized,
    rate_limit=_rate_limited,
    broken=lambda _: plain(500, "Internal Server Error"),
    unreadable=_unreadable,
)
