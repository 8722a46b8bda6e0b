"""Findings as GitHub's workflow commands, which mark the lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from postiz_ops.diagnostics import Severity
from postiz_ops.model import Span
from postiz_ops.report.checked import Checked, Finding
from postiz_ops.report.escape import command_data, command_property, escape

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def annotated(checked: Checked) -> str:
    """A command for every finding, then the counts for who reads the log."""
    ends = [escape(checked.skipped)] if checked.skipped else []
    return "\n".join([*map(_annotation, checked.findings), *ends, checked.summary])


def _annotation(found: Finding) -> str:
    diagnostic = found.diagnostic
    properties = _place(diagnostic.span) | {"title": f"{diagnostic.code} {diagnostic.name}"}
    written = ",".join(f"{name}={command_property(value)}" for name, value in properties.items())
    said = [diagnostic.message, diagnostic.label, f"help: {diagnostic.help}" if diagnostic.help else None]
    said += [f"account: {', '.join(found.accounts)}"] if found.accounts else []
    message = command_data("\n".join(escape(text) for text in said if text))
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{message}"


def _place(span: Span) -> dict[str, str]:
    lines = {"file": escape(span.path), "line": str(span.line), "endLine": str(span.end_line)}
    if span.line != span.end_line:
        # GitHub ignores columns where a place has several lines, and refuses some of them.
        return lines
    return lines | {"col": str(span.column), "endColumn": str(span.end_column)}
