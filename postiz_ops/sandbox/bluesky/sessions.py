"""Who is who: sessions, service auth, handles, and the server itself."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from typing import Any

from postiz_ops.sandbox.bluesky import proofs, records
from postiz_ops.sandbox.bluesky.repos import Repo, State, body, did_of, error, invalid, repo_of, text
from postiz_ops.sandbox.exchange import Reply, Request, reply
from postiz_ops.sandbox.world import World

ACCESS, REFRESH, SERVICE = "com.atproto.appPass", "com.atproto.refresh", "service"
LIFETIMES = {ACCESS: 7200, REFRESH: 90 * 86400, SERVICE: 1800}
"""Seconds: the tokens of an app password; service auth lasts 30 minutes at most for ``uploadBlob``."""

_HEADER = b'{"typ":"at+jwt","alg":"HS256"}'
_KEY = secrets.token_bytes(32)
"""What this process signs its tokens with: one of an earlier start is a bad token."""


def create(world: World, request: Request) -> Reply:
    """Any identifier with any password is an account; an e-mail address gets a handle of its own."""
    given = body(request)
    identifier, password = text(given, "identifier").strip().lower().removeprefix("@"), text(given, "password")
    if not identifier or not password:
        raise error(401, "AuthenticationRequired", "Invalid identifier or password")
    return _session(world, repo_of(world, identifier))


def refresh(world: World, request: Request) -> Reply:
    """A new pair of tokens; the old refresh token stays good, as it does for a real one's grace period."""
    return _session(world, authenticated(world, request, REFRESH))


def show(world: World, request: Request) -> Reply:
    """Who the access token belongs to."""
    repo = authenticated(world, request)
    return reply(200, {"did": repo.did, "handle": repo.handle, "active": True})


def service_auth(world: World, request: Request) -> Reply:
    """A token for another service, here the video service."""
    repo = authenticated(world, request)
    if not records.DID.fullmatch(request.ask("aud").partition("#")[0]):
        raise invalid('Params must have the property "aud"')
    return reply(200, {"token": _token(world, repo, SERVICE)})


def describe_server(_: World, request: Request) -> Reply:
    """What the server is; its DID is what service auth is asked for."""
    host = request.host.replace(":", "%3A")
    return reply(200, {"did": f"did:web:{host}", "availableUserDomains": [".bsky.social"], "inviteCodeRequired": False})


def resolve_handle(_: World, request: Request) -> Reply:
    """Every well-formed handle has a DID, except under ``.invalid``."""
    handle = request.ask("handle")
    if not records.HANDLE.fullmatch(handle):
        raise invalid("Params/handle must be a valid handle")
    if handle.lower().endswith(".invalid"):
        raise invalid("Unable to resolve handle")
    return reply(200, {"did": did_of(handle)})


def authenticated(world: World, request: Request, scope: str = ACCESS) -> Repo:
    """The repository that the token opens: a session's, or one of OAuth, which comes with a proof."""
    if bound := request.bearer("DPoP"):
        return proofs.opened(world, request, bound)
    token = request.bearer()
    if not token:
        raise error(401, "AuthMissing", "Authentication Required")
    claims = _claims(token)
    if claims["scope"] != scope:
        raise error(400, "InvalidToken", "Bad token scope")
    if claims["exp"] <= world.clock().timestamp():
        raise error(400, "ExpiredToken", "Token has expired")
    return world.state(State).repos.setdefault(claims["sub"], Repo(claims["sub"], claims["handle"]))


def _session(world: World, repo: Repo) -> Reply:
    tokens = {"accessJwt": _token(world, repo, ACCESS), "refreshJwt": _token(world, repo, REFRESH)}
    return reply(200, {**tokens, "handle": repo.handle, "did": repo.did, "active": True})


def _token(world: World, repo: Repo, scope: str) -> str:
    issued = int(world.clock().timestamp())
    times = {"iat": issued, "exp": issued + LIFETIMES[scope], "jti": secrets.token_hex(8)}
    claims = {"scope": scope, "sub": repo.did, "handle": repo.handle, **times}
    unsigned = f"{_b64(_HEADER)}.{_b64(json.dumps(claims).encode())}"
    return f"{unsigned}.{_signature(unsigned)}"


def _claims(token: str) -> dict[str, Any]:
    unsigned, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_signature(unsigned).encode(), signature.encode()):
        raise error(400, "InvalidToken", "Token could not be verified")
    payload = unsigned.rpartition(".")[2]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def _signature(unsigned: str) -> str:
    return _b64(hmac.digest(_KEY, unsigned.encode(), "sha256"))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
