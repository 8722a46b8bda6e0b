"""The two keys of a vault: the runner's, which is the one secret in CI, and the owner's, which lies in a safe.

As text a key is its kind, its 32 bytes and a checksum, so that a cut or mistyped one is known before it is used, and a
scanner for leaked secrets knows it by its beginning.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from postiz_ops.errors import UsageError
from postiz_ops.ledger.sealed import Keyring

RUNNER_VARIABLE = "POSTIZ_VAULT_KEY"
RUNNER_PREFIX = "pzvault1_"
RECOVERY_PREFIX = "pzrecovery1_"
_CHECKSUM = 4
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key that opens boxes (X25519). ``id`` tells keys apart, and is made of the public half."""

    id: str
    secret: bytes = field(repr=False)
    recovery: bool = False


def new_key(*, recovery: bool = False) -> Key:
    """A random key, for a runner or for an owner."""
    return _key(secrets.token_bytes(_BYTES), recovery=recovery)


def key_text(key: Key) -> str:
    """A key as a person copies it."""
    prefix = RECOVERY_PREFIX if key.recovery else RUNNER_PREFIX
    return prefix + base64.urlsafe_b64encode(key.secret + _checksum(key.secret)).decode().rstrip("=")


def read_key(text: str, source: str) -> Key:
    """The key in a text; ``source`` is what it is called in a complaint. Raises ``UsageError``."""
    for prefix in (RUNNER_PREFIX, RECOVERY_PREFIX):
        if text.startswith(prefix):
            return _key(_checked(text.removeprefix(prefix), source), recovery=prefix == RECOVERY_PREFIX)
    raise UsageError(
        f"{source} holds no key of a vault",
        help=f"a runner's key begins with `{RUNNER_PREFIX}`: see `postiz-ops vault init --help`",
    )


def public_text(key: Key) -> str:
    """The public half of a key, in base64: what boxes are sealed for."""
    return _public(key.secret)


def key_id(public: bytes) -> str:
    """The name of a key, made of its public half."""
    return hashlib.sha256(b"postiz-ops vault key" + public).hexdigest()[:12]


def keyring_of(genesis: str, runners: Sequence[Key], recovery: str) -> Keyring:
    """The keyring that a holder of these runners' keys writes. ``recovery`` is a public key in base64."""
    publics = {key.id: public_text(key) for key in runners}
    return Keyring(publics, recovery, {key.id: _mac(key, genesis, publics, recovery) for key in runners})


def is_genuine(keyring: Keyring, genesis: str, key: Key) -> bool:
    """Whether a holder of this key wrote the keyring: else secrets would be sealed for a stranger."""
    expected = _mac(key, genesis, keyring.runners, keyring.recovery)
    return hmac.compare_digest(expected, keyring.macs.get(key.id, ""))


def _mac(key: Key, genesis: str, runners: Mapping[str, str], recovery: str) -> str:
    said = json.dumps([genesis, sorted(runners.items()), recovery]).encode()
    return hmac.new(hashlib.sha256(b"postiz-ops vault keyring" + key.secret).digest(), said, "sha256").hexdigest()


def _key(secret: bytes, *, recovery: bool) -> Key:
    return Key(key_id(base64.b64decode(_public(secret))), secret, recovery)


def _public(secret: bytes) -> str:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return base64.b64encode(X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()).decode()


def _checked(text: str, source: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        data = b""
    secret, checksum = data[:_BYTES], data[_BYTES:]
    if len(secret) != _BYTES or not hmac.compare_digest(checksum, _checksum(secret)):
        raise UsageError(f"{source} holds a key that was cut short or mistyped", help="copy it whole, on one line")
    return secret


def _checksum(secret: bytes) -> bytes:
    return hashlib.sha256(b"postiz-ops vault checksum" + secret).digest()[:_CHECKSUM]
