"""``python -m tests.simulation``: play seeds, or one of them again and watch."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import nullcontext

from tests.simulation.checker import check
from tests.simulation.faults import PROFILES
from tests.simulation.figures import HEADING, KINDS, Figures, row
from tests.simulation.mutants import EQUIVALENT, MUTANTS, Mutant
from tests.simulation.naive import NAIVE, Naive
from tests.simulation.runner import play_all, protocol_of, seeds_until_caught
from tests.simulation.scenario import play, states


def shown(figures: Figures, seconds: float) -> str:
    """The figures, for people."""
    sums = f"{sum(figures.duplicates.values())} duplicates, {figures.losses} losses"
    work = f"{figures.seeds} seeds, {figures.runs} runs, {figures.effects} effects in {seconds:.0f} s"
    lines = [f"{work}; {sums}; the slowest seed took {figures.slowest * 1000:.0f} ms"]
    for kind in KINDS:
        parts = figures.parts[kind] or 1
        lines.append(
            f"  {kind:8} {figures.parts[kind]:9} parts sent   {figures.duplicates[kind] / parts:8.3%} duplicates   "
            f"{figures.doubts[kind] / parts:8.3%} doubts"
        )
    lines.append(f"  {figures.renewals} refresh tokens presented, {figures.given_up} grants given up")
    lines += [f"  broken: {rule} ({count})" for rule, count in figures.broken.most_common()]
    lines += [f"    seed {seed}: {rule}: {what}" for seed, rule, what in figures.failing[:20]]
    return "\n".join(lines)


def main() -> int:
    """Parse and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="play this one alone")
    parser.add_argument("--trace", action="store_true", help="with --seed: print what happens")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--profile", choices=sorted(PROFILES))
    parser.add_argument("--protocol", help="a mutant or a naive protocol instead of the engine")
    parser.add_argument("--mutants", action="store_true", help="how many seeds each mutant lives")
    parser.add_argument("--table", action="store_true", help="the engine and the naive protocols, side by side")
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--every", type=float, default=0, help="print the figures every so many seconds")
    asked = parser.parse_args()
    if asked.table:
        return show_table(asked.seeds, asked.first, asked.jobs)
    if asked.mutants:
        return show_mutants(asked.seeds, asked.first)
    if asked.seed is not None:
        return show_one(asked.seed, asked.protocol, asked.profile, trace=asked.trace)
    begun = told = time.monotonic()
    until = begun + asked.minutes * 60 if asked.minutes else None
    figures = Figures()
    for figures in play_all(
        asked.first, asked.seeds, asked.jobs, name=asked.protocol, profile=asked.profile, until=until
    ):
        if asked.every and time.monotonic() - told > asked.every:
            told = time.monotonic()
            print(shown(figures, told - begun), flush=True)
    print(shown(figures, time.monotonic() - begun))
    if figures.failing and asked.protocol is None:
        print(f"replay: python -m tests.simulation --seed {figures.failing[0][0]} --trace")
    return 1 if figures.failing else 0


def show_one(seed: int, name: str | None, profile: str | None, *, trace: bool) -> int:
    """One seed, with all that is known of it."""
    protocol = protocol_of(name)
    with protocol.patched() if isinstance(protocol, Mutant) else nullcontext():
        done = play(seed, protocol, profile=profile, trace=print if trace else None)
    print(f"seed {seed} ({done.profile}): {done.runs} runs, {done.effects} effects, {done.hours:.1f} simulated hours")
    print(*states(done.history), sep="\n")
    findings = [] if isinstance(protocol, Naive) else check(done.history)
    print(*(f"broken: {finding.rule}: {finding.what}" for finding in findings), sep="\n")
    return 1 if findings else 0


def show_table(seeds: int, first: int, jobs: int) -> int:
    """The engine under every mixture of faults, and what others would have done in a twentieth of the same worlds."""
    print(HEADING, flush=True)
    broken = 0
    rows: list[tuple[str, str | None, str | None, int]] = [("postiz-ops, all faults", None, None, seeds)]
    rows += [(f"postiz-ops, {profile}", None, profile, seeds // 20) for profile in PROFILES]
    rows += [(f"naive: {name}", name, None, seeds // 20) for name in NAIVE]
    for scenario, name, profile, count in rows:
        figures = Figures()
        for sums in play_all(first, max(count, 1), jobs, name=name, profile=profile):
            figures = sums
        print(row(scenario, figures), flush=True)
        if name is None:
            broken += len(figures.failing)
            print(*(f"seed {seed}: {rule}: {what}" for seed, rule, what in figures.failing), sep="\n", end="")
    return 1 if broken else 0


def show_mutants(most: int, first: int) -> int:
    """The life of every mutant."""
    alive = 0
    for name in MUTANTS:
        caught = seeds_until_caught(name, most, first=first)
        alive += caught is None
        print(f"{name:26} {'alive after ' + str(most) if caught is None else f'{caught[0]:6} {caught[1]}'}", flush=True)
    for name, (_, why) in EQUIVALENT.items():
        caught = seeds_until_caught(name, most, first=first)
        alive += caught is not None
        print(f"{name:26} {f'equivalent: {why}' if caught is None else f'NOT equivalent: {caught}'}", flush=True)
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
