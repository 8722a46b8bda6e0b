"""``accounts connect``, against OAuth servers in a process of their own: only the person is played."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import pty
import re
import select
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from postiz_ops.commands import grants
from postiz_ops.commands.accounts import person
from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.sealed import KEYRING, Attempt, Status, keyring_file, sealed_file, sealed_path
from postiz_ops.ledger.view import View
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Grant, OAuth2
from postiz_ops.vault.keys import RUNNER_VARIABLE, key_text, keyring_of, new_key, public_text
from tests.commands.site import Ran, Site
from tests.oauth.client import OAuthServer, running
from tests.oauth.rules import App, Platform, Rotation

RUNNER, OWNER = new_key(), new_key(recovery=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


PORT = free_port()
"""Of the browser's way back: each process of the tests has its own."""
NOW = datetime(2026, 12, 1, tzinfo=UTC)
TOKENS = ("test-secret", "test-token")

ACCOUNTS = """\
# channels
version: 1
branch: main
accounts:
  acme-x:
    provider: x   # the loud one
  acme-mail:
    provider: pinterest
"""


# --- the scene ----------------------------------------------------------------------------------------------------


def flow_of(provider: str, name: str = "oauth2") -> OAuth2:
    (auth,) = [each for each in PROVIDERS[provider].SPEC.auth if each.name == name]
    assert isinstance(auth, OAuth2)
    return auth


def platform_of(provider: str, resources: dict[str, Any], **more: Any) -> Platform:
    """A platform that plays what its provider declares."""
    auth = flow_of(provider)
    redirect = auth.redirect.format(port=PORT)
    made = Platform(
        name=provider,
        authorize=auth.authorize,
        token=auth.token,
        apps=(App(redirect_uris=(redirect,), auth=auth.client_auth.value, any_port=False),),
        people={"42": "acme", "43": "other"},
        scopes=auth.scopes,
        rotation=Rotation(auth.rotation.value) if auth.refreshes else Rotation.KEPT,
        refreshes=auth.refreshes,
        pkce=auth.pkce,
        client_id_field=auth.client_id_field,
        scope_separator=auth.scope_separator,
        hosts=tuple({urlsplit(url).netloc for url in resources}),
        resources=resources,
    )
    return replace(made, **more)


X = platform_of("x", {"https://api.x.com/2/users/me": {"data": {"id": "{sub}", "username": "{name}"}}})


@dataclass
class Scene:
    """A repository with a vault, a server, and somebody who clicks."""

    site: Site
    oauth: OAuthServer
    sub: str = "42"
    decision: str = "allow"
    visited: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    begun: str = ""
    """accounts.yaml as it was at first."""

    def browse(self, address: str) -> None:
        """The browser: consents as ``sub``, and goes where it is sent."""
        self.visited.append(address)
        thread = threading.Thread(target=self._click, args=(address,))
        self.threads.append(thread)
        thread.start()

    def _click(self, address: str) -> None:
        with urlopen(self.back(address), timeout=10) as answer:
            assert b"You may close this window" in answer.read()

    def back(self, address: str) -> str:
        """Consent, and the address that the browser is sent to."""
        parts = urlsplit(address)
        host, _, path = parts.path.lstrip("/").partition("/")
        url = f"https://{host}/{path}?{parts.query}"
        told = self.oauth.decide(url, self.decision, sub=self.sub)
        redirect = next(v for k, v in _query(parts.query) if k == "redirect_uri")
        return f"{redirect}?{urlencode(told)}"

    def connect(self, *words: str, stdin: Any = None) -> Ran:
        """Run the command; standard input is no terminal."""
        before, sys.stdin = sys.stdin, stdin or io.StringIO("")
        try:
            port = () if "--redirect-port" in words else ("--redirect-port", str(PORT))
            return self.site.run("accounts", "connect", *words, *port)
        finally:
            sys.stdin = before
            for thread in self.threads:
                thread.join(10)

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(str(self.site.repo), self.site.endpoint)

    def grant(self, account: str) -> Grant | None:
        """What the vault holds, read with the runner's key."""
        workspace = self.workspace
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(RUNNER_VARIABLE, key_text(RUNNER))
            workspace.ledger.git.call("fetch", "--quiet", "origin")
            return grants.stored(workspace, workspace.config.accounts[account])

    def accounts(self) -> str:
        return (self.site.repo / "accounts.yaml").read_text(encoding="utf-8")

    def record(self, writes: Callable[[View], dict[str, bytes]]) -> None:
        """Change the state branch."""
        decide(self.workspace, writes, "test")


def _query(text: str) -> list[tuple[str, str]]:
    from urllib.parse import parse_qsl

    return parse_qsl(text)


@dataclass
class Pasting:
    """Standard input of somebody who consents elsewhere, and pastes where it ended."""

    scene: Scene
    told: Callable[[], str]

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        (address,) = re.findall(r"^  (http\S+)$", self.told(), re.MULTILINE)
        self.scene.visited.append(address)
        return self.scene.back(address) + "\n"


@pytest.fixture(scope="module")
def process() -> Iterator[OAuthServer]:
    with running() as server:
        yield server


@pytest.fixture
def scene(tmp_path: Path, process: OAuthServer, monkeypatch: pytest.MonkeyPatch) -> Scene:
    process.forget()
    environment = {
        RUNNER_VARIABLE: key_text(RUNNER),
        "POSTIZ_X_CLIENT_ID": "test-app",
        "POSTIZ_X_CLIENT_SECRET": "test-secret",
    }
    site = Site(tmp_path, endpoint=process.url, environment=environment).begin(ACCOUNTS)
    made = Scene(site, process)
    made.begun = made.accounts()
    monkeypatch.setattr(person, "open_browser", made.browse)
    keyring = keyring_of(made_genesis(made), [RUNNER], public_text(OWNER))
    made.record(lambda view: {} if view.keyring else {KEYRING: keyring_file(keyring)})
    process.play(X)
    return made


def made_genesis(scene: Scene) -> str:
    view = scene.workspace.local_view()
    assert view is not None
    assert view.genesis is not None
    return view.genesis.id


def secrets_of(text: str) -> list[str]:
    """What no output may hold."""
    return re.findall(r"test-secret|code=|\baccess-\w+|\brefresh-\w+|pzvault1_", text)


# --- by consent ---------------------------------------------------------------------------------------------------


def test_a_consent_in_the_browser_connects_an_account(scene: Scene) -> None:
    ran = scene.connect("acme-x")
    assert (ran.code, ran.out) == (
        0,
        (
            "Account `acme-x` is connected: @acme on X.\n"
            f"Its token is renewed by itself, until {ran.out.split('until ')[1][:10]} at least.\n"
            "Whoever renews it needs the app: set `POSTIZ_X_CLIENT_ID` and `POSTIZ_X_CLIENT_SECRET` in CI too.\n"
        ),
    )
    grant = scene.grant("acme-x")
    assert grant is not None
    (given,) = scene.oauth.grants()
    assert grant.subject == given["sub"] == "42"
    assert set(grant.secrets) == {"access_token", "refresh_token"}
    assert grant.scopes == flow_of("x").scopes
    assert not [secret for secret in grant.secrets.values() if secret in ran.out + ran.err]
    assert not secrets_of(ran.out)
    assert scene.accounts() == scene.begun, "nothing had to be written"


def test_no_secret_is_left_anywhere(scene: Scene, tmp_path: Path) -> None:
    """Every byte of output, repository, remote and temporary folder, git's objects unpacked."""
    ran = scene.connect("acme-x")
    grant = scene.grant("acme-x")
    (exchange,) = scene.oauth.requests("token")
    assert grant is not None
    kept = {name: exchange["form"][name] for name in ("code", "code_verifier")}
    secrets = {**grant.secrets, **kept, "app": "test-secret", "key": scene.site.environment[RUNNER_VARIABLE]}
    seen = {"out": ran.out.encode(), "err": ran.err.encode()}
    seen |= {str(path): unpacked(path) for path in tmp_path.rglob("*") if path.is_file()}
    assert len(seen) > 20
    wanted = {name: forms(value) for name, value in secrets.items()}
    found = [
        (where, name) for where, data in seen.items() for name, all_ in wanted.items() if any(f in data for f in all_)
    ]
    assert found == []
    planted = tmp_path / "planted"
    planted.write_bytes(b"x" + base64.b64encode(grant.secrets["access_token"].encode()))
    assert any(form in unpacked(planted) for form in wanted["access_token"]), "the scan finds what is there"


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return zlib.decompress(data) if re.search(r"/objects/[0-9a-f]{2}/", str(path)) else data


def forms(secret: str) -> list[bytes]:
    plain = secret.encode()
    return [plain, base64.b64encode(plain).rstrip(b"="), quote(secret, safe="").encode()]


def test_the_platform_saw_pkce_and_one_exchange(scene: Scene) -> None:
    assert scene.connect("acme-x").code == 0
    (asked,) = scene.oauth.requests("token")
    assert asked["form"]["grant_type"] == "authorization_code"
    assert len(asked["form"]["code_verifier"]) == 64
    assert {name.lower(): value for name, value in asked["headers"].items()}["user-agent"].startswith("postiz-ops")
    (address,) = scene.visited
    assert "code_challenge_method=S256" in address


def test_what_is_pasted_connects_an_account_too(scene: Scene) -> None:
    told = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person, "say", lambda text: print(text, file=told))
        ran = scene.connect("acme-x", "--no-browser", stdin=Pasting(scene, told.getvalue))
    assert ran.code == 0
    assert "Account `acme-x` is connected: @acme on X.\n" in ran.out
    assert f"an address that begins with http://127.0.0.1:{PORT}/callback" in told.getvalue()


def test_a_pasted_address_of_another_request_is_refused(scene: Scene) -> None:
    foreign = io.StringIO("http://127.0.0.1:8765/callback?code=test-code&state=foreign\n")
    ran = scene.connect("acme-x", "--no-browser", stdin=foreign)
    assert ran.code == 1
    assert "error: the browser came back from something else than this request\n" in ran.err
    assert "test-code" not in ran.err
    assert scene.oauth.requests("token") == []


def test_a_refused_consent_is_told(scene: Scene) -> None:
    scene.decision = "deny"
    ran = scene.connect("acme-x")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("error: the consent was refused on X's page\n")
    assert scene.grant("acme-x") is None


def test_an_app_that_is_not_known_is_explained(scene: Scene) -> None:
    del scene.site.environment["POSTIZ_X_CLIENT_ID"]
    ran = scene.connect("acme-x")
    assert ran.code == 2
    assert "  1. On https://console.x.com make an app" in ran.err
    assert f"  The redirect address is http://127.0.0.1:{PORT}/callback\n" in ran.err
    assert "error: the app that asks for consent is not known: `POSTIZ_X_CLIENT_ID` and" in ran.err
    assert "--flow manual" in ran.err


def test_a_wrong_app_secret_is_told_as_what_it_is(scene: Scene) -> None:
    scene.site.environment["POSTIZ_X_CLIENT_SECRET"] = "test-wrong"
    ran = scene.connect("acme-x")
    assert ran.code == 1
    assert "error: X does not accept the app's own credentials (HTTP 401, invalid_client" in ran.err
    assert "test-wrong" not in ran.err


def test_without_a_vault_nobody_is_sent_to_consent(scene: Scene) -> None:
    del scene.site.environment[RUNNER_VARIABLE]
    ran = scene.connect("acme-x")
    assert ran.code == 2
    assert f"`{RUNNER_VARIABLE}` is not set" in ran.err
    assert scene.visited == []


def test_a_port_that_is_taken_is_told(scene: Scene) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ran = scene.connect("acme-x", "--redirect-port", str(other.getsockname()[1]))
    assert ran.code == 2
    assert "another program does" in ran.err
    assert scene.visited == []


# --- once more ----------------------------------------------------------------------------------------------------


def test_a_reconnect_must_be_the_same_account(scene: Scene) -> None:
    assert scene.connect("acme-x").code == 0
    before = scene.grant("acme-x")
    scene.sub = "43"
    ran = scene.connect("acme-x")
    assert ran.code == 78
    assert "error: this login is @other (`43`), and account `acme-x` is `42`; nothing was stored\n" in ran.err
    assert scene.grant("acme-x") == before
    assert scene.connect("acme-x", "--another").code == 0
    after = scene.grant("acme-x")
    assert after is not None
    assert after.subject == "43"


def test_a_reconnect_after_the_grant_ended_must_be_the_same_account_too(scene: Scene) -> None:
    assert scene.connect("acme-x").code == 0

    def end(view: View) -> dict[str, bytes]:
        sealed = view.sealed["acme-x"]
        if sealed.status is Status.REVOKED:
            return {}
        return {sealed_path("acme-x"): sealed_file(sealed.ended(Status.REVOKED, "it is gone"))}

    scene.record(end)
    scene.sub = "43"
    assert scene.connect("acme-x").code == 78
    scene.sub = "42"
    assert scene.connect("acme-x").code == 0
    assert scene.grant("acme-x") is not None


def test_a_refresh_token_is_not_replaced_by_nothing(scene: Scene) -> None:
    assert scene.connect("acme-x").code == 0
    before = scene.grant("acme-x")
    scene.oauth.play(replace(X, refreshes=False))
    assert scene.connect("acme-x").code == 0
    after = scene.grant("acme-x")
    assert before is not None
    assert after is not None
    assert after.secrets["access_token"] != before.secrets["access_token"]
    assert after.secrets["refresh_token"] == before.secrets["refresh_token"]
    assert after.refresh_expires_at == before.refresh_expires_at
    scene.sub = "43"
    assert scene.connect("acme-x", "--another").code == 0
    other = scene.grant("acme-x")
    assert other is not None
    assert "refresh_token" not in other.secrets, "it belonged to somebody else"


@pytest.mark.parametrize("status", [Status.LOST, Status.REFRESHING])
def test_a_refresh_token_that_may_have_been_used_is_not_kept(scene: Scene, status: Status) -> None:
    assert scene.connect("acme-x").code == 0

    def doubt(view: View) -> dict[str, bytes]:
        sealed = view.sealed["acme-x"]
        attempt = Attempt("run", "nonce", NOW, NOW)
        changed = replace(sealed, status=status, attempt=attempt)
        return {} if sealed.status is status else {sealed_path("acme-x"): sealed_file(changed)}

    scene.record(doubt)
    scene.oauth.play(replace(X, refreshes=False))
    scene.sub = "43"
    assert scene.connect("acme-x").code == 78
    scene.sub = "42"
    assert scene.connect("acme-x").code == 0
    grant = scene.grant("acme-x")
    assert grant is not None
    assert set(grant.secrets) == {"access_token"}


# --- new accounts -------------------------------------------------------------------------------------------------

SOCIAL = Platform(
    name="mastodon",
    authorize="https://social.example/oauth/authorize",
    token="https://social.example/oauth/token",
    apps=(App(redirect_uris=(f"http://127.0.0.1:{PORT}/callback",), any_port=False),),
    people={"42": "acme"},
    scopes=flow_of("mastodon").scopes,
    refreshes=False,
    documents={
        "https://social.example/api/v1/apps": {"client_id": "test-app", "client_secret": "test-secret"},
        "https://social.example/api/v2/instance": {},
    },
    hosts=("social.example",),
    resources={"https://social.example/api/v1/accounts/verify_credentials": {"id": "{sub}", "acct": "{name}"}},
)


def test_a_mastodon_account_registers_its_own_app_and_is_added(scene: Scene) -> None:
    scene.oauth.play(SOCIAL)
    ran = scene.connect("acme-toot", "--provider", "mastodon", "--url", "https://social.example")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("Account `acme-toot` is connected: @acme on Mastodon.\n")
    assert ran.out.endswith("accounts.yaml has changed: commit it.\n")
    assert scene.accounts() == scene.begun + ("  acme-toot:\n    provider: mastodon\n    url: https://social.example\n")
    grant = scene.grant("acme-toot")
    assert grant is not None
    assert set(grant.secrets) == {"access_token", "client_id", "client_secret"}
    view = scene.workspace.local_view()
    assert view is not None
    assert view.accounts["acme-toot"].origin == "https://social.example"


def test_another_server_is_refused_before_anything_is_asked(scene: Scene) -> None:
    scene.oauth.play(SOCIAL)
    assert scene.connect("acme-toot", "--provider", "mastodon", "--url", "https://social.example").code == 0
    asked = len(scene.oauth.requests())
    scene.site.write("accounts.yaml", scene.accounts().replace("social.example", "evil.invalid"))
    ran = scene.connect("acme-toot")
    assert ran.code == 78
    assert "was first used with https://social.example and now names https://evil.invalid" in ran.err
    assert "accounts trust acme-toot" in ran.err
    assert len(scene.oauth.requests()) == asked


def test_another_server_is_not_even_looked_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.oauth.play(SOCIAL)
    assert scene.connect("acme-toot", "--provider", "mastodon", "--url", "https://social.example").code == 0
    scene.site.write("accounts.yaml", scene.accounts().replace("social.example", "evil.invalid"))
    looked_up: list[object] = []

    def look_up(host: object, *_: object, **__: object) -> list[object]:
        looked_up.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    scene.site.endpoint = None
    assert scene.connect("acme-toot").code == 78
    assert looked_up == []


def test_a_setting_is_written_beside_the_account(scene: Scene) -> None:
    resources = {"https://api.pinterest.com/v5/user_account": {"username": "{name}", "id": "{sub}"}}
    scene.oauth.play(platform_of("pinterest", resources))
    scene.site.environment |= {
        "POSTIZ_PINTEREST_CLIENT_ID": "test-app",
        "POSTIZ_PINTEREST_CLIENT_SECRET": "test-secret",
    }
    ran = scene.connect("acme-mail", "--set", "board=123456")
    assert ran.code == 0, ran.err
    assert ran.out.endswith("accounts.yaml has changed: commit it.\n")
    assert scene.accounts() == scene.begun.replace(
        "    provider: pinterest\n", '    provider: pinterest\n    settings: {board: "123456"}\n'
    )
    grant = scene.grant("acme-mail")
    assert grant is not None
    assert grant.refresh_expires_at is not None
    (exchange,) = scene.oauth.requests("token")
    assert "client_secret" not in exchange["form"], "Pinterest takes the app in the header"


def test_a_login_that_fails_after_the_consent_changes_no_file(scene: Scene) -> None:
    scene.oauth.play(replace(X, resources={}))
    ran = scene.connect("acme-new", "--provider", "x")
    assert ran.code != 0
    assert scene.accounts() == scene.begun
    view = scene.workspace.local_view()
    assert view is not None
    assert "acme-new" not in view.sealed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acme-y"], "there is no account `acme-y`"),
        (["acme-x", "--provider", "x"], "there is an account `acme-x` already"),
        (["acme-y", "--provider", "xx"], "there is no platform `xx`"),
        (["acme-x", "--url", "https://x.example"], "--url goes with --provider"),
        (["acme-y", "--provider", "mastodon"], "`mastodon` has many servers"),
        (["Acme Y", "--provider", "x"], "Acme Y"),
        (["acme-x", "--flow", "oauth3"], "`x` has no flow `oauth3`"),
        (["acme-x", "--set", "page"], "`page` is no setting"),
        (["acme-x", "--set", "nothing=1"], "nothing"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_happens(scene: Scene, words: list[str], said: str) -> None:
    ran = scene.connect(*words)
    assert ran.code == 2
    assert said in ran.err
    assert scene.accounts() == scene.begun
    assert scene.oauth.requests() == []


# --- typed in -----------------------------------------------------------------------------------------------------


def test_credentials_are_read_from_standard_input(scene: Scene) -> None:
    platform = platform_of("x", dict(X.resources), refreshes=False)
    scene.oauth.play(platform)
    token = scene.oauth.grant(platform, sub="42")["access_token"]
    ran = scene.connect("acme-x", "--flow", "manual", stdin=io.StringIO(f"{token}\n\n\n\n"))
    assert ran.code == 0, ran.err
    assert "Account `acme-x` is connected: @acme on X.\n" in ran.out
    grant = scene.grant("acme-x")
    assert grant is not None
    assert dict(grant.secrets) == {"access_token": token}
    assert token not in ran.out + ran.err


def test_no_credential_is_no_account(scene: Scene) -> None:
    ran = scene.connect("acme-x", "--flow", "manual")
    assert ran.code == 2
    assert "error: no credential was given\n" in ran.err
    assert "`access_token`, `api_key`, `api_secret`, `access_token_secret`" in ran.err


def test_a_credential_that_is_refused_is_not_stored(scene: Scene) -> None:
    ran = scene.connect("acme-x", "--flow", "manual", stdin=io.StringIO("test-token-unknown\n"))
    assert ran.code == 1
    assert "test-token-unknown" not in ran.err
    assert scene.grant("acme-x") is None


def test_a_variable_that_comes_first_is_told(scene: Scene) -> None:
    scene.site.environment["POSTIZ_ACME_X_ACCESS_TOKEN"] = "test-token"
    ran = scene.connect("acme-x")
    assert "warning: `access_token` comes from the variable `POSTIZ_ACME_X_ACCESS_TOKEN`" in ran.err


def test_at_a_terminal_a_secret_is_typed_without_echo(scene: Scene) -> None:
    """A real terminal, and a process of its own."""
    platform = platform_of("x", dict(X.resources), refreshes=False)
    scene.oauth.play(platform)
    token = scene.oauth.grant(platform, sub="42")["access_token"]
    words = ("accounts", "connect", "acme-x", "--flow", "manual")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "postiz_ops", "--repo", str(scene.site.repo), *words],
        env={**os.environ, **scene.site.environment, "POSTIZ_OPS_ENDPOINT": scene.oauth.url},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        start_new_session=True,  # whose terminal is this one, not the tests'
    )
    os.close(theirs)
    seen = ""
    for question, answer in (("`access_token`", token), ("`api_key`", ""), ("`api_secret`", ""), ("_secret`: ", "")):
        seen += until(ours, question)
        os.write(ours, f"{answer}\n".encode())
    out, _ = process.communicate(timeout=60)
    seen += rest(ours)
    assert process.returncode == 0, seen
    assert b"Account `acme-x` is connected: @acme on X." in out
    assert token not in seen
    assert "Type in all four." in seen, "the steps are shown before anything is asked"


def until(terminal: int, words: str) -> str:
    """What the terminal shows until it shows these words."""
    seen = ""
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, f"it never said `{words}`: {seen}"
        seen += os.read(terminal, 4096).decode(errors="replace")
    return seen


def rest(terminal: int) -> str:
    """What is left to be shown."""
    seen = b""
    with contextlib.suppress(OSError):  # the other end is closed
        while data := os.read(terminal, 4096):
            seen += data
    os.close(terminal)
    return seen.decode(errors="replace")
