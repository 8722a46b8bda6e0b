"""What Discord tells a bot of its messages: https://docs.discord.com/developers/resources/message ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postiz_ops import errors
from postiz_ops.model import Account, Receipt
from postiz_ops.providers import base
from postiz_ops.providers._discord_message import API, MESSAGE
from postiz_ops.providers.base import Http
from postiz_ops.providers.metrics import Measured, Metric, Readings, one_by_one, readings, total

NO_MESSAGE = "10008"

METRICS = (
    Measured(
        Metric.LIKES,
        "reactions",
        "reactions with all emoji together; absent as long as there are none",
        source=MESSAGE,
        checked="2026-11-22",
    ),
)


async def of_posts(http: Http, account: Account, receipts: Sequence[Receipt]) -> Mapping[str, Readings]:
    """Read each message: a list of several cannot be asked for by their ids."""

    async def read(receipt: Receipt) -> Readings | None:
        place = f"{API}/channels/{receipt.extra['channel']}/messages/{receipt.remote_id}"
        answer = await http.get(place, expect=(NO_MESSAGE,))
        if answer.status == 404:
            return None
        base.said(answer.json, "id", errors.Unavailable)
        reactions = base.rows(answer.json.get("reactions") or [])
        return readings({"reactions": total([each.get("count") for each in reactions])}, METRICS)

    return await one_by_one(receipts, read)
