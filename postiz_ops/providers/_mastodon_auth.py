"""How a Mastodon account is connected: https://docs.joinmastodon.org/methods/oauth/ ."""

from __future__ import annotations

from postiz_ops.providers.auth import OAuth2, Rotation

CHECKED = "2026-11-24"

AUTH = OAuth2(
    authorize="{origin}/oauth/authorize",
    token="{origin}/oauth/token",  # noqa: S106 - an address
    registration="{origin}/api/v1/apps",
    scopes=("read:accounts", "read:statuses", "write:media", "write:statuses"),
    docs="https://docs.joinmastodon.org/methods/oauth/",
    checked=CHECKED,
    rotation=Rotation.NEVER,
    pkce=True,
    steps=("Nothing: an app is registered at the account's server, and kept with its token.",),
    unverified=("Servers before Mastodon 4.3, and some that speak its API, ignore PKCE.",),
)

MANUAL = (
    "On the server, open Preferences, Development, New application.",
    "Choose the scopes `read:accounts`, `read:statuses`, `write:media` and `write:statuses`.",
    "Open the application, copy Your access token, and type it in.",
)
