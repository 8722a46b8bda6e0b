"""How LinkedIn is connected, as a member or as a page.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
"""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.providers.auth import LOCALHOST, OAuth2, Rotation

CHECKED = "2026-11-24"
DOCS = "https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow"
PORTAL = "https://www.linkedin.com/developers/apps"

COPY = "Open Auth; add the redirect address, and copy the client id and the primary client secret."

MEMBER = OAuth2(
    authorize="https://www.linkedin.com/oauth/v2/authorization",
    token="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106 - an address
    scopes=("openid", "profile", "w_member_social"),
    docs=DOCS,
    checked=CHECKED,
    # Approved partners alone get refresh tokens; one ends a year after the consent, however often it is used.
    rotation=Rotation.KEPT,
    access_seconds=5_184_000,
    refresh_seconds=31_536_000,
    fixed_end=True,
    redirect=LOCALHOST,
    steps=(
        f"On {PORTAL} make an app (it needs a page that it belongs to).",
        "Under Products, add Share on LinkedIn, and Sign In with LinkedIn using OpenID Connect: both come at once.",
        COPY,
    ),
    unverified=(
        "That a refresh token which ended is answered with `invalid_grant` is what developers report.",
        "That a plain http address on this machine may be registered is what developers report.",
    ),
)

PAGE = replace(
    MEMBER,
    scopes=(
        "w_organization_social",
        "r_organization_social",
        "rw_organization_admin",
        "w_organization_social_feed",
        "r_organization_social_feed",
    ),
    steps=(
        f"On {PORTAL} make an app for the page.",
        "Under Products, apply for the Community Management API, which registered organizations get after a review.",
        COPY,
        "Consent as an administrator or content administrator of the page.",
    ),
)

MEMBER_MANUAL = (
    f"On {PORTAL} make an app with Share on LinkedIn and Sign In with LinkedIn using OpenID Connect.",
    "With the portal's OAuth token generator, make a token with `openid`, `profile` and `w_member_social`.",
    "Type it in. It lives for 60 days.",
)

PAGE_MANUAL = (
    f"On {PORTAL} make an app with the Community Management API.",
    "With the portal's OAuth token generator, make a token with the scopes of this page, as an administrator of it.",
    "Type it in. It lives for 60 days.",
)
