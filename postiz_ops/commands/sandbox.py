"""``postiz-ops sandbox``: serve a local stand-in for the platforms until it is interrupted."""

from __future__ import annotations

import signal
import sys
import threading

import click

from postiz_ops import errors
from postiz_ops.sandbox import Server

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command(short_help="Serve a local stand-in for the platforms.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="PORT",
    help="The port; 0, the default, takes a free one.",
)
@click.option("--host", default=LOOPBACK[0], metavar="ADDRESS", show_default=True, help="An address of loopback.")
def command(*, port: int, host: str) -> int:
    """Take what the platforms take, refuse what they refuse, and show what was published, until Ctrl-C.

    It prints READY and its address; open that in a browser to see the posts.

    Example: postiz-ops sandbox --port 8099
    """
    return run(port, host)


def run(port: int, host: str = "127.0.0.1") -> int:
    """Serve on a port of loopback, 0 for a free one, and say ``READY URL`` once it listens; SIGINT and SIGTERM end it.

    Raises ``UsageError`` for another host, or a port that is not free.
    """
    server = _listen(port, host)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"READY {server.url}\n")
    sys.stdout.flush()
    stop.wait()
    server.shutdown()
    server.server_close()
    return 0


def _listen(port: int, host: str) -> Server:
    if host not in LOOPBACK:
        raise errors.UsageError(f"the sandbox listens on loopback only, not on `{host}`", help="leave the host out")
    try:
        return Server(host, port)
    except (OSError, OverflowError) as error:
        raise errors.UsageError(
            f"cannot listen on port `{port}`: {error}", help="use `--port 0` for a free one"
        ) from error
