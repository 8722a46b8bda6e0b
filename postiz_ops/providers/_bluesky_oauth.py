"""OAuth as the AT Protocol has it: https://atproto.com/specs/oauth . Requests, proofs and what answers mean; pure.

Nobody registers an app. A program on a person's machine is the client ``http://localhost``, whose scopes and redirect
address stand in its own name; the server of an account is found from the account; a request for consent is pushed there
first (PAR, RFC 9126); and every token is bound to a key (DPoP, RFC 9449): whoever uses it proves with each request that
she holds the key, with a nonce that the server hands out and renews.

::

    connecting   server_of, par_request, authorization_url, code_request, grant_of
    refreshing   refresh_request, grant_of
    publishing   signed
"""

from __future__ import annotations

import hashlib
import json as jsonlib
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from postiz_ops import errors
from postiz_ops.providers import oauth
from postiz_ops.providers.auth import ClientAuth, Grant, OAuth2, Rotation
from postiz_ops.providers.base import Answer, Http, Unsigned
from postiz_ops.providers.oauth import TokenRequest

SCOPES = (
    "atproto",
    "repo:app.bsky.feed.post?action=create&action=delete",
    "repo:app.bsky.feed.threadgate?action=create",
    "blob:*/*",
    "rpc:app.bsky.feed.getPosts?aud=*",
    "rpc:app.bsky.actor.getProfile?aud=*",
)
"""What the provider does, and no more: it can neither read messages nor change the profile."""

REDIRECT = "http://127.0.0.1/callback"
"""The address in the client's name. It has no port, so that any port is the same one (RFC 8252, 7.3)."""

CLIENT_ID = "http://localhost?" + urlencode({"redirect_uri": REDIRECT, "scope": " ".join(SCOPES)})

PLC = "https://plc.directory"
"""Where the documents of ``did:plc`` are."""

AUTH = OAuth2(
    authorize="{origin}/oauth/authorize",
    token="{origin}/oauth/token",  # noqa: S106 - an address
    scopes=SCOPES,
    docs="https://atproto.com/specs/oauth",
    checked="2026-11-24",
    rotation=Rotation.SINGLE_USE,
    access_seconds=3600,
    # A client without a secret has two weeks, refreshed or not: `PUBLIC_CLIENT_SESSION_LIFETIME` of the reference
    # server (@atproto/oauth-provider 0.15), which the specification advises for all.
    refresh_seconds=14 * 86_400,
    fixed_end=True,
    steps=(
        "There is no app to register, and nothing to put into the environment.",
        "The account's `url` has to be the server that keeps its posts; the command says which, where it is another.",
        "It ends two weeks after the consent, however often it is renewed. An app password has no end.",
    ),
    pkce=True,
    client_auth=ClientAuth.NONE,
    dpop=True,
)

Send = Callable[[TokenRequest], Awaitable[Answer]]
"""Sends a request once, and gives back whatever was answered, a refusal too."""


@dataclass(frozen=True, slots=True)
class AuthServer:
    """An authorization server, by its own metadata (RFC 8414)."""

    issuer: str
    authorize: str
    token: str
    par: str


@dataclass(frozen=True, slots=True)
class Asking:
    """One request for consent: where the browser comes back to, and the secrets that tie the ends together."""

    redirect: str
    state: str
    verifier: str
    hint: str = ""
    """The handle or DID that the log-in page fills in."""


# --- who is asked -------------------------------------------------------------------------------------------------


def did_document_url(did: str, directory: str = PLC) -> str:
    """Where the document of a DID is. Raises ``Rejected`` for a kind that the AT Protocol does not have."""
    method, _, name = did.removeprefix("did:").partition(":")
    if method == "plc" and name.isalnum():
        return f"{directory}/{did}"
    if method == "web" and name and not set(name) & set(":/?#@"):
        return f"https://{name.replace('%3A', ':')}/.well-known/did.json"
    raise errors.Rejected(f"`{did}` is no identifier of an account: it begins with `did:plc:` or `did:web:`")


def pds_of(document: Any, did: str) -> str:
    """The origin of the server that keeps an account's posts. Raises ``Unavailable``."""
    services = document.get("service") if isinstance(document, dict) and document.get("id") == did else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and str(service.get("id")).removeprefix(did) == "#atproto_pds":
            parts = urlsplit(str(service.get("serviceEndpoint")))
            if parts.scheme in ("https", "http") and parts.netloc:
                return f"{parts.scheme}://{parts.netloc}"
    raise errors.Unavailable(f"the document of `{did}` does not say which server keeps its posts")


def resource_url(pds: str) -> str:
    """Where a server says who gives out its tokens (RFC 9728)."""
    return f"{pds}/.well-known/oauth-protected-resource"


def issuer_of(document: Any, pds: str) -> str:
    """Who gives out a server's tokens. Raises ``Unavailable``."""
    named = document.get("authorization_servers") if isinstance(document, dict) else None
    if not isinstance(named, list) or len(named) != 1 or not isinstance(named[0], str):
        raise errors.Unavailable(f"`{pds}` does not say which server gives out its tokens")
    return named[0].rstrip("/")


def server_url(issuer: str) -> str:
    """Where an authorization server describes itself (RFC 8414)."""
    return f"{issuer}/.well-known/oauth-authorization-server"


def server_of(document: Any, issuer: str) -> AuthServer:
    """The server as it describes itself. Raises ``Unavailable`` where it is another one, or lacks something."""
    told = document if isinstance(document, dict) else {}
    if str(told.get("issuer")).rstrip("/") != issuer:
        raise errors.Unavailable(f"`{issuer}` describes another authorization server than itself")
    names = ("authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint")
    authorize, token, par = (str(told.get(name) or "") for name in names)
    able = "ES256" in (told.get("dpop_signing_alg_values_supported") or ())
    if not able or not all(_origin(address) == issuer for address in (authorize, token, par)):
        raise errors.Unavailable(f"`{issuer}` does not offer OAuth as the AT Protocol has it")
    return AuthServer(issuer, authorize, token, par)


# --- requests -----------------------------------------------------------------------------------------------------


def par_request(server: AuthServer, asking: Asking, key: str, unsigned: Unsigned) -> TokenRequest:
    """Push what the person will be asked. ``unsigned`` has the ``jti``, the time and the nonce of the proof."""
    fields = {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": asking.redirect,
        "scope": " ".join(SCOPES),
        "state": asking.state,
        "code_challenge": _hashed(asking.verifier),
        "code_challenge_method": "S256",
        **({"login_hint": asking.hint} if asking.hint else {}),
    }
    return _form(server.par, fields, key, unsigned)


def authorization_url(server: AuthServer, pushed: Any) -> str:
    """Where the person is sent, by the answer to ``par_request``. Raises ``Unavailable``."""
    name = pushed.get("request_uri") if isinstance(pushed, dict) else None
    if not isinstance(name, str) or not name:
        raise errors.Unavailable(f"`{server.issuer}` took the request, and did not say under which name")
    return f"{server.authorize}?{urlencode({'client_id': CLIENT_ID, 'request_uri': name})}"


def code_request(server: AuthServer, asking: Asking, code: str, key: str, unsigned: Unsigned) -> TokenRequest:
    """Hand in the code that came back."""
    fields = {
        "grant_type": "authorization_code",
        "client_id": CLIENT_ID,
        "redirect_uri": asking.redirect,
        "code": code,
        "code_verifier": asking.verifier,
    }
    return _form(server.token, fields, key, unsigned)


def refresh_request(secrets: Mapping[str, str], unsigned: Unsigned) -> TokenRequest:
    """Ask for a newer grant, where the grant came from. Raises ``Reauthorize`` where something of it is missing."""
    missing = [name for name in ("refresh_token", "dpop_key", "token_url") if not secrets.get(name)]
    if missing:
        raise errors.Reauthorize(
            f"the account's grant holds no `{missing[0]}`", help="run `postiz-ops accounts connect` for this account"
        )
    fields = {
        "grant_type": "refresh_token",
        "client_id": secrets.get("client_id", CLIENT_ID),
        "refresh_token": secrets["refresh_token"],
    }
    return _form(secrets["token_url"], fields, secrets["dpop_key"], unsigned)


async def asked(send: Send, make: Callable[[str], TokenRequest]) -> Answer:
    """Send what ``make`` builds for a nonce of the server, at first none, and once more with the one that it asks for.

    What is refused for want of a nonce was not looked at: neither a code nor a refresh token is used up by it.
    """
    answer = await send(make(""))
    nonce = answer.headers.get("dpop-nonce", "")
    refused = answer.status in (400, 401) and isinstance(answer.json, dict) and answer.json.get("error")
    return await send(make(nonce)) if refused == "use_dpop_nonce" and nonce else answer


# --- answers ------------------------------------------------------------------------------------------------------


def began(server: AuthServer, key: str, did: str = "") -> Grant:
    """What is known of a grant before it is given: the key, and whom it is expected to belong to."""
    return Grant({"dpop_key": key, "client_id": CLIENT_ID, "token_url": server.token}, subject=did)


def grant_of(json: Any, now: datetime, before: Grant) -> Grant:
    """The grant that an answer brings, on top of the one that was there.

    Raises ``Unavailable`` where it brings no token that is bound to our key, and ``Reauthorize`` where it belongs to
    somebody else.
    """
    grant = oauth.grant_of(AUTH, json, now, before)
    sub = str(json.get("sub"))
    if json.get("token_type") != "DPoP" or not sub.startswith("did:") or "refresh_token" not in grant.secrets:
        raise errors.Unavailable("the server gave a token, but not as the AT Protocol has it")
    if before.subject and sub != before.subject:
        raise errors.Reauthorize(
            f"the log-in was that of `{sub}`, and the account is `{before.subject}`",
            help="log in as the account, or connect it under another name",
        )
    return replace(grant, subject=sub)


def code_of(server: AuthServer, asking: Asking, back: Mapping[str, str]) -> str:
    """The code in the address that the browser came back with. Raises ``Rejected`` where it is not ours."""
    if back.get("state") != asking.state or back.get("iss") != server.issuer:
        raise errors.Rejected(
            "the browser came back from something else than this request", help="run the command again"
        )
    if back.get("error") == "access_denied":
        raise errors.Rejected("the consent was refused in the browser")
    if not back.get("code"):
        said = back.get("error", "")
        raise errors.Rejected(f"the server gave no consent{f' (`{said}`)' if oauth.CODE.fullmatch(said) else ''}")
    return back["code"]


def failure_of(answer: Answer, issuer: str) -> errors.Failure:
    """What a refusal means; ``oauth.failure_of`` has the rules."""
    return oauth.failure_of(AUTH, answer.status, answer.json, urlsplit(issuer).hostname or issuer)


# --- proofs -------------------------------------------------------------------------------------------------------


def proof(key: str, unsigned: Unsigned, access_token: str | None = None) -> str:
    """A DPoP proof (RFC 9449, 4.2) for one request: ``unsigned.nonce`` is its ``jti``, ``key`` a JWK as text."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    private = ECKey.import_key(jsonlib.loads(key))
    claims: dict[str, str | int] = {
        "jti": unsigned.nonce,
        "htm": unsigned.method,
        "htu": urlsplit(unsigned.url)._replace(query="", fragment="").geturl(),
        "iat": int(unsigned.at.timestamp()),
    }
    if access_token is not None:
        claims["ath"] = _hashed(access_token)
    if unsigned.server_nonce:
        claims["nonce"] = unsigned.server_nonce
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": private.as_dict(private=False)}
    return jwt.encode(header, claims, private, algorithms=["ES256"])


def signed(http: Http, unsigned: Unsigned) -> dict[str, str]:
    """The headers of a request to the account's server: the token, and a proof that is good for this request alone."""
    token = http.secret("access_token")
    return {"Authorization": f"DPoP {token}", "DPoP": proof(http.secret("dpop_key"), unsigned, token)}


# --- how they are made --------------------------------------------------------------------------------------------


def _form(url: str, fields: Mapping[str, str], key: str, unsigned: Unsigned) -> TokenRequest:
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "DPoP": proof(key, replace(unsigned, method="POST", url=url)),
    }
    return TokenRequest("POST", url, headers, urlencode(fields).encode())


def _hashed(text: str) -> str:
    """SHA-256 in base64url: a challenge of its verifier, an ``ath`` of its token."""
    return urlsafe_b64encode(hashlib.sha256(text.encode("ascii")).digest()).decode().rstrip("=")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
