"""What Slack tells a bot of its messages: https://docs.slack.dev/reference/methods/conversations.replies ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, one_by_one, readings, total

GONE = ("thread_not_found", "message_not_found")

_post = partial(Measured, source="https://docs.slack.dev/reference/methods/conversations.replies", checked="2026-11-22")

METRICS = (
    _post(Metric.LIKES, "reactions", "reactions with all emoji together; absent as long as there are none"),
    _post(Metric.COMMENTS, "reply_count", "replies in the message's thread; absent as long as there are none"),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each message, be it in a channel or in a thread."""

    async def read(receipt: Receipt) -> Readings | None:
        where = {"channel": receipt.extra["channel"], "ts": receipt.remote_id}
        only = {"oldest": receipt.remote_id, "latest": receipt.remote_id, "inclusive": "true", "limit": "1"}
        answer = await http.get("/api/conversations.replies", params=where | only, expect=GONE)
        if isinstance(answer.json, dict) and answer.json.get("error") in GONE:
            return None
        messages = base.rows(answer.json, "messages")
        return next((_of(each) for each in messages if each.get("ts") == receipt.remote_id), None)

    return await one_by_one(receipts, read)


def _of(message: Mapping[str, object]) -> Readings:
    reactions = [each.get("count") for each in base.rows(message.get("reactions") or [])]
    return readings({**message, "reactions": total(reactions)}, METRICS)
