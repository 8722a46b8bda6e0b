"""The production vault, whose boxes hide nothing here.

What a box binds its content to is checked as ever. Only the cipher is left out: it draws random numbers, and a history
has to be read by the checker.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from postiz_ops.ledger.sealed import KEYRING, Sealed, keyring_file
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.providers.auth import Grant
from postiz_ops.vault import safe as safe_module
from postiz_ops.vault.box import CannotOpen, Place
from postiz_ops.vault.keys import Key, key_id, keyring_of, public_text
from postiz_ops.vault.safe import Safe

ENVIRONMENT = {
    f"POSTIZ_{kind}_CLIENT_{word}": "app" for kind in ("PLAIN", "LISTING", "KEYED", "SLOW") for word in ("ID", "SECRET")
}


def _key(byte: int) -> Key:
    made = Key("", bytes([byte]) * 32)
    return replace(made, id=key_id(base64.b64decode(public_text(made))))


RUNNER, OWNER = _key(1), _key(2)


@contextmanager
def transparent() -> Iterator[None]:
    """Boxes that can be read, and are bound to their place all the same."""

    def seal(content: bytes, place: Place, recipients: Iterable[str]) -> dict[str, Any]:
        return {"place": place.bound().decode(), "content": json.loads(content), "keys": list(recipients)}

    def open_box(box: Mapping[str, Any], place: Place, key: Key) -> bytes:
        if box["place"] != place.bound().decode():
            raise CannotOpen("it belongs elsewhere")
        return json.dumps(box["content"]).encode()

    with patch.object(safe_module, "seal", seal), patch.object(safe_module, "open_box", open_box):
        yield


def new_safe() -> Safe:
    """A runner's, with the key."""
    return Safe(RUNNER, ENVIRONMENT)


def keyring(genesis: str) -> dict[str, bytes]:
    """For whom boxes are sealed."""
    return {KEYRING: keyring_file(keyring_of(genesis, [RUNNER], public_text(OWNER)))}


def kept(view: View, account: Account, grant: Grant) -> Sealed:
    """What a person's consent brought, sealed on top of what there is."""
    safe = new_safe()
    safe.take(view)
    return safe.seal(account, grant, refreshable=True)
