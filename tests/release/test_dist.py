"""What is released can be built again by anybody, to the last bit."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def built(source: Path, into: Path, epoch: str) -> dict[str, str]:
    """The wheel and the source distribution: name -> SHA-256."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into), "-t", "sdist", "-t", "wheel"]
    subprocess.run(command, cwd=source, env=env, check=True, capture_output=True)
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in into.iterdir()}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed files, elsewhere, with other times and permissions than here."""
    copy = tmp_path_factory.mktemp("source")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
            os.utime(copy / name, (10**9, 10**9))
    return copy


def test_two_builds_are_the_same_bytes(source: Path, tmp_path: Path) -> None:
    first = built(source, tmp_path / "one", "1700000000")
    for file in source.rglob("*"):
        os.utime(file)
    assert built(source, tmp_path / "two", "1700000000") == first
    assert len(first) == 2


def test_another_date_is_another_build(source: Path, tmp_path: Path) -> None:
    """Of what changes with the date the test above would otherwise not know."""
    assert built(source, tmp_path / "one", "1700000000") != built(source, tmp_path / "two", "1800000000")


def test_the_wheel_holds_the_package_and_nothing_that_runs_by_itself(source: Path, tmp_path: Path) -> None:
    built(source, tmp_path, "1700000000")
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert {name.partition("/")[0] for name in names if not name.partition("/")[0].endswith(".dist-info")} == {
        "postiz_ops"
    }
    assert not [name for name in names if name.endswith((".pth", ".so", ".pyc"))]
