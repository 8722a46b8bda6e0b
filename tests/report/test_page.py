"""``explain`` prints what the docs hold."""

from __future__ import annotations

from postiz_ops.diagnostics import Rule, Severity
from postiz_ops.report.page import explain


def test_a_page() -> None:
    rule = Rule("PZ300", "text-too-long", Severity.ERROR, "a text is too long", "## What it does\n\nMeasures.\n")
    assert (
        explain(rule)
        == """\
# PZ300 text-too-long (error)

a text is too long

## What it does

Measures."""
    )
