"""Slack by an incoming webhook: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks .

It takes a text and answers ``ok``: no files, no replies, no look-up. A bot is ``slack``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import _slack_auth, base, slack
from postiz_ops.providers.base import Blind, Dispatch, Evidence, Http, Identity

DOCS = "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks"

URL = re.compile(r"https://hooks\.slack(?:-gov)?\.com/services/[\w-]+/[\w-]+/[\w-]+")
"""What a webhook's URL looks like. It is the credential, and goes to Slack alone."""


class Settings(BaseModel, extra="forbid", frozen=True):
    """What a post may say for a webhook, which has its channel already."""

    unfurl_links: bool | None = Field(default=None, description="previews of pages; Slack's default when absent")
    unfurl_media: bool | None = Field(default=None, description="previews of media; Slack's default when absent")


SPEC = base.Spec(
    name="slack",
    title="Slack",
    docs=DOCS,
    api="Slack incoming webhooks",
    origin="https://hooks.slack.com",
    text=slack.TEXT,
    media=base.MediaRule(kinds={}, max_items=0, source=DOCS, checked=slack.CHECKED),
    credentials=("webhook_url",),
    settings=Settings,
    auth=(_slack_auth.WEBHOOK,),
    manual=_slack_auth.WEBHOOK_MANUAL,
    mentions="<@{handle}>",
    no_metrics="a webhook cannot read messages",
    rates=(base.Rate("messages", 1, 1, "webhook", slack.RATES),),
    error_table=(
        base.ErrorRule(400, None, errors.Rejected, "it does not take this message"),
        base.ErrorRule(403, None, errors.Reauthorize, "the workspace does not let this webhook post"),
        base.ErrorRule(404, None, errors.Reauthorize, "the webhook or its channel is gone: make a new one"),
        base.ErrorRule(410, None, errors.Reauthorize, "the webhook's channel is archived: make a new one"),
    ),
    no_threads_help="write it as one part, or use a bot (`bot_token` and `channel`), whose parts are replies",
    notes=(
        "A webhook takes text alone: media, replies and comments need a bot.",
        "Slack answers `ok` and not where the message is, so a delivery has no URL and its id is our own.",
        "It cannot read its channel, so a lost answer waits for a person.",
    ),
)


def spec(account: Account) -> base.Spec:
    """There is one kind of webhook."""
    return SPEC


async def authorize(http: Http, account: Account) -> Mapping[str, str]:
    """The credential is the URL."""
    return {}


sign = base.no_signature


async def whoami(http: Http, account: Account) -> Identity:
    """Slack tells nothing about a webhook: its workspace and channel stand in its URL."""
    team, hook = _webhook(http).split("/")[-3:-1]
    return Identity(f"{team}/{hook}", "incoming webhook")


prepare = base.no_preparation


async def publish(http: Http, account: Account, dispatch: Dispatch) -> tuple[Receipt, ...]:
    """Post the text."""
    settings = Settings.model_validate(dispatch.draft.settings)
    body = {"text": dispatch.part.text} | settings.model_dump(exclude_none=True)
    answer = await http.mutate("POST", _webhook(http), json=body)
    if answer.text.strip() != "ok":
        raise errors.Unknown("Slack answered something else than `ok`")
    return (Receipt(f"webhook:{dispatch.key}"),)


async def find(http: Http, account: Account, dispatch: Dispatch) -> Evidence:
    """There is no way to read."""
    return Blind("an incoming webhook cannot read its channel: look there")


edit = base.no_edit
delete = base.no_delete
options = base.no_options
metrics = base.no_metrics
account_metrics = base.no_account_metrics


def _webhook(http: Http) -> str:
    url = http.secret("webhook_url").strip()
    if not URL.fullmatch(url):
        raise errors.Reauthorize(
            "the credential `webhook_url` is not the URL of an incoming webhook",
            help="copy it from the Slack app's settings: Incoming Webhooks",
        )
    return url
