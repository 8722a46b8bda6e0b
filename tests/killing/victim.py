"""The real program, told at which of its effects it is to die.

``python victim.py`` loads it once, and then forks a process for every line of JSON that it reads: ``{argv, env, fatal,
when, log, out, err, token_lease}``. It answers with the process's exit code, negative for a signal's.

An effect is a git process, a request, the moment when a request is written and its answer is not read, an fsync or a
rename. They are counted from 1; ``K`` 0 kills nobody. Every effect is written to the log, so that a clean run tells how
many there are. Nothing of this is in the production code: the functions are wrapped from outside.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from postiz_ops.publish import tokens

FATAL, WHEN, LOG = 0, "before", os.devnull
_count = 0


def step(name: str) -> Callable[[], None]:
    """Count an effect; die before it, or hand back what dies after it."""
    global _count  # noqa: PLW0603 - one process, one count
    _count += 1
    number = _count
    with open(LOG, "a", encoding="utf-8") as log:  # noqa: PTH123 - pathlib's rename is watched
        log.write(f"{name}\n")
    if number == FATAL and WHEN == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    return lambda: os.kill(os.getpid(), signal.SIGKILL) if number == FATAL and WHEN == "after" else None


def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as an effect."""

    def call(*args: Any, **kwargs: Any) -> Any:
        then = step(name)
        result = function(*args, **kwargs)
        then()
        return result

    return call


def watch() -> None:
    """Wrap everything that touches the world."""
    from postiz_ops.net import http

    send, watch_progress = http.HttpWire.send, http._Progress.watch

    async def sending(self: Any, request: Any, *, deadline: float | None = None) -> Any:
        then = step(f"{request.method} request")
        response = await send(self, request, deadline=deadline)
        then()
        return response

    async def progress(self: Any, event: str, info: Any) -> None:
        await watch_progress(self, event, info)
        if event.endswith("send_request_body.complete"):
            step("request written")()

    http.HttpWire.send = sending  # type: ignore[method-assign]
    http._Progress.watch = progress  # type: ignore[method-assign]
    run = subprocess.run

    def running(command: Any, *args: Any, **kwargs: Any) -> Any:
        words = [word for word in command[3:] if not word.startswith("-") and "=" not in word]
        then = step(f"git {words[0] if words else '?'}")
        result = run(command, *args, **kwargs)
        then()
        return result

    subprocess.run = running  # type: ignore[assignment]
    os.fsync = watched("fsync", os.fsync)
    os.replace = watched("rename", os.replace)


def live(asked: dict[str, Any]) -> None:
    """Be the program, in a process of its own."""
    global FATAL, WHEN, LOG
    FATAL, WHEN, LOG = asked["fatal"], asked["when"], asked["log"]
    os.environ.clear()
    os.environ.update(asked["env"])
    for number, path in ((1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    os.setsid()
    if asked["token_lease"] is not None:
        # Short, so that it may have run out for the first run after a death already.
        tokens.LEASE = timedelta(seconds=asked["token_lease"])
    watch()
    sys.argv = ["postiz-ops", *asked["argv"]]
    from postiz_ops.__main__ import main

    sys.exit(main())


def load() -> None:
    """What every run imports, so that a run is its effects and little more."""
    import postiz_ops.cli
    import postiz_ops.commands.publish
    import postiz_ops.net.http  # noqa: F401 - loading it is the point


def serve() -> None:
    """One process a line."""
    load()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            live(json.loads(line))
        _, status = os.waitpid(pid, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)


if __name__ == "__main__":
    serve()
