"""The rules: one rule, one place, one page. ``RULES`` has them all; it is put together when it is asked for.

A ``check`` that finds nothing new needs a few of them, and shall not pay for what the others import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from postiz_ops.compile.rules.catalogue import RULES

__all__ = ["RULES"]


def __getattr__(name: str) -> object:
    if name == "RULES":
        from postiz_ops.compile.rules.catalogue import RULES

        return RULES
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
