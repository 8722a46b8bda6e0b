"""Secrets come from the environment, by the name that accounts.yaml says, and are never repeated."""

from __future__ import annotations

import base64
import io
import json
from urllib.parse import quote

import pytest

from postiz_ops.model import Account
from postiz_ops.vault.credentials import Credentials
from postiz_ops.vault.redaction import Redaction, runner_mask

ACCOUNTS = {
    "acme-toot": Account("acme-toot", "mastodon", "https://m.example", credentials={"access_token": "ACME"}),
    "plain": Account("plain", "mastodon", "https://m.example"),
}


def vault(**environment: str) -> Credentials:
    return Credentials(environment, ACCOUNTS, "genesis")


def test_the_named_variable_first_then_the_usual_one() -> None:
    secrets = vault(ACME="named", POSTIZ_ACME_TOOT_ACCESS_TOKEN="usual", POSTIZ_PLAIN_ACCESS_TOKEN=" padded \n")
    assert secrets.secret("acme-toot", "access_token") == "named"
    assert secrets.secret("plain", "access_token") == "padded"
    assert secrets.secret("plain", "password") is None
    assert vault(ACME="  ").secret("acme-toot", "access_token") is None


def test_a_fingerprint_changes_with_the_credential_and_with_the_repository_alone() -> None:
    first = vault(ACME="one").fingerprint("acme-toot")
    assert first == vault(ACME="one", OTHER="x").fingerprint("acme-toot")
    assert first != vault(ACME="two").fingerprint("acme-toot")
    assert first != Credentials({"ACME": "one"}, ACCOUNTS, "another").fingerprint("acme-toot")
    assert len(first) == 8


@pytest.mark.parametrize(
    "form",
    ["s3cr/t+%", quote("s3cr/t+%", safe=""), base64.b64encode(b"s3cr/t+%").decode()],
    ids=["plain", "url", "base64"],
)
def test_what_was_handed_out_is_redacted_in_every_usual_form(form: str) -> None:
    secrets = vault(ACME="s3cr/t+%")
    secrets.secret("acme-toot", "access_token")
    assert secrets.redact(f"it said {form}!") == "it said ***!"


def test_a_value_too_short_to_be_a_secret_garbles_nothing() -> None:
    secrets = vault(ACME="abc")
    secrets.secret("acme-toot", "access_token")
    assert secrets.redact("abcdef") == "abcdef"


def test_a_secret_is_found_wherever_it_stands_in_base64() -> None:
    secrets = vault(ACME="s3cr/t+%-and-more")
    secrets.secret("acme-toot", "access_token")
    for before in ("", "u", "us", "user:", "x-access-token:"):
        for after in ("", "!", "!!", "?more"):
            encoded = base64.b64encode(f"{before}s3cr/t+%-and-more{after}".encode()).decode()
            assert "***" in secrets.redact(encoded), (before, after)


@pytest.mark.parametrize("secret", ['with"quotes\\', "with\ttab\x07", "\u20acuro\u20ac"])
def test_the_form_in_which_a_library_quotes_a_secret_is_redacted_too(secret: str) -> None:
    secrets = vault(ACME=secret)
    secrets.secret("acme-toot", "access_token")
    assert secrets.redact(f"wrong: {secret!r}") in ("wrong: '***'", 'wrong: "***"')
    assert secrets.redact(json.dumps({"wrong": secret})) == '{"wrong": "***"}'


def told(secret: str, said: io.StringIO) -> Credentials:
    return Credentials({"ACME": secret}, ACCOUNTS, "genesis", Redaction(runner_mask({"GITHUB_ACTIONS": "true"}, said)))


def test_a_runner_is_told_of_each_secret_once_and_before_anybody_has_it() -> None:
    said = io.StringIO()
    secrets = told("test+token/1", said)
    assert said.getvalue() == ""
    secrets.secret("acme-toot", "access_token")
    secrets.secret("acme-toot", "access_token")
    lines = said.getvalue().splitlines()
    assert lines[:2] == ["::add-mask::test+token/1", "::add-mask::test%252Btoken%252F1"]
    assert "::add-mask::dGVzdCt0b2tlbi8x" in lines
    assert len(lines) == len(set(lines))


def test_a_secret_of_several_lines_is_masked_line_by_line() -> None:
    said = io.StringIO()
    mask = runner_mask({"GITHUB_ACTIONS": "true"}, said)
    assert mask is not None
    mask("one\n::stop-commands::x\r50%")
    assert said.getvalue().splitlines() == ["::add-mask::one", "::add-mask::::stop-commands::x", "::add-mask::50%25"]


@pytest.mark.parametrize("value", ["", "false", "1"])
def test_nobody_else_is_told(value: str) -> None:
    assert runner_mask({"GITHUB_ACTIONS": value}, io.StringIO()) is None
