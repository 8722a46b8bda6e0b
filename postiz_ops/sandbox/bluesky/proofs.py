"""Tokens of OAuth: bound to a key, which each request proves with a nonce of the server (DPoP, RFC 9449, 4.3 and 8)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from postiz_ops.sandbox.bluesky.repos import Repo, repo_of
from postiz_ops.sandbox.exchange import Refused, Request, reply
from postiz_ops.sandbox.world import World

NONCE_SECONDS = 60
"""How often the nonce is another one; the one before it is still taken, as a real server does."""
PATIENCE = 190
"""Seconds that a proof may be older or younger than the server's clock."""

_KEY = secrets.token_bytes(32)


def opened(world: World, request: Request, token: str) -> Repo:
    """The repository that a bound token opens: that of its subject, or one of its own where it names none."""
    claims = _proven(request)
    now = world.clock().timestamp()
    if (claims.get("htm"), *_place(claims.get("htu"))) != (request.method, request.host, request.path):
        raise _refused("invalid_dpop_proof", "DPoP proof is of another request")
    if claims.get("ath") != _hashed(token):
        raise _refused("invalid_dpop_proof", 'DPoP "ath" mismatch')
    if not claims.get("jti") or abs(now - _number(claims.get("iat"))) > PATIENCE:
        raise _refused("invalid_dpop_proof", "DPoP proof is not of now")
    if claims.get("nonce") not in (_nonce(now), _nonce(now - NONCE_SECONDS)):
        raise _refused("use_dpop_nonce", "Authorization server requires nonce in DPoP proof", _nonce(now))
    return repo_of(world, _subject(token) or token)


def _proven(request: Request) -> Mapping[str, Any]:
    """The claims of the proof, whose signature is good."""
    from joserfc import jws, jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    proof = request.headers.get("dpop", "")
    try:
        header = jws.extract_compact(proof.encode()).headers()
        claims: Mapping[str, Any] = jwt.decode(proof, ECKey.import_key(header["jwk"]), algorithms=["ES256"]).claims
    except (JoseError, ValueError, KeyError, TypeError):
        raise _refused("invalid_dpop_proof", "DPoP proof required") from None
    if header.get("typ") != "dpop+jwt" or "d" in header["jwk"]:
        raise _refused("invalid_dpop_proof", "Failed to verify DPoP proof")
    return claims


def _refused(name: str, message: str, nonce: str = "") -> Refused:
    headers = {"WWW-Authenticate": f'DPoP error="{name}"', **({"DPoP-Nonce": nonce} if nonce else {})}
    return Refused(reply(401, {"error": name, "message": message}, headers))


def _nonce(now: float) -> str:
    return _b64(hmac.digest(_KEY, str(int(now // NONCE_SECONDS)).encode(), "sha256"))


def _place(htu: object) -> tuple[str, str]:
    parts = urlsplit(htu if isinstance(htu, str) else "")
    return parts.netloc, parts.path


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _subject(token: str) -> str:
    """The account in a token that is a JWT, whoever signed it; empty in any other."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return ""
    subject = claims.get("sub") if isinstance(claims, dict) else ""
    return subject if isinstance(subject, str) else ""


def _hashed(text: str) -> str:
    return _b64(hashlib.sha256(text.encode()).digest())


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
