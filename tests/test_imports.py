"""What a command imports is what it costs: the run that finds nothing due imports next to nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.commands.site import ACCOUNTS, Site

NAMED = frozenset(
    {
        *(
            "click",
            "asyncio",
            "pydantic",
            "pydantic_core",
            "yaml",
            "frontmatter",
            "jinja2",
            "PIL",
            "dateutil",
            "pyromark",
        ),
        *("httpx2", "httpcore2", "h11", "anyio", "http", "urllib", "ssl", "socket", "email", "sqlite3", "zoneinfo"),
    }
)
"""What the idle run may not even begin to load, by its own imports or by others'."""


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A repository with a remote and a post that is due in ten years, which one run has looked at."""
    site = Site(tmp_path_factory.mktemp("idle")).begin(ACCOUNTS)
    site.post("later", at="2099-01-01 09:00").approve()
    assert site.run("publish").code == 0
    return site


def imported(words: Sequence[str], where: Path) -> tuple[str, set[str]]:
    """The output of a command, and the modules that Python loaded for it, beside those that it always loads."""
    told = [python(*words, where=where), python("-c", "pass", where=where)]
    loaded, always = ({line.rpartition("|")[2].strip() for line in err.splitlines()} for _, err in told)
    return told[0][0], loaded - always


def python(*words: str, where: Path) -> tuple[str, str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-X", "importtime", *words]
    done = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=True)
    return done.stdout, done.stderr


@pytest.mark.parametrize("before", [(), ("--repo", ".")])
def test_an_idle_publish_loads_the_gate_alone(before: Sequence[str], idle: Site) -> None:
    out, modules = imported(["-m", "postiz_ops", *before, "publish"], idle.repo)
    assert out == "Nothing is due.\n"
    assert {name for name in modules if name.partition(".")[0] == "postiz_ops"} == {"postiz_ops", "postiz_ops.gate"}
    assert not {name.partition(".")[0] for name in modules} & NAMED


def test_an_idle_publish_by_the_installed_script_loads_nothing_else(idle: Site, tmp_path: Path) -> None:
    script = tmp_path / "postiz-ops"
    script.write_text(
        "import sys\nfrom postiz_ops.__main__ main\nsys.exit(main())\n".replace("__ main", "__ import main")
    )
    out, modules = imported([str(script), "publish"], idle.repo)
    assert out == "Nothing is due.\n"
    # Not even `re`, `json` or `subprocess`: each costs about as much as the whole run may.
    assert modules <= {"postiz_ops", "postiz_ops.__main__", "postiz_ops.gate", "__future__", "encodings.utf_8_sig"}


def test_the_list_would_show_what_a_busy_command_loads(idle: Site) -> None:
    out, modules = imported(["-m", "postiz_ops", "publish", "--dry-run"], idle.repo)
    assert out
    assert {"click", "asyncio", "httpx2"} <= {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    ("words", "spared"),
    [
        (["--version"], {"asyncio", "pydantic", "yaml", "httpx2", "PIL", "jinja2"}),
        (["--help"], {"asyncio", "pydantic", "yaml", "httpx2", "PIL", "jinja2"}),
        (["explain", "PZ300"], {"asyncio", "httpx2", "PIL", "jinja2"}),
        (["check"], {"httpx2", "PIL", "jinja2"}),
    ],
)
def test_a_command_loads_no_more_than_it_needs(words: Sequence[str], spared: set[str], idle: Site) -> None:
    _, modules = imported(["-m", "postiz_ops", *words], idle.repo)
    assert {name.partition(".")[0] for name in modules} & spared == set()


def test_the_package_itself_imports_nothing() -> None:
    text = (Path(__file__).parent.parent / "postiz_ops" / "__init__.py").read_text(encoding="utf-8")
    assert not re.search(r"(?m)^\s*(import|from) (?!__future__)", text)
