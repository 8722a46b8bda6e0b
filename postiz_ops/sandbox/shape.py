"""Whether a JSON object has the keys and types that a call takes, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Shape = Mapping[str, Any]
"""Key -> type, or a shape of its own for an object that is looked into."""


def wrong(value: Mapping[str, Any], known: Shape, where: str = "") -> Iterator[tuple[str, type | None]]:
    """The dotted paths that do not fit, each with the type that is expected there, ``None`` where nothing is."""
    for name, one in value.items():
        path, kind = f"{where}{name}", known.get(name)
        expected = dict if isinstance(kind, Mapping) else kind
        if expected is None or not isinstance(one, expected) or (expected is int and isinstance(one, bool)):
            yield path, expected
        elif isinstance(kind, Mapping):
            yield from wrong(one, kind, f"{path}.")
