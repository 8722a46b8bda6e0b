"""What a look saw: the plan's decisions at one instant, and when the next one can change. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from postiz_ops.ledger.record import State
from postiz_ops.ledger.view import View
from postiz_ops.plan import Plan, Situation, make_plan
from postiz_ops.publish.order import Approved
from postiz_ops.runner.seam import Outlook
from postiz_ops.standing import standings


def outlook_of(
    approved: Approved, view: View, state: str | None, since: datetime, *, tool: str, endpoint: bool
) -> Outlook:
    """What stands on these two tips, with the first instant after ``since`` at which anything can need work.

    What was due before ``since`` is of no account: the tips that it would be sent on have been run on, or will be.
    """
    situation = Situation(approved.config, approved.posts, view, since, approved.paused, endpoint)
    plan = make_plan(situation)
    wakes = [wake for wake in _wakes(plan, view, approved, tool) if wake > since]
    states = Counter(standing.state.value for standing in standings(plan))
    return Outlook(approved.commit, state, min(wakes, default=None), states, tokens=_ends(view))


def _wakes(plan: Plan, view: View, approved: Approved, tool: str) -> Iterator[datetime]:
    """Unlike ``Plan.next_wake`` all of them: one post that is stuck must not hide when the next one is due."""
    yield from (planned.wake for planned in plan.planned if planned.wake)
    claims = (record.part.claim for record in plan.gone.values() if record.state is State.SENDING)
    yield from (claim.expires_at for claim in claims if claim)
    index = view.index
    if index and index.next_wake and (index.tool, index.tree) == (tool, approved.tree):
        yield index.next_wake  # what a run knew beside the posts: a token that is to be renewed, say


def _ends(view: View) -> dict[str, datetime]:
    """When a person has to connect an account again: a token that renews itself ends with what renews it."""
    ends = {name: box.refresh_expires_at if box.refreshable else box.expires_at for name, box in view.sealed.items()}
    return {name: end for name, end in ends.items() if end}
