"""How a Bluesky account is connected by an app password; by OAuth in ``_bluesky_oauth``."""

from __future__ import annotations

MANUAL = (
    "On Bluesky, open Settings, Privacy and security, App passwords (https://bsky.app/settings/app-passwords).",
    "Add one: it can be revoked alone, and works where a second factor is on. Never use the account's own password.",
    "Type in the handle as `identifier`, and the app password as `password`.",
)
