"""One refresh, whichever way the platform proves who asks: the request that is sent, and the grant that it brings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from postiz_ops.providers import _bluesky_oauth, oauth
from postiz_ops.providers.auth import Client, Grant, OAuth2
from postiz_ops.providers.base import Answer, Unsigned
from postiz_ops.providers.oauth import TokenRequest

Send = Callable[[TokenRequest], Awaitable[Answer]]
"""Sends a request once, and gives back whatever was answered, a refusal too."""


async def refresh(
    send: Send, auth: OAuth2, client: Client, grant: Grant, *, origin: str, unsigned: Callable[[str], Unsigned]
) -> Answer:
    """Present the grant's token. ``unsigned`` makes what a proof is made of, for a nonce of the server.

    Where the server asks for a proof with a nonce of its own, the request goes out once more: what is refused for want
    of it was not looked at (RFC 9449, 8).
    """
    if auth.dpop:
        return await _bluesky_oauth.asked(
            send, lambda nonce: _bluesky_oauth.refresh_request(grant.secrets, unsigned(nonce))
        )
    return await send(oauth.refresh_request(auth, client, grant.secrets, origin=origin))


def renewed(auth: OAuth2, json: Any, now: datetime, before: Grant) -> Grant:
    """The grant that a success brings. Raises as ``oauth.grant_of``."""
    return _bluesky_oauth.grant_of(json, now, before) if auth.dpop else oauth.grant_of(auth, json, now, before)
