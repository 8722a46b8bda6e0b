"""How an Instagram account is connected, through a Facebook page or by its own login.

https://developers.facebook.com/documentation/instagram-platform
"""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.providers import _meta_auth
from postiz_ops.providers.auth import Narrowed

LOGIN = (
    "https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login"
)

GRAPH = "https://graph.instagram.com"

WITH_FACEBOOK = replace(
    _meta_auth.FACEBOOK,
    scopes=(
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_contents",
        "instagram_manage_insights",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
    ),
    narrow=Narrowed(
        _meta_auth.pages(",instagram_business_account"), setting="user", match="instagram_business_account.id"
    ),
    steps=(
        "Make the Instagram account a professional one, and link it to a Facebook page.",
        _meta_auth.APP,
        (
            "Add the Instagram API with Facebook Login, and Facebook Login for Business; in its settings, add the "
            "redirect address to Valid OAuth Redirect URIs."
        ),
        (
            "Open App settings, Basic: the app id is the client id, the app secret the client secret. The app of "
            "a Facebook account will do: give both variables the same values."
        ),
        _meta_auth.REVIEW,
    ),
)

STANDALONE = replace(
    _meta_auth.RENEWING,
    authorize="https://www.instagram.com/oauth/authorize",
    token="https://api.instagram.com/oauth/access_token",  # noqa: S106 - an address
    lengthen=_meta_auth.lengthen(GRAPH, "ig_exchange_token"),
    renew=_meta_auth.renew(GRAPH, "ig_refresh_token"),
    # Instagram's page shows the answer within a list, and what it sends is often without.
    gives={"access_token": ("access_token", "data.0.access_token")},
    scopes=(
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_comments",
        "instagram_business_manage_insights",
    ),
    docs=LOGIN,
    steps=(
        "Make the Instagram account a professional one.",
        _meta_auth.APP,
        "Add the Instagram API with Instagram Login; in Business login settings, add the redirect address.",
        "There, copy the Instagram app id (the client id) and the Instagram app secret: they are not the app's own.",
        _meta_auth.REVIEW,
    ),
)

WITH_FACEBOOK_MANUAL = (
    (
        "In https://developers.facebook.com/tools/explorer make a user token with the scopes of this page, and "
        "exchange it for a long-lived one in the access token tool."
    ),
    "Type it in. It lives for 60 days.",
)

STANDALONE_MANUAL = (
    "In the app's Instagram API setup, add the account and generate its token.",
    "Type it in. It lives for 60 days, and is renewed while it does.",
)
