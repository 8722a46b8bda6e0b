from __future__ import annotations

from collections.abc import Iterator

import pytest

from postiz_ops.sandbox import Sandbox
from tests.sandbox.client import Client


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return Client(sandbox.url)
