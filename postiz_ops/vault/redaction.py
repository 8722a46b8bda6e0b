"""What takes secrets out of whatever is said, and has a CI runner mask them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import IO
from urllib.parse import quote, quote_plus

from postiz_ops.report.escape import command_data

_SHORTEST = 4
"""Characters below which a value is no secret, and replacing it would only garble the text."""


class Redaction:
    """All secrets that were handed out so far. ``mask`` hears of each, in every form, before anybody gets it."""

    def __init__(self, mask: Callable[[str], None] | None = None) -> None:
        self._mask = mask
        self._noted: set[str] = set()

    def note(self, secret: str) -> None:
        """Count a text among the secrets."""
        if secret in self._noted:
            return
        self._noted.add(secret)
        if self._mask and len(secret) >= _SHORTEST:
            for form in forms(secret):
                self._mask(form)

    def redact(self, text: str) -> str:
        """The text with every secret replaced, plain, quoted, URL-encoded or in base64."""
        for secret in sorted(self._noted, key=len, reverse=True):
            if len(secret) >= _SHORTEST:
                for form in sorted(forms(secret), key=len, reverse=True):
                    text = text.replace(form, "***")
        return text


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


def forms(secret: str) -> tuple[str, ...]:
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
