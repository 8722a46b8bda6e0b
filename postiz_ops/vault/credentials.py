"""The only reader of secrets: credentials from the environment, and their removal from whatever is said."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from postiz_ops.model import Account
from postiz_ops.publish.session import variable_name

_SHORTEST = 4
"""Characters below which a value is no secret, and replacing it would only garble the text."""


class Credentials:
    """``publish.effects.Vault`` over an environment.

    ``salt`` is the state branch's genesis id: a fingerprint on a public branch cannot be compared between repositories.
    """

    def __init__(self, environment: Mapping[str, str], accounts: Mapping[str, Account], salt: str) -> None:
        self._environment = environment
        self._accounts = accounts
        self._salt = salt
        self._handed_out: set[str] = set()

    def secret(self, account: str, name: str) -> str | None:
        """``credentials`` of accounts.yaml first, then ``POSTIZ_<ACCOUNT ID>_<NAME>``; blank counts as absent."""
        variable = self._accounts[account].credentials.get(name) or variable_name(account, name)
        value = self._environment.get(variable, "").strip()
        if not value:
            return None
        self._handed_out.add(value)
        return value

    def fingerprint(self, account: str) -> str:
        """32 bits of a salted digest over all of the account's credentials that are set."""
        referred = self._accounts[account].credentials
        prefix = variable_name(account, "")
        values = sorted((k, v) for k, v in self._environment.items() if k.startswith(prefix) or k in referred.values())
        return hashlib.sha256(repr((self._salt, account, values)).encode()).hexdigest()[:8]

    def redact(self, text: str) -> str:
        """The text with every secret that was handed out replaced, plain, URL-encoded or in base64."""
        for secret in sorted(self._handed_out, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                for form in _forms(secret):
                    text = text.replace(form, "***")
        return text


def _forms(secret: str) -> tuple[str, ...]:
    encoded = base64.b64encode(secret.encode()).decode()
    return secret, quote(secret, safe=""), quote_plus(secret), encoded, encoded.rstrip("=")
