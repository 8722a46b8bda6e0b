"""Two accounts connected from the first command to a published post, with the consent clicked in a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import OAuth2
from postiz_ops.sandbox import Sandbox
from tests.oauth import client
from tests.oauth.client import OAuthServer
from tests.oauth.rules import App, Platform, Rotation
from tests.real.browser import Browser
from tests.real.connecting import connect, with_vault
from tests.real.http import Server
from tests.real.readback import bluesky_message
from tests.real.servers import Pds, free_port
from tests.real.workspace import Workspace, clone_with_state, picture

pytestmark = pytest.mark.real

POST = """\
---
platforms: [{account}]
publish_at: now
---
Hello from {account}, the {name} time.
"""


# --- Bluesky: the real server, its own log-in page -----------------------------------------------------------------

BLUESKY = """\
version: 1
accounts:
  acme-bluesky:
    provider: bluesky
    url: {url}
"""


@pytest.fixture
def bluesky(tmp_path: Path, pds: Pds) -> Workspace:
    environment = {"POSTIZ_PLC_DIRECTORY": pds.directory}
    return with_vault(clone_with_state(tmp_path, BLUESKY.format(url=pds.home), environment))


def log_in(browser: Browser, pds: Pds, answer: str) -> None:
    """The PDS's pages: the password, and what one thinks of the app."""
    browser.sees("Enter your password")
    browser.type("input[type=password]", pds.password)
    browser.shoot("bluesky-1-log-in")
    browser.click("Sign in")
    browser.sees(f"wants to access your {pds.handle} account")
    browser.shoot("bluesky-2-consent")
    browser.click(answer)
    browser.sees("You may close this window")
    browser.shoot(f"bluesky-3-{answer.partition(' ')[0].lower()}")


def test_bluesky_from_the_consent_to_a_post_and_a_refresh(bluesky: Workspace, pds: Pds, browser: Browser) -> None:
    flow = ("acme-bluesky", "--flow", "oauth2", "--redirect-port", str(free_port()))
    connection = connect(
        bluesky, *flow, typed=f"{pds.handle}\n", person=lambda page: _visit(browser, page, pds, "Authorize")
    )
    assert connection.done.code == 0, connection.done
    assert f"Account `acme-bluesky` is connected: {pds.handle} on Bluesky." in connection.done.out
    assert pds.handle not in connection.page, "what is asked for was pushed, and stands in no address"

    first = published(bluesky, "first", "acme-bluesky")
    assert bluesky_message(pds, first[0]).text == "Hello from acme-bluesky, the first time."

    refreshed = bluesky.run("accounts", "refresh", "acme-bluesky")
    assert (refreshed.code, "renewed until" in refreshed.out) == (0, True), refreshed
    second = published(bluesky, "second", "acme-bluesky")
    assert bluesky_message(pds, second[0]).text == "Hello from acme-bluesky, the second time."


def test_a_consent_that_bluesky_was_refused_stores_nothing(bluesky: Workspace, pds: Pds, browser: Browser) -> None:
    flow = ("acme-bluesky", "--flow", "oauth2", "--redirect-port", str(free_port()))
    connection = connect(
        bluesky, *flow, typed=f"{pds.handle}\n", person=lambda page: _visit(browser, page, pds, "Deny access")
    )
    assert connection.done.code == 1, connection.done
    assert "the consent was refused in the browser" in connection.done.err
    assert bluesky.run("vault", "list", "--format", "json").json()["accounts"] == []


def _visit(browser: Browser, page: str, pds: Pds, answer: str) -> None:
    browser.open(page)
    log_in(browser, pds, answer)


# --- Pinterest: the server of tests/oauth before the sandbox -------------------------------------------------------

PINTEREST = """\
version: 1
accounts:
  acme-pinterest:
    provider: pinterest
"""

PIN = """\
---
title: A chart
platforms: [acme-pinterest]
publish_at: now
media: [{{src: chart.png, alt: A chart}}]
---
Hello from {name}, by consent.
"""


@pytest.fixture
def pinterest_server() -> Iterator[tuple[OAuthServer, Sandbox]]:
    """Pinterest's consent and tokens, honest, and behind them the sandbox's Pinterest."""
    with Sandbox() as sandbox, client.running("--upstream", sandbox.url) as server:
        yield server, sandbox


def pinterest(port: int) -> Platform:
    """Pinterest as it is declared, where the app's one redirect address has that port."""
    (auth,) = PROVIDERS["pinterest"].SPEC.auth
    assert isinstance(auth, OAuth2)
    app = App("test-app", "test-secret", (auth.redirect.format(port=port),), auth.client_auth.value, any_port=False)
    return Platform(
        name="pinterest",
        authorize=auth.authorize,
        token=auth.token,
        apps=(app,),
        scopes=auth.scopes,
        scope_separator=auth.scope_separator,
        rotation=Rotation(auth.rotation.value),
        pkce=auth.pkce,
        access_seconds=300,
        hosts=("api.pinterest.com",),
        resources={},
    )


def test_pinterest_from_the_consent_to_pins_and_a_token_that_runs_out(
    tmp_path: Path, pinterest_server: tuple[OAuthServer, Sandbox], browser: Browser
) -> None:
    server, sandbox = pinterest_server
    port = free_port()
    platform = server.play(pinterest(port))
    environment = {
        "POSTIZ_OPS_ENDPOINT": server.url,
        "POSTIZ_PINTEREST_CLIENT_ID": "test-app",
        "POSTIZ_PINTEREST_CLIENT_SECRET": "test-secret",
    }
    workspace = with_vault(clone_with_state(tmp_path, PINTEREST, environment))

    def consent(page: str) -> None:
        browser.open(page)
        browser.sees("The app test-app asks for: boards:read boards:write")
        browser.shoot("pinterest-1-consent")
        browser.click("Allow")
        browser.sees("You may close this window")
        browser.shoot("pinterest-2-back")

    board = Server(sandbox.url, token="any").get("/api.pinterest.com/v5/boards")["items"][0]["id"]
    asked = ("acme-pinterest", "--redirect-port", str(port), "--set", f"board={board}")
    connection = connect(workspace, *asked, person=consent)
    assert connection.done.code == 0, connection.done
    workspace.approve("Take the board")
    server.play(replace(platform, access_seconds=3600))

    for name in ("pin", "another"):
        workspace.write({f"content/{name}.md": PIN.format(name=name), "content/chart.png": picture(600, 900)})
        workspace.approve()
        done = workspace.publish()
        assert done.code == 0, done
        pins = Server(sandbox.url).get("/_sandbox/posts")
        assert [f"Hello from {name}" in pin["text"] for pin in pins].count(True) == 1
        # A token that ends within minutes is not used for a due post: it is renewed before, by one presentation.
        assert [shown["error"] for shown in server.presentations()] == [""]


def published(workspace: Workspace, name: str, account: str) -> list[str]:
    """Approve a post and publish it: its ids at the platform."""
    workspace.write({f"content/{name}.md": POST.format(account=account, name=name)})
    workspace.approve()
    done = workspace.publish()
    assert done.code == 0, done
    (delivery,) = done.json()["deliveries"]
    assert delivery["state"] == "published", done
    ids: list[str] = delivery["remote_ids"]
    return ids
