"""How a Slack account is connected: https://docs.slack.dev/authentication/installing-with-oauth ."""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.providers.auth import PASTED, OAuth2, Rotation

CHECKED = "2026-11-24"
DOCS = "https://docs.slack.dev/authentication/installing-with-oauth"

BOT_MANUAL = (
    "On https://api.slack.com/apps create an app from scratch, and open OAuth & Permissions.",
    (
        "Add the bot scopes `chat:write`, `files:write`, `channels:read`, `groups:read`, `channels:history` and "
        "`groups:history`, and install it to the workspace."
    ),
    "Copy the Bot User OAuth Token (`xoxb-`) and type it in; in the channel, `/invite` the app.",
)

WEBHOOK_MANUAL = (
    "On https://api.slack.com/apps create an app from scratch, open Incoming Webhooks, and turn them on.",
    "Add a webhook to the workspace, and choose its channel.",
    "Copy the Webhook URL and type it in. Whoever has it can post: it is a credential.",
)

BOT = OAuth2(
    authorize="https://slack.com/oauth/v2/authorize",
    token="https://slack.com/api/oauth.v2.access",  # noqa: S106 - an address
    scopes=("chat:write", "files:write", "channels:read", "groups:read", "channels:history", "groups:history"),
    docs=DOCS,
    checked=CHECKED,
    # A bot's token has no end unless the app turned on token rotation; then the answer says when, and brings the other.
    rotation=Rotation.SINGLE_USE,
    revoked=("invalid_refresh_token", "token_revoked"),
    scope_separator=",",
    name="bot",
    redirect=PASTED,
    gives={"bot_token": ("access_token",)},
    misconfigured=("invalid_client_id", "bad_client_secret", "bad_redirect_uri"),
    throttled=("ratelimited", "rate_limited"),
    steps=(
        "On https://api.slack.com/apps create an app from scratch.",
        "Open OAuth & Permissions; add the redirect address, and the bot scopes that the consent page will name.",
        (
            "Open Basic Information, and copy the client id and the client secret. Leave PKCE off: it cannot be "
            "undone, and shuts bots out from redirects to this machine."
        ),
    ),
    unverified=(
        "That a refresh token is worth nothing once it was used is taken to be so; Slack leaves the older one a while.",
        "Which codes mean that a refresh token was revoked is not listed in one place.",
    ),
)

WEBHOOK = replace(
    BOT,
    scopes=("incoming-webhook",),
    rotation=Rotation.NEVER,
    name="webhook",
    gives={"webhook_url": ("incoming_webhook.url",)},
    unverified=(),
)
