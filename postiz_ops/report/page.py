"""The page of a diagnostic, as ``explain`` prints it."""

from __future__ import annotations

from postiz_ops.diagnostics import Rule


def explain(rule: Rule) -> str:
    """Code, name and severity, what it is about, and the rule's own page: the text that the docs hold."""
    return f"# {rule.code} {rule.name} ({rule.severity.value})\n\n{rule.summary}\n\n{rule.page.rstrip()}"
