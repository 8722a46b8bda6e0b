"""Which layer decides a field, and what becomes of a post for each of its accounts."""

from __future__ import annotations

from typing import Any

import pytest

from postiz_ops.compile.layers import merged
from postiz_ops.model import Draft, LinkCard
from tests.compile.repository import ACCOUNTS, PNG, compiled, drafts, found

TWO = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
accounts:
  one: {provider: mastodon, url: https://one.example, settings: {visibility: unlisted}}
  two: {provider: mastodon, url: https://two.example}
  sky: {provider: bluesky}
groups:
  all: [sky, two, one]
"""


def compile_one(front: str, *, accounts: str = TWO, body: str = "Hello") -> dict[str, Draft]:
    post = f"---\n{front}\n---\n{body}\n"
    compilation = compiled({"content/post.md": post, "content/a.png": PNG, "content/b.png": PNG}, accounts=accounts)
    assert [finding for finding in compilation.diagnostics if finding.severity == "error"] == []
    return drafts(compilation)


# --- whom it goes to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platforms", "accounts"),
    [
        ("[one]", ["one"]),
        ("[mastodon]", ["one", "two"]),
        ("[all]", ["sky", "two", "one"]),
        ("[two, mastodon, all]", ["two", "one", "sky"]),
        ("bluesky", ["sky"]),
    ],
)
def test_targets(platforms: str, accounts: list[str]) -> None:
    assert list(compile_one(f"platforms: {platforms}")) == accounts


# --- what counts most ---------------------------------------------------------------------------------------------

LAYERS = {
    "post/account": "overrides: {one: {title: post/account}}",
    "post/provider": "overrides: {mastodon: {title: post/provider}}",
    "post": "title: post",
    "defaults/account": "overrides: {one: {title: defaults/account}}",
    "defaults/provider": "overrides: {mastodon: {title: defaults/provider}}",
    "defaults": "title: defaults",
}


@pytest.mark.parametrize("first", range(len(LAYERS)))
def test_precedence(first: int) -> None:
    """Each layer decides when those above it are silent."""
    names = list(LAYERS)[first:]
    post, defaults = (
        merged(*(_read(LAYERS[name]) for name in names if name.startswith("defaults") is is_default))
        for is_default in (False, True)
    )
    accounts = f"{TWO}defaults: {defaults}\n"
    draft = compile_one(f"platforms: [one]\n{_written(post)}", accounts=accounts)["one"]
    assert draft.title == names[0]


def _read(text: str) -> dict[str, Any]:
    import yaml

    value: dict[str, Any] = yaml.safe_load(text)
    return value


def _written(value: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {item}" for key, item in value.items())


def test_another_account_is_not_touched() -> None:
    front = "platforms: [all]\ntitle: A\noverrides: {one: {title: B}, bluesky: {title: C}}"
    assert {name: draft.title for name, draft in compile_one(front).items()} == {"sky": "C", "two": "A", "one": "B"}


def test_null_is_a_value() -> None:
    front = "platforms: [one, two]\ntitle: A\nlink: https://example.com\noverrides: {one: {title: null}}"
    assert {name: draft.title for name, draft in compile_one(front).items()} == {"one": None, "two": "A"}


def test_lists_replace() -> None:
    front = "platforms: [one, two]\nhashtags: [a, b]\noverrides: {one: {hashtags: [c]}}"
    found_tags = {name: draft.hashtags for name, draft in compile_one(front).items()}
    assert found_tags == {"one": ("c",), "two": ("a", "b")}


def test_every_general_field_can_be_overridden() -> None:
    front = """\
platforms: [one, sky]
publish_at: 2026-12-01 09:00
title: A
link: https://example.com/a
hashtags: [a]
content_warning: A
thread: off
media: [{src: a.png, alt: A}]
overrides:
  one:
    publish_at: 2026-12-01 10:00
    title: B
    link: {url: https://example.com/b, title: B}
    hashtags: [b]
    content_warning: B
    thread: auto
    media: [{src: b.png, alt: B}]"""
    one, sky = compile_one(front, body="sentence. " * 20 + "https://example.com/b").values()
    assert [one.title, one.hashtags, one.content_warning, one.parts[0].media[0].alt] == ["B", ("b",), "B", "B"]
    assert [sky.title, sky.hashtags, sky.content_warning, sky.parts[0].media[0].alt] == ["A", ("a",), None, "A"]
    assert [str(draft.schedule.at) for draft in (one, sky)] == [
        "2026-12-01 10:00:00+00:00",
        "2026-12-01 09:00:00+00:00",
    ]
    assert (one.link, sky.link) == (None, LinkCard("https://example.com/a"))


@pytest.mark.parametrize(
    ("hashtags", "expected"),
    [
        ("[a, b]", {"one": ("a", "b"), "sky": ("a", "b")}),
        ("{bluesky: [a], one: [b]}", {"one": ("b",), "sky": ("a",)}),
        ("{mastodon: [a], one: [b]}", {"one": ("b",), "sky": ()}),
        ("{bluesky: a}", {"one": (), "sky": ("a",)}),
    ],
)
def test_hashtags_for_some(hashtags: str, expected: dict[str, tuple[str, ...]]) -> None:
    front = f"platforms: [one, sky]\nhashtags: {hashtags}"
    assert {name: draft.hashtags for name, draft in compile_one(front).items()} == expected


# --- settings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("defaults", "post", "expected"),
    [
        ("{}", "{}", "unlisted"),
        ("{mastodon: {visibility: private}}", "{}", "unlisted"),
        ("{one: {visibility: private}}", "{}", "unlisted"),
        ("{}", "{mastodon: {visibility: private}}", "private"),
        ("{}", "{one: {visibility: direct}, mastodon: {visibility: private}}", "direct"),
    ],
)
def test_precedence_of_settings(defaults: str, post: str, expected: str) -> None:
    accounts = f"{TWO}defaults: {{settings: {defaults}}}\n"
    assert compile_one(f"platforms: [one]\nsettings: {post}", accounts=accounts)["one"].settings == {
        "visibility": expected
    }


def test_defaults_for_settings() -> None:
    accounts = f"{TWO}defaults: {{settings: {{mastodon: {{language: de}}, two: {{sensitive: true}}}}}}\n"
    settings = {name: draft.settings for name, draft in compile_one("platforms: [mastodon]", accounts=accounts).items()}
    assert settings == {
        "one": {"language": "de", "visibility": "unlisted"},
        "two": {"language": "de", "sensitive": True},
    }


def test_what_is_the_default_anyway_is_no_setting() -> None:
    front = "platforms: [two]\nsettings: {two: {sensitive: false, poll: null}}"
    assert compile_one(front)["two"].settings == {}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([{"a": 1}, {"b": 2}], {"a": 1, "b": 2}),
        ([{"a": 1}, {"a": 2}], {"a": 2}),
        ([{"a": [1, 2]}, {"a": [3]}], {"a": [3]}),
        ([{"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}], {"a": {"b": 3, "c": 2}}),
        ([{"a": {"b": 1}}, {"a": None}], {"a": None}),
        ([{"a": 1}, {"a": {"b": 1}}], {"a": {"b": 1}}),
        ([], {}),
    ],
)
def test_merged(layers: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert merged(*layers) == expected


# --- identity and status ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "content", "front", "expected"),
    [
        ("content/a.md", "content", "", ("a", False)),
        ("content/2026/a.b.md", "content", "", ("2026/a.b", False)),
        ("posts/social/a.md", "posts/social", "", ("a", False)),
        ("content/a.md", "content", "id: launch", ("launch", True)),
    ],
)
def test_ids(path: str, content: str, front: str, expected: tuple[str, bool]) -> None:
    accounts = f"{TWO}content: {content}\n"
    compilation = compiled({path: f"---\nplatforms: [one]\n{front}\n---\nHello\n"}, accounts=accounts)
    (post,) = compilation.posts
    (draft,) = post.drafts
    assert (draft.post, draft.explicit_id) == expected
    assert (post.id, post.path) == (expected[0], path)


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("title: A", "draft"),
        ("publish_at: 2026-12-01 09:00", "ready"),
        ("publish_at: now", "ready"),
        ("publish_at: 2026-12-01 09:00\nstatus: draft", "draft"),
        ("publish_at: 2026-12-01 09:00\nstatus: paused", "paused"),
        ("status: draft", "draft"),
    ],
)
def test_statuses(front: str, expected: str) -> None:
    assert compile_one(f"platforms: [one]\n{front}")["one"].status == expected


def test_what_belongs_to_the_post_alone() -> None:
    front = "platforms: [one]\ntags: [spring, sale]\nallow_repeat: true"
    draft = compile_one(front)["one"]
    assert (draft.tags, draft.allow_repeat) == (("spring", "sale"), True)


def test_a_post_that_cannot_be_read_is_there_and_has_no_drafts() -> None:
    compilation = compiled({"content/a.md": "---\nplatforms: [\n---\nHello\n"})
    assert [(post.id, post.drafts) for post in compilation.posts] == [("a", ())]
    assert [finding.severity.value for finding in compilation.diagnostics] == ["error"]


def test_an_error_of_one_account_holds_that_one_alone() -> None:
    accounts = compile_all("a" * 400)
    assert {name: draft.valid for name, draft in accounts.items()} == {"sky": False, "two": True, "one": True}


def compile_all(body: str) -> dict[str, Draft]:
    return drafts(compiled(f"---\nplatforms: [all]\n---\n{body}\n", accounts=TWO))


def test_an_error_of_the_post_holds_all() -> None:
    accounts = compile_all("![](nowhere.png)")
    assert {name: draft.valid for name, draft in accounts.items()} == {"sky": False, "two": False, "one": False}


def test_a_warning_holds_nobody() -> None:
    post = "---\nplatforms: [everywhere]\npublish_at: 2026-12-01 09:00\ncontent_warning: A\n---\nHello\n"
    assert any("warning" in line for line in found(post))
    assert all(draft.valid for draft in drafts(compiled(post, accounts=ACCOUNTS)).values())
