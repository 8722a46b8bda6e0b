"""A tree as a whole: accounts.yaml, posts, what is found across them, and what is asked for."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from postiz_ops.compile import compile_tree
from postiz_ops.compile.pipeline import Portion
from postiz_ops.compile.tree import Entry, EntryKind
from postiz_ops.errors import UsageError
from postiz_ops.model import Draft, DraftPart, Schedule
from tests.compile.repository import ACCOUNTS, NOW, PNG, Files, compiled, drafts, found, lines, probe, tree

POST = "---\nplatforms: [mastodon]\npublish_at: 2026-12-01 09:00\n---\nHello\n"
BAD = POST.replace("2026-12-01 09:00", "2026-12-01")


def test_a_post_all_the_way() -> None:
    (draft,) = drafts(compiled(POST)).values()
    assert draft == Draft(
        post="post",
        path="content/post.md",
        account="acme-mastodon",
        provider="mastodon",
        schedule=Schedule("at", datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 1, 9)),  # noqa: DTZ001
        parts=(DraftPart("Hello", 5),),
        explicit_id=False,
        content=draft.content,
    )
    assert draft.span is not None
    assert (draft.span.line, draft.span.end_line, draft.span.end_column) == (5, 5, 6)


def test_numbers_of_posts_and_drafts() -> None:
    compilation = compiled({"content/a.md": POST, "content/b.md": POST.replace("mastodon", "everywhere")})
    assert (compilation.post_count, compilation.draft_count) == (2, 5)
    assert [post.path for post in compilation.posts] == ["content/a.md", "content/b.md"]


def test_findings_are_sorted_by_place_over_all_files() -> None:
    files = {"content/b.md": BAD, "content/a.md": BAD, "content/sub/c.md": BAD}
    accounts = ACCOUNTS.replace("state: {id: 5f3c0d1e9a7b4c2d8e6f0a1b2c3d4e5f}\n", "")
    assert [line.partition(" ")[0] for line in found(files, accounts=accounts)[::2]] == [
        "accounts.yaml:1:1-1:2",
        "content/a.md:3:13-3:23",
        "content/b.md:3:13-3:23",
        "content/sub/c.md:3:13-3:23",
    ]


def test_no_posts() -> None:
    compilation = compiled({})
    assert (compilation.posts, compilation.diagnostics, compilation.post_count) == ((), (), 0)


def test_what_is_no_post() -> None:
    files = {"content/a.txt": "x", "drafts/b.md": POST, "README.md": POST, "content/c.MD": POST}
    assert compiled(files).post_count == 0


# --- accounts.yaml ------------------------------------------------------------------------------------------------


def test_without_accounts_yaml() -> None:
    with pytest.raises(UsageError, match=r"^there is no accounts\.yaml here$"):
        compile_tree(Files({}), now=NOW, probe=probe)


@pytest.mark.parametrize("kind", [EntryKind.SYMLINK, EntryKind.DIRECTORY, EntryKind.CASE, EntryKind.POINTER])
def test_an_accounts_yaml_that_is_no_file(kind: EntryKind) -> None:
    with pytest.raises(UsageError, match=rf"^accounts\.yaml is no regular file \({kind}\)$"):
        compile_tree(tree({}, kinds=[Entry(kind, "accounts.yaml")]), now=NOW, probe=probe)


@pytest.mark.parametrize("kind", [EntryKind.UNTRACKED, EntryKind.IGNORED])
def test_an_accounts_yaml_that_git_does_not_know_yet(kind: EntryKind) -> None:
    assert compiled(tree(POST, kinds=[Entry(kind, "accounts.yaml")])).post_count == 1


def test_posts_are_checked_beside_a_broken_account() -> None:
    accounts = ACCOUNTS.replace("provider: bluesky", "provider: blusky")
    files = {"content/a.md": BAD, "content/b.md": POST.replace("mastodon", "acme-bluesky")}
    assert [line.split()[1] for line in found(files, accounts=accounts)[::2]][:1] == ["error[PZ106]"]
    assert "content/a.md:3:13-3:23 error[PZ252] time-of-day-missing: `2026-12-01` has no time of day" in found(
        files, accounts=accounts
    )


def test_an_accounts_yaml_that_cannot_be_read_at_all() -> None:
    compilation = compiled(POST, accounts="version: [\n", history=None)
    assert (compilation.config, compilation.posts, compilation.post_count) == (None, (), 0)
    assert [finding.severity.value for finding in compilation.diagnostics] == ["error"]
    assert compilation.skipped_rules == ("time-past", "renamed-after-publishing", "moved-after-publishing")


# --- paths --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (None, ["content/a.md", "content/sub/b.md", "content/sub2/c.md"]),
        (["."], ["content/a.md", "content/sub/b.md", "content/sub2/c.md"]),
        (["content/a.md"], ["content/a.md"]),
        (["content/sub"], ["content/sub/b.md"]),
        (["content/sub/", "content/a.md"], ["content/a.md", "content/sub/b.md"]),
        (["content"], ["content/a.md", "content/sub/b.md", "content/sub2/c.md"]),
        (["nowhere"], []),
        ([], []),
    ],
)
def test_only_the_findings_that_were_asked_for(paths: list[str] | None, expected: list[str]) -> None:
    files = tree({"content/a.md": BAD, "content/sub/b.md": BAD, "content/sub2/c.md": BAD})
    compilation = compile_tree(files, now=NOW, probe=probe, history=(), paths=paths)
    assert [finding.span.path for finding in compilation.diagnostics] == expected
    assert compilation.post_count == 3


def test_what_another_post_makes_wrong_is_found_in_the_one_that_was_asked_for() -> None:
    files = tree({"content/a.md": POST, "content/b.md": POST.replace("---\npl", "---\nid: a\npl", 1)})
    compilation = compile_tree(files, now=NOW, probe=probe, history=(), paths=["content/a.md"])
    assert [lines(finding)[0] for finding in compilation.diagnostics] == [
        "content/a.md:1:1-1:2 error[PZ450] duplicate-id: `a` is the id of `content/b.md` too"
    ]


def test_accounts_and_signatures_are_everybody_s() -> None:
    files = tree({"signatures/a.md": b"\xff", "content/a.md": BAD}, accounts=f"{ACCOUNTS}unknown: key\n")
    compilation = compile_tree(files, now=NOW, probe=probe, history=(), paths=["content/b.md"])
    assert [finding.span.path for finding in compilation.diagnostics] == ["accounts.yaml", "signatures/a.md"]


# --- portions -----------------------------------------------------------------------------------------------------


def test_a_compilation_in_portions_is_the_same() -> None:
    """A share of the work goes through a pipe: what comes out of it is all that is needed."""
    files = {f"content/{number}.md": POST.replace("Hello", f"![{number}](a.png)") for number in range(7)}
    files |= {"content/bad.md": BAD}

    def in_three(work: Callable[[Sequence[str]], Portion], paths: Sequence[str]) -> list[Portion]:
        portions: list[Portion] = [pickle.loads(pickle.dumps(work(paths[first::3]))) for first in range(3)]
        return portions

    it = tree({**files, "content/a.png": PNG})
    shared = compile_tree(it, now=NOW, probe=probe, history=(), share=in_three)
    plain = compile_tree(it, now=NOW, probe=probe, history=())
    assert (shared.diagnostics, shared.posts, shared.draft_count) == (plain.diagnostics, plain.posts, 8)


# --- digests ------------------------------------------------------------------------------------------------------


def digest(front: str = "", body: str = "Hello", *, platforms: str = "mastodon", picture: bytes = PNG) -> str:
    post = f"---\nplatforms: [{platforms}]\npublish_at: 2026-12-01 09:00\n{front}\n---\n{body}\n"
    (draft,) = drafts(compiled({"content/post.md": post, "content/a.png": picture, "content/b.png": picture})).values()
    return draft.content


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("", "Hello!"),
        ("", "Hello\n\n---\n\nworld"),
        ("", "Hello\n\n:::comment\nworld\n:::"),
        ("content_warning: A", "Hello"),
        ("hashtags: [a]", "Hello"),
        ("settings: {mastodon: {visibility: private}}", "Hello"),
        ("", "Hello ![A](a.png)"),
    ],
)
def test_what_is_sent_is_in_the_digest(front: str, body: str) -> None:
    assert digest(front, body) != digest()


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("title: A", "Hello"),
        ("tags: [a]", "Hello"),
        ("id: other", "Hello"),
        ("status: paused", "Hello"),
        ("repeat: {every: 7d}", "Hello"),
        ("link: https://example.com", "Hello"),
        ("settings: {mastodon: {sensitive: false}}", "Hello"),
        ("", "\n\nHello   \n"),
        ("# a comment", "**Hello**"),
    ],
)
def test_what_is_not_sent_is_not_in_the_digest(front: str, body: str) -> None:
    assert digest(front, body) == digest()


def test_media_are_in_the_digest_by_their_bytes_name_and_alt_text() -> None:
    made = {
        digest("", "![A](a.png)"),
        digest("", "![B](a.png)"),
        digest("", "![A](b.png)"),
        digest("", "![A](a.png)", picture=PNG + b" "),
    }
    assert len(made) == 4


def test_a_link_card_is_in_the_digest_where_there_is_one() -> None:
    made = {
        digest(front, platforms="bluesky")
        for front in ("", "link: https://a.example", "link: {url: https://a.example, title: A}")
    }
    assert len(made) == 3
