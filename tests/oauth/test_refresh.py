"""Tokens are renewed by real runs against an honest server: once, recorded before use, and told by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from postiz_ops.commands.desk import decide
from postiz_ops.commands.grants import known_file, stored
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.sealed import KEYRING, Sealed, Status, keyring_file, sealed_file, sealed_path
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.net.clock import SystemClock
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.auth import Grant, OAuth2
from postiz_ops.publish import tokens
from postiz_ops.sandbox import Sandbox
from postiz_ops.vault.keys import RUNNER_VARIABLE, key_text, keyring_of, new_key, public_text
from postiz_ops.vault.redaction import forms
from postiz_ops.vault.safe import Safe
from tests.canaries import left
from tests.commands.site import Site
from tests.oauth.client import OAuthServer, running
from tests.oauth.rules import App, Platform, Rotation

RUNNER, OWNER = new_key(), new_key(recovery=True)
LOUD = Account("loud", "x", "https://api.x.com")

ACCOUNTS = """\
version: 1
branch: main
accounts:
  loud: {provider: x}
"""


def played(provider: str, rotation: Rotation) -> Platform:
    """A platform that plays what its provider declares; its API is the sandbox's, for those with a valid token."""
    (auth,) = [flow for flow in PROVIDERS[provider].SPEC.auth if isinstance(flow, OAuth2)]
    return Platform(
        name=provider,
        authorize=auth.authorize,
        token=auth.token,
        apps=(App(auth=auth.client_auth.value),),
        people={"42": "acme"},
        scopes=auth.scopes,
        rotation=rotation,
        hosts=(urlsplit(str(PROVIDERS[provider].SPEC.origin)).netloc,),
        resources={},
    )


@dataclass
class Scene:
    """A repository whose account has a token in the vault, the token's server, and the API behind it."""

    site: Site
    oauth: OAuthServer
    sandbox: Sandbox
    platform: Platform
    given: dict[str, Any]

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(str(self.site.repo), self.site.endpoint)

    @property
    def sealed(self) -> Sealed:
        """What the state branch says of the account."""
        workspace = self.workspace
        workspace.ledger.git.call("fetch", "--quiet", "origin", "+postiz-state:refs/remotes/origin/postiz-state")
        view = workspace.local_view()
        assert view is not None
        return view.sealed["loud"]

    def grant(self) -> Grant:
        """What the vault holds for the account."""
        assert self.sealed.account == "loud"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(RUNNER_VARIABLE, key_text(RUNNER))
            grant = stored(self.workspace, LOUD)
        assert grant is not None
        return grant

    def texts(self) -> list[str]:
        return [post["text"] for post in self.sandbox.posts()]

    def secrets(self) -> set[str]:
        """Every token that was ever given, the app's secret and the vault's key."""
        shown = {p["token"] for p in self.oauth.presentations()}
        now = self.grant().secrets
        given = {self.given["access_token"], self.given["refresh_token"], now["access_token"], now["refresh_token"]}
        return shown | given | {"canary-app-s3cr3t", key_text(RUNNER)}


@pytest.fixture
def scene(tmp_path: Path, sandbox: Sandbox) -> Iterator[Scene]:
    """The access token has two minutes left, and a post is due."""
    with running("--upstream", sandbox.url) as oauth:
        environment = {
            RUNNER_VARIABLE: key_text(RUNNER),
            "POSTIZ_X_CLIENT_ID": "test-app",
            "POSTIZ_X_CLIENT_SECRET": "canary-app-s3cr3t",
        }
        (tmp_path / "tmp").mkdir()
        site = Site(tmp_path, oauth.url, environment).begin(ACCOUNTS)
        platform = played("x", Rotation.SINGLE_USE)
        platform = oauth.play(replace(platform, apps=(replace(platform.apps[0], secret="canary-app-s3cr3t"),)))
        made = Scene(site, oauth, sandbox, platform, oauth.grant(platform))
        connected(made)
        site.post("launch", "hello", to="loud").approve()
        yield made


def connected(scene: Scene, *, left: timedelta = timedelta(minutes=2)) -> None:
    """The account's tokens are put into the vault, as if they had been for almost two hours."""
    now = SystemClock().now()
    grant = Grant(
        {name: scene.given[name] for name in ("access_token", "refresh_token")},
        obtained_at=now - timedelta(hours=2) + left,
        expires_at=now + left,
        refresh_expires_at=now + timedelta(days=180),
        scopes=tuple(scene.platform.scopes),
        subject="42",
    )

    def writes(view: View) -> dict[str, bytes]:
        if "loud" in view.sealed:
            return {}
        assert view.genesis is not None
        keyring = keyring_of(view.genesis.id, [RUNNER], public_text(OWNER))
        safe = Safe(RUNNER)
        safe.take(replace(view, keyring=keyring))
        sealed = safe.seal(LOUD, grant, refreshable=True)
        files = {KEYRING: keyring_file(keyring), sealed_path("loud"): sealed_file(sealed)}
        return {**files, **known_file(scene.workspace, view, LOUD, sealed)}

    decide(scene.workspace, writes, "Connect")


def test_a_due_post_renews_the_token_and_goes_out(scene: Scene) -> None:
    ran = scene.site.publish()
    assert (ran.code, ran.json["published"], ran.json["troubles"]) == (0, 1, [])
    assert scene.texts() == ["hello"]
    grant = scene.grant()
    assert grant.secrets["refresh_token"] != scene.given["refresh_token"]
    assert (scene.sealed.generation, scene.sealed.status) == (2, Status.READY)
    (shown,) = scene.oauth.presentations()
    assert shown["token"] == scene.given["refresh_token"]


@pytest.mark.parametrize("many", [2, 4, 8])
def test_runs_that_start_together_present_it_once(scene: Scene, many: int) -> None:
    processes = [scene.site.start("publish") for _ in range(many)]
    said = [process.communicate(timeout=120) for process in processes]
    codes = {process.returncode for process in processes}
    assert codes <= {0, 75}, said
    for _ in range(2):
        scene.site.publish()
    assert scene.oauth.presented_twice() == []
    assert [grant["revoked"] for grant in scene.oauth.grants()] == [None]
    assert scene.texts() == ["hello"]
    assert scene.sealed.status is Status.READY


@pytest.mark.parametrize("effect", ["slow-down"])
def test_what_was_refused_for_now_is_tried_again(scene: Scene, effect: str) -> None:
    scene.oauth.fault(effect)
    ran = scene.site.run("publish")
    assert ran.code == 0, ran  # with the token that still lives
    assert "warning: account `loud`: its token was not renewed" in ran.out
    assert scene.sealed.status is Status.READY
    assert scene.texts() == ["hello"]


@pytest.mark.parametrize("effect", ["drop", "error-before", "error-after", "lost-answer", "malformed"])
def test_an_answer_that_did_not_come_is_a_doubt_that_a_person_settles(scene: Scene, effect: str) -> None:
    scene.oauth.fault(effect)
    ran = scene.site.run("publish")
    assert ran.code == 1
    assert "error: account `loud`: its renewal got no answer" in ran.out
    assert scene.texts() == ["hello"]  # the token that still lives was used
    assert scene.sealed.status is Status.LOST
    for _ in range(2):
        assert scene.site.publish().code == 0  # said once
    assert len(scene.oauth.presentations()) == 1
    again = scene.site.run("accounts", "refresh", "loud", "--again")
    if effect in ("drop", "error-before"):  # it had not been taken
        assert (again.code, scene.sealed.status) == (0, Status.READY)
    else:
        assert (again.code, scene.sealed.status) == (1, Status.REVOKED)
        assert "run `postiz-ops accounts connect loud`" in again.err


def test_a_revoked_grant_is_said_once_with_the_command(scene: Scene) -> None:
    scene.oauth.revoke(scene.given["grant"])
    first, second = scene.site.run("publish"), scene.site.run("publish")
    assert first.code == 1
    assert "X says that the authorization has ended" in first.out
    assert "accounts connect loud" in first.out
    assert (second.code, scene.sealed.status) == (1, Status.REVOKED)
    assert second.out.count("authorization has ended") == 1  # of the delivery that waits, not of the account anew


def test_renewed_by_hand(scene: Scene) -> None:
    ran = scene.site.run("accounts", "refresh", "loud")
    assert ran.code == 0
    assert ran.out.startswith("loud                     renewed until ")
    assert scene.site.run("accounts", "refresh").out.startswith("loud                     as it was until ")
    assert scene.site.run("accounts", "refresh", "loud").out.startswith("loud                     renewed until ")
    assert scene.oauth.presented_twice() == [], "whoever asks gets a newer one, however young this one is"


def test_whoever_asks_the_platform_renews_first(scene: Scene) -> None:
    scene.oauth.advance(7200)
    for words in (["check", "loud"], ["check", "loud"]):
        ran = scene.site.run("accounts", *words)
        assert (ran.code, ran.err) == (0, ""), ran
    assert len(scene.oauth.presentations()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lout"], "there is no account `lout`\nhelp: did you mean `loud`?"),
        (["--again"], "--again needs an account"),
    ],
)
def test_a_mistake_is_told(scene: Scene, words: list[str], said: str) -> None:
    ran = scene.site.run("accounts", "refresh", *words)
    assert ran.code == 2
    assert said in ran.err


def test_without_the_apps_credentials_it_says_which(scene: Scene) -> None:
    del scene.site.environment["POSTIZ_X_CLIENT_ID"]
    ran = scene.site.run("publish")
    assert "the app's `POSTIZ_X_CLIENT_ID` and `POSTIZ_X_CLIENT_SECRET` are not set" in ran.out
    assert scene.oauth.presentations() == []


@pytest.mark.parametrize("effect", ["none", "drop", "error-after", "malformed", "slow-down"])
def test_no_token_stands_anywhere(scene: Scene, monkeypatch: pytest.MonkeyPatch, effect: str) -> None:
    """Case 22 for tokens that are renewed: output, both repositories with their objects, spool, temporary files."""
    monkeypatch.setenv("TMPDIR", str(scene.site.folder / "tmp"))
    if effect != "none":
        scene.oauth.fault(effect)
    said = []
    for words in (
        ["--verbose", "publish"],
        ["publish", "--format", "json"],
        ["accounts", "refresh", "loud"],
        ["accounts", "list", "--format", "json"],
        ["vault", "list"],
        ["status"],
    ):
        ran = scene.site.run(*words)
        said += [ran.out.encode(), ran.err.encode()]
        assert "Traceback" not in ran.err
    places = [*said, *left(scene.site.folder)]
    found = {secret for secret in scene.secrets() for form in forms(secret) if any(form.encode() in p for p in places)}
    assert found == set()
    planted = next(iter(scene.secrets()))
    (scene.site.folder / "tmp" / "leak").write_text(planted)
    assert any(planted.encode() in place for place in left(scene.site.folder))


def test_a_runner_is_told_to_mask_every_token_before_it_is_used(scene: Scene) -> None:
    ran = scene.site.run("publish", env={"GITHUB_ACTIONS": "true"})
    masked = {line.removeprefix("::add-mask::").replace("%25", "%") for line in ran.err.splitlines()}
    assert scene.secrets() - {key_text(RUNNER)} <= masked


def test_a_push_that_fails_leaves_a_block_that_rescue_takes(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "STUBBORN", 3)  # it would go on for most of a minute
    hook = scene.site.remote / "hooks" / "pre-receive"
    # The claim passes; what comes after is refused, as by a rule that somebody switched on meanwhile.
    hook.write_text('#!/bin/sh\nn=$(cat "$0.n" 2>/dev/null || echo 0); echo $((n+1)) > "$0.n"; [ "$n" -lt 1 ]\n')
    hook.chmod(0o755)
    ran = scene.site.run("publish")
    assert ran.code == 1
    assert "its new token could not be recorded, and is kept sealed" in ran.out
    assert "-----BEGIN POSTIZ-RESCUE-----" in ran.err
    assert scene.sealed.status is Status.REFRESHING
    hook.unlink()
    for file in (scene.site.repo / ".git" / "postiz" / "spool").glob("*"):
        file.unlink()  # another machine: only the log is left
    (tmp_path / "log").write_text(ran.err)
    assert scene.site.run("vault", "rescue", str(tmp_path / "log")).out == "`loud` is in the vault again.\n"
    assert scene.site.publish().json["published"] == 1
    assert scene.oauth.presented_twice() == []
