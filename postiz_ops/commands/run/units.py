"""The files that keep a runner up: a systemd unit, and a recipe for a container."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Template

from postiz_ops import __version__


def write_units(folder: Path) -> Iterator[Path]:
    """Write them for this machine and this version; each path as it is written. What is there is written anew."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {"program": _program(), "version": __version__}
    for source in sorted((files("postiz_ops") / "templates" / "runner").iterdir(), key=lambda entry: entry.name):
        target = folder / source.name
        target.write_text(Template(source.read_text(encoding="utf-8")).safe_substitute(values), encoding="utf-8")
        yield target


def _program() -> str:
    """How systemd starts this very installation: an absolute path, since it looks on no PATH of ours."""
    beside = Path(sys.executable).with_name("postiz-ops")
    found = str(beside) if beside.is_file() else shutil.which("postiz-ops")
    return found or f"{sys.executable} -m postiz_ops"
