"""The engine's pure functions with a memory: the same answers, and half of the time. Nothing else is replaced."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from unittest.mock import patch

from postiz_ops import plan
from postiz_ops.ledger import view

_PURE = ((plan, "record_path"), (view, "load"))
_MEMORISED = [(module, name, lru_cache(maxsize=1 << 15)(getattr(module, name))) for module, name in _PURE]


@contextmanager
def memorised() -> Iterator[None]:
    """Within it, a record's name and what its bytes hold are worked out once."""
    with ExitStack() as stack:
        for module, name, function in _MEMORISED:
            stack.enter_context(patch.object(module, name, function))
        yield
