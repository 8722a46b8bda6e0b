"""What a client of the AT Protocol computes itself: record keys and content ids.

Both are what makes a thread one call that can be looked up: with a key that we choose a post has its place before it
is sent, and with its content id a reply can name it before it exists. https://atproto.com/specs/data-model has the
encoding, https://atproto.com/specs/tid the keys. Records hold six kinds of values, so the encoder is these few lines.
"""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"

_CID_OF_DAG_CBOR_BY_SHA256 = b"\x01\x71\x12\x20"
"""CID version 1, codec dag-cbor, hash sha2-256 of 32 bytes."""

_TAG_42 = b"\xd8\x2a"
"""CBOR's mark of a link to other content."""


def tid(micros: int, clock: int) -> str:
    """A record key: microseconds since 1970 and a clock id of 10 bits, as 13 characters that sort by time."""
    number = (micros << 10) | (clock & 0x3FF)
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def cid(record: Mapping[str, Any]) -> str:
    """The content id of a record, as every server computes it."""
    multihash = _CID_OF_DAG_CBOR_BY_SHA256 + sha256(dag_cbor(record)).digest()
    return "b" + b32encode(multihash).decode().rstrip("=").lower()


def dag_cbor(value: Any) -> bytes:  # noqa: PLR0911 - one return for each kind of value
    """A value of the data model in its only encoding. ``{"$link": cid}`` is a link. Raises ``TypeError`` for floats."""
    match value:
        case None:
            return b"\xf6"
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list() | tuple():
            return _head(4, len(value)) + b"".join(map(dag_cbor, value))
        case {"$link": str(link)} if len(value) == 1:
            return _TAG_42 + _bytes(b"\0" + _raw(link))
        case Mapping():
            # Shorter keys first, then by their bytes: how DAG-CBOR orders a map.
            entries = sorted(value.items(), key=lambda entry: (len(entry[0].encode()), entry[0].encode()))
            return _head(5, len(entries)) + b"".join(dag_cbor(key) + dag_cbor(item) for key, item in entries)
    raise TypeError(f"the data model has no {type(value).__name__}")


def _head(major: int, count: int) -> bytes:
    """CBOR's first bytes: a kind and a number in as few bytes as hold it."""
    if count < 24:
        return bytes([major << 5 | count])
    size = next(power for power in range(4) if count < 1 << (8 << power))
    return bytes([major << 5 | 24 + size]) + count.to_bytes(1 << size, "big")


def _bytes(data: bytes) -> bytes:
    return _head(2, len(data)) + data


def _raw(link: str) -> bytes:
    """The bytes of a CID that is written in base 32, which begins with ``b``."""
    body = link.removeprefix("b").upper()
    return b32decode(body + "=" * (-len(body) % 8))
