"""Three protocols that somebody would write first, in the same world: what the engine's care is worth.

They send through the engine's own HTTP layer and decide by the approved tree and a file for each delivery.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from postiz_ops import errors
from postiz_ops.ledger.record import instant, moment, part_key
from postiz_ops.model import Draft, Receipt
from postiz_ops.providers.base import Dispatch, Found, Threads
from postiz_ops.publish.effects import Snapshot
from postiz_ops.publish.order import Order
from postiz_ops.publish.sending import Channel, look_up, send
from postiz_ops.publish.session import Session
from tests.simulation.platforms import PROVIDERS
from tests.simulation.scheduler import Job
from tests.simulation.world import GENESIS_ID, Seam

LEASE = timedelta(minutes=15)
TRIES = 8


@dataclass
class Naive:
    """``claims``: say first that it is being sent. ``looks``: look before a claim that ran out is sent again."""

    claims: bool = False
    looks: bool = False

    def run(self, seam: Seam, order: Order) -> Job:
        """One run."""
        return _Run(self, seam, order).run()


NAIVE: Mapping[str, Naive] = {
    "post, then commit": Naive(),
    "lease and resend": Naive(claims=True),
    "lease, look up, resend": Naive(claims=True, looks=True),
}


@dataclass
class _Run:
    how: Naive
    seam: Seam
    order: Order
    commit: str = ""
    snapshot: Snapshot = field(default_factory=lambda: Snapshot(None, {}))

    async def run(self) -> None:
        self.snapshot = await self.seam.fetch()
        if self.snapshot.approved is None:
            return
        self.commit = self.snapshot.approved
        approved = self.seam.compiled(self.commit, {})
        if approved.paused is not None:
            return
        for draft in list(self._due([draft for post in approved.posts for draft in post.drafts])):
            await self._deliver(draft)

    def _due(self, drafts: list[Draft]) -> Iterator[Draft]:
        now = self.seam.now()
        for draft in sorted(drafts, key=lambda d: d.schedule.at or now):
            ready = draft.status == "ready" and draft.valid and (draft.schedule.at or now) <= now
            if ready and self._open(draft):
                yield draft

    def _open(self, draft: Draft) -> bool:
        body = self._body(draft)
        if body is None or body["state"] == "retry":
            return True
        return self.how.claims and body["state"] == "sending" and moment(body["until"]) <= self.seam.now()

    def _body(self, draft: Draft) -> Any:
        data = self.snapshot.files.get(_path(draft))
        return json.loads(data) if data else None

    async def _deliver(self, draft: Draft) -> None:
        before = self._body(draft)
        if self.how.claims and not await self._claim(draft):
            return
        channel = self._channel(draft)
        parent: Receipt | None = None
        for dispatch in _dispatches(draft, channel, self.seam):
            dispatch_now = dispatch if parent is None else _answering(dispatch, parent)
            if self.how.looks and before is not None and isinstance(await look_up(channel, dispatch_now), Found):
                continue
            result = await send(channel, dispatch_now, self.seam.monotonic() + 60)
            if isinstance(result, errors.Failure):
                final = isinstance(result, errors.Rejected)
                await self._write(draft, "failed" if final else "retry")
                return
            parent = result[-1]
        await self._write(draft, "published")

    def _channel(self, draft: Draft) -> Channel:
        account = self.seam.compiled(self.commit, {}).config.accounts[draft.account]
        provider = PROVIDERS[account.provider]
        session = Session(self.seam.effects(), self.seam, provider, account, provider.SPEC)
        return Channel(account, provider, provider.SPEC, session)

    async def _claim(self, draft: Draft) -> bool:
        """By the push's own word, and only while nobody else has it."""
        body = {"state": "sending", "until": instant(self.seam.now() + LEASE), "run": self.order.run}
        for _ in range(TRIES):
            await self.seam.push(self.snapshot, {_path(draft): json.dumps(body).encode()}, f"Claim {draft.post}")
            accepted = self.seam.report == "ok"
            self.snapshot = await self.seam.fetch()
            if accepted:
                return True
            if not self._open(draft):
                return False
        return False

    async def _write(self, draft: Draft, state: str) -> None:
        for _ in range(TRIES):
            body = json.dumps({"state": state}).encode()
            await self.seam.push(self.snapshot, {_path(draft): body}, f"{state} {draft.post}")
            accepted = self.seam.report == "ok"
            self.snapshot = await self.seam.fetch()
            if accepted:
                return


def _path(draft: Draft) -> str:
    return f"naive/{draft.post}.{draft.account}.json"


def _dispatches(draft: Draft, channel: Channel, seam: Seam) -> Iterator[Dispatch]:
    keys = tuple(part_key(GENESIS_ID, draft.post, draft.account, None, i) for i in range(len(draft.parts)))
    now = seam.now()
    if channel.spec.threads is Threads.ATOMIC:
        yield Dispatch(draft, draft.parts, keys, now)
        return
    for index, part in enumerate(draft.parts):
        yield Dispatch(draft, (part,), (keys[index],), now, first=index)


def _answering(dispatch: Dispatch, parent: Receipt) -> Dispatch:
    return replace(dispatch, parent=parent, root=parent)
