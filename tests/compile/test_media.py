"""Where the paths of media lead, and what is measured of them."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postiz_ops.compile.media import Facts, Reference, Shelf, extension_type, locate, measure
from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.model import MediaKind, Span
from tests.compile.repository import PNG, media, probe, tree

HERE = Span("content/2026/post.md")


@pytest.mark.parametrize(
    ("src", "expected"),
    [
        ("a.png", "content/2026/a.png"),
        ("./a.png", "content/2026/a.png"),
        ("../a.png", "content/a.png"),
        ("../../a.png", "a.png"),
        ("../../../a.png", None),
        ("..", "content"),
        ("../../..", None),
        ("../../", "."),
        ("/a.png", "a.png"),
        ("//a.png", "a.png"),
        ("/../a.png", None),
        ("/a/../../b.png", None),
        ("a/../../../../b.png", None),
        ("..a.png", "content/2026/..a.png"),
        ("a b.png", "content/2026/a b.png"),
        ("~/a.png", "content/2026/~/a.png"),
        ("C:\\a.png", "content/2026/C:\\a.png"),
        ("\\\\host\\a.png", "content/2026/\\\\host\\a.png"),
        ("", "content/2026"),
        ("/", "."),
    ],
)
def test_paths(src: str, expected: str | None) -> None:
    assert locate(src, "content/2026/post.md") == expected


@given(st.lists(st.sampled_from(["..", ".", "a", "b.png", ""]), max_size=8), st.booleans())
def test_no_path_leads_out(steps: list[str], absolute: bool) -> None:
    path = locate("/" * absolute + "/".join(steps), "content/post.md")
    assert path is None or not (path.startswith(("/", "../")) or path == ".." or "/../" in path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.png", "image/png"),
        ("A.JPG", "image/jpeg"),
        ("https://example.com/a.mp4?x=b.png#c.gif", "video/mp4"),
        ("https://example.com/a?x=b.png", None),
        ("https://[::1/a.png", None),
        ("png", None),
        ("a.tar.gz", None),
    ],
)
def test_extensions(path: str, expected: str | None) -> None:
    assert extension_type(path) == expected


def test_measured() -> None:
    film = media("video/mp4", width=640, height=360, duration=2.5)
    digest = hashlib.sha256(film).hexdigest()
    assert measure(film, probe) == Facts(digest, len(film), MediaKind.VIDEO, "video/mp4", 640, 360, 2.5)
    assert measure(b"x", probe) == Facts(hashlib.sha256(b"x").hexdigest(), 1)


def test_a_blob_is_read_once_however_often_it_is_named() -> None:
    files = tree({"content/a.png": PNG, "content/b.png": PNG})
    shelf = Shelf(files, probe)
    taken = [
        shelf.take(Reference(src, HERE), "content/post.md") for src in ("a.png", "/content/a.png", "b.png", "a.png")
    ]
    assert [asset.path for asset in taken] == ["content/a.png", "content/a.png", "content/b.png", "content/a.png"]
    assert files.reads == ["content/a.png"]


def test_facts_that_are_known_are_not_measured_again() -> None:
    files = tree({"content/a.png": PNG})
    blob = files.entry("content/a.png").blob
    shelf = Shelf(files, probe, {blob: Facts("0" * 64, 7, MediaKind.IMAGE, "image/png")})
    asset = shelf.take(Reference("a.png", HERE, alt="A"), "content/post.md")
    assert asset.media is not None
    assert (asset.media.bytes, asset.media.alt, asset.media.span) == (7, "A", HERE)
    assert files.reads == []


def test_what_a_post_asked_for() -> None:
    entry = Entry(EntryKind.UNTRACKED, "content/b.png")
    shelf = Shelf(tree({"content/a.png": PNG}, kinds=[entry]), probe)
    for src in ("a.png", "b.png", "c.png", "a.png", "https://example.com/a.png"):
        shelf.take(Reference(src, HERE), "content/post.md")
    kinds = {path: entry.kind.value for path, entry in shelf.asked.items()}
    assert kinds == {"content/a.png": "file", "content/b.png": "untracked", "content/c.png": "missing"}
    shelf.begin()
    shelf.take(Reference("a.png", HERE), "content/post.md")
    assert list(shelf.asked) == ["content/a.png"]


def test_https_media_are_what_their_url_says() -> None:
    reference = Reference("HTTPS://example.com/a.WEBP", HERE, alt="A", sha256="AB" * 32)
    asset = Shelf(tree({}), probe).take(reference, "content/post.md")
    assert asset.media is not None
    assert asset.media.path == "https://example.com/a.WEBP"
    assert (asset.media.kind, asset.media.type, asset.media.bytes) == (MediaKind.IMAGE, "image/webp", 0)
    assert asset.media.sha256 == "ab" * 32
