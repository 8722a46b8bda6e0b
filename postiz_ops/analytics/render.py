"""The report as text, Markdown and JSON. Whatever posts and platforms said is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from postiz_ops.analytics.facts import Fact
from postiz_ops.analytics.sections import heading, notes, sections
from postiz_ops.analytics.summary import Group, Growth, Summary
from postiz_ops.ledger.record import instant
from postiz_ops.report.comment import Page, Table, address
from postiz_ops.report.escape import dumped, escape, prose
from postiz_ops.report.width import aligned

NOTHING = "Nothing went out in this period."


def text(summary: Summary) -> str:
    """For a terminal."""
    blocks = [f"Analytics, {heading(summary)}\n" + "\n".join(f"  {note}" for note in notes(summary))]
    if not summary.total.posts:
        blocks.append(NOTHING)
    for section in sections(summary):
        rows = [section.head, *(tuple(map(escape, row)) for row in section.rows)]
        blocks.append("\n".join([section.title, *(f"  {line}" for line in aligned(rows))]))
    return "\n\n".join(blocks)


def markdown(summary: Summary) -> str:
    """For an issue, an e-mail, a chat message or a job summary: as much as one of those takes."""
    page = Page()
    page.add(f"## Analytics, {prose(heading(summary))}")
    page.add("\n".join(f"- {prose(note)}" for note in notes(summary)))
    if not summary.total.posts:
        page.add(NOTHING)
    for section in sections(summary):
        page.add(f"### {prose(section.title)}")
        table = Table([prose(name) for name in section.head], room=page.room)
        for row in section.rows:
            table.add([_cell(cell) for cell in row])
        page.add(table.text())
    return page.text()


def _cell(cell: str) -> str:
    return address(cell) if cell.startswith(("https://", "http://")) else prose(cell)


def json(summary: Summary) -> str:
    """For a program (docs/schemas/analytics-report.json)."""
    return dumped(
        {
            "version": 1,
            "since": instant(summary.since),
            "until": instant(summary.until),
            "timezone": summary.zone,
            "by": summary.by,
            "young": summary.young,
            "unread": summary.unread,
            "total": _group(summary.total),
            "before": _group(summary.before),
            "groups": [_group(each) for each in summary.groups],
            "top": [_post(fact) for fact in summary.top],
            "bottom": [_post(fact) for fact in summary.bottom],
            "accounts": [_growth(each) for each in summary.growth],
        }
    )


def _group(group: Group) -> dict[str, Any]:
    spreads = {
        name: {"count": s.count, "total": s.total, "median": s.median, "min": s.low, "max": s.high, "few": s.few}
        for name, s in group.spreads.items()
    }
    rates = {name: round(value, 3) for name, value in group.rates.items()}
    return {"name": group.name, "deliveries": group.posts, "metrics": spreads, "per_1000_impressions": rates}


def _post(fact: Fact) -> dict[str, Any]:
    return {
        "post": fact.post,
        "account": fact.account,
        "provider": fact.provider,
        "occurrence": instant(fact.occurrence) if fact.occurrence else None,
        "published_at": instant(fact.published_at),
        "read_at": instant(fact.read_at) if fact.read_at else None,
        "kind": fact.kind,
        "url": fact.url,
        "text": fact.text,
        "metrics": dict(fact.figures),
    }


def _growth(growth: Growth) -> dict[str, Any]:
    return {
        "account": growth.account,
        "metric": growth.metric,
        "first": growth.first,
        "first_at": instant(growth.first_at),
        "last": growth.last,
        "last_at": instant(growth.last_at),
    }


FORMATS: Mapping[str, Callable[[Summary], str]] = {"text": text, "markdown": markdown, "json": json}
"""Name -> how the report is written."""
