"""Decode in a process of its own: a hostile picture meets a child that has little and knows nothing.

A decoder is a parser of a stranger's bytes, written in C. The child gets the picture and the limits by its standard
input and no environment, so no credential; it may use so much memory and processor time, write so many bytes, and is
ended after so long. What it answers is believed no more than the file: it is measured again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from postiz_ops.errors import Rejected, Unavailable
from postiz_ops.media.fit import Fitted
from postiz_ops.media.probe import probe

MEMORY = 2 << 30
"""Bytes of address space: the largest picture that is decoded, four times over, and the interpreter."""
CPU_SECONDS = 90
"""Processor time: some twenty encodings of the largest picture."""
WALL_SECONDS = 180.0
"""The whole, however little the child does. No claim is held meanwhile: uploads are prepared before it."""
_ASKED_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals by which somebody ends a machine's work, and which say nothing about a picture."""
HEADER = 64 << 10
"""Bytes that the child may write beside the picture: its type, or why there is none."""

_CHILD = "import sys; sys.path.insert(0, sys.argv[1]); from postiz_ops.media.child import main; sys.exit(main())"
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without these some builds of Python do not start."""


def shrink_apart(data: bytes, *, max_bytes: int, max_pixels: int | None, types: Sequence[str] | None) -> Fitted:
    """``fit.shrink`` in a child. Raises ``Rejected``, also where the child is stopped, and ``Unavailable``."""
    order = {
        "max_bytes": max_bytes,
        "max_pixels": max_pixels,
        "types": None if types is None else list(types),
        "memory": MEMORY,
        "cpu": CPU_SECONDS,
        "output": max_bytes + HEADER,
    }
    with _sink() as sink:
        _run(json.dumps(order).encode() + b"\n" + data, sink)
        sink.seek(0)
        return _answer(sink.read(max_bytes + HEADER), max_bytes)


def _sink() -> IO[bytes]:
    """A file that the child's limit on written bytes holds for; in memory where the system has such files."""
    in_memory = getattr(os, "memfd_create", None)
    return os.fdopen(in_memory("picture"), "w+b") if in_memory else tempfile.TemporaryFile()


def _run(work: bytes, sink: IO[bytes]) -> None:
    command = [sys.executable, "-I", "-c", _CHILD, str(Path(__file__).parents[2])]
    env = {name: os.environ[name] for name in _LOADER if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=work,
            stdout=sink,
            stderr=subprocess.DEVNULL,
            env=env,
            timeout=WALL_SECONDS,
            check=False,
            start_new_session=True,  # Ctrl-C is for us, who end when what is under way has ended
        )
    except subprocess.TimeoutExpired:
        raise _stopped() from None
    except OSError as problem:
        raise Unavailable(f"no process could be started to shrink a picture ({type(problem).__name__})") from problem
    if -done.returncode in _ASKED_TO_END:
        raise Unavailable("the process that shrinks a picture was asked to end")
    if done.returncode:
        raise _stopped()


def _stopped() -> Rejected:
    return Rejected(
        f"the picture cannot be decoded within {MEMORY >> 30} GB of memory and {CPU_SECONDS} seconds",
        help="export it again, smaller",
    )


def _answer(answer: bytes, max_bytes: int) -> Fitted:
    head, _, data = answer.partition(b"\n")
    try:
        told = json.loads(head)
        if told["rejected"] is not None:
            raise Rejected(str(told["rejected"]), help=told["help"] and str(told["help"]))
    except (ValueError, KeyError, TypeError):
        raise _stopped() from None
    seen = probe(data)
    if seen is None or seen.width is None or seen.height is None or len(data) > max_bytes:
        raise _stopped()
    return Fitted(data, seen.type, seen.width, seen.height)
