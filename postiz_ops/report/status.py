"""Where every delivery stands, and what waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from postiz_ops.ledger.record import Problem, State, instant
from postiz_ops.report.advice import advice, state_name, typed
from postiz_ops.report.comment import LIMIT, Page, Table, address
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import code, dumped, escape, prose, sentence
from postiz_ops.report.moments import stamp
from postiz_ops.report.paint import Paint, painter
from postiz_ops.report.width import aligned
from postiz_ops.standing import Standing, Sync

_HEAD = ("STATE", "WHEN", "POST", "ACCOUNT", "WHERE, OR WHY NOT")
_SINCE = {Sync.EDITED: ", edited since", Sync.DELETED: ", deleted since", Sync.DRIFTED: ", changed there"}
_ROLES = {State.PUBLISHED: "good", State.IN_DOUBT: "error", State.FAILED: "error", State.EXPIRED: "warning"}
_INDENT = " " * 6


@dataclass(frozen=True, slots=True)
class _Status:
    rows: Sequence[Standing]
    commit: str | None
    paused: str | None
    zone: ZoneInfo
    now: datetime

    @property
    def source(self) -> str:
        commit = self.commit[:12] if self.commit else "nothing"
        return f"As of {stamp(self.now, self.zone)} ({self.zone.key}), commit {commit}"

    @property
    def counts(self) -> str:
        states = [row.state for row in self.rows]
        return ", ".join(f"{states.count(s):,} {state_name(s)}" for s in State if s in states) or "no deliveries"

    @property
    def waiting(self) -> list[Standing]:
        return [row for row in self.rows if row.doubtful or row.failing]


def render(
    rows: Sequence[Standing],
    *,
    format: str,
    commit: str | None,
    paused: str | None,
    zone: str,
    now: datetime,
    color: bool = False,
) -> str:
    """The standings as ``text``, ``json`` or ``markdown``; times in ``zone``, in JSON in UTC. Only text is coloured."""
    status = _Status(rows, commit, paused, ZoneInfo(zone), now)
    return _RENDERERS[format](status, painter(color=color))


def _state(row: Standing) -> str:
    unfinished = row.parts > 1 and row.parts_published < row.parts
    part = f", part {row.parts_published + 1} of {row.parts}" if unfinished else ""
    return state_name(row.state) + part + _SINCE.get(row.sync, "")


def _when(row: Standing, zone: ZoneInfo) -> str:
    moment = row.published_at or row.publish_at
    return stamp(moment, zone) if moment else "no time yet"


def _why(row: Standing, zone: ZoneInfo) -> str | None:
    """What is to be said of a delivery that is not published."""
    if row.error is None:
        return row.reason
    again = f"; next try {stamp(row.error.retry_at, zone)}" if row.error.retry_at else ""
    return row.error.message + again


# --- text -----------------------------------------------------------------------------------------------------------


def _text(status: _Status, paint: Paint) -> str:
    blocks = [status.source]
    if status.paused is not None:
        blocks.append(paint(f"PAUSED: {escape(status.paused)}".rstrip(": "), "warning"))
    if status.rows:
        blocks.append("\n".join(_lines(status, paint)))
    if status.waiting:
        blocks.append(paint("Waiting for you", "strong"))
        blocks += ["\n".join(_wait(row)) for row in status.waiting]
    return "\n\n".join([*blocks, f"{status.counts}."])


def _lines(status: _Status, paint: Paint) -> Iterator[str]:
    cells = [_HEAD, *(tuple(map(escape, _cells(row, status.zone))) for row in status.rows)]
    head, *lines = aligned(cells)
    yield paint(head, "strong")
    for row, line in zip(status.rows, lines, strict=True):
        state = state_name(row.state)
        yield paint(state, _ROLES.get(row.state, "faint")) + line.removeprefix(state)


def _cells(row: Standing, zone: ZoneInfo) -> tuple[str, ...]:
    return _state(row), _when(row, zone), row.post, row.account, row.url or _why(row, zone) or ""


def _wait(row: Standing) -> Iterator[str]:
    why = row.error.message if row.error else row.reason
    said = f": {escape(why)}" if why else ""
    yield f"  {escape(row.post)} for {escape(row.account)} is {_state(row)}{said}"
    for step in _steps(row):
        yield _INDENT + escape(step)


def _steps(row: Standing) -> tuple[str, ...]:
    return advice(row.post, row.account, row.occurrence, row.state, row.error)


# --- Markdown -------------------------------------------------------------------------------------------------------


def _markdown(status: _Status) -> str:
    page = Page()
    page.add(f"### Status: {status.counts}")
    page.add(f"{prose(status.source)}.")
    if status.paused is not None:
        page.add(f"**Paused:** {prose(status.paused)}" if status.paused else "**Paused**")
    page.add_list(map(_markdown_wait, status.waiting), _more_waiting, room=LIMIT // 2)
    if status.rows:
        page.add(_table(status, page.room))
    return page.text()


def _more_waiting(left: int) -> str:
    return f"- … and {left:,} more that wait for you"


def _markdown_wait(row: Standing) -> str:
    why = row.error.message if row.error else row.reason
    said = f": {sentence(why)}" if why else ""
    steps = "".join(f"\n    - {typed(step)}" for step in _steps(row))
    return f"- {code(row.post)} for {code(row.account)} is **{_state(row)}**{said}{steps}"


def _table(status: _Status, room: int) -> str:
    table = Table(("State", "When", "Post", "Account", "Where, or why not"), room=min(room, LIMIT) - 100)
    fitting = sum(table.add(_markdown_row(row, status.zone)) for row in status.rows)
    left = len(status.rows) - fitting
    return table.text() + (f"\n\n… and {counted(left, 'more delivery', 'more deliveries')}." if left else "")


def _markdown_row(row: Standing, zone: ZoneInfo) -> tuple[str, ...]:
    why = _why(row, zone)
    where = address(row.url) if row.url else sentence(why) if why else ""
    return _state(row), _when(row, zone), code(row.post), code(row.account), where


# --- JSON -----------------------------------------------------------------------------------------------------------


def _json(status: _Status) -> str:
    deliveries = [_object(row) for row in status.rows]
    return dumped({"version": 1, "commit": status.commit, "paused": status.paused, "deliveries": deliveries})


def _object(row: Standing) -> dict[str, Any]:
    return {
        "post": row.post,
        "path": row.path,
        "account": row.account,
        "provider": row.provider,
        "occurrence": row.occurrence and instant(row.occurrence),
        "state": row.state.value,
        "sync": row.sync.value,
        "publish_at": row.publish_at and instant(row.publish_at),
        "published_at": row.published_at and instant(row.published_at),
        "attempts": row.attempts,
        "url": row.url,
        "remote_ids": list(row.remote_ids),
        "error": row.error and problem(row.error),
        "reason": row.reason,
    }


def problem(error: Problem) -> dict[str, Any]:
    """An error as all JSON has it."""
    return {"kind": error.kind, "message": error.message, "retry_at": error.retry_at and instant(error.retry_at)}


_RENDERERS: Mapping[str, Callable[[_Status, Paint], str]] = {
    "text": _text,
    "json": lambda status, _paint: _json(status),
    "markdown": lambda status, _paint: _markdown(status),
}
