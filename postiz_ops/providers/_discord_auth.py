"""How a Discord account is connected: https://docs.discord.com/developers/topics/oauth2 ."""

from __future__ import annotations

from postiz_ops.providers.auth import OAuth2, Rotation

CHECKED = "2026-11-24"
DOCS = "https://docs.discord.com/developers/topics/oauth2"

BOT_MANUAL = (
    "On https://discord.com/developers/applications make an application, open Bot, and reset its token.",
    (
        "Open OAuth2, URL generator; choose the scope `bot` and the permissions View Channels, Send Messages, Send "
        "Messages in Threads, Attach Files and Read Message History. Open the address and invite the bot to the server."
    ),
    "Type in the token.",
)

WEBHOOK_MANUAL = (
    "In the channel's settings, open Integrations, Webhooks, and make one.",
    "Copy its URL and type it in. Whoever has it can post: it is a credential.",
)

WEBHOOK = OAuth2(
    authorize="https://discord.com/oauth2/authorize",
    token="https://discord.com/api/oauth2/token",  # noqa: S106 - an address
    scopes=("webhook.incoming",),
    docs=DOCS,
    checked=CHECKED,
    rotation=Rotation.NEVER,
    name="webhook",
    # The person chooses the channel in the dialogue; the token that comes with its webhook can do nothing else.
    gives={"webhook_url": ("webhook.url",)},
    steps=(
        "On https://discord.com/developers/applications make an application.",
        "Open OAuth2; add the redirect address, and copy the client id and the client secret.",
    ),
)
