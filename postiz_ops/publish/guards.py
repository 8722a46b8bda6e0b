"""What refuses a run: going on could publish twice, or publish what nobody approved. Exit 78."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from postiz_ops.errors import Refused
from postiz_ops.ledger.view import GENESIS, View
from postiz_ops.model import Config
from postiz_ops.plan import Plan, Planned
from postiz_ops.publish.effects import Clock, Effects, Lost, NotSent, Request, Snapshot, Wire
from postiz_ops.publish.order import Order

MAX_SKEW = timedelta(seconds=120)
"""How far this machine's clock may be from the git host's (reliability: claims and leases compare clocks)."""


def check_state(view: View, snapshot: Snapshot, config: Config, *, remote: str | None) -> None:
    """The state branch is there, is the one that accounts.yaml names, and belongs to this remote."""
    branch = config.state.branch
    if snapshot.head is None:
        raise Refused(
            f"the state branch `{branch}` does not exist{f' at {remote}' if remote else ''}",
            help="run `postiz-ops state init` once; if it was there before, restore it: without it posts go out twice",
        )
    if view.genesis is None:
        why = view.unreadable.get(GENESIS, "it has no genesis record")
        raise Refused(
            f"the state branch `{branch}` is not one of ours: {why}", help="see `postiz-ops state init --help`"
        )
    if config.state.id and view.genesis.id != config.state.id:
        raise Refused(
            f"the state branch `{branch}` is another one than `state.id` of accounts.yaml names",
            help="restore the right branch, or if this one is right, write its id into accounts.yaml: "
            f"`state: {{id: {view.genesis.id}}}`",
        )
    if view.genesis.remote != remote:
        raise Refused(
            f"the state branch was made for {view.genesis.remote or 'a repository without a remote'}, "
            f"not for {remote or 'a repository without a remote'}",
            help="a copy must not publish beside its original; if the repository moved, run `postiz-ops state adopt`",
        )


def check_endpoint(view: View, *, endpoint: bool) -> None:
    """Records that were made under an endpoint and real ones are never mixed."""
    marked = {record.endpoint for record in view.records.values()}
    marked |= {known.endpoint for known in view.accounts.values()}
    if marked - {endpoint}:
        kind = "for the real platforms" if endpoint else "under an endpoint (POSTIZ_OPS_ENDPOINT)"
        raise Refused(
            f"the state branch holds records that were made {kind}: the two are never mixed",
            help="use another repository (or another state branch) for tests and staging",
        )


def check_brake(plan: Plan, due: Sequence[Planned], order: Order, most: int) -> None:
    """More due at once than ``policy.max_per_run`` publishes nothing."""
    if len(due) > most and not order.allow_many:
        raise Refused(
            f"{len(due)} deliveries are due at once at {plan.now:%Y-%m-%d %H:%M} UTC "
            f"and policy.max_per_run is {most}: nothing was published",
            help="if that is meant, run `postiz-ops publish --allow-many`, or raise policy.max_per_run",
        )


async def check_clock(effects: Effects, order: Order) -> None:
    """This machine's clock is near an https remote's. A host that does not answer is no reason to stop."""
    skew = await clock_skew(effects.wire, effects.clock, order.remote)
    if skew is not None and abs(skew) > MAX_SKEW:
        host = urlsplit(order.remote or "").netloc
        raise Refused(
            f"this machine's clock is {abs(skew).total_seconds():.0f} s away from {host}'s",
            help="set the clock (NTP): claims and their leases depend on it",
        )


async def clock_skew(wire: Wire, clock: Clock, remote: str | None) -> timedelta | None:
    """How far this machine's clock is ahead of an https remote's; ``None`` where that cannot be told."""
    parts = urlsplit(remote or "")
    if parts.scheme != "https":
        return None
    try:
        response = await wire.send(Request("HEAD", f"https://{parts.netloc}/"))
        return clock.now() - parsedate_to_datetime(response.headers["date"])
    except (NotSent, Lost, KeyError, ValueError, TypeError):  # a date without a zone is none
        return None
