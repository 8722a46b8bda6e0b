"""No secret in anything that is left: case 22, over every fault, in every form, by a scan that finds a planted one."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest

from postiz_ops.sandbox import Sandbox
from postiz_ops.sandbox.faults import EFFECTS
from postiz_ops.vault.redaction import forms
from tests import canaries
from tests.canaries import left
from tests.commands.site import CREDENTIALS, Site
from tests.listener import Listener
from tests.media.files import encoded, noise

CANARIES = {name: f"canary-{name.lower()}-s3cr3t/+{number}%" for number, name in enumerate(CREDENTIALS)}
CANARIES["SKY_NAME"] = CREDENTIALS["SKY_NAME"]  # a name: it stands in every address of its posts
SECRETS = [value for name, value in CANARIES.items() if name != "SKY_NAME"]


def leaks(*places: bytes) -> set[str]:
    """Which canaries stand somewhere, in any form."""
    return canaries.leaks(SECRETS, places)


@pytest.fixture
def guarded(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with canaries for credentials, whose temporary files lie below its folder too."""
    site.environment = dict(CANARIES)
    (site.folder / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(site.folder / "tmp"))
    return site


@pytest.mark.parametrize("effect", [*(effect for effect in EFFECTS if not effect.startswith("async")), "none"])
def test_case_22_no_fault_makes_it_tell_a_secret(guarded: Site, sandbox: Sandbox, effect: str) -> None:
    guarded.write("content/pic.png", encoded(noise(), "PNG"))
    guarded.post("launch", "Hello ![x](pic.png)\n\n---\n\nmore", to="everywhere").approve()
    if effect != "none":
        sandbox.faults([{"match": {}, "effect": effect}])
    said = []
    for words in (
        ["publish"],
        ["publish", "--format", "json", "--now", "2099-01-01T00:00:00Z"],
        ["status"],
        ["accounts", "check"],
    ):
        ran = guarded.run(*words)
        said += [ran.out.encode(), ran.err.encode()]
        assert "Traceback" not in ran.err, words
    assert leaks(*said, *left(guarded.folder)) == set()


def test_case_22_the_scan_finds_what_is_planted(guarded: Site) -> None:
    """In a file, in a committed object, in base64 within more, URL-encoded and in JSON."""
    assert leaks(*left(guarded.folder)) == set()
    for number, form in enumerate(forms(SECRETS[0])):
        place = guarded.write(f"leak-{number}.txt", f"before {form} after")
        assert leaks(*left(guarded.folder)) == {SECRETS[0]}
        place.unlink()
    guarded.write("leak.txt", json.dumps({"token": SECRETS[1]}))
    guarded.approve()
    (guarded.repo / "leak.txt").unlink()
    assert leaks(*left(guarded.remote)) == {SECRETS[1]}


def echo(status: int) -> Callable[[socket.socket], None]:
    """A platform whose every answer repeats the request that it had, headers and all, wherever it has room."""

    def answer(connection: socket.socket) -> None:
        heard = connection.recv(1 << 20).decode(errors="replace")
        said = ("x" * 190 + heard)[:5000]
        body = json.dumps(
            {"error": said, "message": heard, "error_description": heard, "code": heard, "ok": False}
        ).encode()
        head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nConnection: close\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 422, 429, 500, 503])
def test_case_22_a_platform_that_repeats_what_it_hears(guarded: Site, status: int) -> None:
    platform = Listener(echo(status))
    guarded.endpoint = platform.url
    guarded.post("launch", to="everywhere").approve()
    said = []
    for words in (
        ["publish"],
        ["publish", "--format", "json"],
        ["status"],
        ["accounts", "check"],
        ["--verbose", "publish"],
    ):
        ran = guarded.run(*words)
        said += [ran.out.encode(), ran.err.encode()]
        assert "Traceback" not in ran.err
        assert "stumbled" not in ran.err
    platform.close()
    assert leaks(*said, *left(guarded.folder)) == set()


@pytest.mark.parametrize("tail", ["\x07bell", "\nX-Evil: 1", "\u20ac", "\t", '"', "\\"])
def test_case_22_a_credential_that_no_header_may_hold(guarded: Site, tail: str) -> None:
    guarded.environment["TOOT_TOKEN"] = f"{CANARIES['TOOT_TOKEN']}{tail}end"
    guarded.post("launch").approve()
    ran = guarded.publish()
    assert "Traceback" not in ran.err
    assert "stumbled" not in ran.err
    assert leaks(ran.out.encode(), ran.err.encode(), *left(guarded.folder)) == set()


def test_case_22_a_runner_is_told_to_mask_before_anything_is_said(guarded: Site) -> None:
    guarded.post("launch", to="everywhere").approve()
    ran = guarded.run("publish", env={"GITHUB_ACTIONS": "true"})
    masked = [line.removeprefix("::add-mask::").replace("%25", "%") for line in ran.err.splitlines()]
    assert set(SECRETS) <= set(masked)
    assert all(line.startswith("::add-mask::") for line in ran.err.splitlines())
    assert leaks(ran.out.encode()) == set()


def test_case_22_the_state_repositorys_token_is_masked_and_said_nowhere(guarded: Site) -> None:
    """Its host cannot be reached, which is told; git was given the token all the same."""
    token = "canary-state-s3cr3t/+%"
    guarded.post("launch").approve()
    accounts = (guarded.repo / "accounts.yaml").read_text()
    guarded.write("accounts.yaml", accounts.replace("remote: origin", "remote: 'https://127.0.0.1:9/state.git'"))
    for words in (["publish"], ["--verbose", "publish"], ["publish", "--format", "json"], ["pause", "wait"]):
        alone = guarded.run(*words, env={"POSTIZ_STATE_TOKEN": token})
        assert (alone.code, "Traceback" in alone.err) == (75, False), alone
        ran = guarded.run(*words, env={"POSTIZ_STATE_TOKEN": token, "GITHUB_ACTIONS": "true"})
        masked = [line.removeprefix("::add-mask::") for line in ran.err.splitlines() if line.startswith("::add-mask::")]
        assert {form.replace("%", "%25") for form in forms(token)} == set(masked)
        said = "\n".join(line for line in ran.err.splitlines() if not line.startswith("::add-mask::"))
        for place in (alone.out, alone.err, ran.out, said):
            assert not any(form in place for form in forms(token))
    assert not any(form.encode() in place for form in forms(token) for place in left(guarded.folder))
