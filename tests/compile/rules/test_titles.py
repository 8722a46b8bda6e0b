"""What is said of titles that are too long, and of characters that a platform takes in no text."""

from __future__ import annotations

import pytest

from tests.compile.repository import found, media

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
media_host: github-raw
accounts:
  acme-reddit: {provider: reddit, settings: {subreddit: python}}
  acme-tiktok: {provider: tiktok, settings: {privacy: SELF_ONLY}}
  acme-youtube: {provider: youtube}
"""
FILM = media("video/mp4", width=1080, height=1920, duration=10.0)
PHOTO = media("image/jpeg", width=1000, height=1000)


def said(title: str, platform: str, attached: str = "a.mp4", body: str = "Hello") -> list[str]:
    post = f"---\ntitle: {title}\npublish_at: 2026-12-01 09:00\nplatforms: [{platform}]\n"
    post += f"media: [{{src: {attached}, alt: A, thumbnail: c.jpg}}]\n---\n{body}\n"
    files = {"content/a.mp4": FILM, "content/b.jpg": PHOTO, "content/c.jpg": PHOTO}
    return found({"content/post.md": post, **files}, accounts=ACCOUNTS)


@pytest.mark.parametrize(("platform", "most"), [("youtube", 100), ("reddit", 300)])
def test_a_title_that_is_too_long(platform: str, most: int) -> None:
    assert said("x" * most, platform) == []
    assert said("x" * (most + 2), platform) == [
        (
            f"2:8-2:{most + 10} error[PZ325] title-too-long @acme-{platform}: the title has {most + 2} characters: "
            f"`acme-{platform}` takes {most}"
        ),
        f"  help: shorten it by 2, or write another one for `acme-{platform}` in `overrides`",
    ]


def test_tiktok_has_titles_on_photos_alone_and_counts_them_in_utf16() -> None:
    assert said("x" * 91, "tiktok") == []
    finding, _ = said("\U0001f600" * 46, "tiktok", "b.jpg")
    assert finding.endswith("the title has 92 characters: `acme-tiktok` takes 90")


def test_youtube_takes_no_angle_brackets() -> None:
    assert said("10 < 20 > 5 < 6", "youtube", body="ä <b>\n\nx > y") == [
        "2:8-2:23 error[PZ326] character-not-taken @acme-youtube: YouTube takes no `<` in a title",
        "  help: write another one for `acme-youtube` in `overrides`",
        "2:8-2:23 error[PZ326] character-not-taken @acme-youtube: YouTube takes no `>` in a title",
        "  help: write another one for `acme-youtube` in `overrides`",
        "7:3-7:4 error[PZ326] character-not-taken @acme-youtube: YouTube takes no `<` in a text",
        "  help: say it otherwise, in `:::only acme-youtube` where the others may keep it",
        "7:5-7:6 error[PZ326] character-not-taken @acme-youtube: YouTube takes no `>` in a text",
        "  help: say it otherwise, in `:::only acme-youtube` where the others may keep it",
    ]
    assert said("10 < 20", "reddit") == []
