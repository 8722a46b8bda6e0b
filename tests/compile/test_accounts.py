"""accounts.yaml: the whole of it, and what is said of every mistake."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.accounts import parse_accounts
from postiz_ops.diagnostics import Diagnostic, has_errors
from postiz_ops.model import Client, Config, Person, Policy, Span, StateSettings
from tests.compile.cost import affordable
from tests.compile.said import said

EVERYTHING = """
    version: 1
    branch: main
    timezone: Europe/Berlin
    content: content
    state: {remote: origin, branch: postiz-state, id: 5f3c}
    defaults: {thread: auto}
    policy:
      max_lateness: 12h
      min_gap: 90m
      max_per_run: 20
      alt_text: off
      prune: true
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
      acme-bluesky: {provider: bluesky, enabled: false}
      acme-pds: {provider: bluesky, url: "https://pds.example.com"}
    groups:
      everywhere: [acme-mastodon, acme-bluesky]
    people:
      alice: {name: Alice Doe, mastodon: "@alice@hachyderm.io", linkedin: "urn:li:person:abc"}
    media_host: github-raw
    notify: ["mailto://bot:${MAIL_PASSWORD}@example.com"]
"""
REVOKE = "help: write `${NAME}` in its place, put the value into that variable, and revoke it if it was committed"
LEAST = "version: 1\nstate: {id: 5f3c}\n"


def parse(text: str, *, partial: bool = False) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    return parse_accounts(dedent(text).lstrip("\n").encode(), partial=partial)


def findings(text: str) -> list[str]:
    return said(parse(text)[1])


def account(entry: str) -> list[str]:
    """What is said of one account that stands on line 4."""
    return findings(f"{LEAST}accounts:\n  acme: {entry}\n")


def test_the_file_of_the_documentation() -> None:
    config, found = parse(EVERYTHING)
    assert [finding.code for finding in found] == ["PZ115", "PZ115"]  # `prune` and `notify` are read, and not acted on
    assert config is not None
    assert (config.branch, config.timezone, config.content) == ("main", "Europe/Berlin", "content")
    assert config.state == StateSettings("origin", "postiz-state", "5f3c")
    assert config.defaults == {"thread": "auto"}
    assert config.policy == Policy(timedelta(hours=12), timedelta(minutes=90), 20, "off", prune=True)
    assert config.clients == {"acme": Client("acme", "ACME Inc.", ("@acme/social",))}
    assert config.groups == {"everywhere": ("acme-mastodon", "acme-bluesky")}
    assert config.people == {
        "alice": Person(
            "Alice Doe",
            {
                "mastodon": "@alice@hachyderm.io",
                "linkedin": "urn:li:person:abc",
                "linkedin-page": "urn:li:person:abc",
            },
        )
    }
    assert (config.media_host, config.notify) == ("github-raw", ("mailto://bot:${MAIL_PASSWORD}@example.com",))
    assert config.digest == hashlib.sha256(dedent(EVERYTHING).lstrip("\n").encode()).hexdigest()


def test_its_accounts() -> None:
    config, _ = parse(EVERYTHING)
    assert config is not None
    mastodon, bluesky, pds = config.accounts.values()
    assert (mastodon.id, mastodon.provider, mastodon.client) == ("acme-mastodon", "mastodon", "acme")
    assert mastodon.credentials == {"access_token": "ACME_MASTODON_TOKEN"}
    assert mastodon.settings == {"visibility": "unlisted"}
    assert mastodon.slots == ("mon-fri 09:00", "sat 11:00")
    assert mastodon.span == Span("accounts.yaml", 17, 5, 23, 42)
    assert (mastodon.enabled, bluesky.enabled) == (True, False)
    assert [a.origin for a in (mastodon, bluesky, pds)] == [
        "https://mastodon.social",
        "https://bsky.social",
        "https://pds.example.com",
    ]


def test_what_is_absent_has_its_documented_default() -> None:
    config, found = parse(LEAST)
    assert found == ()
    assert config is not None
    assert (config.branch, config.timezone, config.content, config.media_host) == (None, "UTC", "content", None)
    assert config.state == StateSettings("origin", "postiz-state", "5f3c")
    assert config.policy == Policy(timedelta(hours=24), timedelta(0), 100, "error", prune=False)


def test_sections_may_be_left_empty() -> None:
    config, found = parse(f"{LEAST}accounts:\ngroups:\npeople:\nclients:\ndefaults:\npolicy:\n")
    assert found == ()
    assert config is not None
    assert config.accounts == {}


@pytest.mark.parametrize("text", ["", "# accounts\n", "~\n", "\n\n"])
def test_an_empty_file(text: str) -> None:
    assert findings(text) == [
        "1:1-1:2 PZ100 accounts.yaml is empty",
        "help: run `postiz-ops init`, or write `version: 1` and your `accounts`",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n", ["1:1-1:4 PZ017 accounts.yaml is a list, not a mapping", "help: write it as `key: value` lines"]),
        (
            "state: {id: 5f3c}\n",
            ["1:1-1:2 PZ031 `version` is missing", "help: begin the file with `version: 1`"],
        ),
        (
            "version: 2\nstate: {id: 5f3c}\n",
            [
                "1:10-1:11 PZ101 this is version `2`, not 1",
                "help: write `version: 1`, or install the version of postiz-ops that reads it",
            ],
        ),
        (
            "version: true\nstate: {id: 5f3c}\n",
            [
                "1:10-1:14 PZ101 this is version `True`, not 1",
                "help: write `version: 1`, or install the version of postiz-ops that reads it",
            ],
        ),
        (
            "version: 1\nstate: {remote: origin}\n",
            ["2:1-2:6 PZ102 `state.id` is missing", "help: run `postiz-ops state init`, which writes it"],
        ),
        (
            "version: 1\n",
            ["1:1-1:2 PZ102 `state.id` is missing", "help: run `postiz-ops state init`, which writes it"],
        ),
        (
            f"{LEAST}timezone: Europe/Berlim\n",
            [
                "3:11-3:24 PZ103 unknown timezone `Europe/Berlim`",
                "help: write `Europe/Berlin`, or another name of the IANA database",
            ],
        ),
        (
            f"{LEAST}timezone: ../etc/passwd\n",
            [
                "3:11-3:24 PZ103 unknown timezone `../etc/passwd`",
                "help: write `Europe/Berlin`, or another name of the IANA database",
            ],
        ),
        (
            f"{LEAST}accounts:\n  bluesky: {{provider: bluesky}}\n",
            ["4:3-4:10 PZ104 account `bluesky` has the name of a provider", "help: give the account a name of its own"],
        ),
        (
            f"{LEAST}accounts:\n  youtube: {{provider: bluesky}}\n",
            ["4:3-4:10 PZ104 account `youtube` has the name of a provider", "help: give the account a name of its own"],
        ),
        (
            f"{LEAST}accounts:\n  a: {{provider: bluesky}}\ngroups:\n  a: [a]\n",
            ["6:3-6:4 PZ104 group `a` has the name of an account", "help: give the group a name of its own"],
        ),
        (
            f"{LEAST}accounts:\n  Acme Sky: {{provider: bluesky}}\n",
            [
                "4:3-4:11 PZ105 `Acme Sky` cannot be an account's id",
                "help: use small letters, digits and `-`, 64 at most",
            ],
        ),
        (
            f"{LEAST}groups:\n  all of them: []\n",
            [
                "4:3-4:14 PZ105 `all of them` cannot be the name of a group",
                "help: use letters, digits, `.`, `_` and `-`, 64 at most",
            ],
        ),
        (
            f"{LEAST}people:\n  al}}ice: {{name: Alice}}\n",
            [
                "4:3-4:9 PZ105 `al}ice` cannot be the name of a person",
                "help: use letters, digits, `.`, `_` and `-`, 64 at most",
            ],
        ),
        (
            f"{LEAST}accounts:\n  acme-bluesky: {{provider: bluesky}}\ngroups:\n  all: [acme-blueski]\n",
            ["6:9-6:21 PZ107 unknown account `acme-blueski`", "help: write `acme-bluesky`"],
        ),
        (
            f"{LEAST}clients:\n  acme: {{name: ACME}}\naccounts:\n  a: {{provider: bluesky, client: amce}}\n",
            ["6:34-6:38 PZ108 unknown client `amce`", "help: write `acme`"],
        ),
        (f"{LEAST}acounts: {{}}\n", ["3:1-3:8 PZ030 unknown key `acounts`", "help: write `accounts`"]),
        (f"{LEAST}policy: {{min_gab: 5m}}\n", ["3:10-3:17 PZ030 unknown key `min_gab`", "help: write `min_gap`"]),
        (f"{LEAST}defaults: {{titel: x}}\n", ["3:12-3:17 PZ030 unknown key `titel`", "help: write `title`"]),
        (
            f"{LEAST}defaults: {{id: x}}\n",
            [
                "3:12-3:14 PZ032 an `id` cannot be the default of all posts",
                "help: delete it here, and write it in the post",
            ],
        ),
        (
            f"{LEAST}people:\n  alice: {{name: Alice, mastadon: '@a@b.c'}}\n",
            ["4:24-4:32 PZ030 unknown key `mastadon`", "help: write `mastodon`"],
        ),
        (f"{LEAST}people:\n  alice: {{}}\n", ["4:10-4:12 PZ031 `name` is missing here", "help: add `name`"]),
        (
            f"{LEAST}policy: {{max_lateness: soon}}\n",
            ["3:24-3:28 PZ032 `soon` is not a duration", "help: write a number and `s`, `m`, `h`, `d` or `w`"],
        ),
        (
            f"{LEAST}policy: {{max_lateness: 999999w}}\n",
            ["3:24-3:31 PZ032 `999999w` is not a duration", "help: write a number and `s`, `m`, `h`, `d` or `w`"],
        ),
        (
            "version: 1\nstate: {id: a b}\n",
            [
                "2:13-2:16 PZ032 `a b` is not the id of a state",
                "help: run `postiz-ops state init`, which writes it",
            ],
        ),
        (
            f"{LEAST}policy: {{alt_text: of}}\n",
            ["3:20-3:22 PZ032 `alt_text` must be `error`, `warning` or `off`, not `of`", "help: write `off`"],
        ),
        (
            f"{LEAST}policy: {{max_per_run: 0}}\n",
            ["3:23-3:24 PZ032 `max_per_run` must be at least 1, not `0`", "help: write at least 1"],
        ),
        (
            f"{LEAST}branch: --upload-pack=x\n",
            ["3:9-3:24 PZ032 `--upload-pack=x` cannot be the name of a branch", "help: write a name as git has them"],
        ),
        (
            "version: 1\nstate: {id: 5f3c, remote: 'ext::sh -c x'}\n",
            [
                "2:27-2:41 PZ032 `ext::sh -c x` cannot be a remote",
                "help: write a remote's name, or its https or ssh URL",
            ],
        ),
        (
            f"{LEAST}content: ../posts\n",
            ["3:10-3:18 PZ032 `../posts` is not a folder of the repository", "help: write a path such as `content`"],
        ),
        (
            f"{LEAST}media_host: ftp://example.com\n",
            ["3:13-3:30 PZ032 `ftp://example.com` is no media host", "help: write `github-raw` or an `s3://` URL"],
        ),
        (
            f"{LEAST}accounts: [a]\n",
            ["3:11-3:14 PZ032 `accounts` must be a mapping, not a list", "help: write it as `key: value`"],
        ),
    ],
)
def test_findings(text: str, expected: list[str]) -> None:
    assert findings(text) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{}", ["4:9-4:11 PZ031 `provider` is missing here", "help: add `provider`"]),
        ("bluesky", ["4:9-4:16 PZ032 this must be a mapping, not `bluesky`", "help: write it as `key: value`"]),
        ("{provider: mastadon}", ["4:20-4:28 PZ106 unknown provider `mastadon`", "help: write `mastodon`"]),
        (
            "{provider: bluesky, credentials: {pasword: '${X}'}}",
            ["4:43-4:50 PZ111 unknown credential `pasword`", "help: write `password`"],
        ),
        (
            "{provider: mastodon}",
            [
                "4:10-4:18 PZ112 `acme` does not say which Mastodon server it is on",
                "help: add `url: https://…` with the server's name",
            ],
        ),
        (
            "{provider: slack, url: https://acme.slack.com}",
            ["4:32-4:54 PZ112 Slack has one server, so an account has no `url`", "help: delete `url`"],
        ),
        (
            "{provider: mastodon, url: http://mastodon.social}",
            ["4:35-4:57 PZ112 `http://mastodon.social` is not encrypted", "help: write `https://mastodon.social`"],
        ),
        (
            "{provider: mastodon, url: https://mastodon.social/@acme}",
            [
                "4:35-4:64 PZ112 `https://mastodon.social/@acme` is more than a server",
                "help: write `https://mastodon.social`",
            ],
        ),
        (
            "{provider: mastodon, url: https://bot@mastodon.social}",
            [
                "4:35-4:62 PZ109 this looks like a secret",
                REVOKE,
                "4:35-4:62 PZ112 a server's URL has no user and no password",
                "help: write `https://mastodon.social`",
            ],
        ),
        (
            "{provider: mastodon, url: https://mаstodon.social}",
            [
                "4:35-4:58 PZ112 `https://mаstodon.social` holds letters that are looked up as others",
                "help: write its ASCII form (`xn--…`)",
            ],
        ),
        (
            "{provider: mastodon, url: mastodon.social}",
            [
                "4:35-4:50 PZ112 `mastodon.social` does not name a server",
                "help: write it as `https://example.com`",
            ],
        ),
        (
            "{provider: mastodon, url: 'https://[::1'}",
            ["4:35-4:49 PZ112 `https://[::1` is not a URL", "help: write it as `https://example.com`"],
        ),
        (
            "{provider: mastodon, url: 'https://example.com:99999'}",
            ["4:35-4:62 PZ112 `https://example.com:99999` is not a URL", "help: write it as `https://example.com`"],
        ),
        (
            "{provider: bluesky, settings: {lang: [de]}}",
            ["4:40-4:44 PZ113 unknown bluesky setting `lang`", "help: write `langs`"],
        ),
        (
            "{provider: mastodon, url: https://a.example, settings: {visibility: friends}}",
            [
                "4:77-4:84 PZ114 `visibility` must be `public`, `unlisted`, `private` or `direct`, not `friends`",
                "help: write `public`, `unlisted`, `private` or `direct`",
            ],
        ),
        (
            "{provider: bluesky, slots: [mon-foo 9]}",
            ["4:37-4:46 PZ032 `mon-foo 9` is not a slot", "help: write days and a time, as in `mon-fri 09:00`"],
        ),
        (
            "{provider: bluesky, enabled: maybe}",
            ["4:38-4:43 PZ032 `enabled` must be `true` or `false`, not `maybe`", "help: write `true` or `false`"],
        ),
    ],
)
def test_findings_about_an_account(entry: str, expected: list[str]) -> None:
    assert account(entry) == expected


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Mastodon.Social/", "https://mastodon.social"),
        ("https://mastodon.social:443", "https://mastodon.social"),
        ("https://mastodon.social:8443", "https://mastodon.social:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_server_is_its_scheme_host_and_port(url: str, origin: str) -> None:
    config, found = parse(f"{LEAST}accounts:\n  acme: {{provider: mastodon, url: '{url}'}}\n")
    assert found == ()
    assert config is not None
    assert config.accounts["acme"].origin == origin


@pytest.mark.parametrize("url", ["http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://10.0.0.1"])
def test_only_the_own_machine_is_reached_without_encryption(url: str) -> None:
    assert account(f"{{provider: mastodon, url: '{url}'}}")[0].endswith(f"PZ112 `{url}` is not encrypted")


def test_a_setting_of_one_kind_of_account_alone() -> None:
    assert account("{provider: discord, settings: {channel: 123456789012345678}}") == []
    assert account("{provider: discord, settings: {username: Acme}}") == []


def test_all_mistakes_are_found_in_one_run_and_what_is_sound_is_kept_for_check() -> None:
    text = """
        version: 1
        timezone: Mars/Base
        accounts:
          good: {provider: bluesky}
          bad: {provider: mastadon}
          worse: 7
        groups:
          all: [good, bad, nobody]
        policy: {min_gap: 1h, prune: maybe}
    """
    config, found = parse(text, partial=True)
    assert [(d.code, d.span.line) for d in found] == [
        ("PZ102", 1),
        ("PZ103", 2),
        ("PZ106", 5),
        ("PZ032", 6),
        ("PZ107", 8),
        ("PZ032", 9),
    ]
    assert config is not None
    assert list(config.accounts) == ["good"]
    assert config.groups == {"all": ("good",)}
    assert parse(text)[0] is None


def test_broken_yaml_is_said_with_its_place() -> None:
    assert findings("version: 1\naccounts: [\n") == [
        "2:11-2:12 PZ010 a value is missing here",
        "help: close the list or mapping with its bracket, and quote a value that begins with a sign",
    ]


def test_a_file_that_is_not_text() -> None:
    config, found = parse_accounts("name: München".encode("latin-1"))
    assert config is None
    assert [d.code for d in found] == ["PZ002"]


@given(st.binary())
def test_any_bytes_are_a_configuration_or_findings(data: bytes) -> None:
    config, found = parse_accounts(data)
    assert (config is None) == has_errors(found)


SECTIONS = ["state", "defaults", "policy", "clients", "accounts", "groups", "people", "notify"]
TOP = st.sampled_from(["version", "branch", "timezone", "content", "media_host", "x", *SECTIONS])
WORD = st.sampled_from(
    ["id", "name", "provider", "mastodon", "url", "credentials", "settings", "slots", "a", "1", "~", "title"]
)
VALUE = st.recursive(
    WORD | st.sampled_from(["${A}", "${GITHUB_A}", "https://a.b", "9h", "true", "é"]).map(lambda text: f'"{text}"'),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(WORD, inner), max_size=4).map(
            lambda items: f"{{{', '.join(f'{k}: {v}' for k, v in items)}}}"
        )
    ),
    max_leaves=12,
)


@given(st.lists(st.tuples(TOP, VALUE), max_size=6))
def test_any_shape_is_a_configuration_or_findings(entries: list[tuple[str, str]]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in entries)
    config, found = parse_accounts(text.encode())
    assert (config is None) == has_errors(found)


def test_no_gap_at_all_needs_no_unit() -> None:
    config, found = parse(f"{LEAST}policy: {{min_gap: 0}}\n")
    assert found == ()
    assert config is not None
    assert config.policy.min_gap == timedelta(0)


def test_a_large_file_costs_little() -> None:
    entries = "".join(f"  a{n}: {{provider: mastodon, url: https://a{n}.example}}\n" for n in range(2_000))
    data = f"{LEAST}accounts:\n{entries}".encode()
    config, found = parse_accounts(data)
    assert (found, len(config.accounts) if config else 0) == ((), 2_000)
    affordable(lambda: parse_accounts(data), len(data))


@pytest.mark.parametrize(
    "text",
    [
        "accounts: {a: {provider: bluesky, url: 'https://" + "a" * 90_000 + "'}}",
        "notify: ['" + "a1" * 45_000 + "']",
        "notify: ['" + "://" * 30_000 + "']",
        "notify: ['" + "https://a:" * 9_000 + "']",
        "branch: " + "xoxb-" * 18_000,
        "groups: {" + "".join(f"g{n}: [x]," for n in range(1_000)) + "}",
        "people: {" + "".join(f"p{n}: {{nam: x}}," for n in range(1_000)) + "}",
    ],
    ids=["url", "token", "slashes", "users", "branch", "groups", "people"],
)
def test_hostile_values_cost_little(text: str) -> None:
    affordable(lambda: parse_accounts(f"{LEAST}{text}\n".encode()), len(text))
