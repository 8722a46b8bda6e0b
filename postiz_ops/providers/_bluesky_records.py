"""The records of a Bluesky thread, known to the byte before they are sent. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from postiz_ops.model import DraftPart, Facet, Receipt
from postiz_ops.providers import base
from postiz_ops.providers._atproto import cid, tid
from postiz_ops.providers.base import Dispatch

POST = "app.bsky.feed.post"
GATE = "app.bsky.feed.threadgate"


@dataclass(frozen=True, slots=True)
class Post:
    """A post that has its place, and its content id, before it is sent."""

    rkey: str
    uri: str
    record: dict[str, Any]
    receipt: Receipt


def posts(dispatch: Dispatch, *, langs: Sequence[str], labels: Sequence[str]) -> Iterator[Post]:
    """The posts of a prepared dispatch. The same dispatch makes the same posts."""
    prepared = dispatch.prepared
    root, parent = _ref(dispatch.root), _ref(dispatch.parent)
    for at, part in enumerate(dispatch.parts):
        reply = _reply(root, root if part.comment else parent)
        record = _record(dispatch, at, base.filled(reply=reply, langs=list(langs), labels=_labels(labels)))
        rkey = _rkey(dispatch, at)
        uri = f"at://{prepared['did']}/{POST}/{rkey}"
        url = f"https://bsky.app/profile/{prepared['handle']}/post/{rkey}"
        post = Post(rkey, uri, record, Receipt(uri, url, {"cid": cid(record)}))
        root = root or _ref(post.receipt)
        parent = parent if part.comment else _ref(post.receipt)
        yield post


def gate(post: Post, replies: str | Sequence[str]) -> dict[str, Any]:
    """The record that says who may reply to a post: ``nobody``, or some of the groups."""
    rules = {"mentioned": "mentionRule", "followers": "followerRule", "following": "followingRule"}
    allow = [] if isinstance(replies, str) else [{"$type": f"{GATE}#{rules[who]}"} for who in replies]
    return {"$type": GATE, "post": post.uri, "allow": allow, "createdAt": post.record["createdAt"]}


def facets(part: DraftPart, mentions: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a part, in bytes of UTF-8. A mention of a handle that is in no ``mentions`` has none."""
    features = ((facet, _feature(facet, mentions)) for facet in part.facets)
    return [{"index": _bytes(part.text, facet), "features": [feature]} for facet, feature in features if feature]


def _feature(facet: Facet, mentions: Mapping[str, str]) -> dict[str, Any] | None:
    kind = f"app.bsky.richtext.facet#{facet.kind}"
    if facet.kind == "mention":
        did = mentions.get(facet.value)
        return {"$type": kind, "did": did} if did else None
    return {"$type": kind, "uri" if facet.kind == "link" else "tag": facet.value}


def _bytes(text: str, facet: Facet) -> dict[str, int]:
    return {"byteStart": len(text[: facet.start].encode()), "byteEnd": len(text[: facet.end].encode())}


def _record(dispatch: Dispatch, at: int, optional: dict[str, Any]) -> dict[str, Any]:
    part, prepared = dispatch.parts[at], dispatch.prepared
    shown = base.filled(facets=facets(part, prepared["mentions"]), embed=prepared["embeds"][at])
    return {"$type": POST, "text": part.text, "createdAt": _stamp(dispatch, at)} | shown | optional


def _labels(labels: Sequence[str]) -> dict[str, Any] | None:
    values = [{"val": label} for label in labels]
    return {"$type": "com.atproto.label.defs#selfLabels", "values": values} if values else None


def _reply(root: dict[str, str] | None, parent: dict[str, str] | None) -> dict[str, Any] | None:
    return {"root": root, "parent": parent} if root and parent else None


def _ref(receipt: Receipt | None) -> dict[str, str] | None:
    return {"uri": receipt.remote_id, "cid": receipt.extra["cid"]} if receipt else None


def _second(dispatch: Dispatch) -> datetime:
    """The claim's whole second: what a thread is dated by."""
    return dispatch.claimed_at.astimezone(UTC).replace(microsecond=0)


def _stamp(dispatch: Dispatch, at: int) -> str:
    """Parts are a millisecond apart, so that lists sorted by time keep their order."""
    instant = _second(dispatch) + timedelta(milliseconds=dispatch.first + at)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _rkey(dispatch: Dispatch, at: int) -> str:
    """The claim's second, a millisecond for each part of the draft, and the rest out of the part's own key.

    A part has the same key whether it is sent with the thread or alone, so the server refuses to take it twice.
    """
    key = int(dispatch.keys[at], 16)
    micros = int(_second(dispatch).timestamp()) * 1_000_000 + (dispatch.first + at) * 1000 + key % 1000
    return tid(micros, key // 1000)
