"""``accounts connect`` as a process that waits, while a person is in the browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.real.workspace import RUN_SECONDS, Done, Workspace

KEY = "POSTIZ_VAULT_KEY"


@dataclass(frozen=True, slots=True)
class Connection:
    """What the command said, and the page that it sent the person to."""

    done: Done
    page: str


def with_vault(workspace: Workspace) -> Workspace:
    """The same workspace with a vault, and its key in the environment."""
    done = workspace.run("vault", "init")
    assert done.code == 0, done
    keys = [line.strip() for line in done.out.splitlines() if line.startswith("    ")]
    return replace(workspace, environment={**workspace.environment, KEY: keys[0]})


def connect(workspace: Workspace, *arguments: str, typed: str = "", person: Callable[[str], None]) -> Connection:
    """Run the command; ``person`` gets the address of the page, and does there what a person does.

    ``typed`` is what the command finds on standard input.
    """
    command = [sys.executable, "-m", "postiz_ops", "--repo", str(workspace.folder), "accounts", "connect", *arguments]
    # The person's own browser is not opened: `true` takes the address and does nothing.
    environment = {**os.environ, **workspace.environment, "BROWSER": "true %s"}
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(typed)
        process.stdin.close()
        process.stdin = None
        said: list[str] = []
        for line in process.stderr:
            said.append(line)
            if line.strip().startswith("http"):
                break
        else:
            raise AssertionError(f"it named no page: {said}")
        person(line.strip())
        out, err = process.communicate(timeout=RUN_SECONDS)
    return Connection(Done(process.returncode, out, "".join(said) + err), line.strip())
