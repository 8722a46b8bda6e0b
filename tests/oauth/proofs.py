"""DPoP as a server checks it (RFC 9449, 4.3): the key, the signature, what the proof is for, and the nonce."""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

PATIENCE = 60
"""Seconds that a proof's ``iat`` may be away from now."""


class BadProof(OAuth2Error):  # type: ignore[misc]
    """The proof is missing or wrong."""

    error = "invalid_dpop_proof"


class UseNonce(OAuth2Error):  # type: ignore[misc]
    """The proof lacks the nonce of the day. The request was not looked at."""

    error = "use_dpop_nonce"


class Proofs:
    """The checks of one server: its own nonce, and every ``jti`` that it has seen."""

    def __init__(self) -> None:
        self.nonce = token_urlsafe(12)
        self._seen: set[tuple[str, str]] = set()

    def renew(self) -> None:
        """From now on another nonce is asked for."""
        self.nonce = token_urlsafe(12)

    def check(self, proof: str | None, method: str, url: str, *, access_token: str | None = None) -> str:
        """The thumbprint (RFC 7638) of the key that signed. Raises ``BadProof`` or ``UseNonce``."""
        if not proof:
            raise BadProof("there is no DPoP header")
        key, claims = _opened(proof)
        thumbprint: str = key.thumbprint()
        _compare("htm", claims, method)
        _compare("htu", {"htu": _bare(str(claims.get("htu")))}, _bare(url))
        if access_token is not None:
            _compare("ath", claims, _hash(access_token))
        if abs(time.time() - float(claims.get("iat") or 0)) > PATIENCE:
            raise BadProof("iat is not now")
        if claims.get("nonce") != self.nonce:
            raise UseNonce("use the nonce of the DPoP-Nonce header", status_code=400 if access_token is None else 401)
        self._once(thumbprint, claims.get("jti"))
        return thumbprint

    def _once(self, thumbprint: str, jti: object) -> None:
        if not isinstance(jti, str) or not jti:
            raise BadProof("there is no jti")
        if (thumbprint, jti) in self._seen:
            raise BadProof("this proof was presented before")
        self._seen.add((thumbprint, jti))


def _opened(proof: str) -> tuple[ECKey, Mapping[str, Any]]:
    try:
        header = jws.extract_compact(proof.encode()).headers()
        if header.get("typ") != "dpop+jwt" or header.get("alg") != "ES256":
            raise BadProof("a proof is a dpop+jwt, signed with ES256")
        key = ECKey.import_key(header["jwk"])
        if key.is_private:
            raise BadProof("the proof gives its private key away")
        return key, jwt.decode(proof, key, algorithms=["ES256"]).claims
    except (JoseError, ValueError, KeyError, TypeError):
        raise BadProof("the proof cannot be read, or its signature is wrong") from None


def _compare(name: str, claims: Mapping[str, Any], wanted: str) -> None:
    if claims.get(name) != wanted:
        raise BadProof(f"{name} is not that of this request")


def _bare(url: str) -> str:
    """An address without what a proof does not speak of."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def _hash(token: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
