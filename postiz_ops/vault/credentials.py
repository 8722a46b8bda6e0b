"""The only reader of secrets: credentials from the environment, and their removal from whatever is said."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import IO
from urllib.parse import quote, quote_plus

from postiz_ops.model import Account
from postiz_ops.publish.session import variable_name
from postiz_ops.report.escape import command_data

_SHORTEST = 4
"""Characters below which a value is no secret, and replacing it would only garble the text."""


class Credentials:
    """``publish.effects.Vault`` over an environment.

    ``salt`` is the state branch's genesis id: a fingerprint on a public branch cannot be compared between repositories.
    ``mask`` hears of every secret, in each of its forms, before anybody gets it.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        accounts: Mapping[str, Account],
        salt: str,
        mask: Callable[[str], None] | None = None,
    ) -> None:
        self._environment = environment
        self._accounts = accounts
        self._salt = salt
        self._mask = mask
        self._handed_out: set[str] = set()

    def secret(self, account: str, name: str) -> str | None:
        """``credentials`` of accounts.yaml first, then ``POSTIZ_<ACCOUNT ID>_<NAME>``; blank counts as absent."""
        variable = self._accounts[account].credentials.get(name) or variable_name(account, name)
        value = self._environment.get(variable, "").strip()
        if not value:
            return None
        self._note(value)
        return value

    def fingerprint(self, account: str) -> str:
        """32 bits of a salted digest over all of the account's credentials that are set."""
        referred = self._accounts[account].credentials
        prefix = variable_name(account, "")
        values = sorted((k, v) for k, v in self._environment.items() if k.startswith(prefix) or k in referred.values())
        return hashlib.sha256(repr((self._salt, account, values)).encode()).hexdigest()[:8]

    def _note(self, value: str) -> None:
        if value in self._handed_out:
            return
        self._handed_out.add(value)
        if self._mask and len(value) >= _SHORTEST:
            for form in _forms(value):
                self._mask(form)

    def redact(self, text: str) -> str:
        """The text with every secret that was handed out replaced, plain, quoted, URL-encoded or in base64."""
        for secret in sorted(self._handed_out, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                for form in sorted(_forms(secret), key=len, reverse=True):
                    text = text.replace(form, "***")
        return text


def state_token(environment: Mapping[str, str], mask: Callable[[str], None] | None = None) -> str | None:
    """The state repository's token, ``None`` where there is none. ``mask`` hears of it before anybody gets it."""
    value = environment.get("POSTIZ_STATE_TOKEN", "").strip()
    if value and mask:
        for form in _forms(value):
            mask(form)
    return value or None


def runner_mask(environment: Mapping[str, str], stream: IO[str]) -> Callable[[str], None] | None:
    """In a job of GitHub Actions, what tells the runner to mask a text in the log; elsewhere nothing.

    ``stream`` is standard error: the runner reads both, and standard output may be JSON, or a file.
    """
    if environment.get("GITHUB_ACTIONS") != "true":
        return None

    def mask(text: str) -> None:
        for line in text.splitlines():  # a command is one line, and so is what the runner looks for
            print(f"::add-mask::{command_data(line)}", file=stream, flush=True)

    return mask


def _forms(secret: str) -> tuple[str, ...]:
    """A secret as programs write it: as it is, quoted, URL-encoded, in base64 alone or within more."""
    data = secret.encode(errors="surrogateescape")
    encoded = base64.b64encode(data).decode()
    quoted = (json.dumps(secret)[1:-1], repr(secret)[1:-1])
    urls = (quote(data, safe=""), quote(data), quote_plus(data))
    inside = tuple(_within_base64(data, before) for before in range(3))
    return tuple(form for form in dict.fromkeys((secret, *quoted, *urls, encoded, *inside)) if len(form) >= _SHORTEST)


def _within_base64(data: bytes, before: int) -> str:
    """The characters that the data alone decide, where so many bytes (modulo three) stand before them."""
    encoded = base64.b64encode(bytes(before) + data).decode()
    return encoded[-(-before * 4 // 3) : (before + len(data)) * 4 // 3]
