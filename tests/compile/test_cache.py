"""What was compiled before is not compiled again, and is the same as if it had been."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postiz_ops import __version__
from postiz_ops.compile import Compilation
from postiz_ops.compile.cache import Cache, make_of
from postiz_ops.compile.tree import Entry, EntryKind
from tests.compile.repository import ACCOUNTS, PNG, Files, compiled, tree

POST = "---\nplatforms: [everywhere]\npublish_at: 2026-12-01 09:00\n---\nHello\n"
PICTURE = POST.replace("everywhere", "mastodon").replace("Hello", "![A](a.png)")
FILES: dict[str, str | bytes] = {
    "content/a.md": POST,
    "content/b.md": PICTURE,
    "content/c.md": "---\nplatforms: [mastodon]\npublish_at: 2026-12-01\nsignature: team\n---\nHi\n",
    "content/d.md": "---\nplatforms: [mastodon]\npublish_at: 2026-12-01 10:00\nrepeat: {every: 7d}\nid: d\n---\nHey\n",
    "content/a.png": PNG,
    "signatures/team.md": "Yours, @{bob}\n",
    "signatures/bad.md": b"\xff",
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache is. That the program's own files change while a test runs is no matter here."""
    monkeypatch.setattr("postiz_ops.compile.cache.make_of", lambda: "this make")
    return tmp_path / "private" / "compiled.sqlite"


def seen(compilation: Compilation) -> tuple[object, ...]:
    return (
        compilation.config,
        compilation.diagnostics,
        compilation.post_count,
        compilation.draft_count,
        compilation.posts,
    )


def run(files: Files, path: Path | None, **options: object) -> tuple[object, ...]:
    cache = Cache(path) if path else None
    result = seen(compiled(files, cache=cache, **options))  # type: ignore[arg-type]
    if cache:
        cache.close()
    return result


def test_a_second_run_reads_accounts_yaml_alone(path: Path) -> None:
    first = run(tree(FILES), path)
    again = tree(FILES)
    assert run(again, path) == first == run(tree(FILES), None)
    assert again.reads == ["accounts.yaml"]


def test_a_check_keeps_what_a_plan_then_completes(path: Path) -> None:
    """``check`` asks for no posts: they are compiled when they are asked for, once."""
    cache = Cache(path)
    assert compiled(tree(FILES), cache=cache).post_count == 4
    files = tree(FILES)
    assert len(compiled(files, cache=cache).posts) == 4
    assert len(files.reads) > 4
    files = tree(FILES)
    assert len(compiled(files, cache=cache).posts) == 4
    assert files.reads == ["accounts.yaml"]


def test_one_changed_post_is_read_alone(path: Path) -> None:
    run(tree(FILES), path)
    changed = tree({**FILES, "content/a.md": POST.replace("Hello", "Hello!")})
    cache = Cache(path)
    compilation = compiled(changed, cache=cache)
    assert changed.reads == ["accounts.yaml", "signatures/bad.md", "signatures/team.md", "content/a.md"]
    assert seen(compilation) == run(changed, None)


def test_media_are_measured_once(path: Path) -> None:
    run(tree(FILES), path)
    changed = tree({**FILES, "content/b.md": PICTURE.replace("![A]", "![B]")})
    assert run(changed, path) == run(tree(changed_files(changed)), None)
    assert "content/a.png" not in changed.reads


def changed_files(files: Files) -> dict[str, str | bytes]:
    return {path: data for path, data in files.files.items() if path != "accounts.yaml"}


@pytest.mark.parametrize(
    ("path_", "data"),
    [
        ("content/a.png", PNG + b" "),
        ("content/a.md", POST.replace("09:00", "09:30")),
        ("content/new.md", POST.replace("Hello", "New")),
        ("signatures/team.md", "Yours, @{alice}\n"),
        ("signatures/new.md", "Mine\n"),
        ("content/a.md", b"\xff"),
    ],
)
def test_what_changes_is_seen(path: Path, path_: str, data: str | bytes) -> None:
    run(tree(FILES), path)
    files = {**FILES, path_: data}
    assert run(tree(files), path) == run(tree(files), None)


@pytest.mark.parametrize("gone", FILES)
def test_what_is_gone_is_seen(path: Path, gone: str) -> None:
    run(tree(FILES), path)
    files = {name: data for name, data in FILES.items() if name != gone}
    assert run(tree(files), path) == run(tree(files), None)


def test_a_file_that_git_forgets_is_seen(path: Path) -> None:
    run(tree(FILES), path)
    files = tree(FILES, kinds=[Entry(EntryKind.UNTRACKED, "content/a.png")])
    assert run(files, path) == run(files, None)


@pytest.mark.parametrize(
    "accounts",
    [
        ACCOUNTS.replace("Europe/Berlin", "UTC"),
        ACCOUNTS.replace("slots", "# slots"),
        "version: 2\n",
    ],
)
def test_another_configuration_is_another_compilation(path: Path, accounts: str) -> None:
    run(tree(FILES), path)
    assert run(tree(FILES, accounts=accounts), path) == run(tree(FILES, accounts=accounts), None)
    assert run(tree(FILES), path) == run(tree(FILES), None)


def test_other_limits_are_another_compilation(path: Path) -> None:
    files = tree({"content/a.md": POST.replace("Hello", "a" * 600).replace("everywhere", "mastodon")})
    told = {"acme-mastodon": {"max_characters": 1000}}
    run(files, path)
    assert run(files, path, limits=told) == run(files, None, limits=told) != run(files, None)


def test_what_depends_on_the_clock_is_not_kept(path: Path) -> None:
    run(tree(FILES), path)
    later = datetime(2026, 12, 3, tzinfo=UTC)
    assert run(tree(FILES), path, now=later) == run(tree(FILES), None, now=later) != run(tree(FILES), None)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["content/a.md", "content/b.md", "content/sub/c.md", "content/a.png", "signatures/team.md"]),
        st.sampled_from(
            [
                None,
                POST,
                PICTURE,
                POST.replace("Hello", "Bye"),
                FILES["content/c.md"],
                "---\nid: a\n---\n",
                PNG,
                b"\xff",
                "x",
            ]
        ),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_a_cache_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, str | bytes | None]]
) -> None:
    """After any edits a run with a cache gives what a run without one gives."""
    path = tmp_path_factory.mktemp("cache") / "compiled.sqlite"
    files: dict[str, str | bytes] = {}
    for name, data in [*edits, ("content/last.md", POST)]:
        files.pop(name, None)
        if data is not None:
            files[name] = data
        now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=len(files))
        assert run(tree(files), path, now=now) == run(tree(files), None, now=now)


# --- files that are no good ---------------------------------------------------------------------------------------


def garbage(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("create table posts(path text)")
    connection.close()


def other_format(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()


def other_make(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("update make set value = 'another'")
    connection.close()


def without_a_table(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("drop table kept")
    connection.close()


def flipped_bits(path: Path) -> None:
    """SQLite has no check sums: that a text was changed, only we can notice."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("update kept set value = replace(value, 'Hello', 'Hallo')").rowcount > 0
    connection.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil", [garbage, truncated, foreign, other_format, other_make, without_a_table, flipped_bits, a_folder]
)
def test_a_file_that_is_no_good_is_no_matter(path: Path, spoil: Callable[[Path], None]) -> None:
    expected = run(tree(FILES), path)
    spoil(path)
    assert run(tree(FILES), path) == expected
    assert run(tree(FILES), path) == expected


@pytest.mark.parametrize("spoil", [garbage, truncated, foreign, other_format, other_make, without_a_table])
def test_a_file_that_is_no_good_is_made_anew(path: Path, spoil: Callable[[Path], None]) -> None:
    run(tree(FILES), path)
    spoil(path)
    for _ in range(2):
        run(tree(FILES), path)
    files = tree(FILES)
    run(files, path)
    assert files.reads == ["accounts.yaml"]


def test_a_file_that_another_run_holds_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run(tree(FILES), path)
    before = path.read_bytes()
    connect = sqlite3.connect
    with connect(path, isolation_level=None) as other:
        other.execute("begin exclusive")
        monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: connect(path, timeout=0))
        assert run(tree(FILES), path) == expected
        other.execute("rollback")
    other.close()
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_means_no_cache(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file, not a folder")
    assert run(tree(FILES), blocked / "compiled.sqlite") == run(tree(FILES), None)


# --- the make -----------------------------------------------------------------------------------------------------


def test_the_make_is_that_of_the_files() -> None:
    assert make_of() == make_of()
    assert make_of(("compile",)) != make_of(("text",))
    assert make_of().startswith(__version__)


def test_a_value_is_kept_under_its_kind_and_name(path: Path) -> None:
    cache = Cache(path)
    cache.keep("one", {"a": [1, None], "b": "ü"})
    cache.keep("two", {"a": 2})
    cache.keep("one", {})
    assert cache.kept("one") == {"a": [1, None], "b": "ü"}
    assert cache.kept("one", ["b", "c"]) == {"b": "ü"}
    assert cache.kept("two") == {"a": 2}
    cache.keep("one", {"a": 3})
    assert cache.kept("one", ["a"]) == {"a": 3}
    cache.close()
    cache.close()


HEAVY = ("pydantic", "yaml", "frontmatter", "pyromark", "unicode_segmentation_rs", "dateutil", "httpx2", "PIL", "click")


def test_a_warm_run_imports_nothing_heavy(tmp_path: Path, path: Path) -> None:
    """What a fresh interpreter has loaded after a run that found everything in the cache."""
    program = f"""
import json, sys
from pathlib import Path
from datetime import UTC, datetime
from postiz_ops.compile import compile_tree
from postiz_ops.compile.cache import Cache
from tests.compile.repository import tree
files, cache = tree({{"content/a.md": {POST!r}}}), Cache(Path({str(path)!r}))
seen = compile_tree(files, now=datetime(2026, 11, 20, tzinfo=UTC), probe=lambda data: None, history=(), cache=cache)
print(json.dumps([seen.post_count, seen.draft_count, sorted({set(HEAVY)!r} & sys.modules.keys())]))
"""
    made = [
        json.loads(subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout)
        for _ in range(2)
    ]
    assert made[0][2] != []
    assert made[1] == [1, 4, []]


def test_replace_is_for_posts(path: Path) -> None:
    """A row that is put in again takes the place of the old one."""
    cache = Cache(path)
    compiled(tree(FILES), cache=cache)
    rows = cache.rows(cache_stamp(path))
    cache.replace(cache_stamp(path), ["content/b.md"], [rows["content/a.md"]._replace(id="changed")], [], anew=False)
    after = cache.rows(cache_stamp(path))
    assert sorted(after) == ["content/a.md", "content/c.md", "content/d.md"]
    assert after["content/a.md"].id == "changed"
    assert {summary.path for summary in cache.summaries()} == {"content/c.md", "content/d.md"}
    assert cache.rows("another stamp") == {}
    cache.close()


def cache_stamp(path: Path) -> str:
    connection = sqlite3.connect(path)
    (value,) = connection.execute("select value from stamp").fetchone()
    connection.close()
    return str(value)
