"""Ciphertext that was moved, changed or brought back: case 20. It opens nothing, and stops its account alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from postiz_ops.commands.desk import decide
from postiz_ops.commands.workspace import Workspace
from postiz_ops.ledger.sealed import KEYRING, keyring_file, load_sealed, sealed_file, sealed_path
from postiz_ops.ledger.view import KnownAccount, View, account_file, account_path
from postiz_ops.model import Account
from postiz_ops.providers.auth import Grant
from postiz_ops.sandbox import Sandbox
from postiz_ops.vault.keys import RUNNER_VARIABLE, Key, key_text, keyring_of, new_key, public_text
from postiz_ops.vault.safe import Safe
from tests.commands.site import Site

ACCOUNTS = """\
version: 1
branch: main
accounts:
  good: {provider: mastodon, url: "https://good.example"}
  bad: {provider: mastodon, url: "https://bad.example"}
"""
RUNNER, STRANGER, OWNER = new_key(), new_key(), new_key(recovery=True)
GOOD, BAD = (Account(name, "mastodon", f"https://{name}.example") for name in ("good", "bad"))
Body = dict[str, Any]


def sealed(view: View, account: Account, secret: str, key: Key = RUNNER, genesis: str = "") -> bytes:
    """The file of an account's credentials, sealed for one runner."""
    assert view.genesis is not None
    there = replace(view.genesis, id=genesis or view.genesis.id)
    safe = Safe(key)
    safe.take(replace(view, genesis=there, keyring=keyring_of(there.id, [key], public_text(OWNER))))
    return sealed_file(safe.seal(account, Grant({"access_token": secret}), refreshable=False))


def write(site: Site, files: Callable[[View], Mapping[str, bytes]]) -> None:
    """Somebody who can push to the state branch does so, once."""
    written = False

    def once(view: View) -> Mapping[str, bytes]:
        nonlocal written
        made = {} if written else files(view)
        written = True
        return made

    decide(Workspace.open(str(site.repo), site.endpoint), once, "change")


@pytest.fixture
def site(tmp_path: Path, sandbox: Sandbox) -> Site:
    """Two accounts whose tokens are in the vault, and a post for both."""
    made = Site(tmp_path, sandbox.url, {RUNNER_VARIABLE: key_text(RUNNER)}).begin(ACCOUNTS)
    made.post("launch", to="good, bad").approve()

    def begin(view: View) -> Mapping[str, bytes]:
        assert view.genesis is not None
        files = {KEYRING: keyring_file(keyring_of(view.genesis.id, [RUNNER], public_text(OWNER)))}
        return files | {sealed_path(a.id): sealed(view, a, f"canary-{a.id}-token") for a in (GOOD, BAD)}

    write(made, begin)
    return made


def changed(change: Callable[[Body], object]) -> Callable[[View], Mapping[str, bytes]]:
    """The file of ``bad``, with something in it changed."""

    def files(view: View) -> Mapping[str, bytes]:
        body = json.loads(sealed_file(view.sealed["bad"]))
        change(body)
        return {sealed_path("bad"): json.dumps(body).encode()}

    return files


def flipped(field: str) -> Callable[[Body], object]:
    def flip(body: Body) -> None:
        text: str = body["box"][field]
        body["box"][field] = ("B" if text[0] != "B" else "C") + text[1:]

    return flip


def swapped(view: View) -> Mapping[str, bytes]:
    return {sealed_path("bad"): sealed_file(replace(view.sealed["bad"], box=view.sealed["good"].box))}


def renamed(view: View) -> Mapping[str, bytes]:
    return {sealed_path("bad"): sealed_file(view.sealed["good"])}


def brought_back(view: View) -> Mapping[str, bytes]:
    """A newer generation has been seen."""
    return {account_path("bad"): account_file(KnownAccount("bad", "mastodon", BAD.origin, True, {}, None, 7))}


def promised_newer(view: View) -> Mapping[str, bytes]:
    return {sealed_path("bad"): sealed_file(replace(view.sealed["bad"], generation=9))}


def of_another_repository(view: View) -> Mapping[str, bytes]:
    return {sealed_path("bad"): sealed(view, BAD, "canary-other", genesis="f" * 32)}


def for_another_key(view: View) -> Mapping[str, bytes]:
    return {sealed_path("bad"): sealed(view, BAD, "canary-other", STRANGER)}


CHANGES: Mapping[str, Callable[[View], Mapping[str, bytes]]] = {
    "another account's box": swapped,
    "another account's file": renamed,
    "a bit of the text": changed(flipped("ciphertext")),
    "a bit of the nonce": changed(flipped("nonce")),
    "an old generation": brought_back,
    "a generation that it was not sealed as": promised_newer,
    "another repository's": of_another_repository,
    "an unknown key": for_another_key,
    "no keys": changed(lambda body: body["box"].update(keys=[])),
    "no box": changed(lambda body: body.update(box=None)),
    "no base64": changed(lambda body: body["box"].update(ciphertext="?")),
    "a status of tomorrow": changed(lambda body: body.update(status="frozen")),
    "half a file": lambda view: {sealed_path("bad"): sealed_file(view.sealed["bad"])[:200]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_case_20_what_was_changed_opens_nothing_and_the_others_publish(
    site: Site, sandbox: Sandbox, change: str
) -> None:
    write(site, CHANGES[change])
    ran = site.publish()
    assert ran.code == 1
    assert [post["url"].split("/")[2] for post in sandbox.posts()] == ["good.example"]
    assert "bad" in ran.out
    for words in (["publish"], ["status"], ["vault", "list"], ["accounts", "list"]):
        ran = site.run("--verbose", *words)
        assert "Traceback" not in ran.err, words
        assert "canary" not in ran.out + ran.err, words


def test_case_20_what_was_not_changed_publishes(site: Site, sandbox: Sandbox) -> None:
    assert site.publish().code == 0
    assert len(sandbox.posts()) == 2
    branch = site.git("log", "-p", "--all", where=site.remote)
    assert "canary" not in branch
    there = site.git("show", "postiz-state:vault/bad.json", where=site.remote)
    assert load_sealed(sealed_path("bad"), there.encode()).generation == 1
