"""``python -m tests.killing``: every death of every story, as a table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from postiz_ops.sandbox import Sandbox
from tests.killing.loop import deaths
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


def main() -> int:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("stories", nargs="*", default=[story.name for story in STORIES])
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    bad = 0
    print("| scenario | runs | duplicates | losses | doubts | worst time |\n|---|--:|--:|--:|---|--:|", flush=True)
    for story in (s for s in STORIES if s.name in asked.stories):
        with Sandbox() as sandbox, tempfile.TemporaryDirectory() as folder:
            killed = []
            with rigged(Path(folder), sandbox, story) as rig:
                for one in deaths(rig, story):
                    killed.append(one)
                    if asked.verbose or one.verdict.problems:
                        print(f"{one.story} {one.number} {one.when} {one.effect}: {one.verdict}", flush=True)
        problems = sum(bool(one.verdict.problems) for one in killed)
        doubts = sum(one.verdict.doubts for one in killed)
        published = sum(one.verdict.published for one in killed)
        worst = max((one.seconds for one in killed), default=0.0)
        twice = sum("times" in problem for one in killed for problem in one.verdict.problems)
        ends = f"{doubts} of {doubts + published} deliveries"
        if story.renews:
            ends += f", {sum(one.verdict.lost for one in killed)} of {len(killed)} grants"
        print(
            f"| killed at every effect: {story.name} | {len(killed)} | {twice} | {problems - twice} | {ends} "
            f"| {worst:.1f} s |",
            flush=True,
        )
        bad += problems
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
