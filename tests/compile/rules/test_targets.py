"""What is said of names that lead to no account, and of settings that are missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postiz_ops.providers import mastodon
from tests.compile.repository import ACCOUNTS, PNG, compiled, drafts, found


def test_for_nobody() -> None:
    assert found(
        """
        ---
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    ) == [
        "1:1-1:2 error[PZ400] platforms-missing: this post is for no account",
        "  help: add `platforms` to the front-matter",
    ]


def test_a_draft_for_nobody() -> None:
    assert found(
        """
        ---
        title: An idea
        ---
        Hello
        """
    ) == [
        "1:1-1:2 warning[PZ400] platforms-missing: this post is for no account",
        "  help: add `platforms` to the front-matter",
    ]


def test_an_empty_list_of_platforms() -> None:
    assert found(
        """
        ---
        platforms: []
        status: ready
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    ) == [
        "2:12-2:14 error[PZ400] platforms-missing: this post is for no account",
        "  help: add `platforms` to the front-matter",
    ]


def test_defaults_say_for_whom() -> None:
    post = """
        ---
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    accounts = ACCOUNTS + "defaults: {platforms: [bluesky]}\n"
    assert found(post, accounts=accounts) == []
    assert list(drafts(compiled(post, accounts=accounts))) == ["acme-bluesky"]


def test_platforms_that_cannot_be_read_are_not_missed() -> None:
    lines = found(
        """
        ---
        platforms: {a: b}
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    )
    assert [line.split()[2] for line in lines[::2]] == ["invalid-value:"]


def test_unknown_names_everywhere() -> None:
    assert found(
        {
            "content/post.md": """
            ---
            platforms: [mastodn, bluesky]
            publish_at: 2026-12-01 09:00
            media:
              - {src: a.png, alt: A, only: [mastodn, blusky]}
            hashtags: {blusky: [a]}
            overrides:
              acme-blusky: {title: A}
            settings:
              blusky: {langs: [de]}
            ---
            Hello
            """,
            "content/a.png": PNG,
        }
    ) == [
        "2:13-2:20 error[PZ401] unknown-account: unknown account, provider or group `mastodn`",
        "  help: write `mastodon`",
        "5:33-5:40 error[PZ401] unknown-account: unknown account, provider or group `mastodn`",
        "  help: write `mastodon`",
        "5:42-5:48 error[PZ401] unknown-account: unknown account, provider or group `blusky`",
        "  help: write `bluesky`",
        "6:12-6:18 error[PZ401] unknown-account: unknown account, provider or group `blusky`",
        "  help: write `bluesky`",
        "8:3-8:14 error[PZ401] unknown-account: unknown account, provider or group `acme-blusky`",
        "  help: write `acme-bluesky`",
        "10:3-10:9 error[PZ401] unknown-account: unknown account, provider or group `blusky`",
        "  help: write `bluesky`",
    ]


def test_groups_are_no_keys() -> None:
    assert found(
        """
        ---
        platforms: [everywhere]
        publish_at: 2026-12-01 09:00
        overrides:
          everywhere: {title: A}
        ---
        Hello
        """
    ) == [
        (
            "5:3-5:13 error[PZ401] unknown-account: `everywhere` is a group, and `overrides` is for accounts and "
            "providers"
        ),
        "  help: write it for each of its accounts",
    ]


def test_an_account_that_is_switched_off() -> None:
    accounts = ACCOUNTS.replace("{provider: bluesky}", "{provider: bluesky, enabled: false}")
    post = f"""
        ---
        platforms: [acme-bluesky, mastodon]
        publish_at: 2026-12-01 09:00
        ---
        {"a" * 400}
        """
    assert found(post, accounts=accounts) == [
        "2:13-2:25 warning[PZ402] account-disabled: `acme-bluesky` is switched off, and gets nothing",
        "  help: take it out, or delete `enabled: false` in accounts.yaml",
    ]
    assert list(drafts(compiled(post, accounts=accounts))) == ["acme-bluesky", "acme-mastodon"]


def test_a_provider_without_an_account() -> None:
    accounts = ACCOUNTS.replace("{provider: bluesky}", "{provider: bluesky, enabled: false}")
    post = """
        ---
        platforms: [bluesky, mastodon]
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    assert found(post, accounts=accounts) == [
        "2:13-2:20 warning[PZ403] name-without-accounts: `bluesky` stands for no account that is switched on",
        "  help: add an account in accounts.yaml, or take the name out",
    ]
    assert list(drafts(compiled(post, accounts=accounts))) == ["acme-mastodon"]


def test_a_setting_that_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon, "SPEC", replace(mastodon.SPEC, required_settings=("language",)))
    post = """
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    assert found(post) == [
        "2:12-2:22 error[PZ410] setting-missing @acme-mastodon: `acme-mastodon` needs the setting `language`",
        "  help: add it to `settings` of `acme-mastodon` in accounts.yaml, or of this post",
    ]
    assert found(post.replace("platforms", "settings: {mastodon: {language: de}}\n        platforms")) == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("mastodon: {visibilty: private}", "unknown-setting"),
        ("mastodon: {visibility: followers}", "invalid-setting"),
        ("acme-mastodon: {poll: {options: [Yes], expires_in: 3600}}", "invalid-setting"),
    ],
)
def test_settings_are_checked_by_their_provider(settings: str, expected: str) -> None:
    post = f"""
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        settings: {{{settings}}}
        ---
        Hello
        """
    assert [line.split()[2] for line in found(post)[::2]] == [expected]
    assert not drafts(compiled(post))["acme-mastodon"].valid


def test_settings_of_nobody_are_no_matter() -> None:
    assert (
        found(
            """
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        settings: {youtube: {privacy: public}, mastodon: {visibility: unlisted}}
        ---
        Hello
        """
        )
        == []
    )
