"""A ``check`` that finds everything in the cache costs little more than starting: it imports nothing that compiles."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.commands.site import ACCOUNTS

HEAVY = ("pydantic", "yaml", "frontmatter", "pyromark", "dateutil", "PIL", "httpx2", "asyncio", "rich", "jinja2")
OURS = ("postiz_ops.compile.post", "postiz_ops.compile.nodes", "postiz_ops.providers", "postiz_ops.media")
POST = "---\nplatforms: [toot]\npublish_at: 2099-12-01 09:00\n---\nHello ![A square](square.png)\n"

PROGRAM = """
import json, sys
from postiz_ops.cli import run
from postiz_ops.compile import cache
cache.make_of = lambda: "this make"
code = run(["--repo", sys.argv[1], "check"])
print(json.dumps([code, sorted({*sys.argv[2:]} & sys.modules.keys())]))
"""


def check(repo: Path) -> tuple[int, list[str]]:
    """The exit code of a ``check`` in a fresh interpreter, and what it has loaded of what is heavy."""
    command = [sys.executable, "-c", PROGRAM, str(repo), *HEAVY, *OURS]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    code, loaded = json.loads(out.splitlines()[-1])
    return code, loaded


def test_a_warm_check_imports_nothing_that_compiles(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS)
    (tmp_path / "content").mkdir()
    (tmp_path / "content/a.md").write_text(POST)
    cold, warm = check(tmp_path), check(tmp_path)
    assert cold[0] == warm[0] == 1, "the picture is not there"
    assert {"pydantic", "yaml", "pyromark", "postiz_ops.compile.post"} <= set(cold[1])
    assert warm[1] == []
