"""How accounts of Meta's platforms are connected: a consent brings a token for an hour, which becomes a long one.

https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow
"""

from __future__ import annotations

from postiz_ops.providers._meta import VERSION
from postiz_ops.providers.auth import PASTED, Exchange, OAuth2, Rotation

CHECKED = "2026-11-24"
FLOW = "https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow"
GRAPH = f"https://graph.facebook.com/{VERSION}"

SIXTY_DAYS = 5_184_000
DAY = 86_400

CODES = ("error.code", "error.message", "code", "error_message")
"""Graph nests its errors; Instagram's first endpoint does not."""

REVOKED = ("190",)
"""The token is not valid any more: expired, revoked, or the password was changed.

https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

MISCONFIGURED = ("101", "Error validating client secret.", "Error validating application. Invalid application ID.")
THROTTLED = ("4", "17", "32", "613")

APP = "On https://developers.facebook.com/apps create an app of the type Business."
REVIEW = "For accounts of people who have no role in the app, submit the scopes for review."


UNVERIFIED = ("Which words name a wrong client secret is what developers report, and no list of Meta's.",)


def _exchange(url: str, **fields: str) -> Exchange:
    return Exchange(url, fields)


FACEBOOK = OAuth2(
    authorize=f"https://www.facebook.com/{VERSION}/dialog/oauth",
    token=f"{GRAPH}/oauth/access_token",
    scopes=(),
    docs=FLOW,
    checked=CHECKED,
    rotation=Rotation.NEVER,
    revoked=REVOKED,
    access_seconds=SIXTY_DAYS,
    scope_separator=",",
    error_codes=CODES,
    redirect=PASTED,
    exchange=_exchange(
        f"{GRAPH}/oauth/access_token",
        client_id="{client_id}",
        redirect_uri="{redirect_uri}",
        client_secret="{client_secret}",  # noqa: S106 - a placeholder
        code="{code}",
    ),
    lengthen=_exchange(
        f"{GRAPH}/oauth/access_token",
        grant_type="fb_exchange_token",
        client_id="{client_id}",
        client_secret="{client_secret}",  # noqa: S106 - a placeholder
        fb_exchange_token="{access_token}",  # noqa: S106 - a placeholder
    ),
    misconfigured=MISCONFIGURED,
    throttled=THROTTLED,
    unverified=UNVERIFIED,
)
"""Facebook Login, which brings a user's token. ``scopes``, ``narrow`` and ``steps`` are each platform's own."""

RENEWING = OAuth2(
    authorize="",
    token="",
    scopes=(),
    docs="",
    checked=CHECKED,
    rotation=Rotation.ITSELF,
    revoked=REVOKED,
    access_seconds=SIXTY_DAYS,
    renew_after=DAY,
    scope_separator=",",
    error_codes=CODES,
    redirect=PASTED,
    misconfigured=MISCONFIGURED,
    throttled=THROTTLED,
    unverified=UNVERIFIED,
)
"""The logins whose tokens renew themselves. The addresses, ``lengthen`` and ``renew`` are each platform's own."""


def pages(fields: str) -> Exchange:
    """The pages that a user manages, each with its own token."""
    return _exchange(
        f"{GRAPH}/me/accounts",
        fields=f"id,access_token{fields}",
        limit="100",
        access_token="{access_token}",  # noqa: S106 - a placeholder
    )


def lengthen(graph: str, grant_type: str) -> Exchange:
    """The token of an hour for one of sixty days."""
    url, secret, token = f"{graph}/access_token", "{client_secret}", "{access_token}"
    return _exchange(url, grant_type=grant_type, client_secret=secret, access_token=token)


def renew(graph: str, grant_type: str) -> Exchange:
    """A token of sixty days for another one."""
    return _exchange(f"{graph}/refresh_access_token", grant_type=grant_type, access_token="{access_token}")  # noqa: S106
