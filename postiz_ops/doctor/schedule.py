"""Punctuality: schedules that stopped, were disabled or will be, and runs that come later than they used to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import median

from postiz_ops.doctor.facts import Facts
from postiz_ops.doctor.finding import Result, Unseen, error, warning
from postiz_ops.doctor.workflow import Workflow, period, publishing, workflows
from postiz_ops.ledger.record import State
from postiz_ops.plan import Planned

GRACE = timedelta(hours=1)
"""What a schedule of GitHub's may be late on a usual day; outages last longer."""
IDLE = timedelta(days=45)
"""GitHub stops the schedules of a public repository after 60 days without activity: early enough to do something."""
RECENT = timedelta(days=7)
FEWEST = 5
"""Publications below which a median says nothing."""
USUAL_PAUSE = 15
"""Minutes between two runs, where no cron line says otherwise."""


def stopped(facts: Facts) -> Iterator[Result]:
    """Whether something has been due for longer than any schedule takes."""
    if facts.plan is None:
        yield Unseen("what is approved cannot be read, so that nobody knows what is due")
        return
    patience = 3 * timedelta(minutes=_pause(facts)) + GRACE
    overdue = [planned for planned in facts.plan.due() if facts.now - _since(planned, facts.now) > patience]
    if overdue:
        first = min(overdue, key=lambda planned: _since(planned, facts.now))
        since = f"{_since(first, facts.now):%Y-%m-%d %H:%M} UTC"
        yield error(
            f"`{first.draft.post}` is due for `{first.draft.account}` since {since}, and no run has taken it up",
            _publisher(facts),
            "see the Actions tab for its last runs; `gh workflow enable`, `gh workflow run`, or `postiz-ops publish`",
        )


def disabled(facts: Facts) -> Iterator[Result]:
    """Whether the forge has switched a workflow off, or its schedule starts it no more."""
    if facts.forge is None:
        yield Unseen(facts.no_forge)
        return
    for workflow in workflows(facts.workflows):
        why = facts.forge.disabled.get(workflow.file)
        if why is not None:
            reason = "for want of activity" if why == "disabled_inactivity" else "by hand" if "manual" in why else why
            yield error(f"the workflow is disabled ({reason})", workflow.path, f"gh workflow enable {workflow.file}")
        elif workflow.crons:
            yield from _last_run(facts, workflow, facts.forge.scheduled.get(workflow.file))


def _last_run(facts: Facts, workflow: Workflow, last: datetime | None) -> Iterator[Result]:
    pauses = [minutes for minutes in map(period, workflow.crons) if minutes is not None]
    if last is None or not pauses:
        return
    silence = facts.now - last
    if silence > 3 * timedelta(minutes=min(pauses)) + GRACE:
        yield warning(
            f"its schedule last started it on {last:%Y-%m-%d %H:%M} UTC, {_span(silence)} ago",
            workflow.path,
            f"gh workflow run {workflow.file}; if that happens often, let `postiz-ops run` publish",
        )


def inactivity(facts: Facts) -> Iterator[Result]:
    """Whether GitHub will soon disable the schedules for want of activity."""
    scheduled = [workflow for workflow in workflows(facts.workflows) if workflow.crons]
    active = facts.forge.pushed_at if facts.forge and facts.forge.pushed_at else facts.clone.approved_at
    private = facts.forge.private if facts.forge else None
    if not scheduled or private or active is None or facts.now - active < IDLE:
        return
    perhaps = "" if private is False else "if it is public, "
    yield warning(
        f"nothing was pushed for {(facts.now - active).days} days: {perhaps}GitHub disables its schedules after 60",
        scheduled[0].path,
        "push something, or let `postiz-ops run` publish; afterwards: `gh workflow enable`",
    )


def lateness(facts: Facts) -> Iterator[Result]:
    """Whether posts have gone out later than before in the last week."""
    late = [(r.published_at, r.published_at - r.publish_at) for r in facts.view.records.values() if r.published_at]
    recent = [span for at, span in late if facts.now - at <= RECENT]
    before = [span for at, span in late if facts.now - at > RECENT]
    if min(len(recent), len(before)) < FEWEST:
        return
    now, usual = _median(recent), _median(before)
    if now > max(2 * usual, usual + timedelta(minutes=10)):
        yield warning(
            f"posts went out {_span(now)} late in the last week, and {_span(usual)} before (medians)",
            _publisher(facts),
            "let the workflow run `publish --lookahead 15m`, or `postiz-ops run` publish",
        )


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))


def _pause(facts: Facts) -> int:
    lines = [cron for workflow in publishing(facts.workflows) for cron in workflow.crons]
    return min((minutes for minutes in map(period, lines) if minutes is not None), default=USUAL_PAUSE)


def _publisher(facts: Facts) -> str:
    return next((workflow.path for workflow in publishing(facts.workflows)), "the runner")


def _since(planned: Planned, now: datetime) -> datetime:
    """Since when somebody could have sent it."""
    record = planned.record
    retry = record.part.error.retry_at if record and record.state is State.RETRY and record.part.error else None
    return max(retry or planned.delivery.publish_at or now, planned.delivery.publish_at or now)


def _span(span: timedelta) -> str:
    minutes = max(0, round(span.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} days"
