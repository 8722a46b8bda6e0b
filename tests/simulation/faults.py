"""How bad the world is: the odds of every fault, and the named mixtures that a seed draws from."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rates:
    """Odds, each for one effect unless it says otherwise."""

    call: float = 0.0
    """A request to a platform goes wrong in one of the ways of ``platforms.TROUBLES``."""
    push: float = 0.0
    """A push is lost, applied late, or answered with the wrong report."""
    fetch: float = 0.0
    """A fetch fails, or shows the tips as they were up to a minute ago."""
    crash: float = 0.0
    """The process dies, before or after the effect."""
    stall: float = 0.0
    """The process stands still for 10 seconds to 2 hours, before or after the effect."""
    skew: float = 0.0
    """A machine's clock is off by up to two hours from the start; one run."""
    jump: float = 0.0
    """A machine's clock jumps by up to an hour while a run is under way; one run."""
    change: float = 0.0
    """Somebody changes the approved branch, pauses, or rotates a credential; one run."""


CALM = Rates()
PROFILES: dict[str, tuple[float, Rates]] = {
    "hard": (0.45, Rates(0.15, 0.15, 0.08, 0.02, 0.02, 0.2, 0.05, 0.7)),
    "mild": (0.2, Rates(0.01, 0.01, 0.01, 0.002, 0.002, 0.02, 0.01, 0.3)),
    "crash": (0.15, Rates(crash=0.05, change=0.1)),
    "stall": (0.1, Rates(stall=0.1, change=0.1)),
    "clock": (0.1, Rates(call=0.03, push=0.03, skew=0.6, jump=0.2, change=0.2)),
}
"""Name -> its share of the seeds, and its rates."""


def only(rates: Rates, **changes: float) -> Rates:
    """The rates with some of them changed."""
    return replace(rates, **changes)
