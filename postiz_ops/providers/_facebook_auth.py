"""How a Facebook page is connected: https://developers.facebook.com/documentation/pages-api/getting-started ."""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.providers import _meta_auth
from postiz_ops.providers.auth import Narrowed

AUTH = replace(
    _meta_auth.FACEBOOK,
    scopes=(
        "pages_show_list",
        "pages_manage_posts",
        "pages_read_engagement",
        "pages_manage_engagement",
        "business_management",
        "read_insights",
    ),
    narrow=Narrowed(_meta_auth.pages(""), setting="page"),
    steps=(
        _meta_auth.APP,
        "Add Facebook Login for Business; in its settings, add the redirect address to Valid OAuth Redirect URIs.",
        "Open App settings, Basic: the app id is the client id, the app secret the client secret.",
        _meta_auth.REVIEW,
    ),
)

MANUAL = (
    (
        "In https://developers.facebook.com/tools/explorer make a user token with the scopes of the page's docs, and "
        "exchange it for a long-lived one in the access token tool."
    ),
    "Read `me/accounts` with it: the page's own token stands there, and does not expire while the grant lasts.",
    "Type in the page's token.",
)
