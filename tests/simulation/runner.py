"""Many seeds, on as many processors as there are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from multiprocessing import get_context

from tests.simulation.checker import check
from tests.simulation.figures import Figures, counted, judged
from tests.simulation.mutants import EQUIVALENT, MUTANTS, Mutant
from tests.simulation.naive import NAIVE, Naive
from tests.simulation.scenario import play

CHUNK = 50
"""Seeds that a worker takes at once."""


def protocol_of(name: str | None) -> Mutant | Naive | None:
    """What publishes; ``None`` for the engine as it is."""
    everything: dict[str, Mutant | Naive] = {**MUTANTS, **NAIVE, **{n: m for n, (m, _) in EQUIVALENT.items()}}
    return None if name is None else everything[name]


def play_some(first: int, count: int, name: str | None = None, profile: str | None = None) -> Figures:
    """Play some seeds one after the other."""
    protocol = protocol_of(name)
    figures = Figures()
    with protocol.patched() if isinstance(protocol, Mutant) else nullcontext():
        for seed in range(first, first + count):
            begun = time.perf_counter()
            # What others would write first knows no vault: its tokens do not end.
            done = play(seed, protocol, profile=profile, vault=not isinstance(protocol, Naive))
            one = counted(done) if isinstance(protocol, Naive) else judged(done)
            one.slowest = time.perf_counter() - begun
            figures.add(one)
    return figures


def play_all(
    first: int,
    seeds: int,
    jobs: int,
    *,
    name: str | None = None,
    profile: str | None = None,
    until: float | None = None,
) -> Iterator[Figures]:
    """The figures of all seeds so far, as they grow; ends early at ``until`` (monotonic)."""
    chunks = [(at, min(CHUNK, first + seeds - at)) for at in range(first, first + seeds, CHUNK)]
    total = Figures()
    work = partial(_chunk, name=name, profile=profile)
    with get_context("spawn").Pool(jobs) if jobs > 1 else nullcontext() as pool:
        for figures in pool.imap_unordered(work, chunks) if pool else map(work, chunks):
            total.add(figures)
            yield total
            if until is not None and time.monotonic() > until:
                return


def _chunk(chunk: tuple[int, int], *, name: str | None, profile: str | None) -> Figures:
    return play_some(*chunk, name=name, profile=profile)


def seeds_until_caught(name: str, most: int, *, first: int = 0) -> tuple[int, str] | None:
    """How many seeds it took until the checker noticed a mutant, and by which sentence; ``None`` if it never did."""
    protocol = MUTANTS.get(name) or EQUIVALENT[name][0]
    with protocol.patched():
        for count, seed in enumerate(range(first, first + most), start=1):
            try:
                findings = check(play(seed, protocol).history)
            except Exception as broken:  # noqa: BLE001 - a mutant that breaks is noticed by everybody
                return count, f"it broke: {type(broken).__name__}"
            if findings:
                return count, findings[0].rule
    return None
