"""``resolve``: a person settles a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import click

from postiz_ops.commands.desk import Target, decide
from postiz_ops.commands.workspace import Workspace, parse_now
from postiz_ops.errors import UsageError
from postiz_ops.ledger.record import PartRecord, Record, State, dump
from postiz_ops.ledger.view import View
from postiz_ops.net.clock import SystemClock
from postiz_ops.report.escape import escape

DOUBTFUL = frozenset({State.IN_DOUBT, State.SENDING})


@click.command(short_help="Settle a doubt: was it published, or not?")
@click.argument("post")
@click.argument("account")
@click.option("--published", "url", metavar="URL", help="It was published, and this is where.")
@click.option("--not-published", is_flag=True, help="It was not published: the next run sends it.")
@click.option("--occurrence", metavar="TIME", help="Which occurrence of a repeat.")
@click.option("--part", type=click.IntRange(1), metavar="N", help="Which part of a thread (default: the doubtful one).")
@click.pass_obj
def command(
    obj: dict[str, Any],
    *,
    post: str,
    account: str,
    url: str | None,
    not_published: bool,
    occurrence: str | None,
    part: int | None,
) -> int:
    """Say what became of a delivery that is in doubt, after you looked at the platform yourself.

    A thread then goes on with its next part.

    Example: postiz-ops resolve launch acme-mastodon --published https://mastodon.social/@acme/1
    """
    if (url is None) == (not not_published):
        raise UsageError("say one of --published URL and --not-published")
    target = Target(post, account, parse_now(occurrence))
    now = SystemClock().now()

    def writes(view: View) -> Mapping[str, bytes]:
        path, record = target.find(view, DOUBTFUL)
        settled = settle(record, part, url, now)
        return {} if settled == record else {path: dump(settled)}

    view = decide(Workspace.open(obj["repo"], obj["endpoint"]), writes, f"Resolve {post} for {account}")
    _, record = target.find(view, DOUBTFUL)
    click.echo(f"{escape(post)} for {escape(account)} is {record.state.value} now.")
    return 0


def settle(record: Record, part: int | None, url: str | None, now: datetime) -> Record:
    """The record as the person says. Said twice it changes nothing. Raises ``UsageError`` where there is no doubt."""
    index = record.current if part is None else part - 1
    if index >= len(record.parts):
        raise UsageError(f"the delivery has {len(record.parts)} parts, there is no part {part}")
    doubtful = record.parts[index]
    if part is None and doubtful.settled_by == "person" and doubtful.state is State.RETRY and url is None:
        return record
    if url is not None and any(p.url == url and p.settled_by == "person" for p in record.parts):
        return record
    _require_doubt(doubtful, now)
    claim = doubtful.claim
    together = [i for i, p in enumerate(record.parts) if p.claim and claim and p.claim.nonce == claim.nonce]
    for i in together or [index]:
        record = record.with_part(
            i, _settled(record.parts[i], url if i == index else None, now, published=url is not None)
        )
    return record


def _require_doubt(part: PartRecord, now: datetime) -> None:
    if part.state is State.SENDING and part.claim and part.claim.expires_at > now:
        raise UsageError(
            f"it is being sent by {part.claim.run} at this moment",
            help=f"wait until {part.claim.expires_at:%H:%M:%S} UTC, run `postiz-ops publish`, and look again",
        )
    if part.state not in DOUBTFUL:
        raise UsageError(f"there is no doubt about it: it is {part.state.value}", help="see `postiz-ops status`")


def _settled(part: PartRecord, url: str | None, now: datetime, *, published: bool) -> PartRecord:
    if not published:
        return part.to(State.RETRY, error=None, settled_by="person")
    at = part.claim.claimed_at if part.claim else now
    done = part.to(State.PUBLISHED, url=url, published_at=at, error=None, settled_by="person")
    return replace(done, remote_id=remote_id(url) if url else None)


def remote_id(url: str) -> str:
    """The id that a post's address ends with, by which a reply can name it. Raises ``UsageError``."""
    if url.startswith("at://"):
        return url
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rpartition("/")[2]
    if parts.scheme not in ("http", "https") or not parts.netloc or not last:
        raise UsageError(f"`{url}` is not the address of a post", help="copy it from the platform, with https://")
    return last
