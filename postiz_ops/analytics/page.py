"""The report as one HTML file that asks nobody for anything: styles and charts are in it."""

from __future__ import annotations

from importlib.resources import files
from zoneinfo import ZoneInfo

from postiz_ops.analytics.charts import LABELS, PLOT, ROW, WIDTH, bars, dots, most_interactions
from postiz_ops.analytics.render import NOTHING
from postiz_ops.analytics.sections import Section, heading, notes, sections
from postiz_ops.analytics.summary import Summary
from postiz_ops.report.escape import escape
from postiz_ops.report.moments import short_day

NUMBERS = (
    "deliveries",
    "median",
    "range",
    "total",
    "per 1,000 impressions",
    "median before",
    "change",
    "interactions",
    "impressions",
    "interactions: median",
    "impressions: median",
    "interactions per 1,000 impressions",
    "first",
    "last",
)
CLASSES = {**dict.fromkeys(NUMBERS, "number"), "text": "text", "published": "short", "link": "short"}
"""Name of a column -> how it is set."""


def html(summary: Summary) -> str:
    """The page. Every text of a post or a platform is escaped twice: for people's eyes, and for HTML."""
    from jinja2 import Environment, StrictUndefined

    zone = ZoneInfo(summary.zone)
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
        first_day=short_day(summary.since, zone),
        last_day=short_day(summary.until, zone),
        classes=CLASSES,
    )


def _visible(section: Section) -> Section:
    """The table without characters that nobody sees, or that turn the direction of others."""
    return Section(section.title, section.head, tuple(tuple(map(escape, row)) for row in section.rows))
