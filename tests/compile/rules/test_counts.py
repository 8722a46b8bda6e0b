"""What is said of texts with more links, hashtags or mentions than a platform takes, and of what no story shows."""

from __future__ import annotations

from tests.compile.repository import found, media

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
media_host: github-raw
accounts:
  acme-threads: {provider: threads, settings: {user: 42}}
  acme-instagram: {provider: instagram, settings: {user: 42}}
"""
JPEG = media("image/jpeg", width=1080, height=1080)


def said(front: str, body: str, **files: bytes) -> list[str]:
    post = f"---\npublish_at: 2026-12-01 09:00\n{front}\n---\n{body}\n"
    written = {f"content/{name.replace('_', '.')}": data for name, data in files.items()}
    return found({"content/post.md": post, **written}, accounts=ACCOUNTS)


def links(number: int) -> str:
    return " ".join(f"https://example.com/{each}" for each in range(number))


def test_threads_takes_five_links() -> None:
    assert said("platforms: [threads]", f"{links(5)} https://example.com/0") == [], "the same one twice is one"
    assert said("platforms: [threads]", links(7)) == [
        (
            "5:111-5:154 error[PZ307] too-many-in-text @acme-threads: 7 links are more than the 5 that `acme-threads` "
            "takes"
        ),
        "  help: leave 2 of them out, or write another text for it",
    ]


def test_a_card_is_one_more_link() -> None:
    front = "platforms: [threads]\nlink: https://example.com/{}"
    assert said(front.format(0), links(5)) == []
    assert said(front.format("other"), links(5)) == [
        "6:1-6:110 error[PZ307] too-many-in-text @acme-threads: 6 links are more than the 5 that `acme-threads` takes",
        "  help: leave 1 of them out, or write another text for it",
    ]


def test_hashtags_of_which_the_limit_is_not_certain() -> None:
    tags = ", ".join(f"tag{number}" for number in range(6))
    front = f"platforms: [instagram]\nmedia: [{{src: a.jpg, alt: A}}]\nhashtags: [{tags}]"
    assert said(front, "Hello", a_jpg=JPEG) == [
        (
            "7:5-7:6 warning[PZ307] too-many-in-text @acme-instagram: 6 hashtags are more than the 5 that "
            "`acme-instagram` takes, as far as we know"
        ),
        "  help: leave 1 of them out, or write another text for it",
    ]


def test_more_than_is_certain_is_said_once() -> None:
    tags = " ".join(f"#tag{number}" for number in range(31))
    front = "platforms: [instagram]\nmedia: [{src: a.jpg, alt: A}]"
    assert said(front, tags, a_jpg=JPEG)[0].startswith("6:201-6:207 error[PZ307]")
    assert len(said(front, tags, a_jpg=JPEG)) == 2


def test_mentions() -> None:
    names = " ".join(f"@name{number}.x" for number in range(21))
    front = "platforms: [instagram]\nmedia: [{src: a.jpg, alt: A}]"
    assert said(front, f"{names[:-9]} me@example.com", a_jpg=JPEG) == []
    (line, _) = said(front, names, a_jpg=JPEG)
    assert line.endswith("21 mentions are more than the 20 that `acme-instagram` takes")


def test_threads_counts_an_emoji_as_its_bytes() -> None:
    assert said("platforms: [threads]", "😀" * 125) == []
    assert said("platforms: [threads]", "😀" * 126) == [
        (
            "5:126-5:127 error[PZ300] text-too-long @acme-threads: this text has 504 characters (an emoji counts as "
            "its bytes): 4 more than the 500 that `acme-threads` takes"
        ),
        (
            "  help: shorten it by 4 characters (an emoji counts as its bytes), split it with `thread: auto`, or write "
            "another text for it with `:::only acme-threads`"
        ),
    ]
    assert len(said("platforms: [threads]", "é" * 501)) == 2, "and what counts the same in two ways is said once"


def test_a_story_shows_no_text() -> None:
    front = "platforms: [instagram]\nmedia: [{src: a.jpg, alt: A}]\nsettings: {instagram: {type: story}}"
    assert said(front, "", a_jpg=JPEG) == []
    assert said(front, "Hello", a_jpg=JPEG) == [
        (
            "7:1-7:6 warning[PZ308] text-left-out @acme-instagram: a post with `type: story` shows no text: "
            "`acme-instagram` leaves this one out"
        ),
        "  help: write it into the picture, or keep it for the others with `:::except acme-instagram`",
    ]
