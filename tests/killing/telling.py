"""What comes of a story that is killed at every effect: a row of a table, and whatever broke the promise."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from postiz_ops.sandbox import Sandbox
from tests.killing.loop import Killed, deaths
from tests.killing.renewing import renewing
from tests.killing.rig import Rig, Story
from tests.killing.stories import STORIES


@contextmanager
def rigged(folder: Path, sandbox: Sandbox, story: Story) -> Iterator[Rig]:
    """What the story is told on."""
    with renewing(folder, sandbox) if story.renews else nullcontext(Rig(folder, sandbox)) as rig:
        try:
            yield rig
        finally:
            rig.close()


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a story: its row of the table, and every death that broke the promise."""

    row: str
    broken: list[str]


def tell(name: str, *, verbose: bool) -> Told:
    """Kill at every effect of a story."""
    (story,) = (story for story in STORIES if story.name == name)
    killed: list[Killed] = []
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder, rigged(Path(folder), sandbox, story) as rig:
        for one in deaths(rig, story):
            killed.append(one)
            if verbose:
                print(shown(one), flush=True)
    problems = sum(bool(one.verdict.problems) for one in killed)
    doubts = sum(one.verdict.doubts for one in killed)
    published = sum(one.verdict.published for one in killed)
    worst = max((one.seconds for one in killed), default=0.0)
    twice = sum("times" in problem for one in killed for problem in one.verdict.problems)
    ends = f"{doubts} of {doubts + published} deliveries"
    if story.renews:
        ends += f", {sum(one.verdict.lost for one in killed)} of {len(killed)} grants"
    sums = f"{len(killed)} | {twice} | {problems - twice} | {ends} | {worst:.1f} s"
    return Told(f"| killed at every effect: {name} | {sums} |", [shown(one) for one in killed if one.verdict.problems])


def shown(one: Killed) -> str:
    """A death and its verdict, on a line."""
    return f"{one.story} {one.number} {one.when} {one.effect}: {one.verdict}"
