"""How a Pinterest account is connected.

https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/
"""

from __future__ import annotations

from postiz_ops.providers.auth import LOCALHOST, ClientAuth, OAuth2, Rotation

CHECKED = "2026-11-24"

AUTH = OAuth2(
    authorize="https://www.pinterest.com/oauth/",
    token="https://api.pinterest.com/v5/oauth/token",  # noqa: S106 - an address
    scopes=("boards:read", "boards:write", "pins:read", "pins:write", "user_accounts:read"),
    docs="https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/",
    checked=CHECKED,
    rotation=Rotation.RETURNED,
    error_codes=("error", "code"),
    access_seconds=2_592_000,
    refresh_seconds=5_184_000,
    client_auth=ClientAuth.BASIC,
    scope_separator=",",
    redirect=LOCALHOST,
    steps=(
        (
            "On https://developers.pinterest.com/apps/ connect an app. It begins with trial access, whose pins their "
            "creator alone sees; ask for standard access."
        ),
        "Open the app; add the redirect address, and copy the app id (the client id) and the app secret key.",
    ),
    unverified=("The codes by which the token endpoint refuses a refresh token are in no page that was read.",),
)

MANUAL = (
    "On https://developers.pinterest.com/apps/ open the app, and generate a production token with its scopes.",
    "Type it in. It lives for 30 days.",
)
