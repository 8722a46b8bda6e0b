"""What is said of pictures and videos of a shape, a length or a type that a platform does not take."""

from __future__ import annotations

import pytest

from tests.compile.repository import found, media

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
media_host: s3://acme-media
accounts:
  acme-facebook: {provider: facebook, settings: {page: 42}}
  acme-instagram: {provider: instagram, settings: {user: 42}}
"""


def said(front: str, *, body: str = "Hello", **files: bytes) -> list[str]:
    post = f"---\npublish_at: 2026-12-01 09:00\n{front}\n---\n{body}\n"
    written = {f"content/{name.replace('_', '.')}": data for name, data in files.items()}
    return found({"content/post.md": post, **written}, accounts=ACCOUNTS)


def picture(width: int, height: int, kind: str = "image/jpeg") -> bytes:
    return media(kind, width=width, height=height)


def film(duration: float, *, width: int = 1080, height: int = 1920, size: int = 0) -> bytes:
    return media("video/mp4", width=width, height=height, duration=duration, size=size)


PICTURE = "platforms: [instagram]\nmedia: [{src: a.jpg, alt: A}]"
FILM = "platforms: [instagram]\nmedia: [{src: a.mp4, alt: A}]"


@pytest.mark.parametrize("size", [(1080, 1080), (1080, 1350), (1080, 1351), (1910, 1000), (64, 64)])
def test_shapes_that_are_taken(size: tuple[int, int]) -> None:
    assert said(PICTURE, a_jpg=picture(*size)) == []


def test_shapes_that_are_not() -> None:
    assert said(PICTURE, a_jpg=picture(3000, 1000)) == [
        (
            "4:15-4:20 error[PZ381] media-shape @acme-instagram: `content/a.jpg` is 3000x1000, which is 3.00:1: "
            "`acme-instagram` takes 0.8:1 to 1.91:1"
        ),
        "  help: cut it to a less wide shape, or leave this account out with `only`",
    ]
    assert said(PICTURE, a_jpg=picture(1080, 1920))[1].startswith("  help: cut it to a less tall shape")


def test_a_story_is_another_shape() -> None:
    front = f"{PICTURE}\nsettings: {{instagram: {{type: story}}}}"
    assert said(front, body="", a_jpg=picture(1080, 1920)) == []


def test_a_video_that_is_too_short_as_far_as_we_know() -> None:
    assert said(FILM, a_mp4=film(3)) == []
    assert said(FILM, a_mp4=film(2.5)) == [
        (
            "4:15-4:20 warning[PZ382] media-too-short @acme-instagram: `content/a.mp4` lasts 2.5 seconds: "
            "`acme-instagram` takes 3 and more, as far as we know"
        ),
        "  help: choose a longer one, or leave this account out with `only`",
    ]


def test_a_size_on_which_sources_differ_is_a_warning() -> None:
    big = film(10, size=314_572_801)
    (line, _) = said(FILM, a_mp4=big)
    assert line.startswith("4:15-4:20 warning[PZ372] media-too-large @acme-instagram")
    assert line.endswith("`acme-instagram` takes 314,572,800, as far as we know")


def test_a_story_has_limits_of_its_own() -> None:
    front = f"{FILM}\nsettings: {{instagram: {{type: story}}}}"
    (line, _) = said(front, body="", a_mp4=film(61))
    assert "error[PZ373]" in line


def test_a_reel_is_one_upright_video() -> None:
    front = "platforms: [facebook]\nsettings: {facebook: {type: reel}}\nmedia: [{src: %s, alt: A}]"
    assert said(front % "a.mp4", a_mp4=film(10)) == []
    assert "error[PZ370]" in said(front % "a.jpg", a_jpg=picture(640, 640))[0]
    assert "warning[PZ381]" in said(front % "a.mp4", a_mp4=film(10, width=1920, height=1080))[0]


def test_a_picture_that_is_converted_is_no_finding() -> None:
    front = "platforms: [instagram]\nmedia: [{src: a.png, alt: A}]"
    assert said(front, a_png=picture(640, 640, "image/png")) == []
    (line, _) = said("platforms: [instagram]\nmedia: [{src: a.heic, alt: A}]", a_heic=picture(640, 640, "image/heic"))
    assert "error[PZ371]" in line


def test_what_a_comment_may_show() -> None:
    front = "platforms: [facebook, instagram]\nmedia: [{src: a.jpg, alt: A}]"
    later = "One\n\n---\n\nTwo ![A](a.jpg)"
    assert said(front, body=later, a_jpg=picture(640, 640)) == [
        (
            "10:5-10:16 error[PZ374] too-many-media @acme-instagram: `acme-instagram` takes media in the first part, "
            "and none in comments and later parts"
        ),
        "  help: move it into the first part, or leave this account out with `only`",
    ]
    two = f"{later} ![B](a.jpg)"
    assert [line for line in said(front, body=two, a_jpg=picture(640, 640)) if "@acme-facebook" in line] == [
        (
            "10:17-10:28 error[PZ374] too-many-media @acme-facebook: `acme-facebook` takes media in the first part, "
            "and 1 in a comment or a later part"
        )
    ]


def test_a_story_takes_no_further_parts() -> None:
    front = f"{PICTURE}\nsettings: {{instagram: {{type: story}}}}"
    lines = said(front, body="One\n\n---\n\nTwo", a_jpg=picture(640, 640))
    assert any("error[PZ321]" in line for line in lines)
