"""Real servers for the tests of this folder: installed once, started once a session.

A machine without Node skips what needs the PDS and says so; in CI that is a failure instead. Without a Chromium, and
without the right to install one, what needs a browser is skipped everywhere, with that reason.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.real import install
from tests.real.browser import Browser, browsing
from tests.real.http import Server
from tests.real.proxy import Proxy, proxying
from tests.real.servers import Pds, running_mastodon_mock, running_pds
from tests.real.workspace import Workspace, clone_with_state
from tests.specs import check_request, check_response


def _installed(how: Callable[[], Path]) -> Path:
    try:
        return how()
    except install.Missing as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def pds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pds]:
    """A real Bluesky PDS."""
    modules = _installed(install.pds)
    with running_pds(modules, tmp_path_factory.mktemp("pds") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def mastodon_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A third-party mock of the Mastodon API: no proof of what Mastodon does, but not our own opinion either."""
    command = _installed(install.mastodon_mock)
    with running_mastodon_mock(command, tmp_path_factory.mktemp("mastodon_mock") / "server.log") as server:
        yield server


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    """A window of a real Chromium. ``SHOTS`` names the folder that its pictures are kept in."""
    try:
        chromium = install.chromium()
    except install.Missing as reason:
        pytest.skip(str(reason))
    with browsing(chromium, tmp_path, Path(os.environ.get("SHOTS") or tmp_path / "shots")) as window:
        yield window


@pytest.fixture
def pds_proxy(pds: Pds) -> Iterator[Proxy]:
    """The way to the PDS, watched: both sides have to keep to the lexicons."""
    with proxying(pds.url) as proxy:
        yield proxy
        for exchange in proxy.exchanges:
            url = pds.url + exchange.path
            check_request("bluesky", exchange.method, url, exchange.headers, exchange.body)
            check_response("bluesky", exchange.method, url, exchange.status, exchange.answer, allow_unknown=True)


@pytest.fixture
def mastodon_proxy(mastodon_mock: Server) -> Iterator[Proxy]:
    """The way to the mock, watched: our requests have to keep to Mastodon's description. (Its answers are its own.)"""
    with proxying(mastodon_mock.url) as proxy:
        yield proxy
        for exchange in proxy.exchanges:
            check_request(
                "mastodon", exchange.method, mastodon_mock.url + exchange.path, exchange.headers, exchange.body
            )


ACCOUNTS = """\
version: 1
accounts:
  acme-bluesky:
    provider: bluesky
    url: {bluesky}
    credentials: {{identifier: "${{BLUESKY_IDENTIFIER}}", password: "${{BLUESKY_PASSWORD}}"}}
  acme-mastodon:
    provider: mastodon
    url: {mastodon}
    credentials: {{access_token: "${{MASTODON_TOKEN}}"}}
groups:
  everywhere: [acme-bluesky, acme-mastodon]
"""


@pytest.fixture
def workspace(tmp_path: Path, pds: Pds, pds_proxy: Proxy, mastodon_mock: Server, mastodon_proxy: Proxy) -> Workspace:
    """A content repository whose two accounts are on the two servers, each through its proxy."""
    environment = {
        "BLUESKY_IDENTIFIER": pds.handle,
        "BLUESKY_PASSWORD": pds.app_password,
        "MASTODON_TOKEN": mastodon_mock.token or "",
    }
    accounts = ACCOUNTS.format(bluesky=pds_proxy.url, mastodon=mastodon_proxy.url)
    return clone_with_state(tmp_path, accounts, environment)
