"""An account's sealed credentials, as the state branch keeps them: ciphertext, and beside it what may be known. Pure.

::

    vault.json              the keys that credentials are sealed for: the runner's, and the owner's for recovery
    vault/<account>.json    one account: its box, and where its token stands

The box is opened by ``vault`` alone. What stands beside it in the clear (when a token ends, who renews it) lets a run
without a key, and the index, know when work is needed; no decision about a secret rests on it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from postiz_ops.ledger.record import Unreadable, decode, encode, instant, moment

KEYRING = "vault.json"
FOLDER = "vault/"


class Status(StrEnum):
    """Where an account's credentials stand."""

    READY = "ready"
    REFRESHING = "refreshing"
    """A run has claimed the one presentation of the refresh token; until its lease has run out nobody else may."""
    LOST = "lost"
    """Nobody knows what became of a refresh: the old refresh token is not presented again, a person must reconnect."""
    REVOKED = "revoked"
    """The platform said that the grant is gone."""
    FORGOTTEN = "forgotten"
    """Somebody took the credentials out."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """The claim on one refresh. ``at`` and ``until`` are the claiming machine's clock."""

    run: str
    nonce: str
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """One file of ``vault/``. ``generation`` counts every change of what is in the box, and never goes back.

    ``refreshable`` says whether there is something to renew the token with. ``warned`` holds the days before its end
    at which somebody was told. ``retry_at`` is when a refresh that was refused for now may be tried again.
    """

    account: str
    provider: str
    origin: str
    generation: int
    box: Mapping[str, Any] = field(repr=False)
    status: Status = Status.READY
    attempt: Attempt | None = None
    obtained_at: datetime | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    refreshable: bool = False
    scopes: tuple[str, ...] = ()
    problem: str | None = None
    retry_at: datetime | None = None
    warned: tuple[int, ...] = ()

    def claimed(self, attempt: Attempt) -> Sealed:
        """The same, while somebody refreshes it."""
        return replace(self, status=Status.REFRESHING, attempt=attempt, problem=None)

    def ended(self, status: Status, problem: str | None = None, *, retry_at: datetime | None = None) -> Sealed:
        """The same after a refresh that brought nothing new. ``LOST`` keeps the attempt: its result may yet turn up."""
        attempt = self.attempt if status is Status.LOST else None
        return replace(self, status=status, attempt=attempt, problem=problem, retry_at=retry_at)


@dataclass(frozen=True, slots=True)
class Keyring:
    """``vault.json``: whom boxes are sealed for. Keys are public (X25519, base64).

    ``runners`` maps ids to keys: one, or two while CI is given a new one. ``recovery`` is the owner's. ``macs`` holds,
    by the same ids, the proof that a holder of that runner's key wrote this.
    """

    runners: Mapping[str, str]
    recovery: str
    macs: Mapping[str, str]

    @property
    def recipients(self) -> tuple[str, ...]:
        """The public keys that a box is sealed for."""
        return (*self.runners.values(), self.recovery)


def sealed_path(account: str) -> str:
    """The file of an account's credentials."""
    return f"{FOLDER}{account}.json"


def sealed_file(sealed: Sealed) -> bytes:
    """``vault/<account>.json``."""
    attempt = sealed.attempt
    return encode(
        {
            "version": 1,
            "account": sealed.account,
            "provider": sealed.provider,
            "origin": sealed.origin,
            "generation": sealed.generation,
            "status": sealed.status.value,
            "attempt": attempt
            and {
                "run": attempt.run,
                "nonce": attempt.nonce,
                "at": instant(attempt.at),
                "until": instant(attempt.until),
            },
            "obtained_at": _text(sealed.obtained_at),
            "expires_at": _text(sealed.expires_at),
            "refresh_expires_at": _text(sealed.refresh_expires_at),
            "refreshable": sealed.refreshable,
            "scopes": list(sealed.scopes),
            "problem": sealed.problem,
            "retry_at": _text(sealed.retry_at),
            "warned": list(sealed.warned),
            "box": dict(sealed.box),
        }
    )


def load_sealed(path: str, data: bytes) -> Sealed:
    """The credentials in a file. Raises ``Unreadable``, ``KeyError``, ``TypeError`` or ``ValueError`` for damage."""
    body = decode(data)
    if path != sealed_path(body["account"]):
        raise Unreadable(f"damaged: it is the file of `{body['account']}`")
    attempt = body["attempt"]
    return Sealed(
        account=str(body["account"]),
        provider=str(body["provider"]),
        origin=str(body["origin"]),
        generation=int(body["generation"]),
        box=dict(body["box"]),
        status=Status(body["status"]),
        attempt=attempt
        and Attempt(str(attempt["run"]), str(attempt["nonce"]), moment(attempt["at"]), moment(attempt["until"])),
        obtained_at=_when(body["obtained_at"]),
        expires_at=_when(body["expires_at"]),
        refresh_expires_at=_when(body["refresh_expires_at"]),
        refreshable=body["refreshable"] is True,
        scopes=tuple(str(scope) for scope in body["scopes"]),
        problem=None if body["problem"] is None else str(body["problem"]),
        retry_at=_when(body["retry_at"]),
        warned=tuple(int(days) for days in body["warned"]),
    )


def keyring_file(keyring: Keyring) -> bytes:
    """``vault.json``."""
    return encode(
        {
            "version": 1,
            "runners": dict(keyring.runners),
            "recovery": keyring.recovery,
            "macs": dict(keyring.macs),
        }
    )


def load_keyring(body: Mapping[str, Any]) -> Keyring:
    """The keyring out of a decoded ``vault.json``. Raises ``KeyError`` or ``TypeError`` for damage."""
    return Keyring(_texts(body["runners"]), str(body["recovery"]), _texts(body["macs"]))


def _texts(body: Any) -> dict[str, str]:
    if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
        raise TypeError("damaged: a key is no text")
    return body


def _text(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _when(text: str | None) -> datetime | None:
    return moment(text) if text else None


# --- a grant that could not be recorded, as text that a log can keep --------------------------------------------------

_BLOCK = re.compile(r"-----BEGIN POSTIZ-RESCUE-----(.*?)-----END POSTIZ-RESCUE-----", re.DOTALL)
_NOISE = re.compile(r"^.*?\d{4}-\d{2}-\d{2}T[\d:.]+Z ", re.MULTILINE)
"""What a CI log writes before each line."""
_LINE = 76


def rescue_block(sealed: Sealed) -> str:
    """Sealed credentials as a block of text. It is ciphertext, and no secret."""
    text = base64.b64encode(sealed_file(sealed)).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join(["-----BEGIN POSTIZ-RESCUE-----", *lines, "-----END POSTIZ-RESCUE-----"])


def read_rescue(text: str) -> tuple[Sealed, ...]:
    """Every block in a text, which may be a whole log. Raises ``ValueError`` for one that was cut or changed."""
    found = []
    for body in _BLOCK.findall(_NOISE.sub("", text)):
        data = base64.b64decode("".join(body.split()), validate=True)
        found.append(load_sealed(sealed_path(decode(data)["account"]), data))
    return tuple(found)
