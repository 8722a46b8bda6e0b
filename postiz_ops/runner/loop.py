"""The loop: look at the remote, publish when something can need it, and go on whatever happens.

::

    look      at an interval, on a webhook, and after a jump of the clock: fetch both tips, read what is approved
    publish   when a tip has moved, an instant has come, or the last run could not finish; and now and then all the same

A run of the engine is a function of both tips and the time. So nothing is run again while the tips stay, no instant of
the plan comes, and the last run was complete. A plain coroutine over ``seam``: it awaits the alarm and the office, and
a test can live a day in a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from postiz_ops.errors import PostizError, Temporary
from postiz_ops.ledger.record import State
from postiz_ops.publish.effects import Clock, TokenSource
from postiz_ops.runner.health import Vitals
from postiz_ops.runner.journal import Journal, Level
from postiz_ops.runner.seam import Alarm, Office, Outlook, Ring, Round, Tips
from postiz_ops.runner.steady import Steady
from postiz_ops.runner.telling import Teller

TICK = 5.0
"""Seconds of the steady clock between two comparisons with the wall clock: how late a jump may be noticed."""
EVERY = timedelta(minutes=15)
"""A run is made this often, whatever the loop believes: what a cron job would do."""
FIGURES_EVERY = timedelta(hours=1)
"""Figures that could not be read are tried again after this."""
FIRST_PAUSE = timedelta(seconds=5)
"""Before the second look at a remote that did not answer; doubled each time, up to the interval."""


class Runner:
    """One process that stays up. ``stopped`` says that a signal asked for the end."""

    def __init__(
        self,
        office: Office,
        alarm: Alarm,
        clock: Clock,
        token: TokenSource,
        journal: Journal,
        *,
        interval: timedelta,
        stopped: Callable[[], bool],
    ) -> None:
        self._office = office
        self._alarm = alarm
        self._clock = clock
        self._token = token
        self._journal = journal
        self._teller = Teller(journal)
        self._steady = Steady(clock)
        self._interval = interval
        self._stopped = stopped
        self.vitals = Vitals(clock.now(), interval)
        self._outlook: Outlook | None = None
        """What the last look saw; ``None`` while nobody can see: then nothing is published."""
        self._approved: str | None = None
        """The approved commit that was last told."""
        self._settled: Tips | None = None
        """The tips that the last complete run has left nothing to do on."""
        self._ran = 0.0
        self._figures_read = clock.now()
        self._misses: dict[str, int] = {}
        """What failed (a look, a run) -> how often in a row."""
        self._refusals: dict[str, str] = {}
        """What was refused -> why, as long as nothing has succeeded since."""

    async def run(self) -> None:
        """Go on until ``stopped``. Nothing that the remote, a platform or an approved tree does ends it."""
        self._alarm.set(Ring.LOOK, self._clock.now())
        self._alarm.set(Ring.FIGURES, self._clock.now())
        while not self._stopped():
            rung = await self._alarm.rung(TICK)
            if self._jumped() or rung & {Ring.LOOK, Ring.HOOK}:
                await self._look()
            if self._outlook is not None and not self._stopped() and self._may_be_due(self._outlook):
                await self._publish(self._outlook)
            if Ring.FIGURES in rung and not self._stopped():
                self._read_figures()

    def _jumped(self) -> bool:
        leap = self._steady.leap()
        if leap:
            self._journal.say(Level.WARNING, "clock", f"the clock jumped by {leap:+.0f} s", seconds=round(leap, 3))
            self._settled = None
        return bool(leap)

    # --- look ------------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        before = self._outlook
        try:
            outlook = await self._office.look()
        except PostizError as failure:
            self._settled = None
            self._failed("look", failure)
        else:
            if self._has_come(before):
                self._settled = None  # what was seen now names later instants alone
            self._well("look")
            self.vitals = replace(self.vitals, looked_at=self._clock.now())
            self._saw(outlook)
            self._alarm.set(Ring.LOOK, self._clock.now() + self._pause(0))

    def _has_come(self, outlook: Outlook | None) -> bool:
        return outlook is not None and outlook.wake is not None and outlook.wake <= self._clock.now()

    def _saw(self, outlook: Outlook) -> None:
        if outlook.approved != self._approved:
            self._teller.approved(outlook.approved)
        self._outlook, self._approved = outlook, outlook.approved
        self.vitals = replace(self.vitals, outlook=outlook)
        self._alarm.set(Ring.PUBLISH, outlook.wake)
        figures = self._figures_read + FIGURES_EVERY
        self._alarm.set(Ring.FIGURES, min(figures, outlook.figures_at or figures))

    def _pause(self, misses: int) -> timedelta:
        """Until the next look, give or take a tenth: several runners do not ask in step."""
        pause = min(FIRST_PAUSE * 2 ** min(misses - 1, 16), self._interval) if misses else self._interval
        jitter = int(self._token()[:4], 16) / 0xFFFF
        return pause * (0.9 + jitter / 5)

    # --- publish ---------------------------------------------------------------------------------------------------

    def _may_be_due(self, outlook: Outlook) -> bool:
        overdue = self._clock.monotonic() - self._ran >= EVERY.total_seconds()
        return overdue or outlook.tips != self._settled or self._has_come(outlook)

    async def _publish(self, before: Outlook) -> None:
        self._ran = self._clock.monotonic()
        self.vitals = replace(self.vitals, running_since=self._clock.now())
        try:
            done = await self._office.publish()
        except Temporary as failure:
            self._ended("unfinished", settled=None, failure=failure)
        except PostizError as failure:
            # It says the same until a tip moves, an instant comes, or somebody mends the machine.
            self._ended("refused", settled=before.tips, failure=failure)
        else:
            self._told(done, before)
        self.vitals = replace(self.vitals, running_since=None)

    def _told(self, done: Round, before: Outlook) -> None:
        report = done.report
        complete = not (report.unfinished or report.unrecorded)
        self.vitals = replace(self.vitals, published=self.vitals.published + report.count(State.PUBLISHED))
        if complete:
            self.vitals = replace(self.vitals, succeeded_at=self._clock.now())
        self._saw(done.after)
        # Only a run that began and ended on the same tips has nothing to add: what moved in between may have come too
        # late for it, whoever moved it.
        settled = done.after.tips if complete and done.after.tips == before.tips else None
        failure = None if complete else Temporary("the run could not finish what was due")
        self._ended("done" if complete else "unfinished", settled=settled, failure=failure)
        self._teller.report(report)

    def _ended(self, outcome: str, *, settled: Tips | None, failure: PostizError | None = None) -> None:
        self._settled = settled
        runs = self.vitals.runs
        self.vitals = replace(self.vitals, runs={**runs, outcome: runs.get(outcome, 0) + 1})
        if failure is None:
            self._well("publish")
        else:
            self._failed("publish", failure)

    # --- trouble ---------------------------------------------------------------------------------------------------

    def _failed(self, what: str, failure: PostizError) -> None:
        """Tell it once, and look again: soon where it may pass by itself. Until then nothing is published."""
        self._outlook = None
        if isinstance(failure, Temporary):
            self._misses[what] = self._misses.get(what, 0) + 1
            self._refusals.pop(what, None)
            pause = self._pause(self._misses[what])
        else:
            self._refusals[what] = failure.message
            # A refused look waits for a push; after a refused run the instants to come must be known again.
            pause = self._pause(0) if what == "look" else timedelta(0)
        self._alarm.set(Ring.LOOK, self._clock.now() + pause)
        self._show(failure.message)
        self._teller.failed(what, failure)

    def _well(self, what: str) -> None:
        self._misses.pop(what, None)
        self._refusals.pop(what, None)
        self._show(None)
        self._teller.well(what)

    def _show(self, trouble: str | None) -> None:
        refused = next(iter(self._refusals.values()), None)
        self.vitals = replace(self.vitals, trouble=trouble, refused=refused)

    # --- figures ---------------------------------------------------------------------------------------------------

    def _read_figures(self) -> None:
        self._figures_read = self._clock.now()
        self._alarm.set(Ring.FIGURES, self._figures_read + FIGURES_EVERY)
        self._office.read_figures()
