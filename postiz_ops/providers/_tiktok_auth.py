"""How a TikTok account is connected: https://developers.tiktok.com/doc/login-kit-desktop/ ."""

from __future__ import annotations

from postiz_ops.providers.auth import OAuth2, Rotation

CHECKED = "2026-11-24"

AUTH = OAuth2(
    authorize="https://www.tiktok.com/v2/auth/authorize/",
    token="https://open.tiktokapis.com/v2/oauth/token/",  # noqa: S106 - an address
    scopes=("user.info.basic", "video.publish", "video.upload", "video.list", "user.info.stats"),
    docs="https://developers.tiktok.com/doc/login-kit-desktop/",
    checked=CHECKED,
    rotation=Rotation.RETURNED,
    # Since November 2026; before, a day and a year. The answer says which.
    access_seconds=7_200,
    refresh_seconds=15_552_000,
    pkce=True,
    hex_challenge=True,
    client_id_field="client_key",
    scope_separator=",",
    redirect="http://127.0.0.1:{port}/callback/",
    steps=(
        "On https://developers.tiktok.com make an app, and add Login Kit and the Content Posting API with Direct Post.",
        "In Login Kit, add the platform Desktop, and as its redirect address http://127.0.0.1:*/callback/",
        "Copy the client key (the client id) and the client secret.",
        "Submit the app for review, and then for the audit without which its posts stay private.",
    ),
)

MANUAL = (
    "Connect it by OAuth: an access token that is typed in lives for a few hours.",
    "To try it, authorise your own app with its sandbox, and type the access token in.",
)
