"""Hashes and file names are written beside addresses; everything else stays as it was."""

from __future__ import annotations

import pytest

from postiz_ops.compile.pins import Pin, Remote, file_name, pinned, remote_media

A, B = "https://cdn.example/big.mp4", "https://cdn.example/b.png"
HASH, OTHER = "a" * 64, "b" * 64


def post(media: str, body: str = "Hello") -> bytes:
    return f"---\nid: x # kept\nmedia:\n{media}\ntags: [a]\n---\n{body}\n".encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"  - {A}", f'  - {{src: "{A}", sha256: {HASH}}}'),
        (f'  - "{A}"', f'  - {{src: "{A}", sha256: {HASH}}}'),
        (f'  - {{src: "{A}", alt: x}} # a film', f'  - {{src: "{A}", sha256: {HASH}, alt: x}} # a film'),
        (f"  - src: {A} # a film\n    alt: x", f"  - src: {A} # a film\n    sha256: {HASH}\n    alt: x"),
        (f"  - {{src: '{A}', sha256: {OTHER}}}", f"  - {{src: '{A}', sha256: {HASH}}}"),
        ("  - local.png", "  - local.png"),
    ],
)
def test_a_hash_is_written_beside_its_address(before: str, after: str) -> None:
    assert pinned("content/x.md", post(before), {A: Pin(HASH)}) == post(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"  - {A}", "  - big.mp4"),
        (f'  - {{src: "{A}", alt: x, sha256: {OTHER}}}', f"  - {{src: big.mp4, alt: x, sha256: {HASH}}}"),
        (f"  - {{src: a.mp4, thumbnail: '{A}'}}", "  - {src: a.mp4, thumbnail: big.mp4}"),
    ],
)
def test_a_file_takes_the_addresss_place(before: str, after: str) -> None:
    assert pinned("content/x.md", post(before), {A: Pin(HASH, "big.mp4")}) == post(after)


def test_an_image_of_the_body_has_no_place_for_a_hash() -> None:
    data = post("  - a.png", f"See ![it]({B}) and [it]({B}).")
    assert remote_media("content/x.md", data) == (Remote(B, None, holds=False),)
    assert pinned("content/x.md", data, {B: Pin(HASH)}) == data
    assert pinned("content/x.md", data, {B: Pin(HASH, "b.png")}) == post(
        "  - a.png", f"See ![it](b.png) and [it]({B})."
    )


def test_line_ends_and_a_byte_order_mark_stay() -> None:
    data = b"\xef\xbb\xbf" + post(f"  - {A}").replace(b"\n", b"\r\n")
    after = pinned("content/x.md", data, {A: Pin(HASH)})
    assert after.startswith(b"\xef\xbb\xbf---\r\n")
    assert after.count(b"\r\n") == after.count(b"\n") == data.count(b"\n")
    assert f"sha256: {HASH}".encode() in after


@pytest.mark.parametrize("data", [b"no front-matter", b"---\nmedia: [\n---\nx\n", b"\xff", b""])
def test_what_cannot_be_read_stays_as_it_is(data: bytes) -> None:
    assert remote_media("content/x.md", data) == ()
    assert pinned("content/x.md", data, {A: Pin(HASH)}) == data


@pytest.mark.parametrize(
    ("url", "taken", "name"),
    [
        (A, (), "big.mp4"),
        (A, ("big.mp4",), "big-aaaaaaaa.mp4"),
        ("https://x.example/a%20b/../c%2F..%2Fd.png?q=1", (), "c-..-d.png"),
        ("https://x.example/", (), "media"),
        ("https://x.example/...", (), "media"),
        ("https://x.example/\u00e9t\u00e9.png", (), "t-.png"),
    ],
)
def test_a_name_is_plain_and_leads_nowhere(url: str, taken: tuple[str, ...], name: str) -> None:
    made = file_name(url, HASH, taken)
    assert "/" not in made
    assert made == name
