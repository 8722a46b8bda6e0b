"""What is said of texts that are too long, and of what a platform cannot show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postiz_ops.compile.lens import text_limits
from postiz_ops.model import Unit
from postiz_ops.providers import mastodon
from tests.compile.repository import PNG, compiled, drafts, found


def test_too_long_by_how_much_and_from_where() -> None:
    assert found(
        f"""
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        ---
        {"word " * 59}**12345**6789
        """
    ) == [
        (
            "5:305-5:309 error[PZ300] text-too-long @acme-bluesky: this text has 304 characters: 4 more than the "
            "300 that `acme-bluesky` takes"
        ),
        (
            "  help: shorten it by 4 characters, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-bluesky`"
        ),
    ]


def test_too_long_in_one_part_of_several() -> None:
    assert found(
        f"""
        ---
        platforms: [bluesky, mastodon]
        publish_at: 2026-12-01 09:00
        ---
        First

        ---

        Second
        {"a" * 310}
        """
    ) == [
        (
            "10:294-10:311 error[PZ300] text-too-long @acme-bluesky: part 2 has 317 characters: 17 more than the "
            "300 that `acme-bluesky` takes"
        ),
        (
            "  help: shorten it by 17 characters, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-bluesky`"
        ),
    ]


def test_what_was_appended_is_underlined_at_the_end_of_the_text() -> None:
    assert found(
        {
            "content/post.md": f"""
            ---
            platforms: [bluesky]
            publish_at: 2026-12-01 09:00
            hashtags: [GitOps]
            signature: team
            ---
            {"a" * 290}
            """,
            "signatures/team.md": "The *team*\n",
        }
    ) == [
        (
            "7:290-7:291 error[PZ300] text-too-long @acme-bluesky: this text has 309 characters: 9 more than the "
            "300 that `acme-bluesky` takes"
        ),
        (
            "  help: shorten it by 9 characters, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-bluesky`"
        ),
    ]


def test_a_text_of_the_very_length_fits() -> None:
    assert (
        found(
            f"""
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        ---
        {"ü" * 300}
        """
        )
        == []
    )


def test_bytes_are_a_limit_of_their_own() -> None:
    family = "👨‍👩‍👧‍👦"
    assert found(
        f"""
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        ---
        {family * 130}
        """
    ) == [
        (
            "5:841-5:911 error[PZ300] text-too-long @acme-bluesky: this text has 3,250 bytes: 250 more than the "
            "3,000 that `acme-bluesky` takes"
        ),
        (
            "  help: shorten it by 250 bytes, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-bluesky`"
        ),
    ]


def test_the_content_warning_counts() -> None:
    assert found(
        f"""
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        content_warning: "Long talk"
        ---
        {"a" * 495}
        """
    ) == [
        (
            "6:492-6:496 error[PZ300] text-too-long @acme-mastodon: this text has 504 characters, its content "
            "warning included: 4 more than the 500 that `acme-mastodon` takes"
        ),
        (
            "  help: shorten it by 4 characters, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-mastodon`"
        ),
    ]


def test_a_limit_that_the_server_told() -> None:
    post = f"""
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        ---
        {"a" * 600}
        """
    assert found(post, limits={"acme-mastodon": {"max_characters": 1000}}) == []
    assert found(post, limits={"acme-mastodon": {"max_characters": 599}}) == [
        (
            "5:600-5:601 error[PZ300] text-too-long @acme-mastodon: this text has 600 characters: 1 more than the "
            "599 that `acme-mastodon` takes"
        ),
        (
            "  help: shorten it by 1 character, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-mastodon`"
        ),
    ]


def test_a_long_text_that_shall_be_split_is_not_too_long() -> None:
    post = f"""
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        thread: auto
        ---
        {"A sentence of a certain length. " * 30}
        """
    assert found(post) == []
    assert [part.length <= 300 for part in drafts(compiled(post))["acme-bluesky"].parts] == [True] * 4


def test_longer_than_slack_advises() -> None:
    assert found(
        f"""
        ---
        platforms: [slack]
        publish_at: 2026-12-01 09:00
        ---
        {"a" * 4010}
        """
    ) == [
        (
            "5:4001-5:4011 warning[PZ301] text-long @acme-slack: 4,010 characters are more than the 4,000 up to "
            "which Slack shows a text as it is"
        ),
        "  help: shorten it by 10, or make two parts of it",
    ]


def test_characters_that_nobody_defined() -> None:
    assert found(
        f"""
        ---
        platforms: [discord]
        publish_at: 2026-12-01 09:00
        ---
        {"a" * 1985}{"🎉" * 10}
        """
    ) == [
        (
            "5:1993-5:1996 warning[PZ302] text-perhaps-too-long @acme-discord: this text has 2,005 UTF-16 units, "
            "and `acme-discord` takes 2,000 characters without saying how it counts them"
        ),
        "  help: shorten it by 5 to be sure",
    ]


def test_too_long_in_any_case_is_said_once() -> None:
    assert found(
        f"""
        ---
        platforms: [discord]
        publish_at: 2026-12-01 09:00
        ---
        {"🎉" * 2001}
        """
    ) == [
        (
            "5:2001-5:2002 error[PZ300] text-too-long @acme-discord: this text has 2,001 characters: 1 more than "
            "the 2,000 that `acme-discord` takes"
        ),
        (
            "  help: shorten it by 1 character, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-discord`"
        ),
    ]


def test_a_limit_that_is_not_certain_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = replace(mastodon.SPEC.text.limit, verified=False)
    monkeypatch.setattr(mastodon, "SPEC", replace(mastodon.SPEC, text=replace(mastodon.SPEC.text, limit=limit)))
    post = f"""
        ---
        platforms: [mastodon]
        publish_at: 2026-12-01 09:00
        ---
        {"a" * 501}
        """
    assert found(post) == [
        (
            "5:501-5:502 warning[PZ300] text-too-long @acme-mastodon: this text has 501 characters: 1 more than the "
            "500 that `acme-mastodon` takes, as far as we know"
        ),
        (
            "  help: shorten it by 1 character, split it with `thread: auto`, or write another text for it with "
            "`:::only acme-mastodon`"
        ),
    ]
    assert drafts(compiled(post))["acme-mastodon"].valid


def test_the_doubtful_limit_is_the_last() -> None:
    rule = mastodon.SPEC.text
    limits = text_limits(replace(mastodon.SPEC, text=replace(rule, loose=True)))
    assert [limit.unit for limit in limits] == [Unit.MASTODON, Unit.UTF16]


def test_somebody_unknown() -> None:
    assert found(
        """
        ---
        platforms: [everywhere]
        publish_at: 2026-12-01 09:00
        signature: team
        ---
        Thanks, @{alise}!
        """
    ) == [
        "4:12-4:16 error[PZ304] signature-not-found: there is no file `signatures/team.md`",
        "  help: there are no signatures here",
        "6:9-6:17 error[PZ303] unknown-person: `alise` is not among the `people` of accounts.yaml",
        "  help: write `alice`",
    ]


def test_somebody_unknown_in_a_signature() -> None:
    assert found(
        {
            "content/post.md": """
            ---
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
            signature: team
            ---
            Hello
            """,
            "signatures/team.md": "\nYours, @{bob}\n",
        }
    ) == [
        "signatures/team.md:1:8-1:14 error[PZ303] unknown-person: `bob` is not among the `people` of accounts.yaml",
        "  help: known people are `alice`",
    ]


def test_a_signature_that_is_not_there() -> None:
    assert found(
        {
            "content/post.md": """
            ---
            platforms: [mastodon]
            publish_at: 2026-12-01 09:00
            signature: defualt
            ---
            Hello
            """,
            "signatures/default.md": "Yours",
        }
    ) == [
        "4:12-4:19 error[PZ304] signature-not-found: there is no file `signatures/defualt.md`",
        "  help: write `default`",
    ]


def test_no_place_for_a_content_warning() -> None:
    assert found(
        """
        ---
        platforms: [mastodon, discord]
        publish_at: 2026-12-01 09:00
        content_warning: Spoilers
        ---
        Hello
        """
    ) == [
        (
            "4:18-4:26 warning[PZ305] content-warning-left-out @acme-discord: Discord has no content warnings: "
            "`acme-discord` shows this post without one"
        ),
        "  help: leave this account out, or warn in the text",
    ]


def test_a_link_that_nobody_would_see() -> None:
    assert found(
        """
        ---
        platforms: [bluesky, mastodon, discord]
        publish_at: 2026-12-01 09:00
        link: https://example.com/news
        ---
        Read it on our page.

        :::only discord
        [There](https://example.com/news)
        :::
        """
    ) == [
        (
            "4:7-4:31 warning[PZ306] link-left-out @acme-mastodon: Mastodon takes no link cards, and this link is "
            "not in the text for `acme-mastodon`"
        ),
        "  help: write the link in the text, in `:::only acme-mastodon` where the others have their card",
    ]


def test_a_card_that_a_picture_takes_the_place_of() -> None:
    post = """
        ---
        platforms: [bluesky]
        publish_at: 2026-12-01 09:00
        link: https://example.com/news
        media: [{src: launch.png, alt: A picture}]
        ---
        Read it on our page.
        """
    assert found({"content/post.md": post, "content/launch.png": PNG}) == [
        (
            "4:7-4:31 warning[PZ306] link-left-out @acme-bluesky: Bluesky shows media or a link card, not both, and "
            "this link is not in the text for `acme-bluesky`"
        ),
        "  help: write the link in the text, in `:::only acme-bluesky` where the others have their card",
    ]
    said = post.replace("on our page", "at https://example.com/news")
    assert found({"content/post.md": said, "content/launch.png": PNG}) == []
