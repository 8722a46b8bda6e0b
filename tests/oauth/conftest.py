"""The OAuth server for the tests of this folder: one process, forgetful between tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from postiz_ops.sandbox import Sandbox
from tests.oauth.client import OAuthServer, running


@pytest.fixture(scope="session")
def oauth_process() -> Iterator[OAuthServer]:
    with running() as server:
        yield server


@pytest.fixture
def oauth(oauth_process: OAuthServer) -> OAuthServer:
    oauth_process.forget()
    return oauth_process


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """The platforms' stand-in."""
    with Sandbox() as playing:
        yield playing
