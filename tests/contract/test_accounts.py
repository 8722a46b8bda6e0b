"""Section 2 of the contract: accounts.yaml, its mistakes, its references to credentials, and whom an account trusts."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.contract import outside
from tests.contract.outside import Repository, Sandbox

FULL = """\
version: 1
branch: main
timezone: Europe/Berlin
content: content
state: {remote: origin, branch: postiz-state}
defaults: {hashtags: [Always]}
policy:
  max_lateness: 24h
  min_gap: 0s
  max_per_run: 100
  alt_text: error
  prune: false
clients:
  acme: {name: ACME Inc., reviewers: ["@acme/social"]}
accounts:
  acme-mastodon:
    provider: mastodon
    client: acme
    url: https://mastodon.social
    enabled: true
    credentials: {access_token: "${ACME_MASTODON_TOKEN}"}
    settings: {visibility: unlisted}
    slots: ["mon-fri 09:00", "sat 11:00"]
  acme-bluesky: {provider: bluesky}
groups:
  everywhere: [acme-mastodon, acme-bluesky]
people:
  alice:
    name: Alice Doe
    mastodon: "@alice@hachyderm.io"
    bluesky: alice.example.com
    x: "@alice"
    linkedin: "urn:li:person:abc"
media_host: null
notify: []
"""
HEAD = "version: 1\nbranch: main\n"
ONE = HEAD + "accounts:\n  one: {provider: mastodon, url: https://mastodon.social}\n"
NAMES = {
    "facebook": "settings: {page: 1}",
    "instagram": "settings: {user: 1}",
    "instagram-standalone": "settings: {user: 1}",
    "x": "",
    "linkedin": "",
    "linkedin-page": "settings: {organization: 1}",
    "youtube": "settings: {privacy: unlisted}",
    "tiktok": "settings: {privacy: SELF_ONLY}",
    "threads": "settings: {user: 1}",
    "reddit": "settings: {subreddit: python}",
    "pinterest": "settings: {board: 1}",
    "discord": "settings: {channel: 1}",
    "slack": "settings: {channel: C1}",
    "mastodon": "url: https://mastodon.social",
    "bluesky": "",
    "dribbble": "",
}
CREDENTIALS = {
    "mastodon": ["access_token"],
    "bluesky": ["identifier", "password"],
    "discord": ["webhook_url"],
    "slack": ["webhook_url"],
    "x": ["api_key", "api_secret", "access_token", "access_token_secret"],
    "linkedin": ["access_token"],
    "linkedin-page": ["access_token"],
    "facebook": ["access_token"],
    "instagram": ["access_token"],
    "instagram-standalone": ["access_token"],
    "threads": ["access_token"],
    "youtube": ["access_token"],
    "tiktok": ["access_token"],
    "reddit": ["access_token"],
    "dribbble": ["access_token"],
    "pinterest": ["access_token"],
}
# Each line that ends in `#! word` is wrong, and what is said of it has to name that word.
MANY = """\
version: 1
branch: main
timezon: UTC                                                     #! timezone
timezone: Europe/Belin                                           #! Europe/Berlin
media_host: ftp://example.com                                    #! s3://
notify: ["mailtos://user:test-token@example.com"]                #! ${
defaults: {hashtag: [A]}                                         #! hashtags
policy:
  max_latenes: 1h                                                #! max_lateness
  min_gap: soon                                                  #! soon
  alt_text: maybe                                                #! maybe
  max_per_run: many                                              #! many
accounts:
  one: {provider: mastodon, url: https://mastodon.social}
  key: {provider: mastodon, ur: https://a.example}               #! url
  near: {provider: mastadon}                                     #! mastodon
  Acme_One: {provider: bluesky}                                  #! Acme_One
  literal: {provider: bluesky, credentials: {password: hunter}}  #! ${
  mixed: {provider: bluesky, credentials: {password: "x${ONE}"}} #! ${
  typo: {provider: bluesky, credentials: {passwort: "${ONE}"}}   #! password
  plain: {provider: mastodon, url: http://mastodon.social}       #! https
  nowhere: {provider: mastodon}                                  #! url
  ftp: {provider: mastodon, url: ftp://mastodon.social}          #! https
  client: {provider: bluesky, client: nobody}                    #! nobody
  x: {provider: bluesky}                                         #! x
  slot: {provider: bluesky, slots: ["monday at nine"]}           #! slot
  setting: {provider: bluesky, settings: {lang: [en]}}           #! langs
  github: {provider: bluesky, credentials: {password: "${GITHUB_TOKEN}"}}            #! GITHUB_TOKEN
  actions: {provider: bluesky, credentials: {password: "${ACTIONS_RUNTIME_TOKEN}"}}  #! ACTIONS_RUNTIME_TOKEN
  runner: {provider: bluesky, credentials: {password: "${RUNNER_NAME}"}}             #! RUNNER_NAME
  aws: {provider: bluesky, credentials: {password: "${AWS_SECRET_ACCESS_KEY}"}}      #! AWS_SECRET_ACCESS_KEY
groups:
  all: [two]                                                     #! two
  one: [one]                                                     #! one
  bluesky: [one]                                                 #! bluesky
"""
MISTAKES = {n: line.split("#! ")[1] for n, line in enumerate(MANY.splitlines(), 1) if "#! " in line}
WRONG = {
    "version": ONE.replace("version: 1", "version: 9"),
    "no-version": ONE.replace("version: 1\n", ""),
    "anchor": HEAD + "accounts:\n  one: &a {provider: bluesky}\n",
    "twice": ONE + "timezone: UTC\ntimezone: UTC\n",
    "broken": "version: 1\naccounts: [\n",
    "empty": "",
    "a-list": "- version: 1\n",
}


def _about(here: Repository) -> list[dict[str, Any]]:
    return [one for one in here.findings() if one["path"] == "accounts.yaml"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return outside.new(tmp_path_factory.mktemp("accounts"), FULL)


def test_every_field_of_the_contract_is_taken(here: Repository) -> None:
    here.write("accounts.yaml", FULL)
    assert [one for one in _about(here) if one["severity"] == "error"] == []


def test_all_sixteen_names_are_taken_with_their_credentials_and_settings(here: Repository) -> None:
    lines = []
    for name, more in NAMES.items():
        given = ", ".join(f'{one}: "${{TEST_{one.upper()}}}"' for one in CREDENTIALS[name])
        bot = name in {"discord", "slack"}
        if bot:
            lines.append(f'  at-{name}-bot: {{provider: {name}, {more}, credentials: {{bot_token: "${{BOT}}"}}}}\n')
        kind = f"provider: {name}, {more}" if more and not bot else f"provider: {name}"
        lines.append(f"  at-{name}: {{{kind}, credentials: {{{given}}}}}\n")
    lines.append('  at-x-two: {provider: x, credentials: {access_token: "${TEST_ACCESS_TOKEN}"}}\n')
    here.write("accounts.yaml", HEAD + "accounts:\n" + "".join(lines))
    assert [one for one in _about(here) if one["severity"] == "error"] == []


@pytest.fixture(scope="module")
def many(here: Repository) -> list[dict[str, Any]]:
    here.write("accounts.yaml", MANY)
    return [one for one in _about(here) if one["severity"] == "error"]


@pytest.mark.parametrize("line", MISTAKES, ids=lambda line: MANY.splitlines()[line - 1].split()[0])
def test_every_mistake_is_found_in_one_run_with_its_line_and_help(many: list[dict[str, Any]], line: int) -> None:
    found = [one for one in many if one["line"] == line]
    assert found
    assert MISTAKES[line] in " ".join(one["message"] + " " + one["help"] for one in found)


def test_nothing_that_is_right_is_called_wrong(many: list[dict[str, Any]]) -> None:
    assert {one["line"] for one in many} == set(MISTAKES)


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_is_no_configuration_is_findings(here: Repository, name: str) -> None:
    here.write("accounts.yaml", WRONG[name])
    assert any(one["severity"] == "error" for one in _about(here))


@pytest.mark.parametrize("command", ["plan", "publish", "status"])
@pytest.mark.parametrize("text", ["version: [", None], ids=["broken", "missing"])
def test_a_broken_or_missing_file_is_2_for_every_other_command(tmp_path: Path, command: str, text: str | None) -> None:
    there = outside.new(tmp_path, text or "x")
    if text is None:
        (tmp_path / "accounts.yaml").unlink()
        there.commit()
    there.run(command).exits(2)


def test_a_missing_file_is_2_for_check(tmp_path: Path) -> None:
    there = outside.new(tmp_path, "x")
    (tmp_path / "accounts.yaml").unlink()
    outcome = there.run("check").exits(2)
    assert "accounts.yaml" in outcome.err


# --- credentials and servers, against the sandbox -------------------------------------------------------------------

TWO = """\
version: 1
branch: main
policy: {max_lateness: 3650d}
accounts:
  acme-mastodon:
    provider: mastodon
    url: URL
    credentials: {access_token: "${ACME_MASTODON_TOKEN}"}
  bare-mastodon: {provider: mastodon, url: https://mastodon.social}
"""
DUE = "publish_at: 2026-11-01T09:00:00Z"
NOW = "2026-11-01T09:05:00Z"


@pytest.fixture
def due(tmp_path: Path, platforms: Sandbox) -> Repository:
    there = outside.new(tmp_path, TWO.replace("URL", "https://mastodon.social"), state=True)
    there.env["POSTIZ_OPS_ENDPOINT"] = platforms.url
    return there


def _identities(platforms: Sandbox, text: str) -> list[str]:
    return [one["account"] for one in platforms.posts() if one["text"] == text]


def test_credentials_are_looked_for_in_the_file_then_by_name(due: Repository, platforms: Sandbox) -> None:
    due.post("in-file", f"platforms: [acme-mastodon]\n{DUE}")
    due.post("by-name", f"platforms: [bare-mastodon]\n{DUE}")
    due.commit()
    due.env |= {
        "ACME_MASTODON_TOKEN": "test-in-file",
        "POSTIZ_ACME_MASTODON_ACCESS_TOKEN": "test-by-name-loses",
        "POSTIZ_BARE_MASTODON_ACCESS_TOKEN": "test-by-name",
    }
    assert due.publish("--now", NOW)["published"] == 2
    before = _identities(platforms, "This is the text of in-file.") + _identities(
        platforms, "This is the text of by-name."
    )
    assert len(set(before)) == 2
    due.post("again", f"platforms: [acme-mastodon]\n{DUE}")
    due.commit()
    due.env.pop("POSTIZ_ACME_MASTODON_ACCESS_TOKEN")
    assert due.publish("--now", NOW)["published"] == 1
    assert _identities(platforms, "This is the text of again.") == before[:1]


def test_a_missing_variable_is_named_with_its_account_and_holds_nobody_else(due: Repository) -> None:
    due.post("one", f"platforms: [acme-mastodon, bare-mastodon]\n{DUE}")
    due.commit()
    due.env["POSTIZ_BARE_MASTODON_ACCESS_TOKEN"] = "test-by-name"
    outcome = due.run("publish", "--now", NOW, "--format", "json").exits(1)
    assert outcome.json["published"] == 1
    said = outcome.out + outcome.err
    assert "ACME_MASTODON_TOKEN" in said
    assert "acme-mastodon" in said
    state = due.status()["one/acme-mastodon"]
    assert (state["state"], state["error"]["kind"]) == ("held", "reauthorize")


def test_another_server_is_held_until_it_is_trusted(due: Repository, platforms: Sandbox) -> None:
    due.env["ACME_MASTODON_TOKEN"] = "test-token"
    due.post("first", f"platforms: [acme-mastodon]\n{DUE}")
    due.commit()
    due.publish("--now", NOW)
    due.write(
        "accounts.yaml",
        (due.root / "accounts.yaml").read_text().replace("https://mastodon.social\n", "https://evil.example\n"),
    )
    due.post("second", f"platforms: [acme-mastodon]\n{DUE}")
    due.commit()
    due.run("publish", "--now", NOW)
    assert due.states()["second/acme-mastodon"] != "published"
    assert "This is the text of second." not in platforms.texts()
    due.run("accounts", "trust", "acme-mastodon").exits(0)
    due.publish("--now", NOW)
    assert due.states()["second/acme-mastodon"] == "published"


def test_a_loopback_server_is_reached_directly_without_an_endpoint(tmp_path: Path) -> None:
    asked: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        there = outside.new(tmp_path, TWO.replace("URL", f"http://127.0.0.1:{server.server_port}"), state=True)
        there.env["ACME_MASTODON_TOKEN"] = "test-token"
        there.run("accounts", "check", "acme-mastodon")
        server.shutdown()
    assert asked
    assert all(path.startswith("/api/") for path in asked), asked


def test_accounts_list_says_what_is_there_and_no_secret(due: Repository) -> None:
    due.env["ACME_MASTODON_TOKEN"] = "test-very-secret"
    outcome = due.run("accounts", "list").exits(0)
    assert "acme-mastodon" in outcome.out
    assert "https://mastodon.social" in outcome.out
    assert "test-very-secret" not in outcome.out + outcome.err


def test_accounts_check_asks_who_the_credential_is(due: Repository) -> None:
    due.env |= {"ACME_MASTODON_TOKEN": "test-token", "POSTIZ_BARE_MASTODON_ACCESS_TOKEN": "test-token"}
    due.run("accounts", "check").exits(0)


@pytest.mark.parametrize(
    "endpoint", ["http://192.0.2.1:80", "https://example.com", "http://mastodon.social", "nonsense"]
)
def test_an_endpoint_is_loopback_only(due: Repository, endpoint: str) -> None:
    due.run("--endpoint", endpoint, "publish").exits(2)
