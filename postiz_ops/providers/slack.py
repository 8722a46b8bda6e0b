"""Slack as a bot: https://docs.slack.dev/reference/methods/chat.postMessage . A webhook is ``slack_webhook``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Form, Media, Receipt, Unit
from postiz_ops.providers import _slack_auth, _slack_metrics, base
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity

CHECKED = "2026-11-22"
METHODS = "https://docs.slack.dev/reference/methods/"
UPLOAD = f"{METHODS}files.getUploadURLExternal/"
RATES = "https://docs.slack.dev/apis/web-api/rate-limits"

EVENT = "postiz_ops_post"
"""The type of the metadata that carries a message's key."""

SKEW = timedelta(minutes=2)
"""How far Slack's clock may be behind ours."""

PAGES = 10
"""How many pages of 200 messages a look-up reads before it says that it cannot tell."""

SHARING = (0, 2, 5, 10)
"""Seconds to wait before each look for files: Slack puts them into the channel after it has accepted them."""

MAX_BYTES = 1_073_741_824


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What a post may say for a bot."""

    channel: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$", description="id of the channel, as its details show it")]
    unfurl_links: bool | None = Field(default=None, description="previews of pages; Slack's default when absent")
    unfurl_media: bool | None = Field(default=None, description="previews of media; Slack's default when absent")


TEXT = base.TextRule(
    form=Form.MRKDWN,
    limit=base.Limit(40_000, Unit.CODE_POINT, f"{METHODS}chat.postMessage", CHECKED, warn_above=4000),
    loose=True,
)

SPEC = base.Spec(
    name="slack",
    title="Slack",
    docs=f"{METHODS}chat.postMessage",
    api="Slack Web API",
    origin="https://slack.com",
    text=TEXT,
    media=base.MediaRule(
        kinds={kind: base.KindRule(types, MAX_BYTES) for kind, types in base.ANY_FILE.items()},
        max_items=10,
        source=UPLOAD,
        checked=CHECKED,
        mixed=True,
        alt=base.Limit(1000, Unit.CODE_POINT, UPLOAD, CHECKED),
    ),
    credentials=("bot_token",),
    settings=Settings,
    auth=(_slack_auth.BOT,),
    manual=_slack_auth.BOT_MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("channel",),
    account_settings=("channel",),
    mentions="<@{handle}>",
    metrics=_slack_metrics.METRICS,
    metrics_need=("channels:history", "groups:history"),
    no_metrics="how often a message was seen, and anything of the channel",
    rates=(
        base.Rate("chat.postMessage", 1, 1, "channel", RATES),
        base.Rate("files.getUploadURLExternal (tier 4)", 100, 60, "workspace", RATES),
    ),
    ok_field="ok",
    error_table=(
        base.ErrorRule(None, "ratelimited", errors.Throttled, "too many calls"),
        base.ErrorRule(None, "rate_limited", errors.Throttled, "too many messages"),
        base.ErrorRule(None, "invalid_auth", errors.Reauthorize, "the bot token is not valid"),
        base.ErrorRule(None, "not_authed", errors.Reauthorize, "the bot token is missing"),
        base.ErrorRule(None, "account_inactive", errors.Reauthorize, "the bot or its workspace was removed"),
        base.ErrorRule(None, "token_revoked", errors.Reauthorize, "the bot token was revoked"),
        base.ErrorRule(None, "token_expired", errors.Reauthorize, "the bot token has expired"),
        base.ErrorRule(None, "missing_scope", errors.Reauthorize, "the bot token lacks a scope: see the set-up page"),
        base.ErrorRule(None, "no_permission", errors.Reauthorize, "the workspace does not let the bot do this"),
        base.ErrorRule(None, "not_allowed_token_type", errors.Reauthorize, "this is no bot token (`xoxb-`)"),
        base.ErrorRule(None, "access_denied", errors.Reauthorize, "the workspace does not let the bot in"),
        base.ErrorRule(
            None, "channel_not_found", errors.Rejected, "there is no such channel, or the bot cannot see it"
        ),
        base.ErrorRule(None, "not_in_channel", errors.Rejected, "the bot is not in the channel: invite it there"),
        base.ErrorRule(None, "is_archived", errors.Rejected, "the channel is archived"),
        base.ErrorRule(None, "msg_too_long", errors.Rejected, "the text is too long"),
        base.ErrorRule(None, "no_text", errors.Rejected, "the text is empty"),
        base.ErrorRule(
            None, "restricted_action", errors.Rejected, "the workspace does not allow posts in this channel"
        ),
        base.ErrorRule(None, "cannot_reply_to_message", errors.Rejected, "this kind of message takes no replies"),
        base.ErrorRule(None, "message_not_found", errors.Rejected, "the message is gone"),
        base.ErrorRule(None, "file_uploads_disabled", errors.Rejected, "the workspace allows no files"),
        base.ErrorRule(None, "file_upload_size_restricted", errors.Rejected, "the workspace allows no file so large"),
        base.ErrorRule(None, "alt_txt_too_large", errors.Rejected, "the alt text is too long"),
        # Of these Slack says itself that something may have been done before they were raised.
        base.ErrorRule(None, "fatal_error", errors.Unknown, "it failed, perhaps after it was done"),
        base.ErrorRule(None, "internal_error", errors.Unknown, "it failed, perhaps after it was done"),
        base.ErrorRule(None, "request_timeout", errors.Unknown, "it took too long"),
        base.ErrorRule(None, "service_unavailable", errors.Unknown, "it is not available"),
        base.ErrorRule(200, None, errors.Rejected, "it refused"),
    ),
    notes=(
        "Slack answers HTTP 200 to everything: what counts is `ok`, and an `ok: false` is a failure.",
        "Slack recommends at most 4,000 characters, and would cut a text off at 40,000.",
        "Parts and comments are replies in the thread of the first part.",
        "Each message carries its key as metadata; after a lost answer the channel is searched for it.",
        "Files and their text are one message, which Slack accepts first and shows later.",
        "Until it is in the channel, the delivery is looked up like a lost answer.",
        "Alt text goes with images alone: a file of another kind that has one is accepted and never shown.",
        "How many files a message takes is not documented; 10 is what Slack's own apps take.",
    ),
)


def spec(account: Account) -> base.Spec:
    """A bot has one kind of account."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """The bot token."""
    return {"Authorization": f"Bearer {http.secret('bot_token')}"}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The bot's user and its workspace."""
    me = (await http.get("/api/auth.test")).json
    return Identity(base.said(me, "user_id", errors.Unavailable), f"{me.get('user')} ({me.get('team')})")


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Upload the files, and learn the workspace's address, which links begin with."""
    workspace = base.said((await http.get("/api/auth.test")).json, "url", errors.Unavailable)
    return {"workspace": workspace, "files": [await _upload(http, media) for media in dispatch.part.media]}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Post a message; with files, it is the call that shares them which makes the message."""
    if dispatch.prepared["files"]:
        return (await _share(http, dispatch),)
    settings = _settings(dispatch)
    body = {
        "channel": settings.channel,
        "text": dispatch.part.text,
        "metadata": {"event_type": EVENT, "event_payload": {"key": dispatch.key}},
    }
    body |= settings.model_dump(include={"unfurl_links", "unfurl_media"}, exclude_none=True) | _thread(dispatch)
    answer = (await http.mutate("POST", "/api/chat.postMessage", json=body)).json
    return (_receipt(dispatch, base.said(answer, "ts")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Search the channel, or the thread, from the time of the claim on; files take a while to appear there."""
    evidence: Evidence = Absent()
    for seconds in SHARING if dispatch.prepared["files"] else SHARING[:1]:
        await http.pause(seconds)
        evidence = await _search(http, dispatch)
        if isinstance(evidence, Found):
            return evidence
    return evidence


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text; the files stay."""
    body = {"channel": receipt.extra["channel"], "ts": receipt.remote_id, "text": dispatch.part.text}
    await http.mutate("POST", "/api/chat.update", json=body)
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the message down; one that is gone is fine."""
    body = {"channel": receipt.extra["channel"], "ts": receipt.remote_id}
    await http.mutate("POST", "/api/chat.delete", json=body, expect=("message_not_found",))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The channels that the bot can see."""
    params = {"types": "public_channel,private_channel", "exclude_archived": "true", "limit": "200"}
    found: dict[str, str] = {}
    for _ in range(PAGES):
        answer = (await http.get("/api/conversations.list", params=params)).json
        for channel in base.rows(answer, "channels"):
            found[base.said(channel, "id", errors.Unavailable)] = f"#{channel.get('name')}"
        if not (cursor := _cursor(answer)):
            break
        params |= {"cursor": cursor}
    return found


metrics = _slack_metrics.of_posts
account_metrics = base.no_account_metrics


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _thread(dispatch: Dispatch) -> dict[str, str]:
    """Slack's threads are flat: every reply names the first message."""
    return {"thread_ts": dispatch.root.remote_id} if dispatch.root else {}


def _receipt(dispatch: Dispatch, ts: str) -> Receipt:
    channel = _settings(dispatch).channel
    url = f"{dispatch.prepared['workspace']}archives/{channel}/p{ts.replace('.', '')}"
    if dispatch.root:
        url += f"?thread_ts={dispatch.root.remote_id}&cid={channel}"
    return Receipt(ts, url, {"channel": channel})


async def _upload(http: Http, media: Media) -> dict[str, str]:
    """One file, which nobody sees before it is shared. Its address is its own authorisation."""
    blob = await http.load(media)
    form = {"filename": blob.filename, "length": str(len(blob.data))}
    form |= base.filled(alt_txt=blob.alt) if blob.type.startswith("image/") else {}
    place = (await http.post("/api/files.getUploadURLExternal", form=form)).json
    headers = {"Content-Type": blob.type}
    url = base.said(place, "upload_url", errors.Unavailable)
    await http.post(url, body=blob.data, headers=headers, authorize=False)
    return {"id": base.said(place, "file_id", errors.Unavailable), "title": blob.filename}


async def _share(http: Http, dispatch: Dispatch) -> Receipt:
    channel = _settings(dispatch).channel
    body = {"channel_id": channel, "files": dispatch.prepared["files"]} | _thread(dispatch)
    body |= base.filled(initial_comment=dispatch.part.text)
    answer = (await http.mutate("POST", "/api/files.completeUploadExternal", json=body)).json
    if ts := next(_shares(answer, channel), None):
        return _receipt(dispatch, ts)
    raise errors.Unknown("Slack has accepted the files and not yet put them into the channel")


def _shares(answer: JSON, channel: str) -> Iterator[str]:
    """Where the files of an answer stand in a channel, as far as Slack knows yet."""
    for file in answer.get("files") or () if isinstance(answer, dict) else ():
        for places in (file.get("shares") or {}).values():
            yield from (share["ts"] for share in places.get(channel, ()) if share.get("ts"))


async def _search(http: Http, dispatch: Dispatch) -> Evidence:
    params = {
        "channel": _settings(dispatch).channel,
        "oldest": f"{(dispatch.claimed_at - SKEW).timestamp():.6f}",
        "limit": "200",
        "include_all_metadata": "true",
    }
    method = "conversations.replies" if dispatch.root else "conversations.history"
    params |= {"ts": dispatch.root.remote_id} if dispatch.root else {}
    for _ in range(PAGES):
        answer = (await http.get(f"/api/{method}", params=params)).json
        for message in base.rows(answer, "messages"):
            if _is(message, dispatch):
                return Found((_receipt(dispatch, base.said(message, "ts", errors.Unavailable)),))
        if not (cursor := _cursor(answer)):
            return Absent()
        params |= {"cursor": cursor}
    return Blind(f"the channel has had more than {PAGES * 200} messages since")


def _cursor(answer: JSON) -> str:
    return str((answer.get("response_metadata") or {}).get("next_cursor") or "")


def _is(message: Mapping[str, Any], dispatch: Dispatch) -> bool:
    """Whether a message holds the files that were uploaded for the dispatch, or carries its key."""
    if files := {file["id"] for file in dispatch.prepared["files"]}:
        return not files.isdisjoint(file.get("id") for file in message.get("files") or ())
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return bool(payload.get("key") == dispatch.key)
