"""What ``check`` found, as its renderers share it: findings grouped by place, and the counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from postiz_ops.diagnostics import Diagnostic, Rule, Severity
from postiz_ops.report.counting import counted

Lines = Callable[[str], Sequence[str]]
"""Path -> the lines of the file as they may be shown; none where it cannot be."""

_COUNTED_AS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One place and what is wrong there, with all the accounts that it is wrong for."""

    diagnostic: Diagnostic
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """What ``check`` found in how much. ``rules`` are all that exist, as far as the caller knows them."""

    diagnostics: tuple[Diagnostic, ...]
    posts: int
    deliveries: int
    skipped_rules: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The diagnostics, those that differ in their account alone as one."""
        return grouped(self.diagnostics)

    @property
    def worst(self) -> Severity | None:
        """The worst severity that was found."""
        found = {diagnostic.severity for diagnostic in self.diagnostics}
        return next((severity for severity in Severity if severity in found), None)

    @property
    def extent(self) -> str:
        """How much was looked at."""
        return f"{counted(self.posts, 'post')}, {counted(self.deliveries, 'delivery', 'deliveries')}"

    @property
    def summary(self) -> str:
        """The counts: ``3 errors, 1 warning in 2 files; 12 posts, 30 deliveries``."""
        if not self.findings:
            return f"All fine: {self.extent}"
        severities = [found.diagnostic.severity for found in self.findings]
        counts = [counted(severities.count(s), _COUNTED_AS[s]) for s in Severity if s in severities]
        files = len({found.diagnostic.span.path for found in self.findings})
        return f"{', '.join(counts)} in {counted(files, 'file')}; {self.extent}"

    @property
    def skipped(self) -> str | None:
        """A line about the rules that could not be asked."""
        names = ", ".join(self.skipped_rules)
        return f"skipped without the state branch: {names}" if names else None


def grouped(diagnostics: Iterable[Diagnostic]) -> tuple[Finding, ...]:
    """Findings in the order of their first, with the accounts of all that say the same of the same place."""
    accounts: dict[tuple[object, ...], dict[str, None]] = {}
    first: dict[tuple[object, ...], Diagnostic] = {}
    for found in diagnostics:
        key = (found.span, found.code, found.severity, found.message, found.help, found.label)
        first.setdefault(key, found)
        named = accounts.setdefault(key, {})
        if found.account:
            named[found.account] = None
    return tuple(Finding(diagnostic, tuple(accounts[key])) for key, diagnostic in first.items())
