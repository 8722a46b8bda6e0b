"""Findings about a user's files: values with a permanent code, a place and a fix. Rendering lives in ``report``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from postiz_ops.model import Span


class Severity(StrEnum):
    """How bad a finding is. Only an error makes ``check`` exit with 1 and holds a delivery back."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a diagnostic is about, and its page: one rule, one place, one page.

    ``code`` is ``PZ`` and three digits and never changes its meaning; ``name`` is kebab-case. ``page`` is Markdown with
    the headings *What it does*, *Why is this bad?*, *Example* and *Use instead*: ``explain`` prints it, the docs hold
    it.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    page: str

    def at(
        self,
        span: Span,
        message: str,
        *,
        help: str,
        account: str | None = None,
        provider: str | None = None,
        severity: Severity | None = None,
        label: str | None = None,
    ) -> Diagnostic:
        """A finding of this rule at a place; ``label`` is said beside the underlined text."""
        return Diagnostic(
            self.code, self.name, severity or self.severity, message, help, span, account, provider, label
        )


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. The message is lower case without a final stop; ``help`` says the fix."""

    code: str
    name: str
    severity: Severity
    message: str
    help: str
    span: Span
    account: str | None = None
    provider: str | None = None
    label: str | None = None


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, each once."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span, d.code, d.account or "", d.message)))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
