"""What a run of ``publish`` did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from postiz_ops.ledger.record import Record, State, instant
from postiz_ops.plan import Planned
from postiz_ops.report.advice import advice, state_name, typed
from postiz_ops.report.comment import Page, address
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import code, dumped, escape, sentence
from postiz_ops.report.paint import Paint, painter
from postiz_ops.report.status import problem
from postiz_ops.report.width import aligned

_ROLES = {State.PUBLISHED: "good", State.IN_DOUBT: "error", State.FAILED: "error"}
_SPOOLED = "what was sent is not recorded yet: run `postiz-ops publish` again on this machine; nothing is repeated"


class Left(Protocol):
    """A due delivery, or with no account a whole post, that was left out."""

    @property
    def post(self) -> str:
        """The post's id."""

    @property
    def path(self) -> str:
        """The post's file."""

    @property
    def account(self) -> str | None:
        """The account."""

    @property
    def reason(self) -> str:
        """Why."""


class Run(Protocol):
    """What the engine tells of a run (``publish.order.Report``)."""

    @property
    def run(self) -> str:
        """The run's name."""

    @property
    def records(self) -> Sequence[Record]:
        """The records that it moved."""

    @property
    def skipped(self) -> Sequence[Left]:
        """What was left out."""

    @property
    def warnings(self) -> Sequence[str]:
        """What else is to be known."""

    @property
    def troubles(self) -> Sequence[str]:
        """What a person has to do about accounts."""

    @property
    def due(self) -> Sequence[Planned]:
        """What a dry run would publish."""

    @property
    def unrecorded(self) -> bool:
        """Whether results wait in the spool."""

    def count(self, state: State) -> int:
        """How many deliveries ended in a state."""


def render(report: Run, *, format: str, quiet: bool = False, color: bool = False) -> str:
    """The run as ``text``, ``json`` or ``markdown``. ``quiet`` text is what went wrong, which may be nothing."""
    return _RENDERERS[format](report, painter(color=color), quiet)


def _summary(report: Run) -> str:
    if report.due:
        return f"{counted(len(report.due), 'delivery', 'deliveries')} would be published"
    counts = [f"{report.count(state):,} {state_name(state)}" for state in State if report.count(state)]
    counts += [f"{len(report.skipped):,} skipped"] if report.skipped else []
    return ", ".join(counts) or "nothing was due"


def _warnings(report: Run) -> list[str]:
    return [*report.warnings, *([_SPOOLED] if report.unrecorded else [])]


def _why(record: Record) -> str:
    return record.part.error.message if record.part.error else ""


def _steps(record: Record) -> tuple[str, ...]:
    if record.superseded:
        return ()
    return advice(record.post, record.account, record.occurrence, record.state, record.part.error)


# --- text -----------------------------------------------------------------------------------------------------------


def _text(report: Run, paint: Paint, quiet: bool) -> str:  # noqa: FBT001 - the shape of a renderer
    records = [record for record in report.records if not quiet or _steps(record)]
    lines = [*_rows(records, paint), *_dry_rows(report)]
    lines += [f"{paint('skipped', 'warning')}  {_skipped(left, escape, escape)}" for left in report.skipped]
    lines += [f"{paint('error', 'error')}: {escape(trouble)}" for trouble in report.troubles]
    lines += [f"{paint('warning', 'warning')}: {escape(warning)}" for warning in _warnings(report)]
    return "\n".join(lines if quiet else [*lines, f"{_summary(report).capitalize()}."])


def _rows(records: Sequence[Record], paint: Paint) -> Iterator[str]:
    cells = [tuple(map(escape, _cells(record))) for record in records]
    for record, line in zip(records, aligned(cells) if cells else [], strict=True):
        state = state_name(record.state)
        yield paint(state, _ROLES.get(record.state, "warning")) + line.removeprefix(state)
        yield from (f"    {escape(step)}" for step in _steps(record))


def _cells(record: Record) -> tuple[str, ...]:
    return state_name(record.state), record.post, record.account, _said(record)


def _said(record: Record) -> str:
    return (record.url or "") if record.state is State.PUBLISHED else _why(record)


def _dry_rows(report: Run) -> list[str]:
    rows = [("would publish", planned.draft.post, planned.draft.account, planned.draft.path) for planned in report.due]
    return aligned([tuple(map(escape, row)) for row in rows]) if rows else []


def _skipped(left: Left, name: Callable[[str], str], say: Callable[[str], str]) -> str:
    account = f" for {name(left.account)}" if left.account else ""
    return f"{name(left.path)}{account}: {say(left.reason)}"


# --- Markdown -------------------------------------------------------------------------------------------------------


def _markdown(report: Run) -> str:
    page = Page()
    page.add(f"### Publish: {_summary(report)}")
    items = [*map(_item, report.records), *map(_dry_item, report.due)]
    items += [f"- skipped: {_skipped(left, code, sentence)}" for left in report.skipped]
    items += [f"- **error:** {sentence(trouble)}" for trouble in report.troubles]
    items += [f"- **warning:** {sentence(warning)}" for warning in _warnings(report)]
    page.add_list(items, lambda left: f"- … and {left:,} more")
    return page.text()


def _item(record: Record) -> str:
    steps = "".join(f"\n    - {typed(step)}" for step in _steps(record))
    return f"- **{state_name(record.state)}** {code(record.post)} for {code(record.account)}{_end(record)}{steps}"


def _end(record: Record) -> str:
    if record.state is State.PUBLISHED:
        return f", {address(record.url)}" if record.url else ""
    why = _why(record)
    return f": {sentence(why)}" if why else ""


def _dry_item(planned: Planned) -> str:
    return f"- would publish {code(planned.draft.post)} for {code(planned.draft.account)}"


# --- JSON -----------------------------------------------------------------------------------------------------------


def _json(report: Run) -> str:
    body = {
        "version": 1,
        "run": report.run,
        "published": report.count(State.PUBLISHED),
        "failed": report.count(State.FAILED),
        "in_doubt": report.count(State.IN_DOUBT),
        "deliveries": [_object(record) for record in report.records],
        "skipped": [
            {"post": left.post, "path": left.path, "account": left.account, "reason": left.reason}
            for left in report.skipped
        ],
        "troubles": list(report.troubles),
        "warnings": _warnings(report),
    }
    return dumped(body)


def _object(record: Record) -> dict[str, Any]:
    return {
        "post": record.post,
        "account": record.account,
        "provider": record.provider,
        "occurrence": record.occurrence and instant(record.occurrence),
        "state": record.state.value,
        "url": record.url,
        "remote_ids": list(record.remote_ids),
        "error": record.part.error and problem(record.part.error),
    }


_RENDERERS: Mapping[str, Callable[[Run, Paint, bool], str]] = {
    "text": _text,
    "json": lambda report, _paint, _quiet: _json(report),
    "markdown": lambda report, _paint, _quiet: _markdown(report),
}
