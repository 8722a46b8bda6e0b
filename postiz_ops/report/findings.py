"""The findings of ``check``: one list of values, five ways to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from postiz_ops.compile.secrecy import masked
from postiz_ops.diagnostics import Diagnostic, Rule, in_order
from postiz_ops.report.annotations import annotated
from postiz_ops.report.checked import Checked, Finding, Lines
from postiz_ops.report.comment import Page
from postiz_ops.report.counting import counted
from postiz_ops.report.escape import code, dumped, escape, fenced, prose
from postiz_ops.report.paint import Paint, painter
from postiz_ops.report.sarif import sarif
from postiz_ops.report.snippet import gutter, snippet

Sources = Callable[[str], str | None]
"""Path -> the text of the file as it was compiled; ``None`` where it cannot be shown."""


def render(
    diagnostics: Iterable[Diagnostic],
    *,
    format: str,
    sources: Sources,
    posts: int,
    deliveries: int,
    skipped_rules: Sequence[str] = (),
    color: bool = False,
    rules: Iterable[Rule] = (),
) -> str:
    """The findings as ``text``, ``json``, ``github``, ``sarif`` or ``markdown``.

    ``rules`` are all that exist: SARIF describes those that found something by their pages. Only ``text`` is coloured.
    """
    checked = Checked(in_order(diagnostics), posts, deliveries, tuple(skipped_rules), tuple(rules))
    return _RENDERERS[format](checked, _lines(sources, checked.diagnostics), painter(color=color))


def _lines(sources: Sources, diagnostics: Sequence[Diagnostic]) -> Lines:
    known: dict[str, Sequence[str]] = {}

    def lines(path: str) -> Sequence[str]:
        if path not in known:
            text = sources(path)
            raw = [] if text is None else [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
            # A secret that somebody wrote into accounts.yaml is not repeated in a log.
            known[path] = masked(raw, diagnostics) if path == "accounts.yaml" else raw
        return known[path]

    return lines


def _text(checked: Checked, lines: Lines, paint: Paint) -> str:
    blocks = ["\n".join(block(found, lines, paint)) for found in checked.findings]
    skipped = [escape(checked.skipped)] if checked.skipped else []
    role = checked.worst.value if checked.worst else "good"
    return "\n\n".join([*blocks, "\n".join([*skipped, paint(checked.summary, role)])])


def block(found: Finding, lines: Lines, paint: Paint) -> list[str]:
    """One finding as compilers show it, line by line."""
    diagnostic, shown = found.diagnostic, lines(found.diagnostic.span.path)
    span, role = diagnostic.span, diagnostic.severity.value
    framed = snippet(shown, span, diagnostic.label, paint, role)
    margin = " " * (gutter(shown, span) if framed else 1)
    said = [] if framed or not diagnostic.label else [("note", escape(diagnostic.label))]
    said += [("account", escape(", ".join(found.accounts)))] if found.accounts else []
    said += [("help", escape(diagnostic.help))] if diagnostic.help else []
    head = paint(f"{role}[{diagnostic.code}]", role)
    return [
        f"{head}: {paint(escape(diagnostic.message), 'strong')} ({diagnostic.name})",
        f"{margin}{paint('-->', 'frame')} {escape(span.path)}:{span.line}:{span.column}",
        *framed,
        *(f"{margin} {paint('=', 'frame')} {paint(f'{name}:', 'strong')} {text}" for name, text in said),
    ]


def _json(checked: Checked, lines: Lines, paint: Paint) -> str:  # noqa: ARG001 - the shape of a renderer
    body = {
        "version": 1,
        "posts": checked.posts,
        "deliveries": checked.deliveries,
        "skipped_rules": list(checked.skipped_rules),
        "diagnostics": [_object(diagnostic) for diagnostic in checked.diagnostics],
    }
    return dumped(body)


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "account": diagnostic.account,
        "provider": diagnostic.provider,
        "label": diagnostic.label,
    }


def _markdown(checked: Checked, lines: Lines, paint: Paint) -> str:
    page = Page()
    page.add(f"### Check: {checked.summary[0].lower()}{checked.summary[1:]}")
    if checked.skipped:
        page.add(prose(checked.skipped))
    shown = [
        f"{code(path)}\n\n" + "\n\n".join(fenced("\n".join(block(found, lines, paint)), "text") for found in findings)
        for path, findings in groupby(checked.findings, key=lambda found: found.diagnostic.span.path)
    ]
    page.add_all(shown, _left_out)
    return page.text()


def _left_out(files: int) -> str:
    return f"Left out here: the findings of {counted(files, 'more file')}. `postiz-ops check` shows them."


_RENDERERS: Mapping[str, Callable[[Checked, Lines, Paint], str]] = {
    "text": _text,
    "json": _json,
    "github": lambda checked, _lines, _paint: annotated(checked),
    "sarif": lambda checked, _lines, _paint: dumped(sarif(checked)),
    "markdown": _markdown,
}
