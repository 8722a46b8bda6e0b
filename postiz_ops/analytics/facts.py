"""What went out, what it was, and its newest figures: the table that reports are made from. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from postiz_ops.analytics.store import Books, Reading
from postiz_ops.ledger.record import Record
from postiz_ops.ledger.view import View
from postiz_ops.model import Config, Draft, MediaKind, Post

INTERACTIONS = "interactions"
ADDED_UP = ("likes", "comments", "shares", "quotes", "saves")
"""What ``interactions`` is the sum of, as far as a platform tells them."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One delivery that went out. ``figures`` are those of its first part, each as it was told last."""

    post: str
    account: str
    provider: str
    published_at: datetime
    client: str | None = None
    occurrence: datetime | None = None
    url: str | None = None
    text: str | None = None
    """The words of its first part; ``None`` where the post is not in the approved tree any more."""
    kind: str | None = None
    """``thread``, ``video``, ``image``, ``audio``, ``document`` or ``text``; ``None`` as ``text``."""
    tags: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)
    read_at: datetime | None = None


def facts(view: View, books: Books, config: Config, posts: Iterable[Post]) -> list[Fact]:
    """Every delivery whose first part is out, oldest first."""
    drafts = {(draft.post, draft.account): draft for post in posts for draft in post.drafts}
    readings = _by_delivery(books)
    made = [
        _fact(record, config, drafts.get((record.post, record.account)), readings)
        for record in view.records.values()
        if record.parts[0].published_at
    ]
    return sorted(made, key=lambda fact: (fact.published_at, fact.account, fact.post))


def latest(readings: Iterable[Reading]) -> dict[str, int]:
    """Each figure as the newest reading that has it told it."""
    figures: dict[str, int] = {}
    for reading in sorted(readings, key=lambda reading: reading.at):
        figures |= reading.metrics
    return figures


def interactions(figures: Mapping[str, int]) -> int | None:
    """What people did with a post, added up by us; ``None`` where the platform tells none of it."""
    told = [figures[name] for name in ADDED_UP if name in figures]
    return sum(told) if told else None


def kind_of(draft: Draft) -> str:
    """What a draft is: several parts are a thread, whatever hangs on them; a film makes a video of what is shown."""
    if sum(not part.comment for part in draft.parts) > 1:
        return "thread"
    kinds = {media.kind for part in draft.parts for media in part.media}
    if MediaKind.GIF in kinds:
        kinds = kinds - {MediaKind.GIF} | {MediaKind.IMAGE}
    order = (MediaKind.VIDEO, MediaKind.IMAGE, MediaKind.AUDIO, MediaKind.DOCUMENT)
    return next((kind.value for kind in order if kind in kinds), "text")


_Delivery = tuple[str, str | None, datetime | None]


def _by_delivery(books: Books) -> dict[_Delivery, list[Reading]]:
    found: dict[_Delivery, list[Reading]] = {}
    for reading in books.all():
        if reading.key.part == 0:
            found.setdefault((reading.account, reading.key.post, reading.key.occurrence), []).append(reading)
    return found


def _fact(record: Record, config: Config, draft: Draft | None, readings: Mapping[_Delivery, list[Reading]]) -> Fact:
    mine = readings.get((record.account, record.post, record.occurrence), [])
    figures = latest(mine)
    account = config.accounts.get(record.account)
    total = interactions(figures)
    return Fact(
        record.post,
        record.account,
        record.provider,
        record.parts[0].published_at or record.publish_at,
        account.client if account else None,
        record.occurrence,
        record.url,
        draft.parts[0].text if draft else None,
        kind_of(draft) if draft else None,
        draft.tags if draft else (),
        figures if total is None else {**figures, INTERACTIONS: total},
        max((reading.at for reading in mine), default=None),
    )


def within(rows: Iterable[Fact], since: datetime, until: datetime) -> Iterator[Fact]:
    """What went out from ``since`` on, and before ``until``."""
    return (fact for fact in rows if since <= fact.published_at < until)
