"""Installs the servers that the tests of this folder run, into ``.real-servers``, and a second time does nothing.

``python tests/real/install.py`` does it ahead of the tests, which otherwise do it themselves.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALLED = HERE.parents[1] / ".real-servers"
NODE_HEADERS = Path("/usr/include/node")
"""Where Debian keeps what the PDS's database driver is compiled against. Elsewhere node-gyp has its own ways."""


class Missing(Exception):
    """A tool is not on this machine; the message says which, and what it is for."""


def pds() -> Path:
    """The folder whose ``node_modules`` hold a Bluesky PDS and a PLC directory. Raises ``Missing``."""
    folder = INSTALLED / "pds"
    files = [HERE / "pds" / name for name in ("package.json", "package-lock.json")]
    _once(folder, files, lambda: _npm_ci(folder, files))
    return folder


def mastodon_mock() -> Path:
    """The command of the third-party mock. Raises ``Missing``."""
    folder = INSTALLED / "mastodon_mock"
    lock = HERE / "mastodon_mock" / "requirements.txt"
    _once(folder, [lock], lambda: _venv(folder, lock))
    return folder / "bin" / "mastodon_mock"


def datasette() -> Path:
    """The command that opens what is exported. Raises ``Missing``."""
    folder = INSTALLED / "datasette"
    lock = HERE / "datasette" / "requirements.txt"
    _once(folder, [lock], lambda: _venv(folder, lock))
    return folder / "bin" / "datasette"


@dataclass(frozen=True, slots=True)
class Chromium:
    """The browser, and the program that drives it."""

    browser: Path
    driver: Path


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""What Chromium is called, by who packs it."""


def chromium() -> Chromium:
    """A Chromium that is there, else Debian's. Raises ``Missing`` where there is none and it cannot be installed."""
    if found := _chromium():
        return found
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise Missing(
            "`chromium` and `chromedriver` are not on PATH, and only root on Debian can install them from here"
        )
    try:
        _run(["apt-get", "update", "-qq"], HERE)
        _run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium", "chromium-driver"], HERE)
    except RuntimeError as failed:
        raise Missing(f"Debian's `chromium` cannot be installed: {failed}") from None
    if found := _chromium():
        return found
    raise Missing("the packages `chromium` and `chromium-driver` brought no program of that name")


def _chromium() -> Chromium | None:
    browser, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("chromedriver")
    return Chromium(Path(browser), Path(driver)) if browser and driver else None


def _npm_ci(folder: Path, files: Sequence[Path]) -> None:
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            raise Missing(f"`{tool}` is not on PATH: the PDS is a Node program")
    for file in files:
        shutil.copy(file, folder)
    headers = [f"--nodedir={NODE_HEADERS.parents[1]}"] if NODE_HEADERS.is_dir() else []
    _run(["npm", "ci", "--no-audit", "--no-fund", *headers], folder)


def _venv(folder: Path, lock: Path) -> None:
    _run([sys.executable, "-m", "venv", str(folder)], folder)
    _run(
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], folder
    )


def _once(folder: Path, inputs: Sequence[Path], install: Callable[[], None]) -> None:
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()
    stamp = folder / ".stamp"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started = time.monotonic()
    print(f"installing {folder.name}, once", file=sys.stderr, flush=True)
    install()
    stamp.write_text(digest)
    print(f"installed {folder.name} in {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def _run(command: Sequence[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            f"`{' '.join(command)}` failed ({done.returncode}):\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )


if __name__ == "__main__":
    try:
        print(pds(), mastodon_mock(), datasette(), sep="\n")
    except Missing as reason:
        sys.exit(str(reason))
    try:
        print(chromium().browser)
    except Missing as reason:  # its tests are skipped, and say so
        print(reason, file=sys.stderr)
