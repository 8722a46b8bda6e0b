"""What a Discord bot and a Discord webhook have in common: the message, its files, and the limits of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from postiz_ops import errors
from postiz_ops.model import Form, MediaKind, Unit
from postiz_ops.providers import base
from postiz_ops.providers.base import JSON, Dispatch, Http

CHECKED = "2026-11-22"
API = "/api/v10"
MESSAGE = "https://discord.com/developers/docs/resources/message"
FILES = "https://discord.com/developers/docs/reference#uploading-files"

SUPPRESS_EMBEDS = 1 << 2
SUPPRESS_NOTIFICATIONS = 1 << 12

MAX_BYTES = 10_485_760
"""What one file may have on any server; those with boosts take more."""


class Settings(BaseModel, extra="forbid", frozen=True, coerce_numbers_to_str=True):
    """What both kinds of account take."""

    embeds: bool = Field(default=False, description="whether Discord may show previews of the links in the text")
    silent: bool = Field(default=False, description="whether nobody is notified")
    mentions: list[Literal["everyone", "roles", "users"]] = Field(
        default=[], max_length=3, description="whom a mention in the text may notify; nobody when absent"
    )


TEXT = base.TextRule(
    form=Form.DISCORD, limit=base.Limit(2000, Unit.CODE_POINT, f"{MESSAGE}#create-message", CHECKED), loose=True
)

MEDIA = base.MediaRule(
    kinds={kind: base.KindRule(types, MAX_BYTES, fit=kind is MediaKind.IMAGE) for kind, types in base.ANY_FILE.items()},
    max_items=10,
    source=FILES,
    checked=CHECKED,
    mixed=True,
    alt=base.Limit(1024, Unit.CODE_POINT, f"{MESSAGE}#attachment-object", CHECKED),
    total_bytes=26_214_400,
)

REFUSALS = (
    base.ErrorRule(None, "10008", errors.Rejected, "the message that it answers or changes is gone"),
    base.ErrorRule(None, "20016", errors.Throttled, "the channel is in slow mode"),
    base.ErrorRule(None, "20028", errors.Throttled, "the channel takes no more messages for now"),
    base.ErrorRule(None, "40005", errors.Rejected, "the files are larger than this server takes"),
    base.ErrorRule(None, "50083", errors.Rejected, "the thread is archived"),
    base.ErrorRule(None, "200000", errors.Rejected, "the server's AutoMod does not take this text"),
    base.ErrorRule(429, None, errors.Throttled, "too many messages"),
)
"""The rows that both error tables end with."""

NOTES = (
    "Previews of links are off (`SUPPRESS_EMBEDS`): they are larger than most posts. `embeds: true` allows them.",
    "Mentions are shown and notify nobody, unless `mentions` allows it.",
    "A server with boosts takes larger files; the limits here are those that every server takes.",
)


def message(dispatch: Dispatch, settings: Settings) -> dict[str, Any]:
    """The body of a message without its files."""
    flags = (0 if settings.embeds else SUPPRESS_EMBEDS) | (SUPPRESS_NOTIFICATIONS if settings.silent else 0)
    mentions = {"parse": list(settings.mentions), "replied_user": False}
    return {"content": dispatch.part.text, "allowed_mentions": mentions} | base.filled(flags=flags)


async def send(
    http: Http, dispatch: Dispatch, url: str, body: dict[str, Any], params: Mapping[str, str] | None = None
) -> JSON:
    """Post a message: as JSON where there are no files, else as a part beside them. Returns Discord's message."""
    blobs = [await http.load(media) for media in dispatch.part.media]
    if not blobs:
        return (await http.mutate("POST", url, json=body, params=params)).json
    attachments = [
        {"id": str(at), "filename": blob.filename} | base.filled(description=blob.alt) for at, blob in enumerate(blobs)
    ]
    form = {"payload_json": json.dumps(body | {"attachments": attachments}, ensure_ascii=False)}
    files = [base.Upload(f"files[{at}]", blob.filename, blob.type, blob.data) for at, blob in enumerate(blobs)]
    return (await http.mutate("POST", url, form=form, files=files, params=params)).json


async def change(http: Http, url: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None) -> None:
    """Change the text of a message; its files and flags stay."""
    kept = {name: value for name, value in body.items() if name != "flags"}
    await http.mutate("PATCH", url, json=kept, params=params)


async def remove(http: Http, url: str, params: Mapping[str, str] | None = None) -> None:
    """Take a message down; one that is gone is fine."""
    await http.mutate("DELETE", url, params=params, expect=("10008",))
