"""The process in which a picture is decoded: it limits itself before it reads the first byte of it."""

from __future__ import annotations

import contextlib
import json
import resource
import sys
from typing import Any

from postiz_ops.errors import Rejected
from postiz_ops.media.fit import shrink


def main() -> int:
    """Standard input: an order (a line of JSON), then the picture. Standard output: an answer likewise, or nothing."""
    order = json.loads(sys.stdin.buffer.readline())
    confine(memory=order["memory"], cpu=order["cpu"], output=order["output"])
    limits = {name: order[name] for name in ("max_bytes", "max_pixels", "types")}
    try:
        _say(*_outcome(sys.stdin.buffer.read(), limits))
    except MemoryError:
        return 1
    return 0


def confine(*, memory: int, cpu: int, output: int) -> None:
    """Limits that this process cannot raise again: bytes of address space, seconds, bytes in any one file, no core."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: output,
        resource.RLIMIT_CORE: 0,
    }
    for kind, value in limits.items():
        # Not every system has every limit: macOS takes no limit of address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def _outcome(data: bytes, limits: dict[str, Any]) -> tuple[dict[str, str | None], bytes]:
    try:
        fitted = shrink(data, max_side=None, **limits)
    except Rejected as refusal:
        return {"rejected": refusal.message, "help": refusal.help}, b""
    return {"rejected": None}, fitted.data


def _say(head: dict[str, str | None], data: bytes) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + data)
    sys.stdout.buffer.flush()
