"""Secrets in accounts.yaml: found, never repeated, never shown."""

from __future__ import annotations

import pytest

from postiz_ops.compile import secrecy
from postiz_ops.compile.accounts import parse_accounts
from tests.compile.said import said

LEAST = "version: 1\nstate: {id: 5f3c}\n"
REVOKE = "help: write `${NAME}` in its place, put the value into that variable, and revoke it if it was committed"


def findings(text: str) -> list[str]:
    return said(parse_accounts(f"{LEAST}{text}".encode())[1])


NOT_YET = ["3:1-3:7 PZ115 nobody is notified by this version", "help: take it out, and watch the job that publishes"]


def account(entry: str) -> list[str]:
    return findings(f"accounts:\n  acme: {entry}\n")


@pytest.mark.parametrize("value", ["test-token", "'${A} '", "$A", "'${{ secrets.A }}'", "12345", "~", "''", "[a]"])
def test_a_credential_is_a_reference_and_nothing_else(value: str) -> None:
    line, help_line = account(f"{{provider: bluesky, credentials: {{password: {value}}}}}")
    assert line.endswith(" PZ109 credential `password` is written out")
    assert help_line == (
        "help: write `${POSTIZ_ACME_PASSWORD}` here, put the value into that variable, and revoke it if it was ever"
        " committed"
    )


def test_a_credential_beside_credentials_is_found_too() -> None:
    found = account("{provider: bluesky, password: test-password}")
    assert "4:39-4:52 PZ109 credential `password` is written out" in found
    assert any("PZ030 unknown key `password`" in line for line in found)


@pytest.mark.parametrize(
    "name",
    ["GITHUB_TOKEN", "github_token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "RUNNER_X", "AWS_SECRET_ACCESS_KEY", "GH_TOKEN",
     "CI_JOB_TOKEN", "POSTIZ_STATE_TOKEN", "POSTIZ_VAULT_KEY"],
)  # fmt: skip
def test_the_secrets_of_the_machine_are_refused(name: str) -> None:
    assert account(f"{{provider: bluesky, credentials: {{password: '${{{name}}}'}}}}")[:2] == [
        f"4:53-4:{58 + len(name)} PZ110 `${{{name}}}` is a secret of the machine, not of a platform",
        "help: make a secret of its own, and refer to it, as in `${POSTIZ_ACME_PASSWORD}`",
    ]


@pytest.mark.parametrize("name", ["ACME_TOKEN", "POSTIZ_ACME_PASSWORD", "CITY_TOKEN", "GHOST_TOKEN", "_X"])
def test_other_variables_are_fine(name: str) -> None:
    assert account(f"{{provider: bluesky, credentials: {{password: '${{{name}}}'}}}}") == []


@pytest.mark.parametrize(
    "url",
    [
        "mailto://user:test-password@example.com",
        "slack://T1ABCDEFGHIJKLMN/x",
        "json://example.com/?token=AbCdEfGhIjKlMnOpQrSt",
        "https://hooks.slack.com/services/T0/B0/x",
    ],
)
def test_a_secret_in_a_notification_url(url: str) -> None:
    assert findings(f'notify: ["{url}"]\n') == [
        *NOT_YET,
        f"3:10-3:{12 + len(url)} PZ109 a secret is written out in this URL",
        REVOKE,
    ]


@pytest.mark.parametrize(
    "url",
    [
        "mailto://bot:${MAIL_PASSWORD}@example.com",
        "json://localhost/my-company-notifications",
        "slack://${A}/${B}/${C}",
        "ssh://git@example.com",
    ],
)
def test_a_notification_url_without_secrets(url: str) -> None:
    assert findings(f'notify: ["{url}"]\n') == NOT_YET


def test_a_notification_cannot_use_the_machines_secrets() -> None:
    assert findings('notify: ["json://${GITHUB_TOKEN}@example.com"]\n') == [
        *NOT_YET,
        "3:10-3:46 PZ110 `${GITHUB_TOKEN}` is a secret of the machine, not of a platform",
        "help: make a secret of its own, and refer to that",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "branch: xoxb-0000000000-test",
        "state: {remote: 'https://ghp_0000000000000000@github.com/a/b'}",
        "state: {remote: 'https://user:test@example.com/a/b'}",
        "clients: {acme: {name: glpat-0000000000000000}}",
        "media_host: s3://AKIA000000000000:test@bucket",
        "people: {a: {name: eyJ0000000000.test}}",
    ],
)
def test_what_has_the_form_of_a_token_is_found_anywhere(line: str) -> None:
    assert "PZ109" in " ".join(said(parse_accounts(f"version: 1\n{line}\n".encode())[1]))


SECRETS = """\
version: 1
state: {id: 5f3c}
branch: [xoxb-0000000000-test]
policy: {alt_text: xoxb-1111111111-test, min_gap: xoxb-3333333333-test}
accounts:
  a: {provider: bluesky, credentials: {password: hunter22, passwort: hunter33}}
  b: {provider: bluesky, token: hunter44}
  c:
    provider: bluesky
    credentials:
      password: |
        hunter55
        hunter66
  d: {provider: bluesky, client: xoxb-2222222222-test, url: "https://bot:hunter77@pds.example"}
notify: ["mailto://bot:hunter88@example.com"]
"""


def test_no_finding_repeats_a_secret() -> None:
    _, found = parse_accounts(SECRETS.encode())
    wording = " ".join(f"{d.message} {d.help} {d.label or ''}" for d in found)
    assert "hunter" not in wording
    assert "xoxb-" not in wording
    assert len([d for d in found if d.code == "PZ109"]) == 10


def test_what_is_shown_of_the_file_holds_no_secret_and_keeps_its_columns() -> None:
    _, found = parse_accounts(SECRETS.encode())
    lines = SECRETS.split("\n")
    shown = secrecy.masked(lines, found)
    assert "hunter" not in "\n".join(shown)
    assert "xoxb-" not in "\n".join(shown)
    assert [len(line) for line in shown] == [len(line) for line in lines]
    assert shown[5] == "  a: {provider: bluesky, credentials: {password: ********, passwort: ********}}"
    assert shown[7] == lines[7]


def test_a_file_that_is_not_yaml_is_masked_by_its_keys_and_forms() -> None:
    lines = ["a: {password: hunter22", "  access_token: 'hunter33", "  x: [xoxb-0000000000-test", "  y: ${ACME_TOKEN}"]
    _, found = parse_accounts("\n".join(lines).encode())
    assert [d.code for d in found] == ["PZ010"]
    assert secrecy.masked(lines, found) == (
        "a: {password: ********",
        "  access_token: *********",
        "  x: *********************",
        "  y: ${ACME_TOKEN}",
    )


@pytest.mark.parametrize("line", ["key" * 30_000, "token" * 20_000, "://" * 30_000, "a" * 90_000, ":" * 90_000])
def test_long_lines_are_masked_in_linear_time(line: str) -> None:
    secrecy.masked([line], ())
