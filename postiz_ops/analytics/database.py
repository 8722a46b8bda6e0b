"""The export as a SQLite database, through sqlite-utils: it opens in Datasette, and in everything else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from postiz_ops.analytics import tables
from postiz_ops.analytics.tables import Row, Source

if TYPE_CHECKING:
    from sqlite_utils import Database

_Columns = dict[str, Any]

TABLES: dict[str, tuple[_Columns, list[tuple[str, str]], Callable[[Source], Iterator[Row]]]] = {
    "accounts": (
        {"id": str, "provider": str, "client": str, "origin": str},
        [],
        tables.account_rows,
    ),
    "posts": (
        {"id": str, "path": str, "title": str, "text": str, "tags": str},
        [],
        tables.post_rows,
    ),
    "deliveries": (
        {
            "id": str,
            "post": str,
            "account": str,
            "occurrence": str,
            "publish_at": str,
            "published_at": str,
            "state": str,
            "kind": str,
            "parts": int,
            "url": str,
        },
        [("post", "posts"), ("account", "accounts")],
        tables.delivery_rows,
    ),
    "metrics": (
        {
            "id": str,
            "account": str,
            "delivery": str,
            "part": int,
            "mark": str,
            "at": str,
            "metric": str,
            "value": int,
        },
        [("account", "accounts"), ("delivery", "deliveries")],
        tables.metric_rows,
    ),
    "definitions": (
        {
            "id": str,
            "provider": str,
            "scope": str,
            "metric": str,
            "native": str,
            "definition": str,
            "window_days": int,
            "source": str,
        },
        [],
        tables.definition_rows,
    ),
}
"""Name -> columns, foreign keys (column, table), and where the rows come from; a table after those it refers to."""

VIEWS = {
    "newest": """
        select delivery, part, metric, value, mark, max(at) as at
        from metrics where delivery is not null group by delivery, part, metric""",
    "posts_with_figures": """
        select d.post, d.account, a.client, a.provider, d.kind, d.published_at, n.metric, n.value, n.at, d.url
        from newest n join deliveries d on d.id = n.delivery join accounts a on a.id = d.account
        where n.part = 0""",
    "accounts_by_day": """
        select account, mark as day, metric, value from metrics where delivery is null""",
    "per_thousand_impressions": """
        select n.delivery, n.metric, n.value * 1000.0 / i.value as rate
        from newest n join newest i on i.delivery = n.delivery and i.part = n.part and i.metric = 'impressions'
        where i.value > 0 and n.metric != 'impressions'""",
}
"""The usual questions."""


def fill(database: Database, source: Source) -> None:
    """Write an export into a database, new or from before: what is there already is brought up to date."""
    for name, (columns, references, rows) in TABLES.items():
        table = database.table(name)
        if not table.exists():
            table.create(columns, pk="id", foreign_keys=references)
        table.upsert_all(rows(source), pk="id")
    database.table("metrics").create_index(["delivery", "metric", "at"], if_not_exists=True)
    _search(database)
    for name, query in VIEWS.items():
        database.create_view(name, query, replace=True)


def _search(database: Database) -> None:
    posts = database.table("posts")
    if posts.detect_fts() is None:
        posts.enable_fts(["title", "text"], create_triggers=True)


def metadata(name: str) -> dict[str, Any]:
    """What Datasette shows beside the tables: ``datasette FILE --metadata FILE``."""
    described = {
        "newest": "Each figure of a delivery, as it was told last",
        "posts_with_figures": "The newest figures of each delivery's first part, with its account and address",
        "accounts_by_day": "The accounts' own figures, day by day",
        "per_thousand_impressions": "What a delivery's newest figures come to per 1,000 impressions",
        "accounts": "The channels of accounts.yaml",
        "posts": "The posts, with a search over their words",
        "deliveries": "One post for one account at one time",
        "metrics": "One figure, as a platform told it at one instant",
        "definitions": "What each platform calls a figure, and means by it",
    }
    shown: dict[str, dict[str, Any]] = {table: {"description": text} for table, text in described.items()}
    shown["metrics"] |= {"sort_desc": "at", "label_column": "metric", "facets": ["account", "metric", "mark"]}
    shown["deliveries"] |= {"sort_desc": "published_at", "facets": ["account", "state", "kind"]}
    shown["definitions"] |= {"facets": ["provider", "metric"]}
    return {"title": "Analytics", "databases": {name: {"tables": shown}}}
