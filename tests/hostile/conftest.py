"""A user's repository beside a sandbox of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from postiz_ops.sandbox import Sandbox
from tests.commands.site import Site


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The platforms' stand-in."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, sandbox: Sandbox) -> Site:
    """A repository with four accounts whose platforms the sandbox plays."""
    return Site(tmp_path, sandbox.url).begin()
