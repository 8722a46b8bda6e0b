"""What is said of references to media that lead to no usable file."""

from __future__ import annotations

import hashlib

import pytest

from postiz_ops.compile.tree import Entry, EntryKind
from tests.compile.repository import PNG, found, media

HASH = hashlib.sha256(PNG).hexdigest()
POST = """
---
platforms: [mastodon, bluesky]
publish_at: 2026-12-01 09:00
media: [{src: launch.png, alt: A picture}]
---
Hello
"""


def said(post: str, *entries: Entry, **files: bytes) -> list[str]:
    return found(
        {"content/post.md": post, **{f"content/{name}.png": data for name, data in files.items()}}, kinds=entries
    )


def test_a_file_that_is_there() -> None:
    assert said(POST, launch=PNG) == []


def test_a_file_that_is_not_there() -> None:
    assert said(POST) == [
        "4:15-4:25 error[PZ350] media-not-found: there is no file `content/launch.png`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]


def test_a_file_with_a_name_that_is_near() -> None:
    assert said(POST, Entry(EntryKind.MISSING, "content/launch.png", suggestion="content/lunch.png")) == [
        "4:15-4:25 error[PZ350] media-not-found: there is no file `content/launch.png`",
        "  help: write `lunch.png`",
    ]


def test_a_file_that_git_does_not_know() -> None:
    assert said(POST, Entry(EntryKind.UNTRACKED, "content/launch.png")) == [
        "4:15-4:25 error[PZ351] media-untracked: git does not know `content/launch.png`",
        "  help: run `git add content/launch.png`",
    ]


def test_a_file_that_git_ignores() -> None:
    assert said(POST, Entry(EntryKind.IGNORED, "content/launch.png")) == [
        "4:15-4:25 error[PZ352] media-ignored: git ignores `content/launch.png`",
        "  help: take it out of `.gitignore`, or run `git add --force content/launch.png`",
    ]


def test_a_folder() -> None:
    assert said(POST, Entry(EntryKind.DIRECTORY, "content/launch.png")) == [
        "4:15-4:25 error[PZ353] media-not-a-file: `content/launch.png` is a folder",
        "  help: name the files that are to be published",
    ]


def test_a_submodule() -> None:
    assert said(POST, Entry(EntryKind.SUBMODULE, "content/launch.png")) == [
        "4:15-4:25 error[PZ353] media-not-a-file: `content/launch.png` is a folder",
        "  help: name the files that are to be published",
    ]


def test_a_link() -> None:
    assert said(POST, Entry(EntryKind.SYMLINK, "content/launch.png")) == [
        "4:15-4:25 error[PZ354] media-symlink: `content/launch.png` is a symbolic link, or lies behind one",
        "  help: put the file itself into the repository",
    ]


def test_another_spelling() -> None:
    assert said(POST, Entry(EntryKind.CASE, "content/launch.png", suggestion="content/Launch.PNG")) == [
        "4:15-4:25 error[PZ355] media-name-differs: git has no `content/launch.png`, but a name that looks like it",
        "  help: write `Launch.PNG`",
    ]


def test_another_spelling_from_the_root() -> None:
    entry = Entry(EntryKind.CASE, "media/a.png", suggestion="Media/a.png")
    assert said(POST.replace("launch.png", "/media/a.png"), entry) == [
        "4:15-4:27 error[PZ355] media-name-differs: git has no `media/a.png`, but a name that looks like it",
        "  help: write `/Media/a.png`",
    ]


def test_a_pointer() -> None:
    assert said(POST, Entry(EntryKind.POINTER, "content/launch.png")) == [
        "4:15-4:25 error[PZ356] media-lfs-pointer: the content of `content/launch.png` is in Git LFS, and not here",
        "  help: run `git lfs pull`; where git-lfs is not installed, install it first",
    ]


def test_a_path_that_leads_out() -> None:
    assert said(POST.replace("launch.png", "../../launch.png")) == [
        "4:15-4:31 error[PZ357] media-outside: `../../launch.png` lies outside of the repository",
        "  help: copy the file into the repository",
    ]


def test_a_path_into_git() -> None:
    assert said(POST.replace("launch.png", "/.git/config"), Entry(EntryKind.OUTSIDE, ".git/config")) == [
        "4:15-4:27 error[PZ357] media-outside: `.git/config` lies outside of the repository",
        "  help: copy the file into the repository",
    ]


def test_an_absolute_path_is_in_the_repository() -> None:
    assert said(POST.replace("launch.png", "/etc/passwd")) == [
        "4:15-4:26 error[PZ350] media-not-found: there is no file `etc/passwd`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]


def test_a_nul_never_reaches_the_tree() -> None:
    assert said(POST.replace("launch.png", '"a\\0b.png"')) == [
        "4:15-4:25 error[PZ003] control-character: an escape writes U+0000 into this value",
        "  help: delete the escape",
        "4:15-4:25 error[PZ350] media-not-found: there is no file `content/a\\u{0}b.png`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]


def test_bytes_that_are_no_media() -> None:
    assert said(POST, launch=b"not a picture") == [
        (
            "4:15-4:25 error[PZ358] media-unreadable: `content/launch.png` is no picture, video, sound or document "
            "that can be read"
        ),
        "  help: export it again, as PNG, JPEG or MP4 for example",
    ]


@pytest.mark.parametrize(
    "url", ["http://example.com/a.png", "file:///etc/passwd", "data:image/png;base64,AA==", "ftp://a/b.png"]
)
def test_other_schemes(url: str) -> None:
    assert said(POST.replace("launch.png", f'"{url}"'))[0] == (
        f"4:15-4:{17 + len(url)} error[PZ359] media-not-https: `{url}` is neither a path nor an https URL"
    )


def test_a_url_without_a_hash() -> None:
    assert said(POST.replace("launch.png", "https://cdn.example.com/a.png")) == [
        "4:15-4:44 error[PZ360] media-unpinned: `https://cdn.example.com/a.png` has no hash",
        (
            "  help: `postiz-ops media pin content/post.md` writes it there; "
            "with --vendor it brings the file into the repository"
        ),
    ]


def test_a_url_in_the_body() -> None:
    post = POST.replace("media: [{src: launch.png, alt: A picture}]\n", "").replace(
        "Hello", "![A](https://a.example/a.png)"
    )
    assert said(post) == [
        "5:1-5:30 error[PZ360] media-unpinned: `https://a.example/a.png` has no hash",
        (
            "  help: `postiz-ops media pin content/post.md --vendor` brings the file into the repository; "
            "under `media` it may stay where it is"
        ),
    ]


def test_a_url_with_its_hash() -> None:
    assert said(POST.replace("launch.png", f"https://cdn.example.com/a.png?x=1, sha256: {HASH}")) == []


def test_a_hash_that_is_none() -> None:
    assert said(POST.replace("launch.png", "https://cdn.example.com/a.png, sha256: 9f86d0")) == [
        "4:15-4:44 error[PZ361] media-wrong-hash: the `sha256` of `https://cdn.example.com/a.png` is wrong",
        "  help: write all 64 hexadecimal digits",
    ]


def test_a_hash_of_another_file() -> None:
    post = POST.replace("launch.png", f"launch.png, sha256: {HASH}")
    assert said(post, launch=PNG) == []
    assert said(post, launch=PNG + b" ") == [
        "4:15-4:25 error[PZ361] media-wrong-hash: the `sha256` of `content/launch.png` is wrong",
        "  help: write 42321a3d975582b6cfe54cdf377c82b2823467f9169126f979e6fd78c926ec88",
    ]


def test_a_url_that_tells_nothing() -> None:
    assert said(POST.replace("launch.png", f"https://cdn.example.com/watch?v=a.png, sha256: {HASH}")) == [
        (
            "4:15-4:52 error[PZ362] media-type-unknown: `https://cdn.example.com/watch?v=a.png` does not end in an "
            "extension that says what it is"
        ),
        "  help: use a URL that ends in `.jpg` or `.mp4` for example, or bring the file into the repository",
    ]


def test_a_thumbnail_is_looked_up_too() -> None:
    post = POST.replace("{src: launch.png,", "{src: clip.mp4, thumbnail: launch.png,")
    files: dict[str, str | bytes] = {
        "content/post.md": post,
        "content/clip.mp4": media("video/mp4", width=640, height=360, duration=10),
    }
    assert found(files) == [
        "4:36-4:46 error[PZ350] media-not-found: there is no file `content/launch.png`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]
    assert found({**files, "content/launch.png": PNG}) == []


def test_a_thumbnail_that_moves() -> None:
    post = POST.replace("{src: launch.png,", "{src: clip.mp4, thumbnail: clip.mp4,")
    assert found({"content/post.md": post, "content/clip.mp4": media("video/mp4", width=640, height=360)}) == [
        "4:36-4:44 error[PZ363] thumbnail-not-a-picture: `content/clip.mp4` is no picture",
        "  help: name a JPEG or a PNG",
    ]


def test_the_picture_of_a_card() -> None:
    post = POST.replace("media: [{src: launch.png, alt: A picture}]", "link: {url: https://a.example, image: a.pdf}")
    post = post.replace("mastodon, ", "")
    assert found({"content/post.md": post}) == [
        "4:39-4:44 error[PZ350] media-not-found: there is no file `content/a.pdf`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]
    assert found({"content/post.md": post, "content/a.pdf": media("application/pdf", kind="document")}) == [
        "4:39-4:44 error[PZ363] thumbnail-not-a-picture: `content/a.pdf` is no picture",
        "  help: name a JPEG or a PNG",
    ]


def test_a_name_that_misleads() -> None:
    assert said(POST, launch=media("image/jpeg", width=64, height=64)) == [
        (
            "4:15-4:25 warning[PZ364] media-name-misleads: `content/launch.png` is `image/jpeg`, and its name says "
            "`image/png`"
        ),
        "  help: give the file the extension of what it is",
    ]


def test_a_container_is_named_after_what_it_may_hold() -> None:
    post = POST.replace("launch.png", "clip.mov").replace(", bluesky", "")
    assert found({"content/post.md": post, "content/clip.mov": media("video/mp4", width=64, height=64)}) == []


def test_media_of_one_account_are_said_of_that_account() -> None:
    assert said(POST.replace("alt: A picture", "alt: A picture, only: [bluesky]")) == [
        "4:15-4:25 error[PZ350] media-not-found @acme-bluesky: there is no file `content/launch.png`",
        (
            "  help: put the file there, or correct the path: it is relative to the post, and with a leading `/` "
            "to the repository"
        ),
    ]


def test_what_is_named_twice_is_said_at_both_places() -> None:
    post = POST.replace("Hello", "![A](launch.png)")
    assert [line for line in said(post) if "PZ350" in line] == [
        "4:15-4:25 error[PZ350] media-not-found: there is no file `content/launch.png`",
        "6:1-6:17 error[PZ350] media-not-found: there is no file `content/launch.png`",
    ]


def test_a_body_may_write_spaces_as_url_encoded() -> None:
    post = POST.replace("media: [{src: launch.png, alt: A picture}]\n", "").replace("Hello", "![A](my%20launch.png)")
    assert found({"content/post.md": post, "content/my launch.png": PNG}) == []
    assert found({"content/post.md": post, "content/my%20launch.png": PNG}) == []
    assert found({"content/post.md": post.replace("my%20launch", "%2e%2e/%2e%2e/launch")}) == [
        "5:1-5:31 error[PZ357] media-outside: `../../launch.png` lies outside of the repository",
        "  help: copy the file into the repository",
    ]
