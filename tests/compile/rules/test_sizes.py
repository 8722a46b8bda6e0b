"""What is said of pictures that must have certain sizes, and of videos that need a picture of their own."""

from __future__ import annotations

import pytest

from tests.compile.repository import found, media

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
accounts:
  acme-dribbble: {provider: dribbble}
  acme-pinterest: {provider: pinterest, settings: {board: "9"}}
  acme-reddit: {provider: reddit, settings: {subreddit: python}}
"""
FILM = media("video/mp4", width=1080, height=1920, duration=10.0)
SHOT = "platforms: [dribbble]\nmedia: [{src: a.png, alt: A}]"
TWO = "platforms: [pinterest]\nmedia: [{src: a.png, alt: A}, {src: b.png, alt: B}]"


def said(front: str, body: str = "Hello", **files: bytes) -> list[str]:
    post = f"---\ntitle: A title\npublish_at: 2026-12-01 09:00\n{front}\n---\n{body}\n"
    written = {f"content/{name.replace('_', '.')}": data for name, data in files.items()}
    return found({"content/post.md": post, **written}, accounts=ACCOUNTS)


def picture(width: int, height: int) -> bytes:
    return media("image/png", width=width, height=height)


@pytest.mark.parametrize("size", [(400, 300), (800, 600)])
def test_a_shot_of_one_of_the_two_sizes(size: tuple[int, int]) -> None:
    assert said(SHOT, a_png=picture(*size)) == []


@pytest.mark.parametrize("size", [(401, 300), (1600, 1200), (300, 400)])
def test_a_shot_of_another_size(size: tuple[int, int]) -> None:
    assert said(SHOT, a_png=picture(*size)) == [
        (
            f"5:15-5:20 error[PZ383] media-size @acme-dribbble: `content/a.png` is {size[0]}x{size[1]}: "
            "`acme-dribbble` takes 400x300 or 800x600"
        ),
        "  help: cut it to that size, or leave this account out with `only`",
    ]


def test_pictures_of_one_size() -> None:
    assert said(TWO, a_png=picture(1000, 1500), b_png=picture(1000, 1500)) == []


def test_pictures_of_several_sizes() -> None:
    assert said(TWO, a_png=picture(1000, 1500), b_png=picture(1000, 1000)) == [
        (
            "5:37-5:42 error[PZ384] media-sizes-differ @acme-pinterest: `content/b.png` is 1000x1000 and the first "
            "picture 1000x1500: `acme-pinterest` takes pictures of one size together"
        ),
        "  help: cut them to the same size, or leave this account out with `only`",
    ]


def test_other_platforms_take_pictures_of_several_sizes() -> None:
    assert said(TWO.replace("pinterest", "reddit"), a_png=picture(1000, 1500), b_png=picture(1000, 1000)) == []


@pytest.mark.parametrize("name", ["pinterest", "reddit"])
def test_a_video_needs_its_picture(name: str) -> None:
    front = f"platforms: [{name}]\nmedia: [{{src: a.mp4, alt: A}}]"
    assert said(front, a_mp4=FILM) == [
        (
            f"5:15-5:20 error[PZ385] cover-missing @acme-{name}: `acme-{name}` takes no video without a picture, and "
            "`content/a.mp4` has none"
        ),
        "  help: add `thumbnail:` to it, or leave this account out with `only`",
    ]
    front = front.replace("alt: A", "alt: A, thumbnail: c.png")
    assert said(front, a_mp4=FILM, c_png=picture(100, 100)) == []


def test_a_video_in_the_body_has_nowhere_to_name_its_picture() -> None:
    _, fix = said("platforms: [pinterest]", "Hello ![A](a.mp4)", a_mp4=FILM)
    assert fix == "  help: name it in `media` with a `thumbnail`, or leave this account out with `only`"
