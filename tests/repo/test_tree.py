"""What is compiled is what git has: nothing outside, nothing through a link, nothing under another name."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.errors import Rejected
from postiz_ops.model import Media, MediaKind
from postiz_ops.repo.git import Git
from postiz_ops.repo.objects import Objects
from postiz_ops.repo.tree import BlobLibrary, GitTree, WorkTree

PICTURE = b"\x89PNG not really"
NFC, NFD = "content/caf\u00e9.md", "content/cafe\u0301.md"


def git(root: Path, *args: str) -> str:
    return subprocess.run(["git", "-C", root, *args], check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def commit(root: Path) -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x", "--allow-empty")
    return git(root, "rev-parse", "HEAD")


def blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    write(
        tmp_path,
        {
            ".gitignore": b"*.tmp\n/content/private/\n",
            "accounts.yaml": b"version: 1\n",
            "content/b.md": b"b",
            "content/a.md": b"a",
            "content/2026/c.md": b"c",
            "content/notes.txt": b"no post",
            "content/a.png": PICTURE,
            "content/large.png": PICTURE * 1000,
            "contents/other.md": b"another folder",
        },
    )
    commit(tmp_path)
    return tmp_path


def work_tree(root: Path) -> WorkTree:
    return WorkTree(Git(root))


def git_tree(root: Path, ref: str = "HEAD") -> GitTree:
    return GitTree(Git(root), ref)


# --- posts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["content", "content/", "./content", "/content"])
def test_both_trees_have_the_same_posts(root: Path, content: str) -> None:
    expected = {"content/2026/c.md": blob(b"c"), "content/a.md": blob(b"a"), "content/b.md": blob(b"b")}
    assert work_tree(root).posts(content) == expected
    assert git_tree(root).posts(content) == expected
    assert list(git_tree(root).posts(content)) == sorted(expected)


def test_the_content_folder_may_be_the_whole_repository(root: Path) -> None:
    assert (
        list(work_tree(root).posts("."))
        == list(git_tree(root).posts("."))
        == [
            "content/2026/c.md",
            "content/a.md",
            "content/b.md",
            "contents/other.md",
        ]
    )


def test_the_work_tree_has_what_its_author_edits_and_the_commit_what_was_approved(root: Path) -> None:
    write(root, {"content/a.md": b"changed", "content/new.md": b"new", "content/private/x.md": b"ignored"})
    (root / "content/b.md").unlink()
    assert work_tree(root).posts("content") == {
        "content/2026/c.md": blob(b"c"),
        "content/a.md": blob(b"changed"),
        "content/new.md": blob(b"new"),
    }
    assert work_tree(root).read("content/a.md") == b"changed"
    assert work_tree(root).read("content/new.md") == b"new"
    assert git_tree(root).read("content/a.md") == b"a"
    assert git_tree(root).read("content/b.md") == b"b"


def test_a_change_that_keeps_size_and_time_is_noticed(root: Path) -> None:
    path = root / "content/a.md"
    before = path.stat()
    path.write_bytes(b"A")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert work_tree(root).posts("content")["content/a.md"] == blob(b"A")


def test_a_file_that_was_only_touched_is_unchanged(root: Path) -> None:
    os.utime(root / "content/a.md", (1, 1))
    assert work_tree(root).posts("content")["content/a.md"] == blob(b"a")


def test_an_unmerged_post_is_read_as_it_stands_on_disk(root: Path) -> None:
    git(root, "switch", "-q", "-c", "other")
    write(root, {"content/a.md": b"theirs\n"})
    commit(root)
    git(root, "switch", "-q", "main")
    write(root, {"content/a.md": b"ours\n"})
    commit(root)
    subprocess.run(["git", "-C", root, "merge", "-q", "other"], check=False, capture_output=True)
    merged = (root / "content/a.md").read_bytes()
    assert b"<<<<<<<" in merged
    assert work_tree(root).posts("content")["content/a.md"] == blob(merged)


def test_a_post_outside_a_sparse_checkout_is_absent(root: Path) -> None:
    git(root, "sparse-checkout", "set", "--no-cone", "/content/a.md")
    assert list(work_tree(root).posts("content")) == ["content/a.md"]


def test_a_post_that_is_a_link_is_none(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.md"
    secret.write_bytes(b"secret")
    (root / "content/new-link.md").symlink_to(secret)
    (root / "content/link.md").symlink_to("a.md")
    git(root, "add", "content/link.md")
    git(root, "commit", "-q", "-m", "link")
    (root / "content/b.md").unlink()
    (root / "content/b.md").symlink_to(secret)
    assert list(work_tree(root).posts("content")) == ["content/2026/c.md", "content/a.md"]
    assert list(git_tree(root).posts("content")) == ["content/2026/c.md", "content/a.md", "content/b.md"]
    for tree in (work_tree(root), git_tree(root)):
        with pytest.raises(FileNotFoundError):
            tree.read("content/link.md")


def test_posts_are_named_in_one_unicode_form(root: Path) -> None:
    write(root, {NFD: b"coffee"})
    assert work_tree(root).posts("content")[NFC] == blob(b"coffee")
    assert work_tree(root).read(NFC) == b"coffee"
    git(root, "-c", "core.precomposeUnicode=false", "add", "-A")
    git(root, "commit", "-q", "-m", "x")
    for tree in (work_tree(root), git_tree(root)):
        assert tree.posts("content")[NFC] == blob(b"coffee")
        assert tree.read(NFC) == b"coffee"


def test_an_empty_repository_has_new_posts_only(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {"content/a.md": b"a"})
    assert work_tree(tmp_path).posts("content") == {"content/a.md": blob(b"a")}


def test_ids_are_of_the_repositorys_own_kind(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    write(tmp_path, {"content/a.md": b"a", "content/b.md": b"b"})
    git(tmp_path, "add", "content/a.md")
    assert work_tree(tmp_path).posts("content") == {
        name: git(tmp_path, "hash-object", name) for name in ("content/a.md", "content/b.md")
    }


# --- entries --------------------------------------------------------------------------------------------------------


def test_a_file_that_git_knows(root: Path) -> None:
    for tree in (work_tree(root), git_tree(root)):
        assert tree.entry("content/a.png") == Entry(EntryKind.FILE, "content/a.png", blob(PICTURE))
        assert tree.entry("./content//2026/../a.png").path == "content/a.png"
        assert tree.read("content/a.png") == PICTURE
        assert tree.entry("content/large.png").kind is EntryKind.FILE


def test_a_changed_file_has_the_id_it_would_get(root: Path) -> None:
    write(root, {"content/a.png": b"other"})
    assert work_tree(root).entry("content/a.png") == Entry(EntryKind.FILE, "content/a.png", blob(b"other"))


@pytest.mark.parametrize(
    ("path", "in_work_tree", "in_commit"),
    [
        ("content/none.png", EntryKind.MISSING, EntryKind.MISSING),
        ("content/a.png/x", EntryKind.MISSING, EntryKind.MISSING),
        ("content/new.png", EntryKind.UNTRACKED, EntryKind.MISSING),
        ("content/new.tmp", EntryKind.IGNORED, EntryKind.MISSING),
        ("content/2026", EntryKind.DIRECTORY, EntryKind.DIRECTORY),
        (".", EntryKind.DIRECTORY, EntryKind.DIRECTORY),
        ("fresh", EntryKind.DIRECTORY, EntryKind.MISSING),
        ("link.png", EntryKind.SYMLINK, EntryKind.SYMLINK),
        ("linked", EntryKind.SYMLINK, EntryKind.SYMLINK),
        ("linked/a.png", EntryKind.SYMLINK, EntryKind.SYMLINK),
        ("new-link.png", EntryKind.SYMLINK, EntryKind.MISSING),
        ("new-linked/a.png", EntryKind.SYMLINK, EntryKind.MISSING),
        ("pipe", EntryKind.MISSING, EntryKind.MISSING),
        ("module", EntryKind.SUBMODULE, EntryKind.SUBMODULE),
        ("module/a.png", EntryKind.SUBMODULE, EntryKind.SUBMODULE),
        ("nested/a.png", EntryKind.UNTRACKED, EntryKind.MISSING),
        ("content/A.png", EntryKind.CASE, EntryKind.CASE),
        ("Content/a.png", EntryKind.CASE, EntryKind.CASE),
        ("x" * 5000, EntryKind.MISSING, EntryKind.MISSING),
        ("content/a.png ", EntryKind.MISSING, EntryKind.MISSING),
        ("content/a.png.", EntryKind.MISSING, EntryKind.MISSING),
        ("content/%2e%2e/x", EntryKind.MISSING, EntryKind.MISSING),
        ("~/.ssh/id_rsa", EntryKind.MISSING, EntryKind.MISSING),
        ("C:\\secret.png", EntryKind.MISSING, EntryKind.MISSING),
        ("../outside.png", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        ("content/../../outside.png", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        ("/etc/passwd", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        (".git/config", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        ("content/.GIT/config", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        (".git./config", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        ("git~1/config", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
        ("a\0b", EntryKind.OUTSIDE, EntryKind.OUTSIDE),
    ],
)
def test_what_stands_at_a_path(root: Path, path: str, in_work_tree: EntryKind, in_commit: EntryKind) -> None:
    (root / "link.png").symlink_to("/etc/passwd")
    (root / "linked").symlink_to("content")
    git(root, "init", "-q", "module")
    write(root / "module", {"a.png": PICTURE})
    commit(root / "module")
    subprocess.run(["git", "-C", root, "add", "link.png", "linked", "module"], check=True, capture_output=True)
    git(root, "commit", "-q", "-m", "links")
    git(root, "init", "-q", "nested")
    write(root, {"content/new.png": b"", "content/new.tmp": b"", "nested/a.png": b"", "fresh/x": b""})
    (root / "new-link.png").symlink_to("content/a.png")
    (root / "new-linked").symlink_to("content")
    os.mkfifo(root / "pipe")
    seen = work_tree(root).entry(path), git_tree(root).entry(path)
    assert tuple(entry.kind for entry in seen) == (in_work_tree, in_commit)
    for tree, kind in ((work_tree(root), in_work_tree), (git_tree(root), in_commit)):
        if kind is not EntryKind.UNTRACKED:
            with pytest.raises(FileNotFoundError):
                tree.read(path)


def test_a_tracked_file_that_became_something_else(root: Path) -> None:
    for name in ("content/a.md", "content/b.md", "content/notes.txt", "content/a.png"):
        (root / name).unlink()
    (root / "content/a.md").symlink_to("/etc/passwd")
    (root / "content/b.md").mkdir()
    os.mkfifo(root / "content/notes.txt")
    tree = work_tree(root)
    assert [
        tree.entry(name).kind for name in ("content/a.md", "content/b.md", "content/notes.txt", "content/a.png")
    ] == [
        EntryKind.SYMLINK,
        EntryKind.DIRECTORY,
        EntryKind.MISSING,
        EntryKind.MISSING,
    ]


def test_a_folder_that_became_a_link_is_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / "content").rename(elsewhere / "content")
    (root / "content").symlink_to(elsewhere / "content")
    tree = work_tree(root)
    assert tree.posts("content") == {}
    assert tree.entry("content/a.png").kind is EntryKind.SYMLINK
    with pytest.raises(FileNotFoundError):
        tree.read("content/a.md")


def test_another_spelling_is_told_with_gits_own(root: Path) -> None:
    write(root, {"content/Caf\u00e9.png": PICTURE})
    commit(root)
    for tree in (work_tree(root), git_tree(root)):
        found = tree.entry("content/cafe\u0301.PNG")
        assert (found.kind, found.suggestion) == (EntryKind.CASE, "content/Caf\u00e9.png")


def test_twins_are_an_error_for_both(root: Path) -> None:
    write(root, {"content/A.png": PICTURE})
    commit(root)
    for tree in (work_tree(root), git_tree(root)):
        assert tree.entry("content/a.png") == Entry(EntryKind.CASE, "content/a.png", suggestion="content/A.png")
        assert tree.entry("content/A.png") == Entry(EntryKind.CASE, "content/A.png", suggestion="content/a.png")


def test_a_name_that_is_no_utf8_can_be_listed_and_read(root: Path) -> None:
    name = os.fsdecode(b"content/latin-\xe9.md")
    write(root, {name: b"x"})
    commit(root)
    for tree in (work_tree(root), git_tree(root)):
        assert tree.posts("content")[name] == blob(b"x")
        assert tree.read(name) == b"x"


# --- large files ----------------------------------------------------------------------------------------------------

FILM = b"a film" * 1000
OID = hashlib.sha256(FILM).hexdigest()
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{OID}\nsize {len(FILM)}\n".encode()


@pytest.fixture
def with_pointer(root: Path) -> Path:
    write(root, {"content/film.mp4": POINTER})
    commit(root)
    return root


def test_a_pointer_without_its_content_is_said_to_be_one(with_pointer: Path) -> None:
    for tree in (work_tree(with_pointer), git_tree(with_pointer)):
        assert tree.entry("content/film.mp4") == Entry(EntryKind.POINTER, "content/film.mp4", blob(POINTER))
        assert tree.read("content/film.mp4") == POINTER


def test_a_pointer_is_resolved_from_the_clones_own_store(with_pointer: Path) -> None:
    write(with_pointer / ".git/lfs/objects", {f"{OID[:2]}/{OID[2:4]}/{OID}": FILM})
    for tree in (work_tree(with_pointer), git_tree(with_pointer)):
        assert tree.entry("content/film.mp4") == Entry(EntryKind.FILE, "content/film.mp4", blob(POINTER))
        assert tree.read("content/film.mp4") == FILM


def test_a_damaged_store_resolves_nothing(with_pointer: Path) -> None:
    write(with_pointer / ".git/lfs/objects", {f"{OID[:2]}/{OID[2:4]}/{OID}": b"other bytes"})
    assert git_tree(with_pointer).entry("content/film.mp4").kind is EntryKind.POINTER


def test_git_lfs_is_asked_where_it_is_installed_and_the_network_is_allowed(
    with_pointer: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path_factory.mktemp("bin")
    (programs / "film").write_bytes(FILM)
    lfs = programs / "git-lfs"
    lfs.write_text(f'#!/bin/sh\n[ "$1" = smudge ] && cat > {programs}/asked && cat {programs}/film\n')
    lfs.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    assert work_tree(with_pointer).entry("content/film.mp4").kind is EntryKind.POINTER
    assert not (programs / "asked").exists()
    assert git_tree(with_pointer).read("content/film.mp4") == FILM
    assert (programs / "asked").read_bytes() == POINTER


# --- objects --------------------------------------------------------------------------------------------------------


class CountingGit(Git):
    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.started: list[str] = []

    def call(self, *args: str, input: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        self.started.append(args[0])
        return super().call(*args, input=input)

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        self.started.append(args[0])
        return super().start(*args)


def test_no_file_costs_a_process(root: Path) -> None:
    write(root, {f"content/{n}.md": b"%d" % n for n in range(100)})
    commit(root)
    counting = CountingGit(root)
    for tree in (WorkTree(counting), GitTree(counting, "HEAD")):
        assert counting.started in ([], ["ls-files"])
        names = list(tree.posts("content"))
        assert len([tree.read(name) for name in names]) == 103
        assert all(tree.entry(name).kind is EntryKind.FILE for name in names)
    assert counting.started == ["ls-files", "ls-tree", "cat-file"]


def test_an_object_that_is_not_here_is_left_out(root: Path) -> None:
    objects = Objects(Git(root))
    assert objects.read(["0" * 40, blob(b"a"), blob(b"")]) == {blob(b"a"): b"a"}
    assert objects.read([blob(b"b")]) == {blob(b"b"): b"b"}


def test_a_blob_that_the_clone_lacks_is_a_file_that_is_not_there(root: Path) -> None:
    tree = git_tree(root)
    (root / ".git/objects" / blob(b"a")[:2] / blob(b"a")[2:]).unlink()
    with pytest.raises(FileNotFoundError):
        tree.read("content/a.md")


def test_posts_are_read_ahead_and_media_one_by_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {f"content/{n:03}.md": b"%d" % n for n in range(200)})
    commit(root)
    batches: list[int] = []
    read = Objects.read

    def counted(objects: Objects, blobs: Sequence[str]) -> dict[str, bytes]:
        batches.append(len(blobs))
        return read(objects, blobs)

    monkeypatch.setattr(Objects, "read", counted)
    tree = git_tree(root)
    for name in tree.posts("content"):
        tree.read(name)
    assert batches == [2, 4, 8, 16, 32, 64, 64, 14]
    batches.clear()
    for name in ("content/150.md", "content/020.md", "content/021.md", "content/022.md", "content/a.png"):
        tree.read(name)
    assert batches == [1, 1, 2, 1]


def _read_in_child(tree: GitTree, names: list[str], queue: multiprocessing.Queue[list[bytes]]) -> None:
    queue.put([tree.read(name) for name in names])


def test_a_forked_child_does_not_eat_its_parents_answers(root: Path) -> None:
    write(root, {f"content/{n}.md": b"%d" % n * 1000 for n in range(50)})
    commit(root)
    tree = git_tree(root)
    names = list(tree.posts("content"))
    expected = [tree.read(name) for name in names]
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[list[bytes]] = context.Queue()
    child = context.Process(target=_read_in_child, args=(tree, names, queue))
    child.start()
    assert [tree.read(name) for name in names] == expected
    assert queue.get(timeout=30) == expected
    child.join()


# --- the library ----------------------------------------------------------------------------------------------------


def media(path: str, data: bytes) -> Media:
    return Media(path, hashlib.sha256(data).hexdigest(), MediaKind.IMAGE, "image/png", len(data))


def test_the_library_gives_what_was_approved_and_not_what_lies_there(root: Path) -> None:
    write(root, {"content/a.png": b"swapped after the approval"})
    assert BlobLibrary(Git(root), "HEAD").read(media("content/a.png", PICTURE)) == PICTURE


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("content/a.png", "`content/a.png` is not the file that was approved"),
        ("content/gone.png", "`content/gone.png` is not in the approved commit"),
        ("../gone.png", "`../gone.png` is not in the approved commit"),
        ("https://cdn.example.com/a.png", "fetching remote media is not available"),
    ],
)
def test_the_library_refuses(root: Path, path: str, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        BlobLibrary(Git(root), "HEAD").read(media(path, b"something else"))
    assert caught.value.message == message


def test_the_library_follows_a_branch_that_moves(root: Path) -> None:
    library = BlobLibrary(Git(root), "refs/heads/main")
    assert library.read(media("content/a.png", PICTURE)) == PICTURE
    assert library.read(media("content/b.md", b"b")) == b"b"
    write(root, {"content/a.png": b"the next one"})
    commit(root)
    assert library.read(media("content/a.png", b"the next one")) == b"the next one"


def test_remote_media_is_fetched_and_checked(root: Path) -> None:
    url = "https://cdn.example.com/a.png"
    library = BlobLibrary(Git(root), "HEAD", fetch=lambda asked, digest: f"{asked} {digest[:4]}".encode())
    expected = media(url, b"")
    with pytest.raises(Rejected):
        library.read(expected)
    honest = BlobLibrary(Git(root), "HEAD", fetch=lambda _url, _digest: PICTURE)
    assert honest.read(media(url, PICTURE)) == PICTURE
