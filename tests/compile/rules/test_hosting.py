"""What is said of media that a platform would have to fetch, and cannot."""

from __future__ import annotations

import pytest

from tests.compile.repository import found, media

ACCOUNTS = """\
version: 1
state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}
accounts:
  acme-instagram: {provider: instagram, settings: {user: 42}}
  acme-threads: {provider: threads, settings: {user: 42}}
  acme-tiktok: {provider: tiktok, settings: {privacy: SELF_ONLY}}
"""
JPEG = media("image/jpeg", width=1080, height=1080)
MP4 = media("video/mp4", width=1080, height=1920, duration=10)
PNG = media("image/png", width=1080, height=1080)
LARGE = media("image/jpeg", width=1080, height=1080, size=8_388_609)
FILES = {
    "content/a.png": PNG,
    "content/c.jpg": LARGE,
    "content/a.jpg": JPEG,
    "content/b.jpg": JPEG,
    "content/a.mp4": MP4,
}
REMOTE = f"https://cdn.example/c.mp4, sha256: {'9f' * 32}"


def said(front: str, *, accounts: str = ACCOUNTS) -> list[str]:
    post = f"---\npublish_at: 2026-12-01 09:00\n{front}\n---\nHello\n"
    return found({"content/post.md": post, **FILES}, accounts=accounts)


def test_a_file_that_a_platform_cannot_fetch() -> None:
    assert said("platforms: [instagram]\nmedia: [{src: a.jpg, alt: A}]") == [
        (
            "4:15-4:20 error[PZ387] media-not-public @acme-instagram: `acme-instagram` fetches media from a public "
            "address, and there is none for `content/a.jpg`"
        ),
        "  help: set `media_host` in accounts.yaml, or give the file's https address as `src`",
    ]


def test_several_files_are_one_finding_for_each_account() -> None:
    front = "platforms: [instagram, threads]\nmedia: [{src: a.jpg, alt: A}, {src: b.jpg, alt: B}, {src: a.mp4, alt: C}]"
    assert [line for line in said(front) if "PZ387" in line] == [
        (
            f"4:15-4:20 error[PZ387] media-not-public @{account}: `{account}` fetches media from a public address, "
            "and there is none for `content/a.jpg` (nor for 2 more)"
        )
        for account in ("acme-instagram", "acme-threads")
    ]


@pytest.mark.parametrize("host", ["github-raw", "s3://acme-media"])
def test_a_media_host_is_enough(host: str) -> None:
    front = "platforms: [instagram, threads]\nmedia: [{src: a.jpg, alt: A}]"
    assert said(front, accounts=f"{ACCOUNTS}media_host: {host}\n") == []


def test_an_address_of_its_own_is_enough() -> None:
    assert said(f"platforms: [instagram]\nmedia: [{{src: {REMOTE}, alt: A}}]") == []


def test_the_cover_of_a_remote_video_goes_the_same_way() -> None:
    (line, _) = said(f"platforms: [instagram]\nmedia: [{{src: {REMOTE}, alt: A, thumbnail: b.jpg}}]")
    assert line.endswith("and there is none for `content/b.jpg`")


def test_what_is_uploaded_needs_no_address() -> None:
    assert said("platforms: [tiktok]\nmedia: [{src: a.mp4, alt: A, thumbnail: b.jpg}]") == []
    (line, _) = said("platforms: [tiktok]\nmedia: [{src: a.jpg, alt: A}]")
    assert "error[PZ387] media-not-public @acme-tiktok" in line


@pytest.mark.parametrize("name", ["a.png", "c.jpg"])
def test_what_would_be_changed_cannot_come_from_github(name: str) -> None:
    front = f"platforms: [instagram]\nmedia: [{{src: {name}, alt: A}}]"
    assert said(front, accounts=f"{ACCOUNTS}media_host: github-raw\n") == [
        (
            f"4:15-4:20 error[PZ388] media-hosted-as-it-is @acme-instagram: `acme-instagram` does not take "
            f"`content/{name}` as it is, and `github-raw` serves it so"
        ),
        "  help: commit it smaller or in another format, or use a bucket as `media_host` (`s3://…`)",
    ]
    assert said(front, accounts=f"{ACCOUNTS}media_host: s3://acme-media\n") == []
