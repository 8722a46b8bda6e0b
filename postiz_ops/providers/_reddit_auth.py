"""How a Reddit account is connected: https://github.com/reddit-archive/reddit/wiki/OAuth2 ."""

from __future__ import annotations

from postiz_ops.providers.auth import ClientAuth, OAuth2, Rotation

CHECKED = "2026-11-24"
POLICY = "https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy"

AUTH = OAuth2(
    authorize="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",  # noqa: S106 - an address
    scopes=("identity", "submit", "read", "flair", "history", "edit", "mysubreddits"),
    docs="https://github.com/reddit-archive/reddit/wiki/OAuth2",
    checked=CHECKED,
    rotation=Rotation.KEPT,
    access_seconds=86_400,
    client_auth=ClientAuth.BASIC,
    # Without it there is no refresh token.
    parameters={"duration": "permanent"},
    steps=(
        f"Ask Reddit for keys, as its policy says ({POLICY}); older keys go on working.",
        "On https://www.reddit.com/prefs/apps make an app of the type web app, with the redirect address.",
        "The client id stands under the app's name, the client secret beside `secret`.",
    ),
    unverified=(
        "How long an access token lives is in no page that was read; the answer says it.",
        (
            "A refresh token that was revoked is said to be answered with a bare HTTP 400, which says nothing for "
            "certain: such an account is reported, and not disconnected."
        ),
    ),
)

MANUAL = ("Connect it by OAuth: an access token that is typed in lives for a day.",)
