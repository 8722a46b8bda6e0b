"""What may be written to the terminal that we are at, if it is one."""

from __future__ import annotations

import os
import sys


def colourful() -> bool:
    """Whether colour is welcome: a terminal, and no ``NO_COLOR``."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
