"""What the commands have in common towards whoever reads them: colour, and the choice of a format."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def colourful() -> bool:
    """Whether colour is welcome: a terminal, and no ``NO_COLOR``."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def formats(*names: str) -> Callable[[F], F]:
    """The option ``--format``, given as ``form``; the first name is the default."""
    choice = click.Choice(names)
    return click.option("--format", "form", type=choice, default=names[0], show_default=True, help="How to say it.")
