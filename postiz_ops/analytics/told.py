"""What a run of ``analytics sync`` says."""

from __future__ import annotations

from typing import Any

from postiz_ops.analytics.sync import Outcome, Report
from postiz_ops.ledger.record import instant
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import dumped, escape

WHAT_TO_DO = {
    "reauthorize": "publishing goes on; figures are asked for again once the credential is another",
    "rejected": "the others were read; see the message",
    "damaged": "restore the file on the state branch",
    "held": "nothing is sent to that server",
    "renewing": "it is read by the next run",
}


def text(report: Report, *, quiet: bool = False) -> str:
    """A line an account. Where ``quiet``, those alone that tell of trouble."""
    lines = [line for each in report.outcomes if (line := _line(each)) and (not quiet or each.kind)]
    if not report.recorded:
        lines.append("The state branch could not be pushed: what was read is asked for again by the next run.")
    lines += [f"error: {escape(trouble)}" for trouble in report.troubles]
    lines += [f"warning: {escape(notice)}" for notice in report.notices]
    if quiet:
        return "\n".join(lines)
    if not any(outcome.read for outcome in report.outcomes):
        lines.append("Nothing was due." if not any(o.left for o in report.outcomes) else "Nothing could be read.")
    if report.next_due:
        lines.append(f"Next due: {instant(report.next_due)}")
    return "\n".join(lines)


def _line(outcome: Outcome) -> str | None:
    if not (outcome.read or outcome.left or outcome.kind):
        return None
    said = counted(outcome.read, "reading")
    if outcome.left:
        said += f", {outcome.left:,} left for a later run"
    if outcome.kind:
        needs = f" (it needs {', '.join(outcome.needs)})" if outcome.needs else ""
        advice = f"; {WHAT_TO_DO[outcome.kind]}" if outcome.kind in WHAT_TO_DO else ""
        since = "still " if outcome.known else ""
        said += f": {since}{outcome.kind}: {outcome.message}{needs}{advice}"
    return f"{outcome.account:<24} {escape(said)}"


def json(report: Report) -> str:
    """For a program (docs/schemas/analytics-sync.json)."""
    return dumped(
        {
            "version": 1,
            "recorded": report.recorded,
            "next_due": instant(report.next_due) if report.next_due else None,
            "accounts": [_account(outcome) for outcome in report.outcomes],
            "troubles": list(report.troubles),
            "notices": list(report.notices),
        }
    )


def _account(outcome: Outcome) -> dict[str, Any]:
    error = {"kind": outcome.kind, "message": outcome.message, "needs": list(outcome.needs), "known": outcome.known}
    return {
        "account": outcome.account,
        "provider": outcome.provider,
        "read": outcome.read,
        "left": outcome.left,
        "error": error if outcome.kind else None,
    }
