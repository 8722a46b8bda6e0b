"""OAuth 1.0a: the header of a request that is signed with the secrets of an app and of a user (RFC 5849)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from postiz_ops.providers.base import Unsigned


@dataclass(frozen=True, slots=True)
class Keys:
    """Who signs: the app by its key and secret, the user by the token and its secret."""

    key: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    token_secret: str = field(repr=False)


def header(unsigned: Unsigned, keys: Keys, more: Mapping[str, str] | None = None) -> str:
    """The value of ``Authorization``. Query and form are signed; a body in JSON or of several parts is not.

    ``more`` are further fields of the protocol (``oauth_callback``). An empty token is none: there is no user yet.
    """
    from authlib.oauth1.rfc5849.parameters import prepare_headers
    from authlib.oauth1.rfc5849.signature import construct_base_string, hmac_sha1_signature

    ours = {
        "oauth_consumer_key": keys.key,
        "oauth_nonce": unsigned.nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(int(unsigned.at.timestamp())),
        **({"oauth_token": keys.token} if keys.token else {}),
        "oauth_version": "1.0",
        **(more or {}),
    }
    base = construct_base_string(unsigned.method, unsigned.url, [*_sent(unsigned), *ours.items()])
    ours["oauth_signature"] = hmac_sha1_signature(base, keys.secret, keys.token_secret)
    signed: Mapping[str, str] = prepare_headers(list(ours.items()))
    return signed["Authorization"]


def _sent(unsigned: Unsigned) -> list[tuple[str, str]]:
    query = parse_qsl(urlsplit(unsigned.url).query, keep_blank_values=True)
    return [*query, *unsigned.form.items()]
