"""The stand-in of a PDS takes tokens of OAuth as a real one does: with a proof, a nonce, and for one request."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.sandbox.client import Answer, Client

SESSION = "https://pds.example/xrpc/com.atproto.server.getSession"
KEY = ECKey.generate_key("P-256")
TOKEN = "test-token"


def hashed(text: str) -> str:
    return urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")


def ask(client: Client, *, token: str = TOKEN, key: ECKey = KEY, **claims: Any) -> Answer:
    """Ask who a token belongs to, with a proof that says so, but for ``claims``."""
    made = {"jti": uuid4().hex, "htm": "GET", "htu": SESSION, "iat": int(time.time()), "ath": hashed(token), **claims}
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False)}
    headers = {"Authorization": f"DPoP {token}", "DPoP": jwt.encode(header, made, key)}
    return client.call("GET", SESSION, headers=headers)


def test_a_token_with_its_proof_is_an_account(client: Client) -> None:
    first = ask(client)
    assert (first.status, first.json["error"]) == (401, "use_dpop_nonce")
    assert first.headers["WWW-Authenticate"] == 'DPoP error="use_dpop_nonce"'
    nonce = first.headers["DPoP-Nonce"]
    session = ask(client, nonce=nonce)
    assert session.status == 200
    assert session.json["did"].startswith("did:plc:")
    assert ask(client, nonce=nonce).json == session.json, "the same one every time"
    assert ask(client, token="another", nonce=nonce).json["did"] != session.json["did"]


def test_a_real_token_names_its_account(client: Client) -> None:
    nonce = ask(client).headers["DPoP-Nonce"]
    claims = urlsafe_b64encode(b'{"sub": "did:plc:abcabcabcabcabcabcabcabc"}').decode().rstrip("=")
    session = ask(client, token=f"e30.{claims}.sig", nonce=nonce)
    assert session.json["did"] == "did:plc:abcabcabcabcabcabcabcabc"


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "POST"},
        {"htu": "https://pds.example/xrpc/com.atproto.server.describeServer"},
        {"htu": "https://elsewhere.example/xrpc/com.atproto.server.getSession"},
        {"htu": None},
        {"ath": hashed("another")},
        {"iat": 1_000_000_000},
        {"iat": "now"},
        {"jti": ""},
    ],
)
def test_a_proof_of_something_else(client: Client, claims: dict[str, Any]) -> None:
    nonce = ask(client).headers["DPoP-Nonce"]
    refused = ask(client, nonce=nonce, **claims)
    assert (refused.status, refused.json["error"]) == (401, "invalid_dpop_proof")


@pytest.mark.parametrize("proof", ["", "no", "a.b.c"])
def test_what_is_no_proof(client: Client, proof: str) -> None:
    refused = client.call("GET", SESSION, headers={"Authorization": f"DPoP {TOKEN}", "DPoP": proof})
    assert (refused.status, refused.json["error"]) == (401, "invalid_dpop_proof")
