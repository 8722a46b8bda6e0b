"""Secrets come from the environment, by the name that accounts.yaml says, and are never repeated."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from postiz_ops.model import Account
from postiz_ops.vault.credentials import Credentials

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
