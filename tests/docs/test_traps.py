"""docs/traps.md names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = re.findall(r"(?m)^\| (\w+) \| (.+) \| `(\S+)::(\w+)` \|$", (ROOT / "docs" / "traps.md").read_text("utf-8"))


def test_the_table_is_read_whole() -> None:
    lines = (ROOT / "docs" / "traps.md").read_text("utf-8").splitlines()
    assert len(ROWS) == sum(line.startswith("| ") for line in lines) - 2 > 40


@pytest.mark.parametrize(("file", "name"), [(file, name) for *_, file, name in ROWS])
def test_a_trap_is_held_by_a_test(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
