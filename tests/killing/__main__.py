"""``python -m tests.killing``: every death of every story, as a table."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.killing.stories import STORIES
from tests.killing.telling import tell


def main() -> int:
    """Kill, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("stories", nargs="*", default=[story.name for story in STORIES])
    parser.add_argument("--jobs", type=int, default=2, help="stories at once, each with platforms of its own")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    bad = False
    print("| scenario | runs | duplicates | losses | doubts | worst time |\n|---|--:|--:|--:|---|--:|", flush=True)
    with ProcessPoolExecutor(asked.jobs, get_context("spawn")) as pool:
        for told in pool.map(partial(tell, verbose=asked.verbose), asked.stories):
            print(*told.broken, told.row, sep="\n", flush=True)
            bad |= bool(told.broken)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
