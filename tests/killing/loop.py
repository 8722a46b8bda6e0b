"""The kill loop: die before and after every single effect, let the next runs finish, and look at what there is."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.killing.rig import Rig, Story
from tests.killing.verdict import Verdict, judge


@dataclass(frozen=True, slots=True)
class Killed:
    """One death and what became of it. ``effect`` names where; ``seconds`` is how long all of it took."""

    story: str
    number: int
    when: str
    effect: str
    verdict: Verdict
    seconds: float


def deaths(rig: Rig, story: Story, numbers: Sequence[int] | None = None) -> Iterator[Killed]:
    """Kill at every effect (or at those of ``numbers``) of a run of the story, before and after it.

    Every other death is followed on another machine, which has nothing of the disk.
    """
    rig.begin(story)
    rig.again()
    clean = rig.publish()
    effects = rig.effects()
    if clean.code or judge(rig, story).problems:
        raise AssertionError(f"the clean run failed: {clean} {judge(rig, story)}")
    for number in numbers or range(1, len(effects) + 1):
        for when in ("before", "after"):
            begun = time.monotonic()
            rig.again()
            dead = rig.publish(fatal=number, when=when)
            if dead.code != -signal.SIGKILL:
                continue  # effects run side by side, so that a run may have one fewer than the clean one
            effect = rig.effects()[number - 1]
            problems = finish(rig, story, elsewhere=number % 2 == 1)
            verdict = judge(rig, story)
            joined = Verdict((*problems, *verdict.problems), verdict.doubts, verdict.published, rig.lost())
            yield Killed(story.name, number, when, effect, joined, time.monotonic() - begun)


def finish(rig: Rig, story: Story, *, elsewhere: bool) -> list[str]:
    """The runs after a death: one at once, which may send nothing twice; then after the lease, and to the end."""
    place = rig.fresh("elsewhere") if elsewhere else rig.clone
    early = rig.publish(at=place)
    fine = early.code in (0, 75) or (early.code == 1 and rig.lost())
    problems = list(judge(rig, story, may_wait=True).problems) if fine else [f"at once: {early}"]
    if rig.token_lease:
        time.sleep(rig.token_lease)
    ends = [rig.later(1, at=place)]
    if ends[0].code == 75:
        ends.append(rig.later(2, at=place))
    codes = [end.code for end in ends]
    doubts, lost = judge(rig, story).doubts, rig.lost()
    if doubts and 3 not in codes:
        problems.append(f"{doubts} doubts, and no run said so: {codes}")
    if lost and not {1, 3} & {early.code, *codes}:
        problems.append(f"an account has to be connected again, and no run said so: {early.code}, {codes}")
    if not doubts and not lost and set(codes) - {0, 75}:
        problems.append(f"no doubt, and the runs ended with {ends}")
    return problems + rig.problems()
