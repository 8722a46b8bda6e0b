"""What a platform's module must offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tests.specs.exchange import Answer, Call


class Validator(Protocol):
    """Yields one sentence per finding, lower case and without a stop; none means that all is well."""

    @property
    def source(self) -> str:
        """The description that judges, by file and digest, so that a failure says which version it was."""

    def request(self, call: Call) -> Iterator[str]:
        """What is wrong with a request."""

    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer."""
