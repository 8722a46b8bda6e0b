"""Whether a webhook comes from the forge: GitHub's ``X-Hub-Signature-256``.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

MAX_BODY = 25 << 20
"""Bytes: GitHub cuts payloads off at 25 MB."""
_SCHEME = "sha256="


def is_signed(secret: str, signature: str, body: Iterable[bytes]) -> bool:
    """Whether ``signature`` is the header that whoever knows ``secret`` gives to this body, which may come in pieces.

    The comparison takes as long for a near miss as for a far one. Nothing is signed by an empty secret.
    """
    digest = hmac.new(secret.encode(), digestmod=hashlib.sha256)
    for piece in body:
        digest.update(piece)
    expected = _SCHEME + digest.hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode(errors="replace"))


def wants_look(event: str) -> bool:
    """Whether an event (``X-GitHub-Event``) can mean that a branch has moved: all but the greeting can."""
    return event != "ping"
