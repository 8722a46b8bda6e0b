"""How a YouTube channel is connected: https://developers.google.com/identity/protocols/oauth2/native-app ."""

from __future__ import annotations

from postiz_ops.providers.auth import OAuth2, Rotation

CHECKED = "2026-11-24"
SCOPE = "https://www.googleapis.com/auth/"

AUTH = OAuth2(
    authorize="https://accounts.google.com/o/oauth2/v2/auth",
    token="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    scopes=(
        f"{SCOPE}youtube.upload",
        f"{SCOPE}youtube",
        f"{SCOPE}youtube.force-ssl",
        f"{SCOPE}yt-analytics.readonly",
    ),
    docs="https://developers.google.com/identity/protocols/oauth2/native-app",
    checked=CHECKED,
    rotation=Rotation.KEPT,
    access_seconds=3_600,
    pkce=True,
    # Without both, a second consent brings no refresh token.
    parameters={"access_type": "offline", "prompt": "consent"},
    steps=(
        (
            "On https://console.cloud.google.com make a project, and enable the YouTube Data API v3 and the YouTube "
            "Analytics API."
        ),
        (
            "Fill in the OAuth consent screen, and publish the app: while it is in testing, its refresh tokens end "
            "after seven days."
        ),
        (
            "Under Clients, create one of the type Desktop app, and copy its client id and client secret. It takes any "
            "address on this machine."
        ),
    ),
    unverified=("That an unused refresh token ends after six months is Google's general rule; no answer says when.",),
)

MANUAL = (
    "Connect it by OAuth: an access token that is typed in lives for an hour.",
    "To try it, make one with https://developers.google.com/oauthplayground and type it in.",
)
