"""The report as one HTML file that asks nobody for anything: styles and charts are in it."""

from __future__ import annotations

from importlib.resources import files

from postiz_ops.analytics.charts import LABELS, PLOT, ROW, WIDTH, bars, dots, most_interactions
from postiz_ops.analytics.render import NOTHING
from postiz_ops.analytics.sections import Section, heading, notes, sections
from postiz_ops.analytics.summary import Summary
from postiz_ops.report.escape import escape


def html(summary: Summary) -> str:
    """The page. Every text of a post or a platform is escaped twice: for people's eyes, and for HTML."""
    from jinja2 import Environment, StrictUndefined

    source = files("postiz_ops") / "templates" / "report" / "analytics.html"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(source.read_text(encoding="utf-8")).render(
        heading=heading(summary),
        notes=notes(summary),
        nothing=NOTHING,
        by=summary.by,
        bars=bars(summary),
        dots=dots(summary),
        most=f"{most_interactions(summary):,}",
        sections=[_visible(section) for section in sections(summary)],
        width=WIDTH,
        labels=LABELS,
        row=ROW,
        plot=PLOT,
    )


def _visible(section: Section) -> Section:
    """The table without characters that nobody sees, or that turn the direction of others."""
    return Section(section.title, section.head, tuple(tuple(map(escape, row)) for row in section.rows))
