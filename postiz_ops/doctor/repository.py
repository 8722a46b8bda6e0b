"""The clone, its remote and the state branch: what would end in exit code 78, or in a doubt, before it does."""

from __future__ import annotations

from collections.abc import Iterator

from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Result, Unseen, error, info, warning
from postiz_ops.errors import Refused
from postiz_ops.ledger.record import State
from postiz_ops.publish import guards

OLDEST_GIT = (2, 30)
"""The first release that takes ``rev-parse --end-of-options``, by which a ref's name cannot be an option."""
GLANCE = 30.0
"""Seconds of a clock's error that a claim survives, and that still make posts unpunctual."""


def git_version(facts: Facts) -> Iterator[Result]:
    """Whether git knows what we ask of it."""
    if facts.clone.version < OLDEST_GIT:
        have, need = (".".join(map(str, version)) for version in (facts.clone.version, OLDEST_GIT))
        yield error(f"git {have} is too old", "this machine", f"install git {need} or later")


def git_lfs(facts: Facts) -> Iterator[Result]:
    """Whether large files can be had."""
    if facts.clone.wants_lfs and not facts.clone.has_lfs:
        yield error(
            "media are kept in Git LFS, and git-lfs is not installed",
            ".gitattributes",
            "install git-lfs, then run `git lfs install --local && git lfs pull`",
        )


def remote(facts: Facts) -> Iterator[Result]:
    """Whether there is a remote, and it answers."""
    name = facts.clone.remote
    if name is None:
        yield info(
            "there is no remote: this clone alone knows what was published",
            "this clone",
            "git remote add origin URL && git push -u origin HEAD, then `postiz-ops state adopt`",
        )
    elif facts.offline:
        yield Unseen("--offline: the remote was not asked")
    elif facts.clone.unreachable is not None:
        yield error(
            f"the remote `{name}` cannot be reached: {facts.clone.unreachable}",
            f"remote {name}",
            f"see `git ls-remote {name}`",
        )


def shallow(facts: Facts) -> Iterator[Result]:
    """Whether history that may be needed is missing."""
    if not facts.clone.shallow or facts.in_ci:
        return
    help_text = f"git fetch --unshallow {facts.clone.remote or 'origin'}"
    if any(record.state is State.SENDING for record in facts.view.records.values()):
        yield warning(
            "this clone is shallow, and something is being sent: what an older commit sent cannot be looked up from it",
            "this clone",
            help_text,
        )
    else:
        yield info("this clone is shallow: `--ref` and `--base` reach no further than it does", "this clone", help_text)


def state_branch(facts: Facts) -> Iterator[Result]:
    """Whether the state branch is there, is the right one, and belongs to this remote."""
    branch = facts.config.state.branch
    try:
        guards.check_state(facts.view, facts.seen, facts.config, remote=facts.remote_identity)
        guards.check_endpoint(facts.view, endpoint=facts.endpoint)
    except Refused as refusal:
        yield error(refusal.message, f"branch {branch}", refusal.help or "see `postiz-ops state --help`")
        return
    if facts.config.state.id is None and facts.view.genesis is not None:
        yield warning(
            "accounts.yaml does not say which state branch is its own: a copy of the repository would pass for it",
            "accounts.yaml",
            f"write `state: {{id: {facts.view.genesis.id}}}` into it, or run `postiz-ops state init`",
        )


def unreadable(facts: Facts) -> Iterator[Result]:
    """Whether every record can be read."""
    for path, why in sorted(facts.view.unreadable.items()):
        yield error(
            f"it cannot be read: {why}", path, "restore it from the state branch's history, or update postiz-ops"
        )


def approved(facts: Facts) -> Iterator[Result]:
    """Whether what is approved can be read."""
    if facts.broken is not None:
        yield error(f"nothing is published: {facts.broken}", "accounts.yaml", "run `postiz-ops check`")


def clock(facts: Facts) -> Iterator[Result]:
    """Whether this machine's clock is right: claims and their leases compare clocks."""
    if facts.skew is None:
        yield Unseen("--offline: no clock was compared" if facts.offline else "only an https remote tells its time")
        return
    seconds = abs(facts.skew.total_seconds())
    way = "ahead of" if facts.skew.days >= 0 else "behind"
    message = f"this machine's clock is {seconds:.0f} s {way} the git host's"
    if seconds > guards.MAX_SKEW.total_seconds():
        yield error(f"{message}: nothing is published", "this machine", "set the clock (NTP)")
    elif seconds > GLANCE:
        yield warning(message, "this machine", "set the clock (NTP)")


def doubts(facts: Facts) -> Iterator[Result]:
    """Whether something waits for a person."""
    waiting = [record for record in facts.view.records.values() if record.state is State.IN_DOUBT]
    for record in waiting:
        yield warning(
            f"nobody knows whether `{record.post}` was published for `{record.account}`",
            record.path,
            "see `postiz-ops status`, then `postiz-ops resolve`",
        )


def paused(facts: Facts) -> Iterator[Result]:
    """Whether publishing is stopped on purpose."""
    if facts.paused is not None:
        why = f": {facts.paused}" if facts.paused else ""
        yield warning(f"publishing is paused{why}", "PAUSED", "take the file out when it is over")
    if facts.view.brake is not None:
        yield warning(
            f"publishing is paused since {facts.view.brake.at:%Y-%m-%d}: {facts.view.brake.reason}",
            f"branch {facts.config.state.branch}",
            "run `postiz-ops resume` when it is over",
        )
