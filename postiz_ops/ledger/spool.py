"""Results that could not be pushed, kept on this machine's disk until a later run records them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


class DiskSpool:
    """``publish.effects.Spool``: a folder under the repository's ``.git``; each file is written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, name: str, data: bytes) -> None:
        """Keep it, durably: the file and its name are on disk when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / name
        draft = target.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self) -> Mapping[str, bytes]:
        """All that is kept, oldest name first."""
        if not self._folder.is_dir():
            return {}
        return {path.name: path.read_bytes() for path in sorted(self._folder.glob("*.json"))}

    def remove(self, name: str) -> None:
        """It has been recorded."""
        (self._folder / name).unlink(missing_ok=True)
