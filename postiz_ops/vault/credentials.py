"""The only reader of secrets: credentials from the environment or the vault, and their removal from what is said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from postiz_ops.model import Account
from postiz_ops.publish.session import variable_name
from postiz_ops.vault.redaction import Redaction
from postiz_ops.vault.safe import Safe


class Credentials:
    """``publish.effects.Vault`` over an environment.

    ``salt`` is the state branch's genesis id: a fingerprint on a public branch cannot be compared between repositories.
    ``redaction`` hears of every secret before anybody gets it. ``safe`` is where those are that the environment lacks.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        accounts: Mapping[str, Account],
        salt: str,
        redaction: Redaction | None = None,
        safe: Safe | None = None,
    ) -> None:
        self._environment = environment
        self._accounts = accounts
        self._salt = salt
        self._redaction = redaction or Redaction()
        self._safe = safe

    def secret(self, account: str, name: str) -> str | None:
        """What accounts.yaml refers to, else ``POSTIZ_<ACCOUNT ID>_<NAME>``, else the vault; blank is absent."""
        variable = self._accounts[account].credentials.get(name) or variable_name(account, name)
        value = self._environment.get(variable, "").strip() or self._sealed(account, name)
        if not value:
            return None
        self._redaction.note(value)
        return value

    def _sealed(self, account: str, name: str) -> str:
        grant = self._safe.grant(self._accounts[account]) if self._safe else None
        return grant.secrets.get(name, "") if grant else ""

    def fingerprint(self, account: str) -> str:
        """32 bits of a salted digest over all of the account's credentials that are set."""
        referred = self._accounts[account].credentials
        prefix = variable_name(account, "")
        values = sorted((k, v) for k, v in self._environment.items() if k.startswith(prefix) or k in referred.values())
        sealed = [self._safe.print_of(account)] if self._safe and self._safe.print_of(account) else []
        return hashlib.sha256(repr((self._salt, account, values, *sealed)).encode()).hexdigest()[:8]

    def redact(self, text: str) -> str:
        """The text without any secret that was handed out."""
        return self._redaction.redact(text)


def state_token(environment: Mapping[str, str], mask: Callable[[str], None] | None = None) -> str | None:
    """The state repository's token, ``None`` where there is none. ``mask`` hears of it before anybody gets it."""
    value = environment.get("POSTIZ_STATE_TOKEN", "").strip()
    if value and mask:
        Redaction(mask).note(value)
    return value or None
