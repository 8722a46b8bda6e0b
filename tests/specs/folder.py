"""Where the platforms' descriptions lie. They are other people's files, so the repository does not carry them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "POSTIZ_OPS_SPECS"
BESIDE = Path(__file__).resolve().parents[2].parent / "shared" / "specs"


def specs_dir() -> Path:
    """The folder named by ``POSTIZ_OPS_SPECS``, else ``../shared/specs`` beside the repository; else skip the test."""
    folder = Path(os.environ.get(VARIABLE) or BESIDE)
    if not folder.is_dir():
        pytest.skip(f"the platforms' descriptions are absent: no folder {folder}; set {VARIABLE} to where they are")
    return folder
