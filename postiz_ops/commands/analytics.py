"""``analytics``: read figures, compare them, and hand them on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from postiz_ops.commands.figures import known_figures
from postiz_ops.commands.suggest_slots import suggest_slots
from postiz_ops.commands.terminal import formats
from postiz_ops.commands.workspace import ACCOUNTS, Workspace, parse_now, read_config
from postiz_ops.errors import UsageError
from postiz_ops.net.clock import SystemClock

if TYPE_CHECKING:
    from postiz_ops.analytics.summary import Summary
    from postiz_ops.analytics.sync import Report
    from postiz_ops.analytics.tables import Source
    from postiz_ops.vault.redaction import Redaction

PERIODS = {"day": 1, "week": 7, "month": 30}
"""Days that ``--period`` means."""


@click.group(short_help="Read, compare and export the platforms' figures.")
def command() -> None:
    """What became of what was published: the platforms' own figures, kept on the state branch.

    Example: postiz-ops analytics report --period week
    """


# --- sync -----------------------------------------------------------------------------------------------------------


@command.command("sync")
@click.option("--only", multiple=True, metavar="ACCOUNT", help="Only this account (may be given several times).")
@click.option("--now", metavar="TIME", help="Decide what is due as if it were this instant.")
@formats("text", "json")
@click.pass_obj
def sync(obj: dict[str, Any], *, only: tuple[str, ...], now: str | None, form: str) -> int:
    """Ask the platforms for the figures that are due, and record them.

    A post is read 1, 6 and 24 hours after it went out, and after 3, 7, 30 and 90 days; an account once a day. Running
    it twice, or twice at once, records nothing twice.

    Example: postiz-ops analytics sync
    """
    from postiz_ops.analytics import told
    from postiz_ops.ledger.sealed import rescue_block

    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    unknown = sorted(set(only) - set(workspace.config.accounts))
    if unknown:
        raise UsageError(f"there is no account `{unknown[0]}`", help="see `postiz-ops accounts list`")
    moment = parse_now(now)
    shift = moment - SystemClock().now() if moment else timedelta(0)
    report = asyncio.run(sync_figures(workspace, frozenset(only), shift))
    said = told.json(report) if form == "json" else told.text(report, quiet=obj["quiet"])
    if said:
        click.echo(said)
    for sealed in report.rescued.values():
        click.echo(f"{rescue_block(sealed)}\nhelp: pipe this block into `postiz-ops vault rescue`", err=True)
    return report.exit_code


async def sync_figures(
    workspace: Workspace,
    only: frozenset[str] = frozenset(),
    shift: timedelta = timedelta(0),
    redaction: Redaction | None = None,
) -> Report:
    """Read and record what is due. ``shift`` is what ``--now`` adds to the clock."""
    from postiz_ops.analytics.store import needed_to_sync
    from postiz_ops.analytics.sync import Order, Syncer
    from postiz_ops.commands.publish import run_name
    from postiz_ops.commands.world import real_effects
    from postiz_ops.ledger.view import parse
    from postiz_ops.media.fitting import MediaFitter
    from postiz_ops.providers import PROVIDERS

    snapshot = await workspace.ledger.fetch()
    if snapshot.approved is None:
        raise UsageError(f"the approved branch `{workspace.location.branch}` has no commit", help="commit and push")
    config = read_config(workspace.tree_at(snapshot.approved).read(ACCOUNTS))
    now = SystemClock().now()
    ledger = replace(workspace.ledger, needed=needed_to_sync(min(now, now + shift)))
    order = Order(run_name(), workspace.remote_identity, workspace.endpoint is not None, only, shift)
    async with real_effects(workspace, config, parse(snapshot.files), snapshot.approved, redaction) as effects:
        return await Syncer(replace(effects, ledger=ledger), MediaFitter(), PROVIDERS, config, order).run()


# --- report ---------------------------------------------------------------------------------------------------------


@command.command("report")
@click.option(
    "--by",
    default="account",
    show_default=True,
    metavar="WHAT",
    help="Compare by this: account, client, hour, kind, post, provider, tag or weekday.",
)
@click.option("--period", type=click.Choice(sorted(PERIODS)), default="month", show_default=True, help="How far back.")
@click.option("--since", metavar="TIME", help="What went out from then on (instead of --period).")
@click.option("--until", metavar="TIME", help="What went out before then (default: now).")
@click.option("--client", metavar="CLIENT", help="Only this client's accounts.")
@click.option("--tag", metavar="TAG", help="Only posts with this tag.")
@click.option("--offline", is_flag=True, help="Do not ask the remote: use what is known here.")
@formats("text", "markdown", "html", "json")
@click.pass_obj
def report(
    obj: dict[str, Any],
    *,
    by: str,
    period: str,
    since: str | None,
    until: str | None,
    client: str | None,
    tag: str | None,
    offline: bool,
    form: str,
) -> int:
    """Say what worked: a period, and the one of the same length before it.

    Medians and ranges, with the number of posts behind each; what a platform did not tell is a gap, never a zero.

    Example: postiz-ops analytics report --period week --by weekday
    """
    from postiz_ops.analytics.facts import facts
    from postiz_ops.analytics.render import FORMATS
    from postiz_ops.analytics.summary import DIMENSIONS, summarize

    if by not in DIMENSIONS:
        raise UsageError(f"a report cannot be made by `{by}`", help=f"say one of {', '.join(DIMENSIONS)}")
    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    zone = workspace.config.timezone
    end = _moment(until, zone) or SystemClock().now()
    start = _moment(since, zone) or end - timedelta(days=PERIODS[period])
    if start >= end:
        raise UsageError("the period ends before it begins", help="give a --since that is before --until")
    known = known_figures(workspace, since=start - (end - start), offline=offline)
    config = known.approved.config
    if client is not None and client not in config.clients:
        raise UsageError(
            f"there is no client `{client}`", help=f"accounts.yaml has: {', '.join(config.clients) or 'none'}"
        )
    accounts = {name for name, account in config.accounts.items() if client in (None, account.client)}
    rows = [
        fact
        for fact in facts(known.view, known.books, config, known.approved.posts)
        if (client is None or fact.account in accounts) and (tag is None or tag in fact.tags)
    ]
    summary = summarize(rows, known.books, accounts, by, config.timezone, start, end)
    click.echo(_page(summary) if form == "html" else FORMATS[form](summary))
    return 0


def _page(summary: Summary) -> str:
    from postiz_ops.analytics.page import html

    return html(summary)


def _moment(text: str | None, zone: str) -> datetime | None:
    """An instant, or a local time or day of the repository's zone."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise UsageError(f"`{text}` is not a time", help="write it as 2026-12-01, or 2026-12-01T09:00") from problem
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


# --- export ---------------------------------------------------------------------------------------------------------


@command.command("export")
@click.option("--since", metavar="TIME", help="Only readings from then on; into a database from before they are added.")
@click.option(
    "--output", "-o", metavar="FILE", help="Where to write (sqlite: default analytics.db; else: standard output)."
)
@click.option("--offline", is_flag=True, help="Do not ask the remote: use what is known here.")
@formats("csv", "jsonl", "sqlite")
@click.pass_obj
def export(obj: dict[str, Any], *, since: str | None, output: str | None, offline: bool, form: str) -> int:
    """Write the figures as CSV (a line a figure), JSON Lines (a line a reading), or a SQLite database.

    The database has the tables accounts, posts, deliveries, metrics and definitions, views, and a search over the
    posts' words; beside it lies a metadata file for Datasette.

    Example: postiz-ops analytics export --format sqlite -o figures.db
    """
    from postiz_ops.analytics.tables import Source
    from postiz_ops.providers import PROVIDERS

    workspace = Workspace.open(obj["repo"], obj["endpoint"])
    start = _moment(since, workspace.config.timezone)
    known = known_figures(workspace, since=start, offline=offline)
    source = Source(known.view, known.books, known.approved.config, known.approved.posts, PROVIDERS, start)
    if form == "sqlite":
        click.echo(_database(source, Path(output or "analytics.db")), err=True)
        return 0
    said = _csv(source) if form == "csv" else _json_lines(source)
    if output:
        Path(output).write_text(said, encoding="utf-8")
    else:
        click.echo(said, nl=False)
    return 0


def _csv(source: Source) -> str:
    import csv
    import io

    from postiz_ops.analytics.tables import COLUMNS, figure_rows

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(figure_rows(source))
    return out.getvalue()


def _json_lines(source: Source) -> str:
    import json

    from postiz_ops.analytics.tables import reading_rows

    return "".join(json.dumps(row) + "\n" for row in reading_rows(source))


def _database(source: Source, path: Path) -> str:
    """Write the database and its metadata; what was written, in words. Raises ``UsageError`` without sqlite-utils."""
    import json

    try:
        from sqlite_utils import Database
    except ImportError as missing:
        raise UsageError("sqlite-utils is not installed", help="pip install 'postiz-ops[analytics]'") from missing
    from postiz_ops.analytics.database import fill, metadata

    database = Database(path)
    try:
        fill(database, source)
        count = database.table("metrics").count
    finally:
        database.close()
    beside = path.with_suffix(".metadata.json")
    beside.write_text(json.dumps(metadata(path.stem), indent=2) + "\n", encoding="utf-8")
    return f"{path}: {count:,} figures; datasette {path} --metadata {beside}"


command.add_command(suggest_slots)
