"""What is exported: rows for CSV, JSON Lines and SQLite. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from postiz_ops.analytics.facts import kind_of
from postiz_ops.analytics.store import Books, Reading
from postiz_ops.ledger.record import Record, instant
from postiz_ops.ledger.view import View
from postiz_ops.model import Config, Draft, Post
from postiz_ops.providers.base import Provider

Row = dict[str, Any]

COLUMNS = ("account", "provider", "post", "occurrence", "part", "mark", "at", "metric", "value")
"""Of a CSV file: a line a figure."""


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that an export is made from."""

    view: View
    books: Books
    config: Config
    posts: tuple[Post, ...]
    providers: Mapping[str, Provider]
    since: datetime | None = None
    """Readings from then on; accounts, posts and deliveries are always all there, so that every reference holds."""

    def readings(self) -> Iterator[Reading]:
        """The chosen readings."""
        return (reading for reading in self.books.all() if self.since is None or reading.at >= self.since)

    def provider(self, account: str) -> str | None:
        """The platform of an account; of one that is not in accounts.yaml any more as the ledger has it."""
        if account in self.config.accounts:
            return self.config.accounts[account].provider
        known = self.view.accounts.get(account)
        return known.provider if known else None


def figure_rows(source: Source) -> Iterator[Row]:
    """A row a figure, under ``COLUMNS``."""
    for reading in source.readings():
        about = _about(source, reading)
        for metric, value in reading.metrics.items():
            yield {**about, "metric": metric, "value": value}


def reading_rows(source: Source) -> Iterator[Row]:
    """A row a reading, those that told nothing among them."""
    for reading in source.readings():
        yield {**_about(source, reading), "metrics": dict(reading.metrics)}


def _about(source: Source, reading: Reading) -> Row:
    key = reading.key
    return {
        "account": reading.account,
        "provider": source.provider(reading.account),
        "post": key.post,
        "occurrence": instant(key.occurrence) if key.occurrence else None,
        "part": key.part if key.post is not None else None,
        "mark": key.mark,
        "at": instant(reading.at),
    }


# --- a database -----------------------------------------------------------------------------------------------------


def account_rows(source: Source) -> Iterator[Row]:
    """Every account that is configured, has published, or was read."""
    names = {*source.config.accounts, *source.view.accounts, *source.books.readings}
    for name in sorted(names | {record.account for record in source.view.records.values()}):
        account = source.config.accounts.get(name)
        yield {
            "id": name,
            "provider": source.provider(name),
            "client": account.client if account else None,
            "origin": account.origin if account else None,
        }


def post_rows(source: Source) -> Iterator[Row]:
    """Every post of the tree, and every one that was published from it."""
    known = {post.id: post for post in source.posts}
    paths = {record.post: record.path for record in source.view.records.values()}
    gone = {r.key.post: None for r in source.books.all() if r.key.post is not None}
    for name in sorted({*known, *paths, *gone}):
        post = known.get(name)
        first = post.drafts[0] if post and post.drafts else None
        yield {
            "id": name,
            "path": post.path if post else paths.get(name),
            "title": first.title if first else None,
            "text": "\n\n".join(part.text for part in first.parts) if first else None,
            "tags": ", ".join(post.tags) if post else None,
        }


def delivery_rows(source: Source) -> Iterator[Row]:
    """Every record of the ledger, and every delivery that was read and has no record any more."""
    drafts = {(draft.post, draft.account): draft for post in source.posts for draft in post.drafts}
    rows = {
        delivery_id(record.account, record.post, record.occurrence): _delivery(
            record, drafts.get((record.post, record.account))
        )
        for record in source.view.records.values()
    }
    for reading in source.books.all():
        key = reading.key
        if key.post is not None:
            name = delivery_id(reading.account, key.post, key.occurrence)
            rows.setdefault(
                name, {**dict.fromkeys(_DELIVERY), "id": name, "post": key.post, "account": reading.account}
            )
    return iter(rows[name] for name in sorted(rows))


_DELIVERY = ("id", "post", "account", "occurrence", "publish_at", "published_at", "state", "kind", "parts", "url")


def _delivery(record: Record, draft: Draft | None) -> Row:
    return {
        "id": delivery_id(record.account, record.post, record.occurrence),
        "post": record.post,
        "account": record.account,
        "occurrence": _when(record.occurrence),
        "publish_at": instant(record.publish_at),
        "published_at": _when(record.parts[0].published_at),
        "state": record.state.value,
        "kind": kind_of(draft) if draft else None,
        "parts": len(record.parts),
        "url": record.url,
    }


def metric_rows(source: Source) -> Iterator[Row]:
    """A row a figure, named by what never changes, so that an export can be repeated into the same file."""
    for reading in source.readings():
        key = reading.key
        delivery = delivery_id(reading.account, key.post, key.occurrence) if key.post is not None else None
        for metric, value in reading.metrics.items():
            yield {
                "id": "|".join((delivery or reading.account, str(key.part), key.mark, metric)),
                "account": reading.account,
                "delivery": delivery,
                "part": key.part if delivery else None,
                "mark": key.mark,
                "at": instant(reading.at),
                "metric": metric,
                "value": value,
            }


def definition_rows(source: Source) -> Iterator[Row]:
    """What each platform calls a figure and means by it, for the kinds of account that are configured."""
    rows: dict[str, Row] = {}
    for account in source.config.accounts.values():
        for each in source.providers[account.provider].spec(account).metrics:
            name = f"{account.provider}|{each.scope}|{each.metric.value}|{each.native}"
            rows[name] = {
                "id": name,
                "provider": account.provider,
                "scope": each.scope,
                "metric": each.metric.value,
                "native": each.native,
                "definition": each.definition,
                "window_days": each.days,
                "source": each.source,
            }
    return iter(rows[name] for name in sorted(rows))


def delivery_id(account: str, post: str, occurrence: datetime | None) -> str:
    """A delivery's name in an export: account ids have no ``/``."""
    return f"{account}/{post}" + (f"@{instant(occurrence)}" if occurrence else "")


def _when(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None
