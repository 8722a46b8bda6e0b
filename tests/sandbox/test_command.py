from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from postiz_ops import errors
from postiz_ops.commands import sandbox as command
from tests.sandbox.client import Client


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_ready_serves_and_ends_when_asked(ending: signal.Signals) -> None:
    program = [sys.executable, "-c", "from postiz_ops.commands.sandbox import run; raise SystemExit(run(0))"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        word, url = running.stdout.readline().split()
        assert (word, Client(url).raw("GET", "/_sandbox/posts").json) == ("READY", [])
        running.send_signal(ending)
        assert running.communicate(timeout=20) == ("", "")
    assert running.returncode == 0


def test_a_start_loads_nothing_heavy() -> None:
    heavy = "{'pydantic', 'httpx2', 'PIL', 'jinja2', 'yaml'}"
    check = f"import sys, postiz_ops.sandbox; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "example.com", ""])
def test_it_listens_on_loopback_only(host: str) -> None:
    with pytest.raises(errors.UsageError, match=f"the sandbox listens on loopback only, not on `{host}`"):
        command.run(0, host)


def test_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(errors.UsageError, match=f"cannot listen on port `{port}`: ") as caught:
            command.run(port)
    assert caught.value.help == "use `--port 0` for a free one"
