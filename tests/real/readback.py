"""What a server has of a post, in one shape for both, so that it can be laid beside the plan."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

from PIL import Image

from tests.real.http import Server
from tests.real.servers import Pds

POST = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Picture:
    """An attached image: its alt text, and the size of what the server keeps."""

    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Message:
    """One part as it can be read back. ``parent`` is the id of what it answers."""

    text: str
    pictures: tuple[Picture, ...] = ()
    parent: str | None = None


def planned(delivery: Any, ids: list[str]) -> list[Message]:
    """What ``plan`` announced for a delivery, its parts answering one another in order."""
    return [
        Message(part["text"], tuple(Picture(m["alt"], m["width"], m["height"]) for m in part["media"]), parent)
        for part, parent in zip(delivery["parts"], [None, *ids], strict=False)
    ]


# --- Bluesky ------------------------------------------------------------------------------------------------------


def record(pds: Pds, uri: str) -> Any:
    """A record and its CID, by its at-uri."""
    repo, collection, rkey = uri.removeprefix("at://").split("/")
    return pds.server.get("/xrpc/com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey)


def posts(pds: Pds, text: str) -> list[Any]:
    """All posts of the account with this text."""
    found = pds.server.get("/xrpc/com.atproto.repo.listRecords", repo=pds.did, collection=POST, limit=100)["records"]
    return [entry for entry in found if entry["value"]["text"] == text]


def bluesky_message(pds: Pds, uri: str) -> Message:
    """A post. What it answers must be there under the CID that it names."""
    value = record(pds, uri)["value"]
    parent = value.get("reply", {}).get("parent")
    if parent:
        assert record(pds, parent["uri"])["cid"] == parent["cid"]
    images = value.get("embed", {}).get("images", [])
    return Message(value["text"], tuple(_picture(pds, image) for image in images), parent and parent["uri"])


def facets(value: Any) -> list[tuple[str, str]]:
    """The stretches of a post's text that mean something: (text, URL or tag)."""
    text = value["text"].encode()
    return [
        (text[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), feature.get("uri") or feature["tag"])
        for facet in value.get("facets", [])
        for feature in facet["features"]
    ]


def _picture(pds: Pds, image: Any) -> Picture:
    cid = image["image"]["ref"]["$link"]
    data = pds.server.read("/xrpc/com.atproto.sync.getBlob", did=pds.did, cid=cid)
    assert len(data) == image["image"]["size"]
    width, height = Image.open(BytesIO(data)).size
    assert image["aspectRatio"] == {"width": width, "height": height}
    return Picture(image["alt"], width, height)


# --- Mastodon -----------------------------------------------------------------------------------------------------


def statuses(server: Server, text: str) -> list[Any]:
    """All statuses of the account with this text."""
    me = server.get("/api/v1/accounts/verify_credentials")["id"]
    found = server.get(f"/api/v1/accounts/{me}/statuses", limit=40)
    return [status for status in found if _source(server, status["id"]) == text]


def mastodon_message(server: Server, status_id: str) -> Message:
    """A status, its text as it was sent."""
    status = server.get(f"/api/v1/statuses/{quote(status_id)}")
    attached = tuple(_attachment(server, media) for media in status["media_attachments"])
    return Message(_source(server, status_id), attached, status["in_reply_to_id"])


def _attachment(server: Server, media: Any) -> Picture:
    # The mock tells no sizes, so the file itself is asked.
    width, height = Image.open(BytesIO(server.read(urlsplit(media["url"]).path))).size
    return Picture(media["description"], width, height)


def _source(server: Server, status_id: str) -> str:
    text: str = server.get(f"/api/v1/statuses/{quote(status_id)}/source")["text"]
    return text
