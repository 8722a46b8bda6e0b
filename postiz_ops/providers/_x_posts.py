"""Whether a post that X lists is the one that was sent: X rewrites addresses and appends those of media."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from unicodedata import normalize

from postiz_ops import errors
from postiz_ops.providers import base
from postiz_ops.providers.base import Dispatch, Http

FIELDS = ("attachments", "conversation_id", "entities")

NAMES = {"post.fields": "note_post", "tweet.fields": "note_tweet"}
"""How the list's parameter is called in X's description, and in its prose; and the field for a text over 280."""

SCHEME = re.compile(r"\bhttps?://", re.IGNORECASE)
OF_MEDIA = re.compile(r"/status/\d+/(?:photo|video)/\d+$")


async def page(
    http: Http, user: str, params: Mapping[str, str], *, article: bool
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the account's posts, newest first, and what the next one is called."""
    answer = await _listed(http, user, params, ("article",) if article else FIELDS)
    meta = answer.get("meta") or {}
    empty = "data" not in answer and meta.get("result_count") == 0
    return [] if empty else base.rows(answer, "data"), meta.get("next_token")


def is_sent(post: Mapping[str, Any], dispatch: Dispatch, quoted: str | None) -> bool:
    """Whether a post has the very media that were uploaded for the dispatch, or else its words, in its place."""
    conversation = dispatch.root.remote_id if dispatch.root else post.get("id")
    if post.get("conversation_id", conversation) != conversation:
        return False
    keys = (post.get("attachments") or {}).get("media_keys") or ()
    media = [str(key).partition("_")[2] for key in keys]
    uploaded: list[str] = dispatch.prepared["media"]
    if media or (uploaded and "attachments" in post):
        return media == uploaded
    return _plain(_written(post, quoted)) == _plain(dispatch.part.text)


async def _listed(http: Http, user: str, params: Mapping[str, str], wanted: tuple[str, ...]) -> dict[str, Any]:
    """X's description and its prose call one parameter by two names: both are tried."""
    for name, note in NAMES.items():
        fields = {name: ",".join((*wanted, note))}
        answer = await http.get(f"/2/users/{user}/tweets", params={**params, **fields}, expect=(400,))
        if answer.status == 200 and isinstance(answer.json, dict):
            return answer.json
    raise errors.Unavailable("X: the list of the account's posts cannot be read")


def _written(post: Mapping[str, Any], quoted: str | None) -> str:
    """The text with the addresses that its author wrote. X escapes three characters in it."""
    note = post.get("note_post") or post.get("note_tweet") or post
    text = unescape(str(note.get("text") or ""))
    for url in (note.get("entities") or {}).get("urls") or ():
        target = str(url.get("expanded_url") or url.get("url"))
        added = "media_key" in url or OF_MEDIA.search(target) or (quoted and target.endswith(f"/status/{quoted}"))
        text = text.replace(str(url.get("url")), "" if added else target)
    return text


def _plain(text: str) -> str:
    """A text as it can be compared: X normalises it, and completes addresses without a scheme."""
    return " ".join(SCHEME.sub("", normalize("NFC", text)).split())
