"""The systemd unit and the container's recipe: as far as they can be tried where there is neither."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from postiz_ops import __version__
from postiz_ops.commands.run.units import write_units
from tests.commands.site import Site


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The files, written for this machine."""
    assert [path.name for path in write_units(tmp_path / "units")] == ["Containerfile", "postiz-ops.service"]
    return tmp_path / "units"


def test_systemd_takes_the_unit_and_finds_it_closed(units: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = units / "postiz-ops.service"
    verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    # Exposure in tenths: a service without any sandboxing has 96.
    tried = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert tried.returncode == 0, tried.stdout


def test_the_unit_starts_this_installation(units: Path) -> None:
    text = (units / "postiz-ops.service").read_text(encoding="utf-8")
    program = re.search(r"(?m)^ExecStart=(\S+)", text)
    assert program is not None
    assert Path(program[1]).is_absolute()
    assert os.access(program[1], os.X_OK)
    assert f"postiz-ops {__version__}" in text
    assert '"$$POSTIZ_REMOTE"' in text  # systemd makes one dollar of two, and the shell the variable


def instruction(units: Path, name: str) -> str:
    text = (units / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "")
    (found,) = (line.partition(" ")[2] for line in text.splitlines() if line.startswith(f"{name} "))
    return found


def test_the_container_is_of_this_version_and_of_no_root(units: Path) -> None:
    text = (units / "Containerfile").read_text(encoding="utf-8")
    assert f"'postiz-ops[runner]=={__version__}'" in text
    assert instruction(units, "USER") == "10001:10001"


def test_the_container_clones_once_and_becomes_the_runner(units: Path, tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.folder.mkdir()
    site.begin()
    shell, dash, script, _ = json.loads(instruction(units, "ENTRYPOINT"))
    tools, home = tmp_path / "bin", tmp_path / "home"
    tools.mkdir()
    home.mkdir()
    stub = tools / "postiz-ops"
    stub.write_text('#!/bin/sh\necho "$$ $*"\n')
    stub.chmod(0o755)
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "POSTIZ_REMOTE": str(site.remote)}
    for _ in range(2):
        with subprocess.Popen(
            [shell, dash, script, "--", "--interval", "30s"], cwd=home, env=env, stdout=subprocess.PIPE, text=True
        ) as process:
            said, _ = process.communicate()
        # The same process: SIGTERM reaches the runner.
        assert said == f"{process.pid} --repo posts run --listen 0.0.0.0:9200 --log json --interval 30s\n"
    assert [path.name for path in (home / "posts").iterdir()] == [".git"]


def test_the_health_check_is_a_program(units: Path) -> None:
    words = json.loads(instruction(units, "HEALTHCHECK").partition("CMD ")[2])
    done = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "URLError" in done.stderr or "HTTPError" in done.stderr
