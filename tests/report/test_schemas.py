"""The schemas of accounts.yaml and of posts, held against the parsers that they are made from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator as Validator

from postiz_ops.compile.accounts import parse_accounts
from postiz_ops.compile.fences import Format, cut
from postiz_ops.compile.nodes import load_yaml
from postiz_ops.diagnostics import has_errors
from postiz_ops.model import Config
from postiz_ops.providers import PROVIDERS
from postiz_ops.providers.kinds import kinds_of
from postiz_ops.report.schemas import accounts_schema, post_schema
from tests.compile.repository import ACCOUNTS, PNG, compiled
from tests.report.written import written

ROOT = Path(__file__).resolve().parents[2]


def config_of(text: str) -> Config:
    config, _ = parse_accounts(text.encode())
    if config is None:
        raise AssertionError(text)
    return config


ACCOUNTS_SCHEMA = accounts_schema()
POST_SCHEMA = post_schema()
HERE_SCHEMA = post_schema(config_of(ACCOUNTS))


def value_of(text: str) -> Any:
    """What the parser makes of YAML: times and `off` stay text."""
    node, findings = load_yaml(dedent(text), "file.yaml")
    assert not findings
    return node and node.value


def refusals(schema: Any, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Validator(schema).iter_errors(value)]


@pytest.mark.parametrize("schema", [ACCOUNTS_SCHEMA, POST_SCHEMA, HERE_SCHEMA])
def test_a_schema_is_a_schema(schema: Any) -> None:
    Validator.check_schema(schema)
    assert schema["$schema"] == Validator.META_SCHEMA["$id"]
    references = [value for key, value in pairs(schema) if key == "$ref"]
    assert {reference.removeprefix("#/$defs/") for reference in references} <= schema["$defs"].keys()


def pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, at any depth."""
    if isinstance(value, dict):
        yield from value.items()
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from pairs(child)


@pytest.mark.parametrize("schema", [ACCOUNTS_SCHEMA, POST_SCHEMA])
def test_every_field_is_described(schema: Any) -> None:
    for model in (schema, *schema["$defs"].values()):
        assert [field for field, said in model.get("properties", {}).items() if not said.get("description")] == []


@pytest.mark.parametrize("schema", [ACCOUNTS_SCHEMA, POST_SCHEMA])
def test_every_example_and_default_is_what_its_own_schema_takes(schema: Any) -> None:
    for said in fields_of(schema):
        for example in (*said.get("examples", ()), *([said["default"]] if "default" in said else [])):
            assert refusals({**said, "$defs": schema["$defs"]}, example) == [], said


def fields_of(value: Any) -> list[dict[str, Any]]:
    return [said for key, fields in pairs(value) if key == "properties" for said in fields.values() if said is not True]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_setting_of_every_kind_is_there(provider: str) -> None:
    for kind, spec in kinds_of(PROVIDERS[provider]).items():
        name = provider if kind == "account" else f"{provider}-{kind}"
        for schema in (ACCOUNTS_SCHEMA, POST_SCHEMA):
            settings = schema["$defs"][name]
            assert settings["properties"].keys() == spec.settings.model_fields.keys()
            assert settings["additionalProperties"] is False
            assert "required" not in settings


# --- what is right ------------------------------------------------------------------------------------------------

CONTRACT_ACCOUNTS = """
    version: 1
    branch: main
    timezone: Europe/Berlin
    content: content
    state: {remote: origin, branch: postiz-state, id: 5f3c}
    defaults: {}
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
        {name: Alice Doe, mastodon: "@alice@hachyderm.io", bluesky: alice.example.com, x: "@alice", linkedin: li:abc}
    media_host: null
    notify: []
"""
CONTRACT_POST = """
    id: launch
    title: We are live
    platforms: [acme-mastodon, bluesky, everywhere]
    publish_at: 2026-12-01 09:00
    status: ready
    media:
      - launch.jpg
      - {src: clip.mp4, alt: A short clip, thumbnail: cover.jpg, only: [youtube]}
      - src: https://cdn.example.com/big.mp4
        sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        alt: A long clip
    tags: [spring]
    hashtags: [GitOps, python]
    link: https://example.com
    content_warning: null
    thread: auto
    repeat: {every: 7d, until: 2027-01-31}
    signature: default
    overrides:
      youtube: {title: A longer title, publish_at: 2026-12-01 12:00}
    settings:
      reddit: {subreddit: python}
      acme-mastodon: {visibility: public}
"""
SHORTHANDS = """
    id: 2026
    title: 2027
    platforms: everywhere
    publish_at: queue
    hashtags: {bluesky: GitOps, acme-mastodon: ["#GitOps", 42]}
    tags: spring
    link: {url: https://example.com, title: T, description: D, image: card.png}
    repeat: FREQ=WEEKLY;BYDAY=MO
    thread: off
    allow_repeat: yes
    media: [{src: /media/a.png, alt: A, only: bluesky}]
    settings:
      mastodon: {poll: {options: [a, b], expires_in: 300}}
      discord: {channel: "1"}
      bluesky: {replies: nobody}
"""


def test_the_contracts_accounts_are_taken() -> None:
    assert refusals(ACCOUNTS_SCHEMA, value_of(CONTRACT_ACCOUNTS)) == []


@pytest.mark.parametrize("text", [CONTRACT_POST, SHORTHANDS])
def test_the_contracts_post_and_every_shorthand_are_taken(text: str) -> None:
    assert refusals(POST_SCHEMA, value_of(text)) == []
    assert refusals(post_schema(config_of(dedent(CONTRACT_ACCOUNTS))), value_of(text)) == []


def test_this_repository_is_taken() -> None:
    accounts = (ROOT / "accounts.yaml").read_text(encoding="utf-8")
    assert refusals(ACCOUNTS_SCHEMA, value_of(accounts)) == []
    schema = post_schema(config_of(accounts))
    posts = sorted((ROOT / "content").rglob("*.md"))
    assert posts
    for path in posts:
        text = path.read_text(encoding="utf-8")
        front = cut(text)
        assert front is not None
        assert not isinstance(front, Format)
        assert refusals(schema, value_of(text[front.start : front.end])) == [], path


# --- what is wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        "titel: We are live",
        "status: redy",
        "platforms: acme-mastodon, acme-bluesky",
        "platforms: {mastodon: true}",
        "platforms: [mastodn]",
        "publish_at: tomorrow",
        "publish_at: 2030-01-07",
        "publish_at: 2030-01-07 9:00",
        "publish_at: 07/01/2030 09:00",
        "publish_at: 20300107",
        "id: ''",
        "id: ' launch'",
        "hashtags: 'GitOps, python'",
        "hashtags: [git ops]",
        "hashtags: {bluesky: ['a b']}",
        "hashtags: {everywhere: [GitOps]}",
        "media: launch.jpg",
        "media: [{alt: A launch}]",
        "media: [{src: launch.jpg, alt: true}]",
        "media: [{src: launch.jpg, only: [mastodn]}]",
        "media: ['http://example.com/launch.jpg']",
        "media: ['https://example.com/launch.jpg']",
        "media: [{src: 'https://example.com/launch.jpg', alt: A}]",
        "media: [{src: launch.jpg, sha256: 9f86d0}]",
        "link: {title: Without a url}",
        "link: [https://example.com]",
        "link: true",
        "media: [true]",
        "repeat: true",
        "thread: on",
        "repeat: weekly",
        "repeat: {every: week}",
        "repeat: {until: 2031-01-31}",
        "repeat: {every: 7d, rrule: FREQ=DAILY}",
        "repeat: {every: 7d, until: next year}",
        "allow_repeat: maybe",
        "signature: [default]",
        "content_warning: true",
        "overrides: {bluesky: {status: draft}}",
        "overrides: {everywhere: {title: T}}",
        "overrides: {bluesky: {publish_at: noon}}",
        "overrides:",
        "settings: {everywhere: {}}",
        "settings: {mastodon: {visiblity: private}}",
        "settings: {mastodon: {visibility: friends}}",
        "settings: {acme-mastodon: {poll: {options: [a], expires_in: 300}}}",
        "settings: {acme-mastodon: {poll: {options: [a, b]}}}",
        "settings: {acme-discord: {channel: general}}",
        "settings: {acme-mastodon: {language: german}}",
        "settings: {acme-mastodon: {language: 7}}",
        "settings: {acme-slack: {channel: C0123456789}}",
        "settings: {acme-bluesky: {langs: [english]}}",
    ],
)
def test_a_mistake_in_a_post_is_refused_by_both(mistake: str) -> None:
    post = "platforms: [everywhere]\npublish_at: 2030-01-07 09:00\n"
    name = mistake.partition(":")[0]
    kept = "".join(line for line in post.splitlines(keepends=True) if not line.startswith(name))
    assert refusals(HERE_SCHEMA, value_of(kept)) == []
    assert refusals(HERE_SCHEMA, value_of(kept + mistake)), "the schema takes it"
    media = {"launch.jpg": PNG}
    assert has_errors(compiled({"content/post.md": f"---\n{kept}{mistake}\n---\nHello\n", **media}).diagnostics)


@pytest.mark.parametrize(
    "mistake",
    [
        "version: 2",
        "verison: 1",
        "branch: -x",
        "branch: a..b",
        "branch: [main]",
        "content: ../posts",
        "content: /posts",
        "timezone: [Europe/Berlin]",
        "state: {remote: -x}",
        "state: {id: a b}",
        "state: {name: x}",
        "policy: {max_lateness: a day}",
        "policy: {max_lateness: 24}",
        "policy: {max_per_run: 0}",
        "policy: {max_per_run: many}",
        "policy: {alt_text: warn}",
        "policy: {prune: yes}",
        "defaults: {id: x}",
        "defaults: {titel: x}",
        "clients: {acme: {reviewers: ['@acme']}}",
        "clients: {acme: {name: A, reviewers: '@acme'}}",
        "accounts: [acme]",
        "accounts: {Acme: {provider: bluesky}}",
        "accounts: {bluesky: {provider: bluesky}}",
        "accounts: {acme: {url: https://mastodon.social}}",
        "accounts: {acme: {provider: mastadon, url: https://mastodon.social}}",
        "accounts: {acme: {provider: mastodon}}",
        "accounts: {acme: {provider: mastodon, url: }}",
        "accounts: {acme: {provider: mastodon, url: http://mastodon.social}}",
        "accounts: {acme: {provider: mastodon, url: https://mastodon.social/@acme}}",
        "accounts: {acme: {provider: mastodon, url: https://me:pw@mastodon.social}}",
        "accounts: {acme: {provider: slack, url: https://slack.com}}",
        "accounts: {acme: {provider: bluesky, credentials: {token: '${X}'}}}",
        "accounts: {acme: {provider: bluesky, credentials: {password: test-password}}}",
        "accounts: {acme: {provider: bluesky, credentials: {password: '${GITHUB_TOKEN}'}}}",
        "accounts: {acme: {provider: bluesky, enabled: sometimes}}",
        "accounts: {acme: {provider: bluesky, slots: [mon-fri 9:00]}}",
        "accounts: {acme: {provider: bluesky, slots: mon-fri 09:00}}",
        "accounts: {acme: {provider: bluesky, settings: {lang: en}}}",
        "accounts: {acme: {provider: discord, settings: {channel: general}}}",
        "accounts: {acme: {provider: discord, settings: {channel: '1', username: Acme}}}",
        "accounts: {acme: {provider: bluesky, bot: true}}",
        "groups: {all: acme}",
        "groups: {mastodon: []}",
        "groups: {all of them: []}",
        "people: {alice: {mastodon: '@alice@example.com'}}",
        "people: {alice: {name: Alice, mastadon: '@alice@example.com'}}",
        "people: {alice b: {name: Alice}}",
        "media_host: https://example.com",
        "notify: mailto://me@example.com",
    ],
)
def test_a_mistake_in_accounts_yaml_is_refused_by_both(mistake: str) -> None:
    text = f"version: 1\n{mistake}\n" if not mistake.startswith("version") else f"{mistake}\n"
    assert refusals(ACCOUNTS_SCHEMA, value_of(text)), "the schema takes it"
    assert has_errors(parse_accounts(text.encode())[1])


def test_accounts_without_a_version_are_refused_by_both() -> None:
    assert refusals(ACCOUNTS_SCHEMA, {"accounts": {}})
    assert has_errors(parse_accounts(b"accounts: {}\n")[1])


# --- and whatever else is refused ---------------------------------------------------------------------------------


@given(st.data())
def test_what_the_schema_refuses_of_a_post_the_compiler_refuses_too(data: st.DataObject) -> None:
    front = data.draw(written(HERE_SCHEMA, HERE_SCHEMA["$defs"]).filter(lambda value: isinstance(value, dict)))
    front = {"platforms": ["everywhere"]} | front
    front["publish_at"] = front.get("publish_at") or "2030-01-07 09:00"  # without a time nobody asks for the repeat
    refused = refusals(HERE_SCHEMA, front)
    if refused and accounts_of(front) == {"mastodon", "bluesky", "discord", "slack"}:
        names = ("content/launch.jpg", "media/launch.jpg", "content/card.png", "content/cover.jpg")
        files = dict.fromkeys(names, PNG)
        post = f"---\n{json.dumps(front)}\n---\nHello\n"
        found = compiled({"content/post.md": post.encode(), "signatures/default.md": "Bye", **files}).diagnostics
        assert has_errors(found), refused


def accounts_of(front: Any) -> set[str]:
    """The providers that a post goes to. Of others a schema judges the settings too, which the compiler does not."""
    names = front["platforms"] if isinstance(front["platforms"], list) else [front["platforms"]]
    everywhere = {"mastodon", "bluesky", "discord", "slack"}
    return everywhere if "everywhere" in names else everywhere & {str(name).removeprefix("acme-") for name in names}


@given(st.data())
def test_what_the_schema_refuses_of_accounts_yaml_the_parser_refuses_too(data: st.DataObject) -> None:
    value = data.draw(written(ACCOUNTS_SCHEMA, ACCOUNTS_SCHEMA["$defs"]).filter(lambda value: isinstance(value, dict)))
    value.pop("defaults", None)  # those are judged in the posts that they become part of
    refused = refusals(ACCOUNTS_SCHEMA, value)
    if refused:
        assert has_errors(parse_accounts(json.dumps(value).encode())[1]), refused


def test_a_schema_is_the_same_every_time() -> None:
    assert json.dumps(accounts_schema()) == json.dumps(ACCOUNTS_SCHEMA)
    assert yaml.safe_load(json.dumps(ACCOUNTS_SCHEMA)) == ACCOUNTS_SCHEMA
