"""Signatures of OAuth 1.0a, against the vectors of RFC 5849 and of Twitter's documentation, which others computed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from postiz_ops.providers._oauth1 import Keys, header
from postiz_ops.providers.base import Unsigned
from tests.specs import specs_dir


def vectors() -> list[dict[str, Any]]:
    folder = specs_dir() / "conformance" / "oauth"
    told: list[dict[str, Any]] = json.loads((folder / "oauth1-pkce-vectors.json").read_text(encoding="utf-8"))[
        "oauth1_requests"
    ]
    return told


def signed(vector: dict[str, Any]) -> dict[str, str]:
    """The fields of the header that we make for a vector's request."""
    said = dict(vector["params"])
    form = {name: value for name, value in said.items() if not name.startswith("oauth_")}
    at = datetime.fromtimestamp(int(said["oauth_timestamp"]), UTC)
    unsigned = Unsigned(vector["method"], vector["url"], form, said["oauth_nonce"], at)
    keys = Keys(said["oauth_consumer_key"], vector["client_secret"], said["oauth_token"], vector["token_secret"])
    return {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', header(unsigned, keys))}


def test_the_signature_of_twitters_own_example() -> None:
    (vector,) = [vector for vector in vectors() if "doc_printed" in vector]
    fields = signed(vector)
    assert fields.pop("oauth_signature") == vector["doc_printed"] == "hCtSmYh+iHYCEqBWrE7C7hYmtUk="
    assert fields == {name: value for name, value in vector["params"] if name.startswith("oauth_")}


def test_every_vector_is_signed_as_its_source_says() -> None:
    """Those without a version or a token are signed by the same two functions, since ours always sends both."""
    from authlib.oauth1.rfc5849.signature import construct_base_string, hmac_sha1_signature

    for vector in vectors():
        base = construct_base_string(vector["method"], vector["url"], vector["params"])
        signature = hmac_sha1_signature(base, vector["client_secret"], vector["token_secret"])
        assert signature == vector["signature"], vector["source"]


def test_a_query_is_signed_like_a_form() -> None:
    keys = Keys("k", "s", "t", "ts")
    at = datetime(2026, 12, 1, tzinfo=UTC)
    query = Unsigned("GET", "https://api.x.com/2/users/me?b=%20c&a=", {}, "n", at)
    form = Unsigned("GET", "https://api.x.com/2/users/me", {"a": "", "b": " c"}, "n", at)
    bare = Unsigned("GET", "https://api.x.com/2/users/me", {}, "n", at)
    assert header(query, keys) == header(form, keys) != header(bare, keys)


@pytest.mark.parametrize("field", ["key", "secret", "token", "token_secret"])
def test_a_key_does_not_show_in_a_traceback(field: str) -> None:
    assert "test-value" not in repr(
        Keys(**{**dict.fromkeys(("key", "secret", "token", "token_secret"), ""), field: "test-value"})
    )
