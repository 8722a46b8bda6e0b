"""The credentials of one account while it is being connected: in memory alone, until they are sealed."""

from __future__ import annotations

from postiz_ops.providers.auth import Grant
from postiz_ops.vault.redaction import Redaction


class Held:
    """``publish.effects.Vault`` over a grant that is not recorded yet. No environment: what is checked is the grant."""

    def __init__(self, grant: Grant, redaction: Redaction) -> None:
        self._grant = grant
        self._redaction = redaction
        for secret in grant.secrets.values():
            redaction.note(secret)

    def secret(self, account: str, name: str) -> str | None:  # noqa: ARG002 - there is one account
        """The value of a credential, ``None`` where the grant has none."""
        return self._grant.secrets.get(name) or None

    def fingerprint(self, account: str) -> str:  # noqa: ARG002 - there is one account
        """Nothing: a grant that is not recorded has no history to be told apart from."""
        return ""

    def redact(self, text: str) -> str:
        """The text without any secret of the grant."""
        return self._redaction.redact(text)
