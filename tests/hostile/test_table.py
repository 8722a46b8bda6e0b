"""The table in SECURITY.md names a test, or a reason, for each of the twenty-eight cases."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"(\w+\.py): (test_cases?_[\d_]+)")


def test_each_case_has_its_test_or_its_reason() -> None:
    rows = {int(number): told for number, told in ROW.findall((ROOT / "SECURITY.md").read_text())}
    assert list(rows) == list(range(1, 29))
    for number, told in rows.items():
        named = NAMED.findall(told)
        assert named or told.startswith("not built: "), number
        for file, test in named:
            assert f"{number:02}" in test, number
            assert f"def {test}" in (ROOT / "tests" / "hostile" / file).read_text(), (number, test)
