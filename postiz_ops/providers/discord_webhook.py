"""Discord by a channel's webhook: https://discord.com/developers/docs/resources/webhook . A bot is ``discord``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _discord_auth, _discord_message, base
from postiz_ops.providers._discord_message import API, MEDIA, NOTES, REFUSALS, TEXT
from postiz_ops.providers.base import Blind, Dispatch, Evidence, Http, Identity

DOCS = "https://discord.com/developers/docs/resources/webhook"
RATES_SAID_BY_STAFF = "https://github.com/discord/discord-api-docs/issues/367"

URL = re.compile(r"https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api(?:/v\d+)?(/webhooks/[\w-]+/[\w-]+)/?")
"""What a webhook's URL looks like. Its path is the credential, and goes to Discord alone."""


class Settings(_discord_message.Settings):
    """What a post may say for a webhook, which has its channel already."""

    username: Annotated[str, Field(min_length=1, max_length=80)] | None = Field(
        default=None, description="the name that is shown instead of the webhook's"
    )
    avatar_url: Annotated[str, Field(pattern=r"^https://", max_length=2048)] | None = Field(
        default=None, description="the picture that is shown instead of the webhook's"
    )
    thread_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = Field(
        default=None, description="id of a thread in the webhook's channel"
    )
    thread_name: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="title of the thread that is opened in a forum channel"
    )


SPEC = base.Spec(
    name="discord",
    title="Discord",
    docs=DOCS,
    api="Discord API v10",
    origin="https://discord.com",
    text=TEXT,
    media=MEDIA,
    credentials=("webhook_url",),
    settings=Settings,
    auth=(_discord_auth.WEBHOOK,),
    manual=_discord_auth.WEBHOOK_MANUAL,
    edit=True,
    delete=True,
    mentions="<@{handle}>",
    no_metrics="a webhook is told of no reactions",
    rates=(
        base.Rate("messages", 5, 2, "webhook", RATES_SAID_BY_STAFF),
        base.Rate("messages", 30, 60, "channel", RATES_SAID_BY_STAFF, posts=True),
    ),
    error_codes=("code",),
    error_table=(
        base.ErrorRule(401, None, errors.Reauthorize, "the webhook's URL was refused: make a new one"),
        base.ErrorRule(None, "10015", errors.Reauthorize, "the webhook was deleted: make a new one"),
        base.ErrorRule(None, "10003", errors.Rejected, "there is no such thread: check the setting `thread_id`"),
        base.ErrorRule(None, "220001", errors.Rejected, "a forum needs the setting `thread_name` or `thread_id`"),
        base.ErrorRule(
            None, "220003", errors.Rejected, "`thread_name` is for forums: take it away, or use `thread_id`"
        ),
        *REFUSALS,
    ),
    no_threads_help="write it as one part, give the account a `thread_id`, or use a bot, whose parts are replies",
    notes=(
        *NOTES,
        "A webhook cannot reply: parts follow each other in a thread (`thread_id`, `thread_name`), or there is one.",
        "It cannot read its channel, so a lost answer waits for a person.",
        "Discord tells it the channel and not the server, so its deliveries have no URL.",
    ),
)

_IN_THREAD = replace(SPEC, threads=base.Threads.CHAIN, comments=True)


def spec(account: Account) -> base.Spec:
    """An account with a thread can have several parts."""
    return _IN_THREAD if {"thread_id", "thread_name"} & account.settings.keys() else SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """The credential is the URL."""
    return {}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """The webhook itself."""
    hook = (await http.get(_webhook(http))).json
    return Identity(base.said(hook, "id", errors.Unavailable), str(hook.get("name") or ""))


prepare = base.no_preparation


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Send one message. The first one of a forum's thread opens it, the others follow in it."""
    settings = _settings(dispatch)
    thread = settings.thread_id or (dispatch.root and dispatch.root.extra.get("thread"))
    body = _discord_message.message(dispatch, settings) | base.filled(
        username=settings.username,
        avatar_url=settings.avatar_url,
        thread_name=None if thread else settings.thread_name,
    )
    params = {"wait": "true"} | base.filled(thread_id=thread)
    answer = await _discord_message.send(http, dispatch, _webhook(http), body, params)
    opened = base.said(answer, "channel_id") if settings.thread_name and not thread else thread
    return (Receipt(base.said(answer, "id"), None, base.filled(thread=opened)),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """There is no way to read."""
    return Blind("a webhook cannot read its channel: look there")


async def edit(http: Http, account: Account, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change the text; the files stay."""
    body = _discord_message.message(dispatch, _settings(dispatch))
    await _discord_message.change(http, _address(http, receipt), body, _thread(receipt))
    return receipt


async def delete(http: Http, account: Account, receipt: Receipt) -> None:
    """Take the message down; one that is gone is fine."""
    await _discord_message.remove(http, _address(http, receipt), _thread(receipt))


options = base.no_options
metrics = base.no_metrics
account_metrics = base.no_account_metrics


# --- mappers ------------------------------------------------------------------------------------------------------


def _settings(dispatch: Dispatch) -> Settings:
    return Settings.model_validate(dispatch.draft.settings)


def _webhook(http: Http) -> str:
    match = URL.fullmatch(http.secret("webhook_url").strip())
    if not match:
        raise errors.Reauthorize(
            "the credential `webhook_url` is not the URL of a Discord webhook",
            help="copy it from the channel's settings: Integrations, Webhooks",
        )
    return API + match[1]


def _address(http: Http, receipt: Receipt) -> str:
    return f"{_webhook(http)}/messages/{receipt.remote_id}"


def _thread(receipt: Receipt) -> dict[str, str]:
    return base.filled(thread_id=receipt.extra.get("thread"))
