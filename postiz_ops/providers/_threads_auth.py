"""How a Threads profile is connected: https://developers.facebook.com/documentation/threads/get-started ."""

from __future__ import annotations

from dataclasses import replace

from postiz_ops.providers import _meta_auth

DOCS = "https://developers.facebook.com/documentation/threads/get-started/get-access-tokens-and-permissions"

GRAPH = "https://graph.threads.net"

AUTH = replace(
    _meta_auth.RENEWING,
    authorize="https://threads.net/oauth/authorize",
    token=f"{GRAPH}/oauth/access_token",
    lengthen=_meta_auth.lengthen(GRAPH, "th_exchange_token"),
    renew=_meta_auth.renew(GRAPH, "th_refresh_token"),
    docs=DOCS,
    scopes=(
        "threads_basic",
        "threads_content_publish",
        "threads_manage_replies",
        "threads_read_replies",
        "threads_manage_insights",
        "threads_delete",
    ),
    steps=(
        "On https://developers.facebook.com/apps create an app with the use case Access the Threads API.",
        "In the use case's settings, add the redirect address, also as the ones for uninstalling and deleting.",
        "Copy the Threads app id (the client id) and the Threads app secret: they are not the app's own.",
        "Under Threads testers add the profile and accept the invitation in its settings, or submit it for review.",
    ),
    unverified=(
        *_meta_auth.UNVERIFIED,
        "Since August 2026 Meta's pages write threads.com where they wrote threads.net; both are said to be served.",
    ),
)

MANUAL = (
    (
        "In the app's use case Access the Threads API, add the profile as a tester, and make a long-lived token with "
        "the User token generator."
    ),
    "Type it in. It lives for 60 days, and is renewed while it does.",
)
