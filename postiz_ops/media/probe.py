"""What a file is, told from its bytes and never from its name."""

from __future__ import annotations

from postiz_ops.media.formats import format_of
from postiz_ops.media.formats.base import TRUNCATED, Probe

__all__ = ["Probe", "probe"]


def probe(data: bytes) -> Probe | None:
    """Kind, type, size and duration by the file's header; ``None`` for what is foreign, broken or cut off.

    Pure, quick (microseconds) and total: no bytes make it raise. Only headers are read: a picture may still turn out to
    be damaged when it is decoded. Whether the type suits the name is for a rule to say.
    """
    found = format_of(data)
    try:
        return found.read(data) if found else None
    except TRUNCATED:
        return None
