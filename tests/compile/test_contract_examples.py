"""The examples of the contract (sections 2 and 3), as far as the platforms that are built go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from postiz_ops.compile.schedule import occurrences
from postiz_ops.model import Client, LinkCard, Person, Policy, StateSettings
from tests.compile.repository import PNG, compiled, drafts, found, media

ACCOUNTS = """\
version: 1
branch: main                           # the approved branch
timezone: Europe/Berlin                # IANA; naive times are read in it; default UTC
content: content                       # folder of posts
state: {remote: origin, branch: postiz-state, id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
defaults: {}                           # any front-matter field, for every post
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
  acme-bluesky:
    provider: bluesky
    credentials: {identifier: "${ACME_BLUESKY_IDENTIFIER}", password: "${ACME_BLUESKY_PASSWORD}"}
groups:
  everywhere: [acme-mastodon, acme-bluesky]
people:
  alice: {name: Alice Doe, mastodon: "@alice@hachyderm.io", bluesky: alice.example.com, x: "@alice"}
media_host: null
notify: []
"""

POST = """\
---
id: launch                      # optional
title: We are live              # for platforms with titles, and for the calendar
platforms: [acme-mastodon, bluesky, everywhere]    # account ids, provider names, group names
publish_at: 2026-12-01 09:00    # naive (repository timezone) or ISO 8601 with offset
status: ready                   # draft | ready | paused
media:
  - {src: launch.jpg, alt: Our new office}
  - {src: clip.mp4, alt: A short clip, thumbnail: cover.jpg, only: [youtube]}
tags: [spring]                  # internal labels (not hashtags)
hashtags: [GitOps, python]      # added to the first part where not in its text already
link: https://example.com       # link card, where the platform takes one
content_warning: null
thread: auto                    # split parts that are too long for a platform
repeat: {every: 7d, until: 2027-01-31}
signature: default              # a file of signatures/, or none
overrides:
  youtube: {title: A longer title, publish_at: 2026-12-01 12:00}
settings:
  reddit: {subreddit: python}
  acme-mastodon: {visibility: public}
---
Body in Markdown, with #python and @{alice}: https://example.com

:::only bluesky x
This paragraph goes to these two alone.
:::

:::except linkedin
This one to all others.
:::

---

Second part of the thread. ![A garden](/media/garden.png)

:::comment
First comment, on platforms that have comments.
:::
"""

FILES: dict[str, str | bytes] = {
    "content/post.md": POST,
    "content/launch.jpg": media("image/jpeg", width=1200, height=800),
    "content/clip.mp4": media("video/mp4", width=640, height=360, duration=20),
    "content/cover.jpg": media("image/jpeg", width=640, height=360),
    "media/garden.png": PNG,
    "signatures/default.md": "*The team*\n",
}


def test_nothing_is_found_in_them() -> None:
    assert found(FILES, accounts=ACCOUNTS) == []


def test_the_configuration() -> None:
    config = compiled(FILES, accounts=ACCOUNTS).config
    assert config is not None
    assert (config.branch, config.timezone, config.content) == ("main", "Europe/Berlin", "content")
    assert config.state == StateSettings("origin", "postiz-state", "5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f")
    assert config.policy == Policy(timedelta(hours=24), timedelta(0), 100, "error", prune=False)
    assert config.clients == {"acme": Client("acme", "ACME Inc.", ("@acme/social",))}
    assert config.groups == {"everywhere": ("acme-mastodon", "acme-bluesky")}
    alice = {"mastodon": "@alice@hachyderm.io", "bluesky": "alice.example.com", "x": "@alice"}
    assert config.people == {"alice": Person("Alice Doe", alice)}
    account = config.accounts["acme-mastodon"]
    assert (account.origin, account.client, account.settings) == (
        "https://mastodon.social",
        "acme",
        {"visibility": "unlisted"},
    )
    assert (account.credentials, account.slots) == (
        {"access_token": "ACME_MASTODON_TOKEN"},
        ("mon-fri 09:00", "sat 11:00"),
    )


def test_each_account_gets_its_draft_once() -> None:
    assert list(drafts(compiled(FILES, accounts=ACCOUNTS))) == ["acme-mastodon", "acme-bluesky"]


def test_the_texts() -> None:
    made = drafts(compiled(FILES, accounts=ACCOUNTS))
    assert {name: [part.text for part in draft.parts] for name, draft in made.items()} == {
        "acme-mastodon": [
            (
                "Body in Markdown, with #python and @alice@hachyderm.io: https://example.com\n\n"
                "This one to all others.\n\n#GitOps"
            ),
            "Second part of the thread.\n\nThe team",
            "First comment, on platforms that have comments.",
        ],
        "acme-bluesky": [
            (
                "Body in Markdown, with #python and @alice.example.com: https://example.com\n\n"
                "This paragraph goes to these two alone.\n\nThis one to all others.\n\n#GitOps"
            ),
            "Second part of the thread.\n\nThe team",
            "First comment, on platforms that have comments.",
        ],
    }


def test_everything_else_that_is_sent() -> None:
    mastodon, bluesky = drafts(compiled(FILES, accounts=ACCOUNTS)).values()
    assert [[medium.path for medium in part.media] for part in mastodon.parts] == [
        ["content/launch.jpg"],
        ["media/garden.png"],
        [],
    ]
    assert [part.comment for part in mastodon.parts] == [False, False, True]
    assert (mastodon.settings, bluesky.settings) == ({"visibility": "public"}, {})
    assert (mastodon.link, bluesky.link) == (None, LinkCard("https://example.com"))
    assert {(facet.kind, facet.value) for facet in bluesky.parts[0].facets} == {
        ("tag", "python"),
        ("tag", "GitOps"),
        ("mention", "alice.example.com"),
        ("link", "https://example.com"),
    }
    assert mastodon.parts[0].length == len("Body in Markdown, with #python and @alice: ") + 23 + 2 + 23 + 2 + 7
    assert (mastodon.post, mastodon.title, mastodon.tags) == ("launch", "We are live", ("spring",))


def test_when_they_go_out() -> None:
    draft = drafts(compiled(FILES, accounts=ACCOUNTS))["acme-bluesky"]
    config = compiled(FILES, accounts=ACCOUNTS).config
    assert config is not None
    from zoneinfo import ZoneInfo

    times = occurrences(draft.schedule, ZoneInfo(config.timezone), until=datetime(2028, 1, 1, tzinfo=UTC))
    assert [f"{time:%m-%d %H:%M}" for time in times] == [
        "12-01 08:00", "12-08 08:00", "12-15 08:00", "12-22 08:00", "12-29 08:00",
        "01-05 08:00", "01-12 08:00", "01-19 08:00", "01-26 08:00",
    ]  # fmt: skip


def test_remote_media_with_their_hash() -> None:
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    remote = f"  - {{src: https://cdn.example.com/big.mp4, sha256: {digest}, alt: A long clip}}\n"
    post = POST.replace("  - {src: launch.jpg, alt: Our new office}\n", remote)
    assert found({**FILES, "content/post.md": post}, accounts=ACCOUNTS) == []
    (medium,) = drafts(compiled({**FILES, "content/post.md": post}, accounts=ACCOUNTS))["acme-mastodon"].parts[0].media
    assert (medium.path, medium.sha256, medium.kind) == ("https://cdn.example.com/big.mp4", digest, "video")


def test_a_byte_order_mark_and_crlf_change_nothing() -> None:
    windows = b"\xef\xbb\xbf" + POST.replace("\n", "\r\n").encode()
    plain = drafts(compiled(FILES, accounts=ACCOUNTS))
    assert drafts(compiled({**FILES, "content/post.md": windows}, accounts=ACCOUNTS)) == plain


def test_rewritten_times_change_nothing() -> None:
    post = POST.replace("2026-12-01 09:00    #", "2026-12-01T08:00:00Z #")
    plain = drafts(compiled(FILES, accounts=ACCOUNTS))
    assert drafts(compiled({**FILES, "content/post.md": post}, accounts=ACCOUNTS)) == plain
