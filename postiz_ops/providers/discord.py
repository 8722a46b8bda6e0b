"""Discord as a bot: https://discord.com/developers/docs/resources/message . A webhook is ``discord_webhook``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _discord_auth, _discord_message, _discord_metrics, base
from postiz_ops.providers._discord_message import API, MEDIA, MESSAGE, NOTES, REFUSALS, TEXT
from postiz_ops.providers.base import JSON, Absent, Blind, Dispatch, Evidence, Found, Http, Identity

RATES = "https://discord.com/developers/docs/topics/rate-limits"

EPOCH_MS = 1_420_070_400_000
"""When Discord's ids begin: an id is the milliseconds since then, shifted by 22 bits."""

SKEW = timedelta(minutes=2)
"""How far Discord's clock may be behind ours, so that a message of ours is not taken for an older one."""

PAGES = 10
"""How many pages of 100 messages a look-up reads before it says that it cannot tell."""

TEXT_CHANNELS = (0, 5)
"""The types of channels that take messages: text and announcements."""


class Settings(_discord_message.Settings):
    """What a post may say for a bot."""

    channel: Annotated[str, Field(pattern=r"^[0-9]{1,20}$", description="id of the channel or thread")]


SPEC = base.Spec(
    name="discord",
    title="Discord",
    docs=MESSAGE,
    api="Discord API v10",
    origin="https://discord.com",
    text=TEXT,
    media=MEDIA,
    credentials=("bot_token",),
    settings=Settings,
    manual=_discord_auth.BOT_MANUAL,
    threads=base.Threads.CHAIN,
    comments=True,
    edit=True,
    delete=True,
    lookup=base.Lookup.LISTING,
    required_settings=("channel",),
    account_settings=("channel",),
    mentions="<@{handle}>",
    metrics=_discord_metrics.METRICS,
    metrics_need=("View Channel", "Read Message History"),
    no_metrics="how often a message was seen, and anything of the channel",
    rates=(
        base.Rate("all calls", 50, 1, "bot", RATES),
        base.Rate("invalid calls (401, 403, 429)", 10_000, 600, "address", RATES),
    ),
    error_codes=("code",),
    error_table=(
        base.ErrorRule(401, None, errors.Reauthorize, "the bot's token was refused"),
        base.ErrorRule(None, "50001", errors.Reauthorize, "the bot may not see the channel: invite it"),
        base.ErrorRule(None, "50013", errors.Reauthorize, "the bot lacks a permission in the channel"),
        base.ErrorRule(None, "160002", errors.Reauthorize, "the bot needs the permission to read message history"),
        base.ErrorRule(None, "10003", errors.Rejected, "there is no such channel: check the setting `channel`"),
        base.ErrorRule(None, "50008", errors.Rejected, "the channel takes no messages: check the setting `channel`"),
        *REFUSALS,
    ),
    notes=(
        *NOTES,
        "Parts and comments are replies.",
        "`enforce_nonce` keeps a repeated call from making a second message, but only for some minutes.",
        "After a lost answer the channel's messages since the claim are read.",
    ),
)


def spec(account: Account) -> base.Spec:
    """A bot has one kind of account."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """Discord's own scheme for bots."""
    return {"Authorization": f"Bot {http.secret('bot_token')}"}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The bot's user."""
    me = (await http.get(f"{API}/users/@me")).json
    return Identity(base.said(me, "id", errors.Unavailable), str(me.get("username") or ""))


async def prepare(http: Http, account: Account, dispatch: Dispatch) -> JSON:
    """Find out which server the channel belongs to, for the URL: ``{"guild": id}``."""
    channel = (await http.get(f"{API}/channels/{_settings(dispatch).channel}")).json
    base.said(channel, "id", errors.Unavailable)
    return {"guild": channel.get("guild_id") or "@me"}


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Send one message, with its files in the same call."""
    settings = _settings(dispatch)
    target = dispatch.answers
    body = _discord_message.message(dispatch, settings) | {"nonce": dispatch.key[:25], "enforce_nonce": True}
    body |= base.filled(message_reference=target and {"message_id": target.remote_id})
    answer = await _discord_message.send(http, dispatch, f"{API}/channels/{settings.channel}/messages", body)
    return (_receipt(dispatch, base.said(answer, "id")),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """Read the channel from the time of the claim on."""
    me = (await whoami(http, account)).remote_id
    after = max(0, int((dispatch.claimed_at - SKEW).timestamp() * 1000) - EPOCH_MS) << 22
    for _ in range(PAGES):
        url, params = f"{API}/channels/{_settings(dispatch).channel}/messages", {"after": str(after), "limit": "100"}
        page = base.rows((await http.get(url, params=params)).json)
        ids = [int(base.said(message, "id", errors.Unavailable)) for message in page]
        for id_, message in zip(ids, page, strict=True):
            if _is(message, dispatch, me):
                return Found((_receipt(dispatch, str(id_)),))
        if len(page) < 100:
            return Absent()
        after = max(ids)
    return Blind(f"the channel has had more than {PAGES * 100} messages since")


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text; the files stay."""
    await _discord_message.change(http, _address(receipt), _discord_message.message(dispatch, _settings(dispatch)))
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the message down; one that is gone is fine."""
    await _discord_message.remove(http, _address(receipt))


async def options(http: Http, account: Account, kind: str | None) -> Mapping[str, str]:
    """The text channels of the servers that the bot was invited to."""
    found: dict[str, str] = {}
    for guild in base.rows((await http.get(f"{API}/users/@me/guilds")).json):
        for channel in base.rows((await http.get(f"{API}/guilds/{guild['id']}/channels")).json):
            if channel.get("type") in TEXT_CHANNELS:
                found[str(channel["id"])] = f"#{channel.get('name')} ({guild.get('name')})"
    return found


metrics = _discord_metrics.of_posts
account_metrics = base.no_account_metrics


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _receipt(dispatch: Dispatch, message: str) -> Receipt:
    channel = _settings(dispatch).channel
    url = f"https://discord.com/channels/{dispatch.prepared['guild']}/{channel}/{message}"
    return Receipt(message, url, {"channel": channel})


def _address(receipt: Receipt) -> str:
    return f"{API}/channels/{receipt.extra['channel']}/messages/{receipt.remote_id}"


def _is(message: Mapping[str, Any], dispatch: Dispatch, me: str) -> bool:
    """Whether a message is the dispatch's part: the bot's, with its words and as many files, answering the same one."""
    reference = message.get("message_reference") or {}
    return (
        (message.get("author") or {}).get("id") == me
        and str(message.get("content") or "").strip() == dispatch.part.text.strip()
        and len(message.get("attachments") or ()) == len(dispatch.part.media)
        and reference.get("message_id") == (dispatch.answers.remote_id if dispatch.answers else None)
    )
