"""A rig whose account's token is about to end: every run renews it, at a server that counts who presents what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from typing_extensions import override

from postiz_ops.commands.desk import decide
from postiz_ops.commands.grants import known_file
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.sealed import KEYRING, keyring_file, sealed_file, sealed_path
from postiz_ops.ledger.view import View
from postiz_ops.model import Account
from postiz_ops.net.clock import SystemClock
from postiz_ops.providers.auth import Grant
from postiz_ops.sandbox import Sandbox
from postiz_ops.vault.keys import RUNNER_VARIABLE, key_text, keyring_of, new_key, public_text
from postiz_ops.vault.safe import Safe
from tests.killing.rig import CREDENTIALS, Rig
from tests.killing.verdict import read_file
from tests.oauth.client import OAuthServer, running
from tests.oauth.rules import Platform, Rotation
from tests.oauth.test_refresh import played

RUNNER, OWNER = new_key(), new_key(recovery=True)
LOUD = Account("loud", "x", "https://api.x.com")
SECRET = "test-app-secret"


@dataclass
class RenewingRig(Rig):
    """``oauth`` stands before the sandbox, and lets through who shows a token that lives."""

    oauth: OAuthServer = field(kw_only=True)
    platform: Platform = field(kw_only=True)

    @property
    @override
    def endpoint(self) -> str:
        return self.oauth.url

    @property
    @override
    def token_lease(self) -> float:
        return 2.0

    @override
    def again(self) -> None:
        """Somebody has connected the account anew: its access token has two minutes left."""
        super().again()
        self.oauth.forget()
        self.oauth.play(self.platform)
        given = self.oauth.grant(self.platform)
        now, left = SystemClock().now(), timedelta(minutes=2)
        grant = Grant(
            {name: given[name] for name in ("access_token", "refresh_token")},
            obtained_at=now - timedelta(hours=2) + left,
            expires_at=now + left,
            refresh_expires_at=now + timedelta(days=180),
            scopes=tuple(self.platform.scopes),
            subject="42",
        )
        workspace = Workspace.open(str(self.clone), self.endpoint)

        def writes(view: View) -> dict[str, bytes]:
            if LOUD.id in view.sealed or view.genesis is None:
                return {}
            keyring = keyring_of(view.genesis.id, [RUNNER], public_text(OWNER))
            safe = Safe(RUNNER)
            safe.take(replace(view, keyring=keyring))
            sealed = safe.seal(LOUD, grant, refreshable=True)
            files = {KEYRING: keyring_file(keyring), sealed_path(LOUD.id): sealed_file(sealed)}
            return {**files, **known_file(workspace, view, LOUD, sealed)}

        decide(workspace, writes, "Connect")

    @override
    def problems(self) -> list[str]:
        found = [f"{token[:8]} was presented {2} times" for token in self.oauth.presented_twice()]
        found += [f"a grant was ended: {grant['revoked']}" for grant in self.oauth.grants() if grant["revoked"]]
        status = self.standing()
        return found + ([f"the token is {status} at the end"] if status not in ("ready", "lost") else [])

    @override
    def lost(self) -> int:
        return int(self.standing() == "lost")

    def standing(self) -> str:
        """Where the account's credentials stand, as the remote's branch says."""
        return str(read_file(self.remote, sealed_path(LOUD.id))["status"])


@contextmanager
def renewing(folder: Path, sandbox: Sandbox) -> Iterator[RenewingRig]:
    """A rig, for as long as its token server runs."""
    with running("--upstream", sandbox.url) as oauth:
        platform = played("x", Rotation.SINGLE_USE)
        platform = replace(platform, apps=(replace(platform.apps[0], secret=SECRET),))
        app = {"POSTIZ_X_CLIENT_ID": platform.apps[0].id, "POSTIZ_X_CLIENT_SECRET": SECRET}
        secrets = {**CREDENTIALS, **app, RUNNER_VARIABLE: key_text(RUNNER)}
        yield RenewingRig(folder, sandbox, secrets, oauth=oauth, platform=platform)
