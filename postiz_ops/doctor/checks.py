"""The table of the checks: what `doctor` does, in the order in which it tells, and what docs/doctor.md is made of."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.doctor import accounts, forge, repository, schedule
from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Check, Finding, Unseen

CHECKS: tuple[Check, ...] = (
    Check("git-version", "a git that is too old for what is asked of it", repository.git_version),
    Check("git-lfs", "media in Git LFS where git-lfs is not installed", repository.git_lfs),
    Check("remote", "a remote that is missing or does not answer", repository.remote),
    Check("shallow", "a clone that lacks history which a look-up may need", repository.shallow),
    Check("state-branch", "a state branch that is missing, foreign, or of a rehearsal", repository.state_branch),
    Check("unreadable", "records that cannot be read", repository.unreadable),
    Check("approved", "an accounts.yaml on the approved branch that stops everything", repository.approved),
    Check("clock", "a clock that is off: above 30 s posts are unpunctual, above 120 s none is sent", repository.clock),
    Check("doubts", "deliveries that wait for `postiz-ops resolve`", repository.doubts),
    Check("paused", "a brake that is still on", repository.paused),
    Check("credentials", "secrets that are missing, by the names of their variables", accounts.credentials),
    Check("tokens", "tokens that have ended, or end within 30 days", accounts.tokens),
    Check("origins", "accounts that name another server than the one that has their credential", accounts.origins),
    Check("sunsets", "API versions that end within 60 days", accounts.sunsets),
    Check("stopped", "something that is due, and that no run has taken up for hours", schedule.stopped),
    Check("disabled", "workflows that GitHub or somebody has disabled, schedules that start none", schedule.disabled),
    Check(
        "inactivity",
        "45 days without a push: after 60 GitHub disables public schedules",
        schedule.inactivity,
    ),
    Check("lateness", "posts that have gone out later in the last week than before", schedule.lateness),
    Check("protection", "a state branch that can be deleted or forced", forge.protection),
    Check("embargo", "a public repository with posts that are not published yet", forge.embargo),
    Check("workflows", "workflows that are missing, not pinned, or pinned to something older", forge.outdated),
)


def examine(facts: Facts) -> Iterator[tuple[Check, Finding | Unseen]]:
    """All that the checks come to, in their order."""
    for check in CHECKS:
        for result in check.look(facts):
            yield check, result
