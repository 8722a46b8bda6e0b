"""A plan on a terminal: day by day, one sign for what happens, and the words exactly as they will be sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from postiz_ops.model import DraftPart
from postiz_ops.plan import Action, Planned
from postiz_ops.providers.base import Spec
from postiz_ops.report.escape import escape, lines
from postiz_ops.report.moments import clock, day, stamp
from postiz_ops.report.paint import Paint
from postiz_ops.report.planned import GONE, Shown, facts, fitting, part_name

_SIGNS = {
    Action.PUBLISH: ("+", "good"),
    Action.EDIT: ("~", "warning"),
    Action.DELETE: ("-", "error"),
    Action.HOLD: ("!", "warning"),
    Action.CANNOT: ("x", "error"),
    Action.NONE: ("=", "faint"),
}
_NO_TIME = "Without a time"
_INDENT = " " * 6


def text(shown: Shown, paint: Paint) -> str:
    """The plan, a blank line between its deliveries."""
    now = f"{day(shown.plan.now, shown.zone)}, {clock(shown.plan.now, shown.zone)}"
    head = f"Plan for {now} ({shown.config.timezone})\n{shown.source}"
    blocks = [head, *_days(shown, paint), *_gone(shown, paint), f"Plan: {shown.summary}."]
    return "\n\n".join(blocks)


def _days(shown: Shown, paint: Paint) -> Iterator[str]:
    def day_of(planned: Planned) -> str:
        at = planned.delivery.publish_at
        return day(at, shown.zone) if at else _NO_TIME

    for name, rows in groupby(shown.rows, key=day_of):
        yield paint(name, "strong")
        for planned in rows:
            yield "\n".join(_delivery(shown, planned, paint))


def _delivery(shown: Shown, planned: Planned, paint: Paint) -> Iterator[str]:
    draft, at = planned.draft, planned.delivery.publish_at
    sign, role = _SIGNS[planned.action]
    when = f"{clock(at, shown.zone)}  " if at else ""
    yield f"  {paint(sign, role)} {when}{escape(draft.post)} -> {draft.account} ({draft.provider}){_remark(planned)}"
    yield f"{_INDENT}{escape(draft.path)}"
    if planned.reason:
        yield f"{_INDENT}{paint(f'{planned.action.value}:', role)} {escape(planned.reason)}"
    if planned.action is not Action.NONE:
        yield from _words(shown, planned, paint)


def _remark(planned: Planned) -> str:
    if planned.due:
        return ", now"
    return f", {planned.state.value}" if planned.action is Action.NONE else ""


def _words(shown: Shown, planned: Planned, paint: Paint) -> Iterator[str]:
    for name, value in shown.extras(planned):
        yield f"{_INDENT}{name}: {escape(value)}"
    limit = shown.limit(planned)
    for place, part in enumerate(planned.draft.parts):
        named = ", ".join(filter(None, (part_name(planned, place), f"{part.length}/{limit.max}")))
        yield f"{_INDENT}{paint(named, 'faint')}"
        yield from _part(part, shown.spec(planned), paint)


def _part(part: DraftPart, spec: Spec, paint: Paint) -> Iterator[str]:
    for line in lines(part.text):
        yield f"{_INDENT}{paint('|', 'frame')} {line}".rstrip()
    for media in part.media:
        yield f"{_INDENT}[{facts(media)}] {escape(media.path)}"
        if change := fitting(media, spec):
            yield f"{_INDENT}    {change}"
        yield f"{_INDENT}    alt: {escape(media.alt) if media.alt else '(none)'}"


def _gone(shown: Shown, paint: Paint) -> Iterator[str]:
    if shown.gone:
        yield paint("No longer in the tree", "strong")
        yield "\n".join(
            f"  = {stamp(record.publish_at, shown.zone)}  {escape(record.post)} -> {escape(record.account)}, "
            f"{record.state.value}: {GONE}"
            for record in shown.gone
        )
