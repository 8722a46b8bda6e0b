"""The vault as its owner uses it: made once, filled from standard input, opened by one key, and rescued."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from postiz_ops.ledger.sealed import Attempt, Sealed, Status, load_sealed, rescue_block, sealed_file, sealed_path
from postiz_ops.ledger.view import View, parse
from postiz_ops.model import Account
from postiz_ops.providers.auth import Grant
from postiz_ops.sandbox import Sandbox
from postiz_ops.vault.keys import read_key
from postiz_ops.vault.safe import Safe
from tests.commands.site import ACCOUNTS, Ran, Site
from tests.publish.world import START

KEYLESS = ACCOUNTS.replace('    credentials: {access_token: "${TOOT_TOKEN}"}\n', "")
TOOT = Account("toot", "mastodon", "https://mastodon.example")


@pytest.fixture
def site(tmp_path: Path, sandbox: Sandbox) -> Site:
    """A repository whose Mastodon account finds its credential in the vault alone."""
    return Site(tmp_path, sandbox.url).begin(KEYLESS)


@pytest.fixture
def keys(site: Site) -> Mapping[str, str]:
    """A vault, and its two keys; the runner's is in the environment."""
    ran = site.run("vault", "init")
    assert ran.code == 0, ran.err
    runner, recovery = re.findall(r"^    (pz\w+_\S+)$", ran.out, re.MULTILINE)
    site.environment["POSTIZ_VAULT_KEY"] = runner
    return {"runner": runner, "recovery": recovery}


def fed(monkeypatch: pytest.MonkeyPatch, site: Site, text: str, *words: str) -> Ran:
    """A command with something on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return site.run(*words)


def view(site: Site) -> View:
    """The state branch at the remote."""
    names = site.git("ls-tree", "-r", "--name-only", "postiz-state", where=site.remote).split("\n")
    return parse({name: site.git("show", f"postiz-state:{name}", where=site.remote).encode() + b"\n" for name in names})


def put(site: Site, sealed: Sealed) -> None:
    """Somebody writes a vault file to the state branch."""
    site.git("fetch", "--quiet", "origin", "postiz-state")
    blob = _hashed(site, sealed_file(sealed))
    site.git("read-tree", "--index-output=.git/other", "FETCH_HEAD")
    env = {"GIT_INDEX_FILE": str(site.repo / ".git" / "other")}
    _git(site, env, "update-index", "--add", "--cacheinfo", f"100644,{blob},{sealed_path(sealed.account)}")
    commit = site.git("commit-tree", "-p", "FETCH_HEAD", "-m", "by hand", _git(site, env, "write-tree"))
    site.git("push", "--quiet", "origin", f"{commit}:refs/heads/postiz-state")


def _hashed(site: Site, data: bytes) -> str:
    import subprocess

    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"], cwd=site.repo, input=data, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def _git(site: Site, env: Mapping[str, str], *words: str) -> str:
    import os
    import subprocess

    done = subprocess.run(
        ["git", *words], cwd=site.repo, env={**os.environ, **env}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def opened(site: Site, key: str) -> Safe:
    safe = Safe(read_key(key, "it"))
    safe.take(view(site))
    return safe


# --- the usual way ----------------------------------------------------------------------------------------------------


def test_a_post_goes_out_with_a_credential_from_the_vault(
    site: Site, keys: Mapping[str, str], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys
    ran = fed(monkeypatch, site, "canary-toot\n", "vault", "set", "toot", "access_token")
    assert (ran.code, ran.out, ran.err) == (0, "`access_token` of `toot` is in the vault.\n", "")
    assert site.run("vault", "list").out == "toot                     mastodon     ready\n"
    published = site.post("launch", "From the vault").approve().publish()
    assert published.code == 0
    assert [post["text"] for post in sandbox.posts()] == ["From the vault"]
    assert view(site).accounts["toot"].generation == 1


def test_without_the_key_the_account_is_held_and_says_which(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys
    fed(monkeypatch, site, "canary-toot\n", "vault", "set", "toot", "access_token")
    ran = site.post("launch").approve().run("publish", "--format", "json", env={"POSTIZ_VAULT_KEY": ""})
    assert ran.code == 1
    (row,) = ran.json["deliveries"]
    assert row["state"] == "held"
    assert "in the vault, and `POSTIZ_VAULT_KEY` is not set" in row["error"]["message"]
    assert site.publish().json["published"] == 1  # with the key it goes on


def test_the_list_for_programs_tells_no_secret(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.run("vault", "list").out == "The vault is empty.\n"
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    ran = site.run("vault", "list", "--format", "json")
    assert ran.json["accounts"] == [
        {
            "account": "toot",
            "provider": "mastodon",
            "origin": "https://mastodon.example",
            "status": "ready",
            "generation": 1,
            "expires_at": None,
            "refresh_expires_at": None,
            "refreshable": False,
            "scopes": [],
            "problem": None,
        }
    ]
    everything = b"".join(path.read_bytes() for path in site.remote.rglob("*") if path.is_file())
    everything += site.git("log", "--all", "-p", where=site.remote).encode()
    for secret in ("canary-toot", keys["runner"], keys["recovery"]):
        assert secret.encode() not in everything
        assert base64.b64encode(secret.encode()) not in everything


# --- mistakes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("set", "toot", "acces_token"), "x", "mastodon has no credential `acces_token`"),
        (("set", "tot", "access_token"), "x", "there is no account `tot`"),
        (("set", "toot", "access_token"), " \n", "no access_token of toot was given"),
        (("init",), "", "there is a vault already"),
        (("forget", "toot"), "", "the vault holds nothing of `toot`"),
        (("rescue",), "nothing", "damaged"),
        (("rekey", "--recovery"), "hunter2", "standard input holds no key of a vault"),
    ],
)
def test_a_mistake_changes_nothing(
    site: Site,
    keys: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    text: str,
    said: str,
) -> None:
    assert keys
    before = view(site)
    ran = fed(monkeypatch, site, text, "vault", *words)
    assert ran.code == 2
    assert said in ran.err
    assert "help: " in ran.err
    assert view(site) == before


def test_before_init_it_says_what_to_do(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = fed(monkeypatch, site, "x", "vault", "set", "toot", "access_token")
    assert (ran.code, ran.err) == (2, "error: there is no vault yet\nhelp: run `postiz-ops vault init`\n")
    assert site.run("vault", "list").out.startswith("There is no vault yet")


def test_keys_are_not_printed_into_a_ci_log(site: Site) -> None:
    ran = site.run("vault", "init", env={"CI": "true", "GITHUB_ACTIONS": "true"})
    assert (ran.code, ran.out) == (2, "")
    assert "a key is not printed into the log of a CI job" in ran.err


def test_an_account_that_moved_gets_nothing_sealed_for_the_new_server(
    site: Site, keys: Mapping[str, str], sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keys
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    site.write("accounts.yaml", KEYLESS.replace("https://mastodon.example", "https://evil.example"))
    site.post("launch").approve()
    before = len(sandbox.posts())
    site.publish()
    assert len(sandbox.posts()) == before
    ran = fed(monkeypatch, site, "other", "vault", "set", "toot", "access_token")
    assert ran.code == 78
    assert "was first used with https://mastodon.example and now names https://evil.example" in ran.err


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_new_key_and_the_old_one_work_until_it_is_finished(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    ran = site.run("vault", "rekey")
    assert ran.code == 0, ran.err
    (fresh,) = re.findall(r"^    (pzvault1_\S+)$", ran.out, re.MULTILINE)
    for key in (keys["runner"], fresh, keys["recovery"]):
        grant = opened(site, key).grant(TOOT)
        assert grant is not None
        assert grant.secrets == {"access_token": "canary-toot"}
    assert fed(monkeypatch, site, "second", "vault", "set", "toot", "access_token").code == 0  # the old one still seals
    site.environment["POSTIZ_VAULT_KEY"] = fresh
    assert site.run("vault", "rekey", "--finish").code == 0
    assert opened(site, keys["runner"]).grant(TOOT) is None
    grant = opened(site, fresh).grant(TOOT)
    assert grant is not None
    assert grant.secrets == {"access_token": "second"}


def test_a_lost_key_is_replaced_with_the_recovery_key(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    del site.environment["POSTIZ_VAULT_KEY"]
    ran = fed(monkeypatch, site, keys["recovery"], "vault", "rekey", "--recovery")
    assert ran.code == 0, ran.err
    (fresh,) = re.findall(r"^    (pzvault1_\S+)$", ran.out, re.MULTILINE)
    assert opened(site, fresh).grant(TOOT) == Grant({"access_token": "canary-toot"})
    assert opened(site, keys["runner"]).grant(TOOT) is None


def test_rotate_encrypts_anew(site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    before = view(site).sealed["toot"]
    assert site.run("vault", "rotate").out == "Encrypted anew: `toot`.\n"
    after = view(site).sealed["toot"]
    assert (after.generation, after.box["key"] != before.box["key"]) == (2, True)
    assert opened(site, keys["runner"]).grant(TOOT) == Grant({"access_token": "canary-toot"})


def test_forget(site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    old = view(site).sealed["toot"]
    assert site.run("vault", "forget", "toot").code == 0
    assert opened(site, keys["runner"]).grant(TOOT) is None
    put(site, old)  # somebody brings the old file back
    assert "old ones (generation 1 of 2)" in (opened(site, keys["runner"]).problem(TOOT) or "")


# --- copies and rescue ------------------------------------------------------------------------------------------------


def test_an_export_is_ciphertext_and_restores_what_the_branch_lost(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert site.run("vault", "export").code == 2  # --encrypted is the only form, and has to be said
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    copy = tmp_path / "copy.json"
    assert site.run("vault", "export", "--encrypted", str(copy)).code == 0
    assert "canary" not in copy.read_text()
    assert json.loads(copy.read_text())["vault"].keys() == {"vault/toot.json"}
    broken = view(site).sealed["toot"]
    put(site, replace(broken, generation=0))
    assert opened(site, keys["runner"]).grant(TOOT) is None
    assert site.run("vault", "rescue", str(copy)).out == "`toot` is in the vault again.\n"
    assert opened(site, keys["runner"]).grant(TOOT) == Grant({"access_token": "canary-toot"})
    assert site.run("vault", "rescue", str(copy)).out == "`toot` has a newer token, so nothing was changed.\n"


def test_a_rescue_block_is_taken_out_of_a_log(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fed(monkeypatch, site, "canary-toot", "vault", "set", "toot", "access_token")
    attempt = Attempt("github-1-1", "0" * 32, START, START)
    lost = view(site).sealed["toot"].claimed(attempt).ended(Status.LOST, "a run died")
    fresh = replace(
        opened(site, keys["runner"]).seal(TOOT, Grant({"access_token": "next"}), refreshable=True), attempt=attempt
    )
    put(site, lost)
    block = rescue_block(fresh)
    assert load_sealed("vault/toot.json", sealed_file(fresh)) == fresh
    log = "\n".join(f"2026-12-01T09:00:00.1234567Z {line}" for line in ["Run publish", *block.split("\n"), "##[error]"])
    ran = fed(monkeypatch, site, log, "vault", "rescue")
    assert (ran.code, ran.out) == (0, "`toot` is in the vault again.\n")
    assert opened(site, keys["runner"]).grant(TOOT) == Grant({"access_token": "next"})
    assert "newer token" in fed(monkeypatch, site, log, "vault", "rescue").out


@pytest.mark.parametrize("cut", [10, 200, 400])
def test_a_cut_block_is_said_to_be_damaged(
    site: Site, keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    assert keys
    block = rescue_block(Sealed("toot", "mastodon", "https://mastodon.example", 2, {}, attempt=None))
    ran = fed(monkeypatch, site, block[:cut] + block[cut + 90 :], "vault", "rescue")
    assert ran.code == 2
    assert "error: " in ran.err
