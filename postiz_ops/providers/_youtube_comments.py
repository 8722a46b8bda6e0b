"""Comments on a video, which further parts and ``:::comment`` become there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postiz_ops import errors
from postiz_ops.model import Receipt
from postiz_ops.providers import base
from postiz_ops.providers._youtube_after import API, SKEW, mine
from postiz_ops.providers.base import Absent, Blind, Dispatch, Evidence, Found, Http

PAGES = 5
"""How many pages of 100 comments a look-up reads before it says that it cannot tell."""


async def write(http: Http, dispatch: Dispatch) -> Receipt:
    """Comment on the video. The one mutation."""
    video = _video(dispatch)
    top = {"snippet": {"textOriginal": dispatch.part.text}}
    body = {"snippet": {"videoId": video, "topLevelComment": top}}
    answer = await http.mutate("POST", f"{API}/commentThreads", params={"part": "snippet"}, json=body)
    return _receipt(video, base.said(answer.json, "id"))


async def change(http: Http, dispatch: Dispatch, receipt: Receipt) -> Receipt:
    """Change a comment's text."""
    body = {"id": receipt.remote_id, "snippet": {"textOriginal": dispatch.part.text}}
    await http.mutate("PUT", f"{API}/comments", params={"part": "snippet"}, json=body)
    return receipt


async def find(http: Http, dispatch: Dispatch) -> Evidence:
    """Read the video's comments, the newest first, back to the time of the claim."""
    video, me = _video(dispatch), base.said(await mine(http, "id"), "id", errors.Unavailable)
    since = (dispatch.claimed_at - SKEW).strftime("%Y-%m-%dT%H:%M:%S")
    params = {"part": "snippet", "videoId": video, "order": "time", "textFormat": "plainText", "maxResults": "100"}
    for _ in range(PAGES):
        page = (await http.get(f"{API}/commentThreads", params=params)).json
        threads = base.rows(page, "items")
        recent = [thread for thread in threads if str(_comment(thread).get("publishedAt")) >= since]
        for thread in recent:
            if _is(_comment(thread), dispatch, me):
                return Found((_receipt(video, base.said(thread, "id", errors.Unavailable)),))
        if len(recent) < len(threads) or not (token := page.get("nextPageToken")):
            return Absent()
        params |= {"pageToken": str(token)}
    return Blind(f"the video has had more than {PAGES * 100} comments since")


def _video(dispatch: Dispatch) -> str:
    if dispatch.root is None:
        raise errors.Rejected("there is no video to comment on")
    return dispatch.root.remote_id


def _receipt(video: str, comment: str) -> Receipt:
    return Receipt(comment, f"https://www.youtube.com/watch?v={video}&lc={comment}", {"video": video})


def _comment(thread: Mapping[str, Any]) -> Mapping[str, Any]:
    found = ((thread.get("snippet") or {}).get("topLevelComment") or {}).get("snippet")
    return found if isinstance(found, dict) else {}


def _is(comment: Mapping[str, Any], dispatch: Dispatch, me: str) -> bool:
    author = (comment.get("authorChannelId") or {}).get("value")
    return author == me and str(comment.get("textOriginal", "")).strip() == dispatch.part.text.strip()
