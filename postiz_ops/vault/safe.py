"""The vault on the state branch: opens an account's box with the runner's key, and seals a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from postiz_ops.errors import UsageError
from postiz_ops.ledger.record import instant, moment
from postiz_ops.ledger.sealed import Keyring, Sealed, Status
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.providers.auth import Client, Grant
from postiz_ops.providers.oauth import client_from
from postiz_ops.vault.box import CannotOpen, Place, open_box, seal
from postiz_ops.vault.keys import RUNNER_VARIABLE, Key, is_genuine, read_key
from postiz_ops.vault.redaction import Redaction


class Safe:
    """``publish.effects.Safe`` over the newest tip that was seen.

    Nothing is opened before it is asked for, and what cannot be opened is a problem of its account alone.
    """

    def __init__(
        self, key: Key | None, environment: Mapping[str, str] | None = None, redaction: Redaction | None = None
    ) -> None:
        self._key = key
        self._environment = environment or {}
        self._redaction = redaction or Redaction()
        self._view = View()
        self._opened: dict[str, tuple[Sealed, Grant | None, str | None]] = {}

    def take(self, view: View) -> None:
        """Go on with a newer tip."""
        self._view = view

    def grant(self, account: Account) -> Grant | None:
        """What the account was given; ``None`` where there is nothing, or ``problem`` says why not."""
        return self._look(account)[0]

    def problem(self, account: Account) -> str | None:
        """Why the account's credentials cannot be had, as a sentence; ``None`` where they can, or there are none."""
        return self._look(account)[1]

    def client(self, account: Account) -> Client | None:
        """The app that the account was connected with: registered for it alone, or the environment's."""
        grant = self.grant(account)
        client = client_from(self._environment, account.provider, grant.secrets if grant else {}, public=True)
        if client:
            self._redaction.note(client.secret)
        return client

    def print_of(self, account: str) -> str:
        """What changes when the account's credentials in the vault do, or who opens them."""
        sealed = self._view.sealed.get(account)
        return f"{sealed.generation} {self._key.id if self._key else ''}" if sealed else ""

    def seal(self, account: Account, grant: Grant, *, refreshable: bool) -> Sealed:
        """The file that holds a new grant: the next generation. Raises ``UsageError`` where nothing can be sealed."""
        keyring = self.keyring()
        before = self._view.sealed.get(account.id)
        known = self._view.accounts.get(account.id)
        newest = max(before.generation if before else 0, known.generation if known else 0)
        place = Place(self._genesis, account.id, account.provider, account.origin, newest + 1)
        return Sealed(
            account=account.id,
            provider=account.provider,
            origin=account.origin,
            generation=place.generation,
            box=seal(dump_grant(grant), place, keyring.recipients),
            obtained_at=grant.obtained_at,
            expires_at=grant.expires_at,
            refresh_expires_at=grant.refresh_expires_at,
            refreshable=refreshable,
            scopes=grant.scopes,
        )

    def check(self) -> None:
        """Raises ``UsageError`` where nothing could be sealed: before a person is sent to consent for nothing."""
        self.keyring()

    @property
    def _genesis(self) -> str:
        return self._view.genesis.id if self._view.genesis else ""

    def keyring(self) -> Keyring:
        """Whom boxes are sealed for, proved by this runner's key. Raises ``UsageError`` where it is not."""
        keyring = self._view.keyring
        if keyring is None:
            raise UsageError("there is no vault yet", help="run `postiz-ops vault init`")
        if self._key is None:
            raise UsageError(f"`{RUNNER_VARIABLE}` is not set", help="set it to the key that `vault init` printed")
        if not is_genuine(keyring, self._genesis, self._key):
            raise UsageError(
                f"the vault is not one of `{RUNNER_VARIABLE}`'s: its keys were written by somebody without it",
                help="nothing was sealed; see who changed `vault.json` on the state branch, or use the right key",
            )
        return keyring

    def _look(self, account: Account) -> tuple[Grant | None, str | None]:
        sealed = self._view.sealed.get(account.id)
        damage = self._view.unreadable.get(f"vault/{account.id}.json")
        if damage:
            return None, f"its credentials in the vault are {damage}"
        if sealed is None or sealed.status is Status.FORGOTTEN:
            return None, None
        if (account.id not in self._opened) or self._opened[account.id][0] != sealed:
            self._opened[account.id] = (sealed, *self._open(account, sealed))
        return self._opened[account.id][1:]

    def _open(self, account: Account, sealed: Sealed) -> tuple[Grant | None, str | None]:
        refusal = self._refusal(account, sealed)
        if refusal or self._key is None:
            return None, refusal
        place = Place(self._genesis, account.id, account.provider, account.origin, sealed.generation)
        try:
            grant = load_grant(open_box(sealed.box, place, self._key))
        except CannotOpen as problem:
            return None, f"its credentials in the vault cannot be opened: {problem}"
        except (ValueError, KeyError, TypeError, AttributeError):
            return None, "its credentials in the vault cannot be read: they were written by another version"
        for secret in grant.secrets.values():
            self._redaction.note(secret)
        return grant, None

    def _refusal(self, account: Account, sealed: Sealed) -> str | None:
        """Why a box is not even tried."""
        if sealed.status is Status.REVOKED:
            return sealed.problem or "its authorization has ended"
        if (sealed.provider, sealed.origin) != (account.provider, account.origin):
            return f"its credentials in the vault are for {sealed.origin} and go nowhere else"
        known = self._view.accounts.get(account.id)
        if known is not None and sealed.generation < known.generation:
            return f"its credentials in the vault are old ones (generation {sealed.generation} of {known.generation})"
        if self._key is None:
            return f"its credentials are in the vault, and `{RUNNER_VARIABLE}` is not set"
        return None


def runner_key(environment: Mapping[str, str]) -> Key | None:
    """The key in the environment, ``None`` without one. Raises ``UsageError`` for one that was cut short."""
    text = environment.get(RUNNER_VARIABLE, "").strip()
    return read_key(text, f"`{RUNNER_VARIABLE}`") if text else None


def dump_grant(grant: Grant) -> bytes:
    """What is in a box."""
    body = {
        "secrets": dict(grant.secrets),
        "obtained_at": _text(grant.obtained_at),
        "expires_at": _text(grant.expires_at),
        "refresh_expires_at": _text(grant.refresh_expires_at),
        "scopes": list(grant.scopes),
        "subject": grant.subject,
    }
    return json.dumps(body, separators=(",", ":")).encode()


def load_grant(data: bytes) -> Grant:
    """What a box held. Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` for anything else."""
    body: dict[str, Any] = json.loads(data)
    return Grant(
        secrets={str(name): str(value) for name, value in body["secrets"].items()},
        obtained_at=_when(body["obtained_at"]),
        expires_at=_when(body["expires_at"]),
        refresh_expires_at=_when(body["refresh_expires_at"]),
        scopes=tuple(body["scopes"]),
        subject=body["subject"],
    )


def _text(at: datetime | None) -> str | None:
    return instant(at) if at else None


def _when(text: str | None) -> datetime | None:
    return moment(text) if text else None
