"""What is said of posts with nothing in them, and of parts and titles that a platform has not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postiz_ops.providers import bluesky, mastodon
from postiz_ops.providers.base import Title
from tests.compile.repository import PNG, compiled, drafts, found


def test_nothing_at_all() -> None:
    assert found(
        """
        ---
        platforms: [everywhere]
        publish_at: 2026-12-01 09:00
        ---
        """
    ) == [
        "1:1-1:2 error[PZ320] post-empty: there is nothing to publish in this post",
        "  help: write a text or attach media, or leave out the accounts for which nothing remains",
    ]


def test_nothing_for_one_account() -> None:
    post = """
        ---
        platforms: [bluesky, mastodon]
        publish_at: 2026-12-01 09:00
        ---
        :::only bluesky
        Hello
        :::
        """
    assert found(post) == [
        "1:1-1:2 error[PZ320] post-empty @acme-mastodon: there is nothing to publish in this post",
        "  help: write a text or attach media, or leave out the accounts for which nothing remains",
    ]
    assert {account: draft.valid for account, draft in drafts(compiled(post)).items()} == {
        "acme-bluesky": True,
        "acme-mastodon": False,
    }


def test_a_comment_alone_is_no_post() -> None:
    assert found(
        """
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        ---
        :::comment
        Hello
        :::
        """
    ) == [
        "1:1-1:2 error[PZ320] post-empty: there is nothing to publish in this post",
        "  help: write a text or attach media, or leave out the accounts for which nothing remains",
    ]


def test_a_picture_alone_is_a_post() -> None:
    assert (
        found(
            {
                "content/post.md": """
            ---
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
            media: [{src: a.png, alt: A picture}]
            ---
            """,
                "content/a.png": PNG,
            }
        )
        == []
    )


def test_neither_threads_nor_comments() -> None:
    assert found(
        """
        ---
        platforms: [mastodon, slack]
        publish_at: 2026-12-01 09:00
        ---
        First

        ---

        Second

        ---

        Third
        """
    ) == [
        (
            "9:1-9:7 error[PZ321] no-replies @acme-slack: Slack has neither threads nor comments, and this post "
            "has 3 parts for `acme-slack`"
        ),
        "  help: write it as one part, or use a bot (`bot_token` and `channel`), whose parts are replies",
    ]


def test_too_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bluesky, "SPEC", replace(bluesky.SPEC, max_parts=2))
    assert found(
        """
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        ---
        First

        ---
        Second

        ---
        Third
        """
    ) == [
        "11:1-11:6 error[PZ322] too-many-parts @acme-bluesky: 3 parts are more than the 2 that `acme-bluesky` takes",
        "  help: make 1 fewer of them, or another post of the rest",
    ]


def test_a_title_that_a_platform_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mastodon, "SPEC", replace(mastodon.SPEC, post_title=Title.REQUIRED))
    post = """
        ---
        platforms: [mastodon, bluesky]
        publish_at: 2026-12-01 09:00
        ---
        Hello
        """
    assert found(post) == [
        "1:1-1:2 error[PZ323] title-missing @acme-mastodon: Mastodon publishes nothing without a title",
        "  help: add `title` to the front-matter",
    ]
    assert found(post.replace("publish_at", "title: News\n        publish_at")) == []


def test_a_comment_where_there_are_none() -> None:
    post = """
        ---
        platforms: [bluesky, slack]
        publish_at: 2026-12-01 09:00
        ---
        Hello

        :::comment
        The recording is online.
        :::
        """
    assert found(post) == [
        (
            "8:1-8:25 warning[PZ324] comment-left-out @acme-slack: Slack has no comments: this one is left out for "
            "`acme-slack`"
        ),
        "  help: say it in the text, or leave this account out",
    ]
    assert {account: [part.text for part in draft.parts] for account, draft in drafts(compiled(post)).items()} == {
        "acme-bluesky": ["Hello", "The recording is online."],
        "acme-slack": ["Hello"],
    }
