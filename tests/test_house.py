"""The house rules that no linter knows: sizes, cycles, copies, and what must not stand in a tracked file."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "postiz_ops"
RUN_OF_LINES = 6
"""A copy is at least so many lines that also stand in another file."""


@cache
def sources() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def tracked() -> tuple[Path, ...]:
    listing = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("not a git repository: nothing says which files are tracked")
    return tuple(ROOT / name for name in listing.stdout.decode().split("\0") if name and (ROOT / name).is_file())


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return "" if b"\0" in data[:8192] else data.decode(errors="replace")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def quantile(values: Iterable[int], share: float) -> int:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


# --- sizes ----------------------------------------------------------------------------------------------------------


def lines_by_module() -> dict[str, int]:
    counts = {named(path): path.read_text(encoding="utf-8").count("\n") for path in sources()}
    return {name: count for name, count in counts.items() if count}


def lines_by_function() -> dict[str, int]:
    return {
        f"{named(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in sources()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_modules_are_small() -> None:
    sizes = lines_by_module()
    assert {name: size for name, size in sizes.items() if size > 500} == {}
    assert quantile(sizes.values(), 0.5) <= 120
    assert quantile(sizes.values(), 0.9) <= 300


def test_functions_are_short() -> None:
    sizes = lines_by_function()
    assert {name: size for name, size in sizes.items() if size > 60} == {}
    assert quantile(sizes.values(), 0.5) <= 9


SHARED = {"auth", "base", "kinds", "metrics", "oauth", "oauth1", "refresh"}
"""The modules beside the platforms."""


def test_a_platform_fits_in_one_file() -> None:
    sizes = lines_by_module()
    providers = {name: size for name, size in sizes.items() if re.fullmatch(r"postiz_ops/providers/[a-z]+\.py", name)}
    platforms = {
        name: size for name, size in providers.items() if name.split("/")[-1].removesuffix(".py") not in SHARED
    }
    assert {name: size for name, size in platforms.items() if size > 300} == {}


# --- shape ----------------------------------------------------------------------------------------------------------


def test_every_module_says_what_it_is() -> None:
    silent = [named(path) for path in sources() if path.stat().st_size and not ast.get_docstring(parsed(path))]
    assert silent == []


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def at_import(statements: Sequence[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports that run when the module is loaded: not those of functions, nor those for the type checker."""
    for statement in statements:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield statement
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.If() | ast.Try() | ast.With() | ast.ClassDef():
                yield from at_import(statement.body)


def imported(path: Path, modules: frozenset[str]) -> set[str]:
    found: set[str] = set()
    for statement in at_import(parsed(path).body):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif statement.module:
            inner = {f"{statement.module}.{alias.name}" for alias in statement.names}
            found |= (inner & modules) or {statement.module}
    return (found & modules) - {module_name(path)}


def test_no_two_modules_need_each_other() -> None:
    modules = frozenset(map(module_name, sources()))
    graph = {module_name(path): imported(path, modules) for path in sources()}
    cycle: list[str] = []
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle = error.args[1]
    assert cycle == []


def telling_lines(path: Path) -> list[str]:
    """The lines that carry something: no blank ones, comments, imports, docstring openings or lone brackets."""
    lines = (" ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not re.match(r'#|"""|import |from |[])},:]+$', line)]


def test_nothing_is_copied_from_file_to_file() -> None:
    lines = {path: telling_lines(path) for path in sources()}
    places: defaultdict[tuple[str, ...], set[tuple[Path, int]]] = defaultdict(set)
    for path, found in lines.items():
        for start in range(len(found) - RUN_OF_LINES + 1):
            places[tuple(found[start : start + RUN_OF_LINES])].add((path, start))
    copied = {
        (path, start + offset)
        for where in places.values()
        if len({path for path, _ in where}) > 1
        for path, start in where
        for offset in range(RUN_OF_LINES)
    }
    share = len(copied) / max(1, sum(map(len, lines.values())))
    assert share <= 0.03, sorted({named(path) for path, _ in copied})


def test_every_platform_is_held_apart_from_the_others() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (held,) = (contract for contract in tool["importlinter"]["contracts"] if contract["id"] == "providers")
    names = [re.fullmatch(r"postiz_ops/providers/([a-z]\w*)\.py", named(path)) for path in tracked()]
    platforms = {match[1] for match in names if match} - SHARED
    assert {f"postiz_ops.providers.{name}" for name in platforms} == set(held["modules"])


# --- what must not stand in a tracked file --------------------------------------------------------------------------

# A letter in brackets keeps this file from holding what it forbids.
FORBIDDEN = {
    "an unfinished thought": r"\b(?:TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b",
    "a package registry's host": r"(?:pypi|pythonhosted|registry\.npmjs|deb\.debian)\.(?:org|com)\b",
    "an absolute path of one machine": r"(?<![\w.~$}*-])/(?:work|root|home/\w+)/",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what: str) -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if re.search(FORBIDDEN[what], line)
    ]
    assert found == []


CODE = r"(?ms)^(`{3,}).*?^\1|`[^`\n]+`|^    [^\n]*$"
"""Fenced, inline and indented code of Markdown: links in it are examples."""


def test_links_between_pages_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md" and not named(path).startswith(("content/", "tests/"))]
    broken = [
        f"{named(page)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", re.sub(CODE, "", text_of(page)))
        if not (page.parent / target).exists()
    ]
    assert broken == []


# --- dependencies ---------------------------------------------------------------------------------------------------


def test_every_locked_package_is_held_by_its_hash() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        lines = lock.read_text(encoding="utf-8").splitlines()
        for line, after in pairwise([*lines, ""]):
            if re.match(r"[a-z]", line):
                assert "==" in line, f"{named(lock)}: {line}"
                assert after.lstrip().startswith("--hash=sha256:"), f"{named(lock)}: {line}"


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements" / "run.txt").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE))
    assert {re.split(r"[<>=~!\[; ]", name)[0] for name in project["dependencies"]} <= locked
