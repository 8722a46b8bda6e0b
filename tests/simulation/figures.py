"""What many seeds add up to."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.checker import Case, Finding, check
from tests.simulation.history import History, Wanted
from tests.simulation.scenario import Done

KINDS = ("plain", "listing", "keyed", "slow")
LOSSES = frozenset(
    {
        *("everything ends", "everything is told", "published is there", "results stay on disk"),
        *("lost grants are told", "new tokens are not forgotten"),
    }
)
"""The sentences whose breach loses something silently."""


@dataclass(slots=True)
class Figures:
    """Sums. ``parts`` were sent, by kind of platform; ``doubts`` of them were in doubt at some time."""

    seeds: int = 0
    runs: int = 0
    effects: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    duplicates: Counter[str] = field(default_factory=Counter)
    losses: int = 0
    renewals: int = 0
    """Refresh tokens that were presented, and of them those whose grant had to be given up."""
    given_up: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    """Findings by the sentence that was broken."""
    failing: list[tuple[int, str, str]] = field(default_factory=list)
    """(seed, sentence, what), the first ones."""
    slowest: float = 0.0
    """Seconds of the machine's time that the slowest seed took."""

    def add(self, other: Figures) -> None:
        """Sum up."""
        self.seeds += other.seeds
        self.runs += other.runs
        self.effects += other.effects
        self.parts.update(other.parts)
        self.doubts.update(other.doubts)
        self.duplicates.update(other.duplicates)
        self.losses += other.losses
        self.renewals += other.renewals
        self.given_up += other.given_up
        self.broken.update(other.broken)
        self.failing = sorted([*self.failing, *other.failing])[:50]
        self.slowest = max(self.slowest, other.slowest)


def judged(done: Done) -> Figures:
    """The figures of one seed of the engine or a mutant, with everything that the checker says."""
    return _summed(done, Case(done.history), check(done.history))


def counted(done: Done) -> Figures:
    """The figures of one seed of a naive protocol: duplicates, and what it took for published and was not."""
    case = Case(done.history)
    lost = [Finding("lost", what) for what in _lost(done.history, case)]
    return _summed(done, case, lost)


def _summed(done: Done, case: Case, findings: list[Finding]) -> Figures:
    history = done.history
    figures = Figures(1, done.runs, done.effects)
    for key, kind in {key: history.kinds[one.account] for one in history.sent for key in one.keys}.items():
        figures.parts[kind] += 1
        accepted = len(case.by_key.get(key, ()))
        excused = sum(v.key == key and not v.published and not v.careful for v in history.verdicts)
        figures.duplicates[kind] += accepted > 1 + excused
    doubtful = {(s.path, s.index): s.record["account"] for s in case.steps if s.part["state"] == "in_doubt"}
    figures.doubts.update(history.kinds[account] for account in doubtful.values())
    figures.renewals = len(history.presented)
    figures.given_up = sum(held.body["status"] == "lost" for held in case.held if held.before != held.body)
    figures.losses = sum(f.rule in LOSSES or f.rule == "lost" for f in findings)
    figures.broken.update(f.rule for f in findings)
    figures.failing = [(done.seed, f.rule, f.what) for f in findings]
    return figures


def _lost(history: History, case: Case) -> list[str]:
    files: dict[str, bytes] = {}
    for tip in history.tips:
        files |= tip.writes
    done = {path: json.loads(data)["state"] for path, data in files.items() if path.startswith("naive/")}
    texts = {(a.account, a.text) for a in history.accepted}
    return [
        f"{w.post} for {w.account} is {done.get(_path(w), 'nowhere')} and was never accepted"
        for w in history.approvals[-1].wanted
        if done.get(_path(w)) in (None, "published", "sending") and not any((w.account, t) in texts for t in w.texts)
    ]


def _path(wanted: Wanted) -> str:
    return f"naive/{wanted.post}.{wanted.account}.json"


_COLUMNS = ("scenario", "runs", "duplicates", "losses", f"doubts: {', '.join(KINDS)}", "worst time")
HEADING = f"| {' | '.join(_COLUMNS)} |\n|---|--:|--:|--:|---|--:|"
"""Of the table that ``make prove`` prints; a scenario is a row."""


def row(scenario: str, figures: Figures) -> str:
    """One line of it. The worst time is that of one seed, by the machine's clock."""
    sent = sum(figures.parts.values()) or 1
    twice = sum(figures.duplicates.values())
    doubts = ", ".join(f"{figures.doubts[kind] / (figures.parts[kind] or 1):.1%}" for kind in KINDS)
    share = f" ({twice / sent:.1%})" if twice else ""
    runs = f"{figures.runs:,} in {figures.seeds:,} worlds"
    return f"| {scenario} | {runs} | {twice:,}{share} | {figures.losses:,} | {doubts} | {figures.slowest:.1f} s |"
