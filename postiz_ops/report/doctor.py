"""What `doctor` found: as text, JSON or Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from postiz_ops.diagnostics import Severity
from postiz_ops.report.advice import typed
from postiz_ops.report.comment import Page
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import code, dumped, escape, sentence
from postiz_ops.report.paint import Paint, painter


@dataclass(frozen=True, slots=True)
class Row:
    """A finding of one check."""

    check: str
    severity: Severity
    message: str
    where: str
    help: str


@dataclass(frozen=True, slots=True)
class Examination:
    """All of it. ``unseen`` maps a check to why it could not look."""

    rows: tuple[Row, ...]
    unseen: Mapping[str, str]
    checks: int

    @property
    def exit_code(self) -> int:
        """1 where something of severity error was found, else 0."""
        return int(any(row.severity is Severity.ERROR for row in self.rows))

    @property
    def summary(self) -> str:
        """How many of each severity, and how much was looked at."""
        severities = [row.severity for row in self.rows]
        found = [counted(severities.count(s), s.value, f"{s.value}s") for s in _COUNTED if s in severities]
        notes = severities.count(Severity.INFO)
        found += [counted(notes, "note", "notes")] if notes else []
        looked = f"{self.checks - len(self.unseen)} of {counted(self.checks, 'check', 'checks')}"
        return f"{', '.join(found) or 'nothing found'}; {looked} could look"


_COUNTED = (Severity.ERROR, Severity.WARNING)
_ROLES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "faint"}


def render(examination: Examination, *, format: str, quiet: bool = False, color: bool = False) -> str:
    """The examination as ``text``, ``json`` or ``markdown``. ``quiet`` text is what was found, which may be nothing."""
    return _RENDERERS[format](examination, painter(color=color), quiet)


def _text(examination: Examination, paint: Paint, quiet: bool) -> str:  # noqa: FBT001 - the shape of a renderer
    blocks = ["\n".join(_lines(row, paint)) for row in examination.rows]
    if not quiet:
        unseen = [f"not looked at: {name}: {escape(why)}" for name, why in examination.unseen.items()]
        blocks += ["\n".join(paint(line, "faint") for line in unseen)] if unseen else []
        blocks.append(f"{examination.summary.capitalize()}.")
    return "\n\n".join(blocks)


def _lines(row: Row, paint: Paint) -> Sequence[str]:
    return (
        f"{paint(row.severity.value, _ROLES[row.severity])}[{row.check}]: {escape(row.message)}",
        f"  --> {escape(row.where)}",
        f"  help: {escape(row.help)}",
    )


def _markdown(examination: Examination) -> str:
    page = Page()
    page.add(f"### Doctor: {examination.summary}")
    items = [_item(row) for row in examination.rows]
    items += [f"- not looked at: {code(name)}: {sentence(why)}" for name, why in examination.unseen.items()]
    page.add_list(items, lambda left: f"- … and {left:,} more")
    return page.text()


def _item(row: Row) -> str:
    said = f"- **{row.severity.value}** {code(row.check)} at {code(row.where)}: {sentence(row.message)}"
    return f"{said}\n    - {typed(row.help)}"


def _json(examination: Examination) -> str:
    findings = [
        {"check": r.check, "severity": r.severity.value, "message": r.message, "where": r.where, "help": r.help}
        for r in examination.rows
    ]
    skipped = [{"check": name, "reason": why} for name, why in examination.unseen.items()]
    return dumped({"version": 1, "findings": findings, "skipped": skipped})


_RENDERERS: Mapping[str, Callable[[Examination, Paint, bool], str]] = {
    "text": _text,
    "json": lambda examination, _paint, _quiet: _json(examination),
    "markdown": lambda examination, _paint, _quiet: _markdown(examination),
}
