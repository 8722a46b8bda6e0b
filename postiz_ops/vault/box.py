"""Sealing: what makes a secret readable for the runner and for the owner, and for nobody else.

A box holds its content under a data key of its own, made anew each time (ChaCha20-Poly1305, RFC 8439), and the data key
once for every key that may open it (X25519, RFC 7748): who seals needs public keys alone. All of it is bound by the
associated data to where it belongs: ciphertext that was moved to another account, server, generation or state branch
opens nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from postiz_ops.vault.keys import Key, key_id, public_text

KEY_BYTES = 32
NONCE_BYTES = 12
ALGORITHM = "chacha20poly1305"


class CannotOpen(Exception):
    """The box is not for this key, not for this place, or was changed. The text says which, without any secret."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box belongs: what its content is bound to. ``genesis`` is the state branch's id, ``origin`` exact."""

    genesis: str
    account: str
    provider: str
    origin: str
    generation: int

    def bound(self, *more: str) -> bytes:
        """The associated data: canonical JSON, so that no two places read the same."""
        parts = [1, self.genesis, self.account, self.provider, self.origin, self.generation, *more]
        return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()


def seal(content: bytes, place: Place, recipients: Iterable[str]) -> dict[str, Any]:
    """A new box for these public keys (base64)."""
    data_key, name = secrets.token_bytes(KEY_BYTES), secrets.token_hex(4)
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound = place.bound(name)
    return {
        "algorithm": ALGORITHM,
        "key": name,
        "nonce": _text(nonce),
        "ciphertext": _text(ChaCha20Poly1305(data_key).encrypt(nonce, content, bound)),
        "keys": [_wrapped(data_key, bound, public) for public in recipients],
    }


def open_box(box: Mapping[str, Any], place: Place, key: Key) -> bytes:
    """What a box holds. Raises ``CannotOpen``."""
    bound = place.bound(_field(box, "key"))
    try:
        return ChaCha20Poly1305(_data_key(box, bound, key)).decrypt(
            _bytes(_field(box, "nonce")), _bytes(_field(box, "ciphertext")), bound
        )
    except (InvalidTag, ValueError) as problem:
        raise CannotOpen("they were changed, or belong to another account, server or state branch") from problem


def rewrap(box: Mapping[str, Any], place: Place, key: Key, recipients: Iterable[str]) -> dict[str, Any]:
    """The same box for other keys; its content stays as it is. Raises ``CannotOpen``."""
    bound = place.bound(_field(box, "key"))
    data_key = _data_key(box, bound, key)
    return {**box, "keys": [_wrapped(data_key, bound, public) for public in recipients]}


def _wrapped(data_key: bytes, bound: bytes, public: str) -> dict[str, str]:
    theirs, once = _bytes(public), X25519PrivateKey.generate()
    mine, nonce = once.public_key().public_bytes_raw(), secrets.token_bytes(NONCE_BYTES)
    cipher = ChaCha20Poly1305(_derived(once.exchange(X25519PublicKey.from_public_bytes(theirs)), mine + theirs))
    wrapped = cipher.encrypt(nonce, data_key, bound)
    return {"id": key_id(theirs), "public": _text(mine), "nonce": _text(nonce), "key": _text(wrapped)}


def _data_key(box: Mapping[str, Any], bound: bytes, key: Key) -> bytes:
    wraps = box.get("keys")
    wrap = next((w for w in wraps if isinstance(w, dict) and w.get("id") == key.id), None) if wraps else None
    if wrap is None:
        raise CannotOpen(f"they are sealed for another key than this one (`{key.id}`)")
    theirs, mine = _bytes(_field(wrap, "public")), _bytes(public_text(key))
    try:
        shared = X25519PrivateKey.from_private_bytes(key.secret).exchange(X25519PublicKey.from_public_bytes(theirs))
        cipher = ChaCha20Poly1305(_derived(shared, theirs + mine))
        return cipher.decrypt(_bytes(_field(wrap, "nonce")), _bytes(_field(wrap, "key")), bound)
    except (InvalidTag, ValueError) as problem:
        raise CannotOpen("they were changed, or belong to another account, server or state branch") from problem


def _derived(shared: bytes, salt: bytes) -> bytes:
    """The key for one wrap (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt, b"postiz-ops vault wrap").derive(shared)


def _field(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    if not isinstance(value, str):
        raise CannotOpen(f"they are damaged: `{name}` is missing")
    return value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise CannotOpen("they are damaged: not base64") from problem
