"""What the runner does to the world: looks and runs in one thread, figures in another, on the repository's objects."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from postiz_ops import __version__
from postiz_ops.analytics.rhythm import next_due
from postiz_ops.commands.analytics import sync_figures
from postiz_ops.commands.publish import carry_out, compiler, run_name
from postiz_ops.commands.run.aside import Aside
from postiz_ops.commands.workspace import ACCOUNTS, Workspace, read_config
from postiz_ops.errors import PostizError, Temporary, UsageError
from postiz_ops.ledger.view import parse
from postiz_ops.model import Config
from postiz_ops.net.clock import SystemClock
from postiz_ops.publish.effects import Snapshot
from postiz_ops.publish.order import Order
from postiz_ops.runner.journal import Journal, Level
from postiz_ops.runner.loop import EVERY
from postiz_ops.runner.outlook import outlook_of
from postiz_ops.runner.seam import Outlook, Round
from postiz_ops.runner.telling import Teller
from postiz_ops.vault.redaction import Redaction

if TYPE_CHECKING:
    from postiz_ops.analytics.sync import Report

T = TypeVar("T")

PACKS = 50
"""Packs of objects after which they are put into one: every fetch and every push leaves one behind."""


class RealOffice:
    """``runner.seam.Office`` over a clone. It goes by what is approved; the work tree may hold anything, or nothing."""

    def __init__(
        self,
        workspace: Workspace,
        journal: Journal,
        redaction: Redaction,
        *,
        stopped: Callable[[], bool],
        figures: bool = True,
        verbose: bool = False,
    ) -> None:
        self._workspace = _as_approved(workspace)
        self._journal = journal
        self._redaction = redaction
        self._stopped = stopped
        self._verbose = verbose
        self._clock = SystemClock()
        self._desk = Aside("publish")
        self._reader = Aside("figures")
        self._reading = not figures
        """Whether figures are being read, or are not to be."""
        self._last: Outlook | None = None
        self._renew()

    async def look(self) -> Outlook:
        """Fetch both tips and read what is approved. Raises ``Temporary``, ``Refused`` or ``UsageError``."""
        return await self._desk.do(lambda: self._safely(self._look))

    async def publish(self) -> Round:
        """Carry out what is due, as ``postiz-ops publish`` does. Raises as ``look`` does."""
        return await self._desk.do(lambda: self._safely(self._publish))

    def read_figures(self) -> None:
        """Begin to read the figures that are due, beside everything else; nothing where that is under way."""
        if not self._reading:
            self._reading = True
            self._reader.begin(self._read_figures)

    # --- in the thread that looks and publishes --------------------------------------------------------------------

    def _look(self) -> Outlook:
        since, last = self._clock.now(), self._last
        approved, state = _finished(self._workspace.ledger.tips())
        if last is not None and last.holds((approved or "", state), since):
            return last
        return self._seen(self._followed(self._workspace.ledger.local()), since)

    def _publish(self) -> Round:
        since = self._clock.now()
        if since - self._compiled_since >= EVERY:
            self._renew()
        order = Order(
            run=run_name(),
            tool=__version__,
            remote=self._workspace.remote_identity,
            endpoint=self._workspace.endpoint is not None,
            stopped=self._stopped,
        )
        report = asyncio.run(carry_out(self._workspace, order, compile_commit=self._compile, redaction=self._redaction))
        self._tidy()
        seen = self._workspace.ledger.local()
        try:
            return Round(report, self._seen(seen, since))
        except PostizError:  # what was approved meanwhile is broken: the next look says so, and this run has its report
            return Round(report, Outlook(seen.approved or "", None))

    def _followed(self, seen: Snapshot) -> Snapshot:
        """What was seen; where accounts.yaml now names other branches, what is seen there."""
        config, known = self._config(seen), self._workspace.config
        if (config.branch, config.state) != (known.branch, known.state):
            self._workspace = replace(self._workspace, settings=config)
            self._last = None
            self._renew()
            seen = _finished(self._workspace.ledger.fetch())
        return seen

    def _config(self, seen: Snapshot) -> Config:
        branch = self._workspace.location.branch
        if seen.approved is None:
            raise UsageError(f"the approved branch `{branch}` has no commit", help=f"commit {ACCOUNTS} and push it")
        try:
            return read_config(self._workspace.tree_at(seen.approved).read(ACCOUNTS), self._workspace.cache)
        except FileNotFoundError as missing:
            raise UsageError(f"the approved branch has no {ACCOUNTS}", help="commit it and push it") from missing

    def _seen(self, seen: Snapshot, since: datetime) -> Outlook:
        self._renew()
        view = parse(seen.files)
        approved = self._compile(seen.approved or "", view.limits())
        endpoint = self._workspace.endpoint is not None
        outlook = outlook_of(approved, view, seen.head, since, tool=__version__, endpoint=endpoint)
        self._last = replace(outlook, figures_at=next_due(view.records.values(), since))
        return self._last

    def _renew(self) -> None:
        """Forget what was compiled: findings may depend on what is published, and on the day."""
        self._compile = compiler(self._workspace)
        self._compiled_since = self._clock.now()

    def _tidy(self) -> None:
        """Put the packs into one. Nothing is dropped: a commit that is about to be pushed belongs to no branch yet."""
        packs = self._workspace.git.git_dir() / "objects" / "pack"
        if len(list(packs.glob("*.pack"))) > PACKS:
            self._workspace.git.call("repack", "-a", "-d", "--keep-unreachable", "--quiet")

    def _safely(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except PostizError:
            raise
        except Exception as problem:
            # Nothing is lost by going on: every run begins with what is recorded.
            if self._verbose:
                traceback.print_exc()
            what = f"postiz-ops stumbled: {type(problem).__name__}: {problem}"
            raise Temporary(what, help="nothing was lost; run it with --verbose and report what it prints") from problem

    # --- in the thread that reads figures --------------------------------------------------------------------------

    def _read_figures(self) -> None:
        try:
            report = asyncio.run(sync_figures(replace(self._workspace), redaction=self._redaction))
            self._tell(report)
        except PostizError as failure:
            self._journal.say(Level.WARNING, "figures", f"no figures were read: {failure.message}")
        except Exception as problem:  # noqa: BLE001 - figures are worth no end of a runner
            what = f"{type(problem).__name__}: {problem}"
            self._journal.say(Level.ERROR, "figures", f"reading figures stumbled: {what}")
        finally:
            self._reading = False

    def _tell(self, report: Report) -> None:
        """What was read, and what is news: a trouble that an earlier run has told of stands in its report."""
        say = self._journal.say
        read = sum(outcome.read for outcome in report.outcomes)
        if read:
            say(Level.INFO, "figures", f"{read} readings were taken", read=float(read))
        for outcome in report.outcomes:
            if outcome.message and not outcome.known:
                say(Level.WARNING, "figures", f"{outcome.account}: {outcome.message}", account=outcome.account)
        for trouble in report.troubles:
            say(Level.ERROR, "account", trouble)
        for notice in report.notices:
            say(Level.WARNING, "account", notice)
        Teller(self._journal).rescued(report.rescued)


def _as_approved(workspace: Workspace) -> Workspace:
    """The repository by its work tree's accounts.yaml, or where that is not to be read, by the usual branches."""
    try:
        return replace(workspace, settings=workspace.config)
    except UsageError:
        return replace(workspace, settings=Config())


def _finished(job: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives that waits for nothing: git's, which block."""
    return asyncio.run(job)
