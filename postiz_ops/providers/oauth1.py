"""The requests of three-legged OAuth 1.0a (RFC 5849) and what their answers mean, as ``oauth`` has them for 2.0. Pure.

::

    begin_request      our callback -> a request token
    authorization_url  where the person is sent to consent
    verifier_of        what the browser came back with -> the verifier
    token_request      the verifier -> the account's token, which does not expire

Signatures are Authlib's, in ``_oauth1``; ``nonce`` and ``at`` are the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from postiz_ops import errors
from postiz_ops.providers import _oauth1
from postiz_ops.providers.auth import Client, Grant, OAuth1
from postiz_ops.providers.base import Unsigned
from postiz_ops.providers.oauth import TokenRequest, client_variables


def begin_request(auth: OAuth1, client: Client, *, redirect: str, nonce: str, at: datetime) -> TokenRequest:
    """Ask for a request token. ``redirect`` is signed, not sent as a field."""
    keys = _oauth1.Keys(client.id, client.secret, "", "")
    return _signed(auth.request_token, keys, nonce, at, {"oauth_callback": redirect})


def authorization_url(auth: OAuth1, token: str) -> str:
    """Where the person is sent."""
    from authlib.common.urls import add_params_to_uri

    address: str = add_params_to_uri(auth.authorize, [("oauth_token", token)])
    return address


def is_ours(back: Mapping[str, str], begun: Mapping[str, str]) -> bool:
    """Whether the browser came back from the request that we began, refused or not; compared in constant time."""
    token = back.get("oauth_token") or back.get("denied") or ""
    return compare_digest(token.encode(), begun["oauth_token"].encode())


def verifier_of(back: Mapping[str, str], begun: Mapping[str, str], title: str) -> str:
    """The verifier in the address that the browser came back to. Raises ``Rejected`` where there is none for us."""
    if not is_ours(back, begun):
        raise errors.Rejected("the browser came back from something else than this request", help="run it again")
    if back.get("oauth_verifier"):
        return back["oauth_verifier"]
    raise errors.Rejected(f"the consent was refused on {title}'s page")


def token_request(
    auth: OAuth1, client: Client, begun: Mapping[str, str], verifier: str, *, nonce: str, at: datetime
) -> TokenRequest:
    """Hand in the verifier that came back. ``begun`` is what ``answer_of`` made of the request token's answer."""
    keys = _oauth1.Keys(client.id, client.secret, begun["oauth_token"], begun["oauth_token_secret"])
    return _signed(auth.access_token, keys, nonce, at, {"oauth_verifier": verifier})


def answer_of(body: bytes, title: str) -> Mapping[str, str]:
    """``oauth_token`` and ``oauth_token_secret`` of a form that came back. Raises ``Unavailable`` without them."""
    told = dict(parse_qsl(body.decode(errors="replace")))
    if not told.get("oauth_token") or not told.get("oauth_token_secret"):
        raise errors.Unavailable(f"{title} answered without a token", help="try again")
    if told.get("oauth_callback_confirmed", "true") != "true":
        raise errors.Unavailable(f"{title} did not confirm the redirect address", help="register it at the app's page")
    return told


def grant_of(auth: OAuth1, client: Client, told: Mapping[str, str], now: datetime, before: Grant | None) -> Grant:
    """All four secrets that a request is signed with."""
    secrets = {
        **(before.secrets if before else {}),
        auth.key: client.id,
        auth.secret: client.secret,
        "access_token": told["oauth_token"],
        "access_token_secret": told["oauth_token_secret"],
    }
    # A refresh token of an earlier OAuth 2 grant belongs to another access token.
    secrets.pop("refresh_token", None)
    return Grant(secrets, obtained_at=now, subject=before.subject if before else "")


def failure_of(
    auth: OAuth1, status: int, json: Any, title: str, *, redact: Callable[[str], str] | None = None
) -> errors.Failure:
    """What a refusal means while an account is being connected: nothing is disconnected by it."""
    rows = json.get("errors") if isinstance(json, dict) else None
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    code, words = str(row.get("code", "")), str(row.get("message", ""))
    details = ", ".join(filter(None, (f"HTTP {status}", code[:20], redact(words)[:200] if redact else "")))
    if status == 429:
        return errors.Throttled(f"{title}: too many requests for a token ({details})")
    if code in auth.misconfigured:
        return errors.Unavailable(
            f"{title} does not accept the app's own key, or its redirect address ({details})",
            help="compare both with the app's page",
        )
    return errors.Unavailable(f"{title} gave no token ({details})", help="try again")


def client_from(auth: OAuth1, environment: Mapping[str, str], provider: str) -> Client | None:
    """The app, from ``POSTIZ_<PROVIDER>_<KEY>`` and ``POSTIZ_<PROVIDER>_<SECRET>``; ``None`` where one is not set."""
    key, secret = (environment.get(name, "").strip() for name in client_variables(provider, (auth.key, auth.secret)))
    return Client(key, secret) if key and secret else None


def _signed(address: str, keys: _oauth1.Keys, nonce: str, at: datetime, more: Mapping[str, str]) -> TokenRequest:
    authorization = _oauth1.header(Unsigned("POST", address, {}, nonce, at), keys, more)
    return TokenRequest("POST", address, {"Authorization": authorization, "Content-Length": "0"})
