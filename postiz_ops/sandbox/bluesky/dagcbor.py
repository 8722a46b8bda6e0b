"""Content identifiers: DAG-CBOR bytes of a record, and CIDv1 of bytes (https://ipld.io/specs/codecs/dag-cbor/spec/).

Written apart from the provider's own, so that one checks the other.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

_DAG_CBOR, _RAW = 0x71, 0x55
_SHA256 = b"\x12\x20"


class NotEncodable(ValueError):
    """A value that the data model of AT Protocol does not have."""


def record_cid(record: Any) -> str:
    """The CID of a record given as JSON (``$link`` and ``$bytes`` as AT Protocol writes them)."""
    return cid(encode(record), _DAG_CBOR)


def blob_cid(data: bytes) -> str:
    """The CID of a blob."""
    return cid(data, _RAW)


def cid(data: bytes, codec: int) -> str:
    """CIDv1 with SHA-256, in lower-case base32."""
    raw = bytes((1, codec)) + _SHA256 + hashlib.sha256(data).digest()
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def parse_cid(text: str) -> bytes:
    """The bytes of a base32 CIDv1. Raises ``NotEncodable``."""
    try:
        raw = base64.b32decode(text[1:].upper() + "=" * (-len(text[1:]) % 8))
    except ValueError as error:
        raise NotEncodable(f"not a CID: {text}") from error
    if text[:1] != "b" or len(raw) != 36 or raw[0] != 1 or raw[2:4] != _SHA256:
        raise NotEncodable(f"not a CID: {text}")
    return raw


def encode(value: Any) -> bytes:  # noqa: PLR0911 - one return for each kind of value
    """Canonical DAG-CBOR of a JSON value. Raises ``NotEncodable`` for floats and foreign types."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case str():
            data = value.encode()
            return _head(3, len(data)) + data
        case list():
            return _head(4, len(value)) + b"".join(map(encode, value))
        case {"$link": str(link), **rest} if not rest:
            raw = b"\x00" + parse_cid(link)
            return _head(6, 42) + _head(2, len(raw)) + raw
        case {"$bytes": str(text), **rest} if not rest:
            return _bytes(text)
        case dict():
            return _map(value)
    raise NotEncodable(f"no {type(value).__name__} in a record")


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError as error:
        raise NotEncodable("$bytes is not base64") from error
    return _head(2, len(data)) + data


def _map(value: Mapping[str, Any]) -> bytes:
    items = sorted(((key.encode(), item) for key, item in value.items()), key=lambda item: (len(item[0]), item[0]))
    return _head(5, len(items)) + b"".join(_head(3, len(key)) + key + encode(item) for key, item in items)


def _head(major: int, number: int) -> bytes:
    """A type and its number in the shortest form."""
    if number < 24:
        return bytes((major << 5 | number,))
    for extra, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * width:
            return bytes((major << 5 | extra,)) + number.to_bytes(width, "big")
    raise NotEncodable(f"integer out of range: {number}")
