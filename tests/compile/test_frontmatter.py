"""Every field of front-matter: what is taken, and what is said of the rest."""

from __future__ import annotations

from typing import Any

import pytest

from postiz_ops.compile.frontmatter import FrontMatter
from postiz_ops.compile.source import read_post
from tests.compile.said import CONFIG, said

KNOWN = (
    "help: known keys are `allow_repeat`, `content_warning`, `hashtags`, `id`, `link`, `media`, `overrides`,"
    " `platforms`, `publish_at`, `repeat`, `settings` and 5 more"
)
KNOWN_IN_OVERRIDES = (
    "help: known keys are `content_warning`, `hashtags`, `link`, `media`, `publish_at`, `thread` and `title`"
)


def read(front: str) -> tuple[FrontMatter, list[str]]:
    source = read_post("p.md", f"---\n{front}\n---\nx".encode(), CONFIG)
    assert source.front is not None
    return source.front, said(source.diagnostics)


@pytest.mark.parametrize(
    ("front", "name", "value"),
    [
        ("platforms: mastodon", "platforms", ("mastodon",)),
        ("platforms: [a, 1]", "platforms", ("a", "1")),
        ("title: 2026", "title", "2026"),
        ("title: 1.10.2", "title", "1.10.2"),
        ("title: ''", "title", ""),
        ("id: 2026/launch", "id", "2026/launch"),
        ("id: 7", "id", "7"),
        ("tags: spring", "tags", ("spring",)),
        ("tags:", "tags", None),
        ("hashtags: ['#GitOps', python]", "hashtags", ("GitOps", "python")),
        ("hashtags: {bluesky: [a], acme-mastodon: b}", "hashtags", {"bluesky": ("a",), "acme-mastodon": ("b",)}),
        ("thread: off", "thread", "off"),
        ("thread: false", "thread", "off"),
        ("allow_repeat: true", "allow_repeat", True),
        ("publish_at: now", "publish_at", "now"),
        ("overrides: {}", "overrides", {}),
    ],
)
def test_taken(front: str, name: str, value: Any) -> None:
    fields, found = read(front)
    assert found == []
    assert getattr(fields, name) == value


def test_shorthands() -> None:
    fields, found = read("media: [a.jpg]\nlink: https://example.com\nrepeat: FREQ=WEEKLY")
    assert found == []
    assert fields.media is not None
    assert fields.link is not None
    assert fields.repeat is not None
    assert (fields.media[0].src, fields.link.url, fields.repeat.rrule) == (
        "a.jpg",
        "https://example.com",
        "FREQ=WEEKLY",
    )


def test_an_explicit_null_is_told_from_silence() -> None:
    fields, _ = read("title: null\noverrides: {bluesky: {link: null}}")
    assert fields.model_fields_set == {"title", "overrides"}
    assert fields.overrides["bluesky"].model_fields_set == {"link"}


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("titel: x", ["2:1-2:6 PZ030 unknown key `titel`", "help: write `title`"]),
        ("Title: x", ["2:1-2:6 PZ030 unknown key `Title`", "help: write `title`"]),
        (
            "zzz: x",
            [
                "2:1-2:4 PZ030 unknown key `zzz`",
                KNOWN,
            ],
        ),
        ("overrides: {bluesky: {titel: x}}", ["2:23-2:28 PZ030 unknown key `titel`", "help: write `title`"]),
        (
            "overrides: {bluesky: {platforms: [x]}}",
            [
                "2:23-2:32 PZ030 unknown key `platforms`",
                KNOWN_IN_OVERRIDES,
            ],
        ),
        ("media: [{src: a.jpg, atl: x}]", ["2:22-2:25 PZ030 unknown key `atl`", "help: write `alt`"]),
        ("media: [{alt: x}]", ["2:9-2:17 PZ031 `src` is missing here", "help: add `src`"]),
        ("link: {title: x}", ["2:1-2:5 PZ031 `url` is missing here", "help: add `url`"]),
        (
            "status: redy",
            ["2:9-2:13 PZ032 `status` must be `draft`, `ready` or `paused`, not `redy`", "help: write `ready`"],
        ),
        (
            "status: 7",
            [
                "2:9-2:10 PZ032 `status` must be `draft`, `ready` or `paused`, not `7`",
                "help: write `draft`, `ready` or `paused`",
            ],
        ),
        ("thread: on", ["2:9-2:11 PZ032 `thread` must be `auto` or `off`, not `on`", "help: write `auto` or `off`"]),
        ("title: true", ["2:8-2:12 PZ032 `title` must be text, not `true`", 'help: quote it: `"true"`']),
        ("title: [a]", ["2:8-2:11 PZ032 `title` must be text, not a list", "help: write one text"]),
        ("title: {a: b}", ["2:8-2:14 PZ032 `title` must be text, not a mapping", "help: write one text"]),
        ("tags: {a: b}", ["2:7-2:13 PZ032 `tags` must be a list, not a mapping", "help: write a list"]),
        (
            "tags: [a, ~]",
            ["2:11-2:12 PZ032 item 2 of `tags` must be text, not empty", "help: write a text, or delete the key"],
        ),
        (
            "platforms: mastodon, bluesky",
            ["2:12-2:29 PZ032 `mastodon, bluesky` is one text, not a list", "help: write `[mastodon, bluesky]`"],
        ),
        (
            "hashtags: [spring sale]",
            ["2:12-2:23 PZ032 `spring sale` is not one hashtag", "help: write each hashtag as one word, without `#`"],
        ),
        (
            "hashtags: {bluesky: ['']}",
            ["2:22-2:24 PZ032 `` is not one hashtag", "help: write each hashtag as one word, without `#`"],
        ),
        ("hashtags: 7", ["2:11-2:12 PZ032 `hashtags` must be a list, not `7`", "help: write a list"]),
        (
            "media: a.jpg",
            ["2:8-2:13 PZ032 `media` must be a list, not `a.jpg`", "help: write it as a list: `[one, two]`"],
        ),
        (
            "media: [[a.jpg]]",
            ["2:9-2:16 PZ032 item 1 of `media` must be a mapping, not a list", "help: write it as `key: value`"],
        ),
        (
            "allow_repeat: maybe",
            ["2:15-2:20 PZ032 `allow_repeat` must be `true` or `false`, not `maybe`", "help: write `true` or `false`"],
        ),
        (
            "settings: {mastodon: public}",
            ["2:22-2:28 PZ032 `mastodon` must be a mapping, not `public`", "help: write it as `key: value`"],
        ),
        (
            "repeat: {until: 2027-01-31}",
            [
                "2:9-2:28 PZ032 `repeat` needs to know how often",
                "help: write `{every: 7d}`, or an RRULE such as `FREQ=WEEKLY`",
            ],
        ),
        (
            "id: ' a'",
            [
                "2:5-2:9 PZ032 ` a` cannot be an id",
                "help: write 1 to 200 characters on one line, without spaces around them",
            ],
        ),
        (
            "id: ''",
            [
                "2:5-2:7 PZ032 `` cannot be an id",
                "help: write 1 to 200 characters on one line, without spaces around them",
            ],
        ),
    ],
)
def test_refused(front: str, expected: list[str]) -> None:
    assert read(front)[1] == expected


def test_every_mistake_is_found_in_one_run() -> None:
    _, found = read("titel: x\nstatus: redy\nmedia: [{alt: y}, [z]]\nlink: {}")
    assert [line.split()[:2] for line in found if not line.startswith("help")] == [
        ["2:1-2:6", "PZ030"],
        ["3:9-3:13", "PZ032"],
        ["4:9-4:17", "PZ031"],
        ["4:19-4:22", "PZ032"],
        ["5:1-5:5", "PZ031"],
    ]


def test_a_message_repeats_a_long_value_in_part() -> None:
    _, (message, _) = read(f"status: '{'x' * 5000}'")
    assert message.endswith(f", not `{'x' * 59}…`")


def test_a_message_holds_nothing_that_a_terminal_obeys() -> None:
    _, found = read('status: "a\\u202e`\\x1b[31m"')
    assert found == [
        "2:9-2:27 PZ003 an escape writes U+001B into this value",
        "help: delete the escape",
        "2:9-2:27 PZ032 `status` must be `draft`, `ready` or `paused`, not `a\\u{202e}'\\u{1b}[31m`",
        "help: write `draft`, `ready` or `paused`",
    ]
