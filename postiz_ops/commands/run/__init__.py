"""``run``: the self-hosted runner. Stays up, follows the remote, and publishes to the second."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from postiz_ops import __version__
from postiz_ops.commands.publish import duration
from postiz_ops.commands.run.pages import Pages
from postiz_ops.commands.run.units import write_units
from postiz_ops.commands.workspace import Workspace
from postiz_ops.errors import UsageError
from postiz_ops.net.clock import SystemClock, token
from postiz_ops.net.listener import Listener
from postiz_ops.repo.git import Git
from postiz_ops.report.escape import escape
from postiz_ops.runner.hook import MAX_BODY
from postiz_ops.runner.journal import FORMS, Journal, Level
from postiz_ops.runner.loop import Runner
from postiz_ops.runner.seam import Ring
from postiz_ops.vault.redaction import Redaction, runner_mask

if TYPE_CHECKING:
    from postiz_ops.commands.run.bell import Bell

SLOW = {"GIT_HTTP_LOW_SPEED_LIMIT": "1000", "GIT_HTTP_LOW_SPEED_TIME": "60"}
"""Bytes a second below which, for so many seconds, git gives a connection up: a dead one would hold the runner."""
SHORTEST = timedelta(seconds=5)
"""Between two looks, at least: a forge counts what is asked of it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the environment say. ``address`` is where to listen, if anywhere."""

    interval: timedelta
    address: tuple[str, int] | None
    figures: bool
    verbose: bool
    quiet: bool
    webhook_secret: str = field(repr=False)


@click.command(short_help="Stay up, follow the remote, publish to the second.")
@click.option("--interval", default="60s", show_default=True, metavar="TIME", help="How often to ask the remote.")
@click.option("--listen", metavar="HOST:PORT", help="Serve /healthz, /metrics and /hook there (port 0: a free one).")
@click.option("--log", type=click.Choice(sorted(FORMS)), default="text", show_default=True, help="How to log.")
@click.option("--no-analytics", is_flag=True, help="Do not read the platforms' figures.")
@click.option("--write-unit", metavar="DIR", help="Write a systemd unit and a Containerfile there, and end.")
@click.pass_obj
def command(
    obj: dict[str, Any], *, interval: str, listen: str | None, log: str, no_analytics: bool, write_unit: str | None
) -> int:
    """Publish what is due at its second, and go on: follow the remote, settle what is in flight, read figures.

    Several runners, and a workflow beside them, are safe: each post goes out once. With --listen it answers whether it
    is well, and takes a webhook that is signed with POSTIZ_WEBHOOK_SECRET. SIGTERM lets what is being sent end first.

    Example: postiz-ops run --listen 127.0.0.1:9200
    """
    if write_unit is not None:
        for path in write_units(Path(write_unit)):
            click.echo(f"wrote  {escape(str(path))}")
        return 0
    opened = Workspace.open(obj["repo"], obj["endpoint"])
    secret = os.environ.get("POSTIZ_WEBHOOK_SECRET", "").strip()
    settings = Settings(_interval(interval), _address(listen), not no_analytics, obj["verbose"], obj["quiet"], secret)
    return asyncio.run(_serve(Workspace(Git(opened.git.root, SLOW), opened.endpoint), settings, log))


def _interval(text: str) -> timedelta:
    pause = duration(text)
    if pause < SHORTEST:
        raise UsageError(f"`{text}` is too short a time between two looks", help="say 5s or more")
    return pause


def _address(text: str | None) -> tuple[str, int] | None:
    if text is None:
        return None
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"`{text}` is not an address to listen on", help="write it as 127.0.0.1:9200")
    return host.removeprefix("[").removesuffix("]"), int(port)


async def _serve(workspace: Workspace, settings: Settings, form: str) -> int:
    bell = _bell()
    from postiz_ops.commands.run.office import RealOffice

    redaction = Redaction(runner_mask(os.environ, sys.stderr))
    redaction.note(settings.webhook_secret)
    journal = Journal(SystemClock(), _to_stderr, FORMS[form], quiet=settings.quiet)
    journal.redact = redaction.redact
    end = End(bell, journal)
    office = RealOffice(
        workspace, journal, redaction, stopped=end.asked, figures=settings.figures, verbose=settings.verbose
    )
    runner = Runner(office, bell, SystemClock(), token, journal, interval=settings.interval, stopped=end.asked)
    with ExitStack() as stack:
        stack.callback(bell.close)
        if settings.address is not None:
            stack.callback(_listening(settings, runner, bell, journal).close)
        _say_hello(workspace, settings, journal)
        with suppress(asyncio.CancelledError):
            await end.wait_for(runner)
    journal.say(Level.INFO, "stopped", "nothing is in flight")
    return 0


def _say_hello(workspace: Workspace, settings: Settings, journal: Journal) -> None:
    seconds = f"{settings.interval.total_seconds():.0f} s"
    journal.say(Level.INFO, "started", f"postiz-ops {__version__} looks at the remote every {seconds}")
    if workspace.endpoint is not None:
        journal.say(Level.WARNING, "rehearsal", f"every platform is redirected to {workspace.endpoint}")


def _bell() -> Bell:
    try:
        from postiz_ops.commands.run.bell import Bell
    except ImportError as missing:
        raise UsageError(
            "`run` needs APScheduler, which is not installed", help="pip install 'postiz-ops[runner]'"
        ) from missing
    return Bell()


def _listening(settings: Settings, runner: Runner, bell: Bell, journal: Journal) -> Listener:
    loop = asyncio.get_running_loop()
    pages = Pages(
        lambda: runner.vitals,
        SystemClock(),
        settings.webhook_secret,
        lambda: _ring(loop, bell),
    )
    host, port = settings.address or ("", 0)
    try:
        listener = Listener(host, port, pages, max_body=MAX_BODY)
    except (OSError, OverflowError) as problem:
        raise UsageError(f"cannot listen on `{host}:{port}`: {problem}", help="say another --listen") from problem
    listener.begin()
    journal.say(Level.INFO, "listening", f"http://{f'[{host}]' if ':' in host else host}:{listener.port}")
    return listener


def _ring(loop: asyncio.AbstractEventLoop, bell: Bell) -> None:
    with suppress(RuntimeError):  # it is ending
        loop.call_soon_threadsafe(bell.ring, Ring.HOOK)


class End:
    """The first SIGINT or SIGTERM lets what is being sent end and claims nothing more; a second one ends it all."""

    def __init__(self, bell: Bell, journal: Journal) -> None:
        self._bell = bell
        self._journal = journal
        self._asked = False

    def asked(self) -> bool:
        """Whether to end."""
        return self._asked

    async def wait_for(self, runner: Runner) -> None:
        """Run until it is asked to end. Raises ``CancelledError`` where nothing was in flight."""
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(runner.run())

        def ask(number: signal.Signals) -> None:
            self._asked = True
            self._journal.say(Level.INFO, "stopping", f"{number.name}: nothing more is claimed")
            for each in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(each)
                signal.signal(each, signal.SIG_DFL)
            if runner.vitals.running_since is None:
                task.cancel()  # a look may hang in a network that is gone, and leaves nothing behind
            self._bell.ring(Ring.STOP)

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, ask, number)
        await task


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
