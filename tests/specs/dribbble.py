"""Dribbble: ``dribbble/openapi.handwritten.json``, our reading of its pages and of clients."""

from __future__ import annotations

from collections.abc import Iterator

from typing_extensions import override

from tests.specs.exchange import Answer, Call
from tests.specs.handwritten import Handwritten


class Dribbble(Handwritten):
    """One host and version."""

    def __init__(self) -> None:
        super().__init__("dribbble", "api.dribbble.com", base="/v2")

    @override
    def response(self, call: Call, answer: Answer, *, allow_unknown: bool) -> Iterator[str]:
        """What is wrong with an answer; a limit is told by its headers, whatever the body says."""
        if answer.status != 429 or answer.body:
            yield from super().response(call, answer, allow_unknown=allow_unknown)
