"""How a Dribbble account is connected: https://developer.dribbble.com/v2/oauth/ ."""

from __future__ import annotations

from postiz_ops.providers.auth import Exchange, OAuth2, Rotation

CHECKED = "2026-11-24"
TOKEN = "https://dribbble.com/oauth/token"  # noqa: S105 - an address

AUTH = OAuth2(
    authorize="https://dribbble.com/oauth/authorize",
    token=TOKEN,
    scopes=("public", "upload"),
    docs="https://developer.dribbble.com/v2/oauth/",
    checked=CHECKED,
    rotation=Rotation.NEVER,
    # It names no grant type.
    exchange=Exchange(
        TOKEN,
        {
            "client_id": "{client_id}",
            "client_secret": "{client_secret}",
            "code": "{code}",
            "redirect_uri": "{redirect_uri}",
        },
        method="POST",
    ),
    steps=(
        "On https://dribbble.com/account/applications register an application, with the redirect address as callback.",
        "Copy the client id and the client secret. Uploading is for invited players and teams.",
    ),
    unverified=("Dribbble's page was not read again; what it asks for is what its own and others' clients send.",),
)

MANUAL = (
    "On https://dribbble.com/account/applications open your application, and copy its access token.",
    "Type it in. It does not expire.",
)
