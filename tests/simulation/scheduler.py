"""One thread that plays many machines: coroutines yield their effects, and a seed decides when each takes place.

An effect is an awaitable that yields itself. The scheduler keeps it for a while, carries it out on the world, and gives
the result back. Before and after it, the process may stall or die. Time only moves from one event to the next.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from tests.simulation.faults import Rates

T = TypeVar("T")
Job = Coroutine[Any, Any, Any]


class Killed(BaseException):
    """The process is gone; raised through an effect that does not wait, such as a write to disk."""


class Effect:
    """What a coroutine waits for. ``act`` is carried out at one instant; ``takes`` is how long it is under way."""

    __slots__ = ("act", "name", "takes")

    def __init__(self, name: str, act: Callable[[], Any], takes: float) -> None:
        self.name = name
        self.act = act
        self.takes = takes

    def __await__(self) -> Generator[Effect, Any, Any]:
        return (yield self)


class Fork:
    """Children that run side by side: ``asyncio.gather``."""

    __slots__ = ("jobs",)

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = jobs

    def __await__(self) -> Generator[Fork, Any, list[Any]]:
        results: list[Any] = yield self
        return results


@dataclass(slots=True, eq=False)
class Task:
    """One coroutine of a process."""

    process: Process
    job: Job
    parent: Task | None = None
    slot: int = 0
    effect: Effect | None = None
    running: int = 0
    results: list[Any] = field(default_factory=list)
    failure: Exception | None = None


@dataclass(slots=True, eq=False)
class Process:
    """A program on a machine. ``ended`` is called with its result or the exception that ended it, unless it died."""

    name: str
    ended: Callable[[Any, Exception | None], None]
    alive: bool = True
    frozen_until: float = 0.0
    immortal: bool = False
    """No fault is drawn for it."""
    tasks: list[Task] = field(default_factory=list)


class Scheduler:
    """The order of events. ``now`` is true time in seconds; ``trace`` is told what happens."""

    def __init__(self, dice: Random, rates: Rates, trace: Callable[[str], None] | None = None) -> None:
        self.now = 0.0
        self.dice = dice
        self.rates = rates
        self.effects = 0
        self._trace = trace
        self._events: list[tuple[float, int, Callable[[], object]]] = []
        self._count = 0

    def say(self, text: str) -> None:
        """A line of the trace."""
        if self._trace is not None:
            self._trace(f"{self.now:10.1f}  {text}")

    def after(self, seconds: float, event: Callable[[], object]) -> None:
        """Something that happens later."""
        self._count += 1
        heapq.heappush(self._events, (self.now + seconds, self._count, event))

    def spawn(
        self, name: str, job: Job, ended: Callable[[Any, Exception | None], None], *, immortal: bool = False
    ) -> Process:
        """Start a process."""
        process = Process(name, ended, immortal=immortal)
        task = Task(process, job)
        process.tasks.append(task)
        self._resume(task, None, None)
        return process

    def kill(self, process: Process, why: str) -> None:
        """SIGKILL: nothing of it goes on, nothing is told."""
        if process.alive:
            process.alive = False
            self.say(f"{process.name} dies {why}")
            for task in process.tasks:
                _close(task)
            process.tasks.clear()

    def run(self) -> None:
        """Until nothing is left to happen."""
        while self._events:
            at, _, event = heapq.heappop(self._events)
            self.now = max(self.now, at)
            event()

    # --- one effect ------------------------------------------------------------------------------------------------

    def _resume(self, task: Task, value: Any, error: Exception | None) -> None:
        """Let a coroutine go on to its next effect, or to its end."""
        process = task.process
        try:
            wanted = task.job.throw(error) if error is not None else task.job.send(value)
        except StopIteration as done:
            self._finished(task, done.value, None)
        except Killed:
            self.kill(process, "while it writes to disk")
        except Exception as failure:  # noqa: BLE001 - whatever ends a coroutine is its result
            self._finished(task, None, failure)
        else:
            if isinstance(wanted, Fork):
                self._fork(task, wanted)
            else:
                self._begin(task, wanted)

    def _begin(self, task: Task, effect: Effect) -> None:
        task.effect = effect
        self.after(effect.takes, lambda: self._due(task))

    def _due(self, task: Task, *, stalled: bool = False) -> None:
        process, effect = task.process, task.effect
        if not process.alive or effect is None:
            return
        if process.frozen_until > self.now:
            self.after(process.frozen_until - self.now, lambda: self._due(task, stalled=stalled))
            return
        if not process.immortal and not stalled and self._struck(process, effect, "before"):
            self.after(max(0.0, process.frozen_until - self.now), lambda: self._due(task, stalled=True))
            return
        self.effects += 1
        value, error = _carried_out(effect)
        if self._trace is not None:
            self.say(f"{process.name} {effect.name} -> {_shown(value if error is None else error)}")
        if not process.immortal and self._struck(process, effect, "after"):
            self.after(max(0.0, process.frozen_until - self.now), lambda: self._give(task, value, error))
            return
        self._give(task, value, error)

    def _give(self, task: Task, value: Any, error: Exception | None) -> None:
        if task.process.alive:
            task.effect = None
            self._resume(task, value, error)

    def _struck(self, process: Process, effect: Effect, when: str) -> bool:
        """Whether the process is dead, or frozen for a while, at this point."""
        roll = self.dice.random()
        if roll < self.rates.crash / 2:
            self.kill(process, f"{when} {effect.name}")
            return True
        if roll < (self.rates.crash + self.rates.stall) / 2:
            seconds = self.dice.choice((10, 45, 100, 1200, 7200))
            process.frozen_until = self.now + seconds
            self.say(f"{process.name} stalls for {seconds} s {when} {effect.name}")
            return True
        return False

    # --- children --------------------------------------------------------------------------------------------------

    def _fork(self, parent: Task, fork: Fork) -> None:
        parent.results = [None] * len(fork.jobs)
        parent.failure = None
        if not fork.jobs:
            self._resume(parent, [], None)
            return
        children = [Task(parent.process, job, parent, slot) for slot, job in enumerate(fork.jobs)]
        parent.process.tasks += children
        parent.running = len(children)
        for child in children:
            self.after(self.dice.random() * 0.01, lambda child=child: self._first(child))  # type: ignore[misc]

    def _first(self, child: Task) -> None:
        if child.process.alive:
            self._resume(child, None, None)

    def _finished(self, task: Task, value: Any, failure: Exception | None) -> None:
        process, parent = task.process, task.parent
        if not process.alive:
            return
        process.tasks.remove(task)
        if parent is None:
            process.alive = False
            process.ended(value, failure)
            return
        parent.results[task.slot] = value
        parent.failure = parent.failure or failure
        parent.running -= 1
        if parent.running == 0:
            self._resume(parent, parent.results, parent.failure)


def _carried_out(effect: Effect) -> tuple[Any, Exception | None]:
    try:
        return effect.act(), None
    except Exception as failure:  # noqa: BLE001 - it belongs to the coroutine that waits
        return None, failure


def _close(task: Task) -> None:
    task.effect = None
    task.job.close()


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) < 160 else text[:157] + "..."
