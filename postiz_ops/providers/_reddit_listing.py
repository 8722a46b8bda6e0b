"""What the account has written on Reddit, as its own lists show it: how a post without an answer is found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from html import unescape
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers import base
from postiz_ops.providers._reddit_posts import kind_of, settings_of
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence, Found, Http

SKEW = timedelta(minutes=2)
"""How far Reddit's clock may be behind ours."""

PAGES = 5
"""How many pages of 100 entries a look-up reads before it says that it cannot tell."""

SITE = "https://www.reddit.com"


def receipt(data: Mapping[str, Any], kind: str) -> Receipt:
    """The receipt for a listed thing."""
    name = base.said(data, "name")
    return Receipt(name, f"{SITE}{data['permalink']}" if data.get("permalink") else None, {"kind": kind})


async def find(http: Http, dispatch: Dispatch) -> Evidence:
    """Read the account's own posts, or comments, back to the time of the claim."""
    where, is_it, kind = ("comments", _is_comment, "comment") if dispatch.first else ("submitted", _is_post, "")
    me = base.said((await http.get("/api/v1/me")).json, "name", errors.Unavailable)
    async for data in _since(http, f"/user/{me}/{where}", dispatch):
        if data is None:
            return Blind(f"the account has written more than {PAGES * 100} times since")
        if is_it(data, dispatch):
            return Found((receipt(data, kind or kind_of(dispatch)),))
    return Absent()


async def _since(http: Http, url: str, dispatch: Dispatch) -> AsyncIterator[Mapping[str, Any] | None]:
    """The entries since the claim, the newest first; ``None`` where there are too many to read."""
    since = (dispatch.claimed_at - SKEW).timestamp()
    params = {"sort": "new", "limit": "100"}
    for _ in range(PAGES):
        page = ((await http.get(url, params=params)).json or {}).get("data")
        for row in base.rows(page, "children"):
            data = row.get("data") or {}
            if float(data.get("created_utc") or 0) < since:
                return
            yield data
        if not page or not page.get("after"):
            return
        params |= {"after": str(page["after"])}
    yield None


def _is_post(data: Mapping[str, Any], dispatch: Dispatch) -> bool:
    """Whether a listed post has the title, in the community; lists escape what HTML would."""
    title, subreddit = unescape(str(data.get("title"))), str(data.get("subreddit"))
    place = settings_of(dispatch).subreddit
    return title.strip() == (dispatch.draft.title or "").strip() and subreddit.casefold() == place.casefold()


def _is_comment(data: Mapping[str, Any], dispatch: Dispatch) -> bool:
    words = unescape(str(data.get("body")))
    return (
        dispatch.answers is not None
        and data.get("parent_id") == dispatch.answers.remote_id
        and words.split() == dispatch.part.text.split()
    )
