"""Findings in the Static Analysis Results Interchange Format, which code scanning reads.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from postiz_ops import __version__
from postiz_ops.diagnostics import Rule, Severity
from postiz_ops.model import Span
from postiz_ops.report.checked import Checked, Finding

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif(checked: Checked) -> dict[str, Any]:
    """One run with a result for every finding. Columns are code points, their ends exclusive, as ours are."""
    known = {rule.code: rule for rule in checked.rules}
    used = sorted({(found.diagnostic.code, found.diagnostic.name) for found in checked.findings})
    places = {rule: place for place, (rule, _) in enumerate(used)}
    rules = [_rule(rule, name, known.get(rule)) for rule, name in used]
    run = {
        "tool": {"driver": {"name": "postiz-ops", "version": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(checked)}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, places) for found in checked.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: str, name: str, known: Rule | None) -> dict[str, Any]:
    if known is None:
        return {"id": rule, "name": name}
    return {
        "id": rule,
        "name": name,
        "shortDescription": {"text": known.summary},
        "help": {"text": known.page, "markdown": known.page},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _notifications(checked: Checked) -> list[dict[str, Any]]:
    return [{"level": "note", "message": {"text": checked.skipped}}] if checked.skipped else []


def _result(found: Finding, places: Mapping[str, int]) -> dict[str, Any]:
    diagnostic = found.diagnostic
    said = [diagnostic.message, diagnostic.label, f"help: {diagnostic.help}" if diagnostic.help else None]
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": places[diagnostic.code],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(text for text in said if text)},
        "locations": [{"physicalLocation": _location(diagnostic.span)}],
        "properties": {"accounts": list(found.accounts)},
    }


def _location(span: Span) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(span.path.encode(errors="surrogateescape")), "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }
