"""What is said of media that a platform does not take."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postiz_ops.model import MediaKind
from postiz_ops.providers import mastodon
from postiz_ops.providers.base import KindRule, MediaRule
from tests.compile.repository import ACCOUNTS, PNG, compiled, drafts, found, media

BIG = media("video/mp4", width=640, height=360, duration=10, size=10_485_761)


def said(front: str, *, accounts: str = ACCOUNTS, body: str = "Hello", **files: bytes) -> list[str]:
    return found(written(front, body, files), accounts=accounts)


def written(front: str, body: str, files: dict[str, bytes]) -> dict[str, str | bytes]:
    post = f"---\npublish_at: 2026-12-01 09:00\n{front}\n---\n{body}\n"
    return {"content/post.md": post, **{f"content/{name.replace('_', '.')}": data for name, data in files.items()}}


def with_rule(monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    rule: MediaRule = replace(mastodon.SPEC.media, **changes)  # type: ignore[arg-type]
    monkeypatch.setattr(mastodon, "SPEC", replace(mastodon.SPEC, media=rule))


def test_a_kind_that_a_platform_does_not_take() -> None:
    front = "platforms: [bluesky, mastodon]\nmedia: [talk.mp3]"
    assert said(front, talk_mp3=media("audio/mpeg", duration=60)) == [
        (
            "4:9-4:17 error[PZ370] media-kind-unsupported @acme-bluesky: `acme-bluesky` takes no sounds, and "
            "`content/talk.mp3` is of that kind"
        ),
        "  help: attach pictures or videos, or leave `acme-bluesky` out with `only`",
    ]


def test_media_where_there_are_none() -> None:
    front = "platforms: [slack]\nmedia: [{src: a.png, alt: A}]"
    assert said(front, a_png=PNG) == [
        (
            "4:15-4:20 error[PZ370] media-kind-unsupported @acme-slack: `acme-slack` takes no pictures, and "
            "`content/a.png` is of that kind"
        ),
        "  help: leave `acme-slack` out with `only`",
    ]


def test_a_type_that_a_platform_does_not_take() -> None:
    front = "platforms: [bluesky]\nmedia: [{src: clip.webm, alt: A}]"
    assert said(front, clip_webm=media("video/webm", width=64, height=64)) == [
        (
            "4:15-4:24 error[PZ371] media-type-unsupported @acme-bluesky: `acme-bluesky` takes no `video/webm`, "
            "and `content/clip.webm` is of that type"
        ),
        "  help: convert it to one of `video/mp4`",
    ]


def test_too_many_bytes() -> None:
    assert said("platforms: [discord]\nmedia: [{src: clip.mp4, alt: A}]", clip_mp4=BIG) == [
        (
            "4:15-4:23 error[PZ372] media-too-large @acme-discord: `content/clip.mp4` has 10,485,761 bytes: "
            "`acme-discord` takes 10,485,760"
        ),
        "  help: make it smaller, or leave this account out with `only`",
    ]


def test_a_picture_that_is_shrunk_anyway() -> None:
    front = "platforms: [discord, mastodon]\nmedia: [{src: a.png, alt: A}]"
    assert said(front, a_png=media("image/png", width=9000, height=9000, size=20_000_000)) == []


def test_too_many_pixels() -> None:
    front = "platforms: [mastodon]\nmedia: [{src: clip.mp4, alt: A}]"
    assert said(front, clip_mp4=media("video/mp4", width=4096, height=2160, duration=10)) == [
        (
            "4:15-4:23 error[PZ372] media-too-large @acme-mastodon: `content/clip.mp4` has 4096x2160 = 8,847,360 "
            "pixels: `acme-mastodon` takes 8,294,400"
        ),
        "  help: scale it down, or leave this account out with `only`",
    ]


def test_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rule(monkeypatch, kinds={MediaKind.VIDEO: KindRule(("video/mp4",), max_bytes=10**9, max_duration=140)})
    front = "platforms: [mastodon]\nmedia: [{src: clip.mp4, alt: A}]"
    assert said(front, clip_mp4=media("video/mp4", width=64, height=64, duration=140)) == []
    assert said(front, clip_mp4=media("video/mp4", width=64, height=64, duration=150.4)) == [
        (
            "4:15-4:23 error[PZ373] media-too-long @acme-mastodon: `content/clip.mp4` lasts 150 seconds: "
            "`acme-mastodon` takes 140"
        ),
        "  help: cut it, or leave this account out with `only`",
    ]


def test_too_many() -> None:
    items = ", ".join(f"{{src: a.png, alt: Picture {number}}}" for number in range(5))
    assert said(f"platforms: [mastodon, discord]\nmedia: [{items}]", a_png=PNG) == [
        (
            "4:135-4:140 error[PZ374] too-many-media @acme-mastodon: 5 media are more than the 4 that "
            "`acme-mastodon` takes in one part"
        ),
        "  help: put the rest into the next part, or leave this account out with `only`",
    ]


def test_too_many_of_a_kind() -> None:
    front = "platforms: [mastodon]\nmedia: [{src: a.mp4, alt: A}, {src: b.mp4, alt: B}]"
    film = media("video/mp4", width=64, height=64)
    assert said(front, a_mp4=film, b_mp4=film) == [
        (
            "4:37-4:42 error[PZ374] too-many-media @acme-mastodon: 2 videos are more than the 1 that "
            "`acme-mastodon` takes in one part"
        ),
        "  help: put the rest into the next part, or leave this account out with `only`",
    ]


def test_kinds_that_do_not_go_together() -> None:
    front = "platforms: [mastodon, discord]\nmedia: [{src: a.png, alt: A}, {src: b.mp4, alt: B}]"
    assert said(front, a_png=PNG, b_mp4=media("video/mp4", width=64, height=64)) == [
        (
            "4:37-4:42 error[PZ375] media-mixed @acme-mastodon: `acme-mastodon` does not take pictures and videos "
            "together in one part"
        ),
        "  help: put one of the two into the next part, or leave it out with `only`",
    ]


def test_too_many_bytes_together() -> None:
    names = [f"{letter}.mp4" for letter in "abc"]
    front = f"platforms: [discord]\nmedia: [{', '.join(f'{{src: {name}, alt: A}}' for name in names)}]"
    film = media("video/mp4", width=64, height=64, size=10_000_000)
    assert said(front, a_mp4=film, b_mp4=film, c_mp4=film) == [
        (
            "4:59-4:64 error[PZ376] media-total-too-large @acme-discord: the media of this part have 30,000,000 "
            "bytes: `acme-discord` takes 26,214,400 together"
        ),
        "  help: make them smaller, or put some into the next part",
    ]


def test_pictures_that_are_shrunk_do_not_count() -> None:
    names = [f"{letter}.png" for letter in "abc"]
    front = f"platforms: [discord]\nmedia: [{', '.join(f'{{src: {name}, alt: A}}' for name in names)}]"
    photo = media("image/png", width=64, height=64, size=10_000_000)
    assert said(front, a_png=photo, b_png=photo, c_png=photo) == []


def test_no_media_where_some_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rule(monkeypatch, required=True)
    assert said("platforms: [mastodon, bluesky]") == [
        "1:1-1:2 error[PZ377] media-required @acme-mastodon: Mastodon publishes nothing without media",
        "  help: add `media` to the front-matter",
    ]


def test_a_poll_with_a_picture() -> None:
    poll = "settings: {mastodon: {poll: {options: [Yes, No], expires_in: 86400}}}"
    front = f"platforms: [mastodon]\nmedia: [{{src: a.png, alt: A}}]\n{poll}"
    assert said(front, a_png=PNG) == [
        (
            "4:15-4:20 error[PZ378] media-excluded @acme-mastodon: `poll` and media exclude each other for "
            "`acme-mastodon`"
        ),
        "  help: put the media into the next part, or leave this account out with `only`",
    ]


def test_a_poll_with_a_picture_in_the_next_part() -> None:
    poll = "settings: {mastodon: {poll: {options: [Yes, No], expires_in: 86400}}}"
    assert said(f"platforms: [mastodon]\n{poll}", body="Vote!\n\n---\n\n![A](a.png)", a_png=PNG) == []


def test_no_alt_text() -> None:
    assert said("platforms: [mastodon, discord]\nmedia: [a.png]", body="![](a.png)", a_png=PNG) == [
        "4:9-4:14 error[PZ379] alt-text-missing: `a.png` has no alt text",
        "  help: add `alt:` to it",
        "6:1-6:11 error[PZ379] alt-text-missing: `a.png` has no alt text",
        "  help: write it in the brackets: `![…](…)`",
    ]


@pytest.mark.parametrize(("policy", "severity"), [("warning", "warning[PZ379]"), ("off", None)])
def test_the_policy_for_alt_texts(policy: str, severity: str | None) -> None:
    accounts = f"{ACCOUNTS}policy: {{alt_text: {policy}}}\n"
    lines = said("platforms: [mastodon]\nmedia: [a.png]", accounts=accounts, a_png=PNG)
    assert [line.split()[1] for line in lines[::2]] == ([severity] if severity else [])


def test_what_is_heard_or_read_needs_no_alt_text() -> None:
    front = "platforms: [discord]\nmedia: [talk.mp3, paper.pdf]"
    assert said(front, talk_mp3=media("audio/mpeg"), paper_pdf=media("application/pdf", kind="document")) == []


def test_an_alt_text_that_is_too_long() -> None:
    front = f"platforms: [discord, mastodon]\nmedia: [{{src: a.png, alt: {'a' * 1030}}}]"
    assert said(front, a_png=PNG) == [
        (
            "4:15-4:20 error[PZ380] alt-text-too-long @acme-discord: this alt text has 1,030 characters: "
            "`acme-discord` takes 1,024"
        ),
        "  help: shorten it by 6",
    ]


def test_an_alt_text_that_the_server_takes() -> None:
    files = written(f"platforms: [mastodon]\nmedia: [{{src: a.png, alt: {'a' * 2000}}}]", "Hello", {"a_png": PNG})
    assert found(files, limits={"acme-mastodon": {"max_alt": 2000}}) == []
    assert drafts(compiled(files))["acme-mastodon"].valid is False


def test_each_part_has_its_own_media() -> None:
    parts = "\n\n---\n\n".join(f"Part {number}\n\n![A](a.png) ![B](a.png)" for number in range(3))
    assert said("platforms: [mastodon]", body=parts, a_png=PNG) == []
