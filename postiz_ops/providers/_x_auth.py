"""How an X account is connected: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code ."""

from __future__ import annotations

from postiz_ops.providers.auth import ClientAuth, OAuth1, OAuth2, Rotation

CHECKED = "2026-11-24"

AUTH = OAuth2(
    authorize="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",  # noqa: S106 - an address
    scopes=("tweet.read", "tweet.write", "users.read", "media.write", "offline.access"),
    docs="https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code",
    checked=CHECKED,
    rotation=Rotation.SINGLE_USE,
    # X answers `invalid_request` to a refresh token that it does not know any more, and to much else: its words decide.
    revoked=("invalid_grant", "Value passed for the token was invalid."),
    error_codes=("error", "error_description"),
    access_seconds=7_200,
    refresh_seconds=15_552_000,
    pkce=True,
    client_auth=ClientAuth.BASIC,
    secretless=True,
    steps=(
        "On https://console.x.com make an app, and open its User authentication settings.",
        (
            "Choose Read and write, and Web App (a client secret, which lasts) or Native App (none); add the redirect "
            "address as the callback."
        ),
        "Copy the OAuth 2.0 client id, and the client secret where there is one.",
    ),
    unverified=(
        (
            "That a refresh token lives for about six months, and that using an old one ends the grant, is reported by "
            "developers and not documented."
        ),
        "The words of the refusal of a refresh token are reported by developers.",
        "X's OpenAPI description names https://api.x.com/2/oauth2/authorize for the consent page, its guide this one.",
    ),
)

AUTH1 = OAuth1(
    request_token="https://api.x.com/oauth/request_token",  # noqa: S106 - an address
    authorize="https://api.x.com/oauth/authorize",
    access_token="https://api.x.com/oauth/access_token",  # noqa: S106 - an address
    docs="https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens",
    checked=CHECKED,
    # 89 is a token that was revoked; these two say that the app's own key is wrong.
    misconfigured=("32", "415"),
    steps=(
        "On https://console.x.com make an app, and open its User authentication settings.",
        "Choose Read and write, and add the redirect address as the callback.",
        "Open Keys and tokens, and copy the API key and the API key secret.",
    ),
)

MANUAL = (
    "On https://console.x.com make an app whose User authentication settings allow Read and write.",
    (
        "Open Keys and tokens: copy the API key and its secret, then generate the access token and its secret for the "
        "account that owns the app."
    ),
    "Type in all four.",
)
