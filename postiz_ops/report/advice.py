"""What a person can do about a delivery that does not go on by itself: the commands, ready to be copied."""

from __future__ import annotations

import shlex
from datetime import datetime

from postiz_ops.ledger.record import Problem, State, instant
from postiz_ops.report.escape import code, prose


def state_name(state: State) -> str:
    """A state as people say it."""
    return state.value.replace("_", " ")


def typed(step: str) -> str:
    """A step in Markdown: a command as code."""
    return code(step) if step.startswith("postiz-ops ") else prose(step)


def advice(
    post: str, account: str, occurrence: datetime | None, state: State, error: Problem | None
) -> tuple[str, ...]:
    """One step a line, commands as they are typed; nothing where nobody has to act."""
    words = [post, account, *(["--occurrence", instant(occurrence)] if occurrence else [])]
    delivery = shlex.join(words)
    if state is State.IN_DOUBT:
        return (
            "look whether it is there, then say which",
            f"postiz-ops resolve {delivery} --published URL",
            f"postiz-ops resolve {delivery} --not-published",
        )
    if state in (State.FAILED, State.EXPIRED):
        return ("mend what is wrong, then let it be tried again", f"postiz-ops retry {delivery}")
    if state is State.HELD and error is not None and error.kind == "reauthorize":
        return (f"give account {shlex.quote(account)} a new credential: the next run goes on with it",)
    return ()
