"""One sandbox for each module: it is the slowest thing to start, and keeps posts apart by account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contract.outside import Sandbox, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def platforms() -> Iterator[Sandbox]:
    with sandbox() as running:
        yield running
